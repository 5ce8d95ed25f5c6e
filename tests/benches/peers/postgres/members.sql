-- So many members, each with one order of the past and one lot that is due.
INSERT INTO accounts (merchant, member, entries, lots_made, active, due)
SELECT 1, 'm' || lpad(member::text, 8, '0'), 1, 1, 45, now() - interval '1 hour'
FROM generate_series(0, :members - 1) AS member;

INSERT INTO lots
SELECT 1, 'm' || lpad(member::text, 8, '0'), 1, 'base', 'first-' || member, 45, 45,
    now() - interval '365 days 1 hour', now() - interval '1 hour'
FROM generate_series(0, :members - 1) AS member;

INSERT INTO entries
SELECT 1, 'm' || lpad(member::text, 8, '0'), 1, 'earn', 45, 1, 'first-' || member,
    now() - interval '365 days 1 hour'
FROM generate_series(0, :members - 1) AS member;

VACUUM ANALYZE;
CHECKPOINT;
