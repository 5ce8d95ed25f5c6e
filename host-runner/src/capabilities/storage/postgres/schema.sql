-- What Stampcard keeps in PostgreSQL. Run by the host when it opens the database, under a lock, and whole or not at all.

-- A key of a merchant. Keys and values are UTF-8, kept as bytes, so that keys sort by bytes whatever the database's locale.
-- A deleted key stays for a while, so that whoever read it before is told that it changed.
CREATE TABLE stampcard_rows (
    merchant text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    value bytea,
    version bigint NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (merchant, key),
    CHECK ((value IS NULL) = (deleted_at IS NOT NULL))
) WITH (fillfactor = 90);

-- What is read in ranges: without the deleted ones, however many they are.
CREATE INDEX stampcard_live ON stampcard_rows (merchant, key) WHERE deleted_at IS NULL;

CREATE INDEX stampcard_deleted ON stampcard_rows (deleted_at) WHERE deleted_at IS NOT NULL;

-- Where the host's own long work stands.
CREATE TABLE stampcard_marks (
    merchant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (merchant, name)
);

-- Which host ticks a merchant, until when. Nothing of it has to outlive the server, so no commit waits for it.
CREATE UNLOGGED TABLE stampcard_leases (
    merchant text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    until timestamptz NOT NULL
);

CREATE TABLE stampcard_format (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    format integer NOT NULL
);

INSERT INTO stampcard_format (format) VALUES (1);

-- Writes all or nothing. False: a version was another one than expected. Error 40001: others made the same key at the same time;
-- nothing was written, and the same call will tell.
CREATE FUNCTION stampcard_commit(whose text, keys bytea[], vals bytea[], expected bigint[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    present bigint;
    matching bigint;
    differing bigint;
    wanted bigint;
    made bigint;
BEGIN
    -- Rows are locked in the order of their keys, so that two commits never wait for each other.
    WITH locked AS (
        SELECT r.version, w.expect
        FROM unnest(keys, expected) AS w (key, expect)
        JOIN stampcard_rows r ON r.merchant = whose AND r.key = w.key
        ORDER BY r.key
        FOR UPDATE OF r
    )
    SELECT count(*), count(*) FILTER (WHERE expect > 0), count(*) FILTER (WHERE expect <> version)
    INTO present, matching, differing
    FROM locked;
    SELECT count(*) FILTER (WHERE e > 0) INTO wanted FROM unnest(expected) AS e;
    IF differing > 0 OR matching < wanted THEN
        RETURN false;
    END IF;
    IF present > 0 THEN
        UPDATE stampcard_rows r
        SET value = w.value, version = r.version + 1, deleted_at = CASE WHEN w.value IS NULL THEN now() END
        FROM unnest(keys, vals) AS w (key, value)
        WHERE r.merchant = whose AND r.key = w.key;
        GET DIAGNOSTICS made = ROW_COUNT;
        IF made <> present THEN
            RAISE EXCEPTION 'stampcard: a key came to be meanwhile' USING ERRCODE = '40001';
        END IF;
    END IF;
    IF present < cardinality(keys) THEN
        INSERT INTO stampcard_rows (merchant, key, value, version, deleted_at)
        SELECT whose, w.key, w.value, 1, CASE WHEN w.value IS NULL THEN now() END
        FROM unnest(keys, vals) AS w (key, value)
        WHERE NOT EXISTS (SELECT FROM stampcard_rows r WHERE r.merchant = whose AND r.key = w.key)
        ORDER BY w.key
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS made = ROW_COUNT;
        IF present + made <> cardinality(keys) THEN
            RAISE EXCEPTION 'stampcard: a key was made meanwhile' USING ERRCODE = '40001';
        END IF;
    END IF;
    RETURN true;
END
$$;
