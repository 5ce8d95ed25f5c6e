-- The merchants and members that are there before the timing, each with one order.
INSERT INTO configurations
SELECT merchant, '{"rule": {"id": "base", "points": 1, "per": 100, "days": 365}}'
FROM generate_series(1, :merchants) AS merchant;

SELECT count(earn(merchant, 'm' || lpad(member::text, 6, '0'), 'first-' || member, 'first-' || member, :'lines'))
FROM generate_series(1, :merchants) AS merchant, generate_series(0, :members - 1) AS member;

VACUUM ANALYZE;
CHECKPOINT;
