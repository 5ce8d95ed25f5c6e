-- Everything of a round before, if there was one.
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
