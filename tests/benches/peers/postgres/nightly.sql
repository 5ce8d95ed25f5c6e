-- The nightly check as one statement over sets: what a team would write that keeps its points in PostgreSQL. It does what
-- the plugin's check does for lots that are due: closes them, writes an entry of each, and brings the accounts up to date.
WITH due AS MATERIALIZED (
    SELECT l.merchant, l.member, l.lot, l.remaining, l.expires_at,
        row_number() OVER (
            PARTITION BY l.merchant, l.member ORDER BY l.expires_at, l.earned_at, l.lot
        ) AS place
    FROM accounts AS a JOIN lots AS l USING (merchant, member)
    WHERE a.merchant = 1 AND a.due <= now() AND l.remaining > 0 AND l.expires_at <= now()
), closed AS (
    UPDATE lots AS l SET remaining = 0 FROM due AS d
    WHERE (l.merchant, l.member, l.lot) = (d.merchant, d.member, d.lot)
), written AS (
    INSERT INTO entries (merchant, member, sequence, kind, points, lot, order_id, at)
    SELECT d.merchant, d.member, a.entries + d.place, 'expire', -d.remaining, d.lot, NULL, d.expires_at
    FROM due AS d JOIN accounts AS a USING (merchant, member)
), sums AS (
    SELECT merchant, member, count(*) AS entries, sum(remaining) AS points
    FROM due GROUP BY merchant, member
)
UPDATE accounts AS a SET
    entries = a.entries + s.entries,
    active = a.active - s.points,
    due = (
        SELECT min(l.expires_at) FROM lots AS l
        WHERE l.merchant = a.merchant AND l.member = a.member AND l.remaining > 0 AND l.expires_at > now()
    )
FROM sums AS s WHERE (a.merchant, a.member) = (s.merchant, s.member);
