-- Earning on an order as a stored procedure: what a team would write that keeps its points in PostgreSQL.
-- It does what the plugin does for a merchant with one rule: the key, the order, what is due on the
-- account, the lot, the entry, the account, when to look at it again, and the answer kept under the key.

CREATE TABLE configurations (
    merchant integer PRIMARY KEY,
    document jsonb NOT NULL
);

CREATE TABLE accounts (
    merchant integer NOT NULL,
    member text NOT NULL,
    entries bigint NOT NULL DEFAULT 0,
    lots_made bigint NOT NULL DEFAULT 0,
    active numeric(16, 4) NOT NULL DEFAULT 0,
    debt numeric(16, 4) NOT NULL DEFAULT 0,
    due timestamptz,
    PRIMARY KEY (merchant, member)
);
CREATE INDEX accounts_due ON accounts (merchant, due) WHERE due IS NOT NULL;

CREATE TABLE orders (
    merchant integer NOT NULL,
    id text NOT NULL,
    member text NOT NULL,
    state text NOT NULL,
    lines jsonb NOT NULL,
    awards jsonb NOT NULL,
    PRIMARY KEY (merchant, id)
);

CREATE TABLE lots (
    merchant integer NOT NULL,
    member text NOT NULL,
    lot bigint NOT NULL,
    rule text NOT NULL,
    order_id text,
    granted numeric(16, 4) NOT NULL,
    remaining numeric(16, 4) NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    earned_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (merchant, member, lot)
);
CREATE INDEX lots_open ON lots (merchant, member, expires_at, earned_at, lot) WHERE remaining > 0;

CREATE TABLE entries (
    merchant integer NOT NULL,
    member text NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    points numeric(16, 4) NOT NULL,
    lot bigint NOT NULL,
    order_id text,
    at timestamptz NOT NULL,
    PRIMARY KEY (merchant, member, sequence)
);

CREATE TABLE keys (
    merchant integer NOT NULL,
    function text NOT NULL,
    key text NOT NULL,
    payload bytea NOT NULL,
    answer jsonb NOT NULL,
    PRIMARY KEY (merchant, function, key)
);

CREATE SEQUENCE order_numbers;

CREATE FUNCTION earn(
    of_merchant integer, of_member text, of_order text, of_key text, of_lines jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    now_at CONSTANT timestamptz := now();
    fingerprint CONSTANT bytea := sha256(convert_to(of_member || of_order || of_lines::text, 'UTF8'));
    rule jsonb;
    account accounts;
    bound keys;
    lapsed record;
    base numeric;
    points numeric;
    ends timestamptz;
    answer jsonb;
BEGIN
    SELECT document -> 'rule' INTO STRICT rule FROM configurations WHERE merchant = of_merchant;

    SELECT * INTO bound FROM keys
    WHERE merchant = of_merchant AND function = 'earn' AND key = of_key;
    IF FOUND THEN
        IF bound.payload <> fingerprint THEN
            RAISE EXCEPTION 'key reused';
        END IF;
        RETURN bound.answer;
    END IF;

    INSERT INTO accounts (merchant, member) VALUES (of_merchant, of_member) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT account FROM accounts
    WHERE merchant = of_merchant AND member = of_member FOR UPDATE;

    PERFORM 1 FROM orders WHERE merchant = of_merchant AND id = of_order;
    IF FOUND THEN
        RAISE EXCEPTION 'order reported before';
    END IF;

    IF account.due <= now_at THEN
        FOR lapsed IN
            SELECT lot, remaining, expires_at FROM lots
            WHERE merchant = of_merchant AND member = of_member AND remaining > 0
                AND expires_at <= now_at
            ORDER BY expires_at, earned_at, lot
        LOOP
            account.entries := account.entries + 1;
            account.active := account.active - lapsed.remaining;
            INSERT INTO entries VALUES (of_merchant, of_member, account.entries, 'expire',
                -lapsed.remaining, lapsed.lot, NULL, lapsed.expires_at);
            UPDATE lots SET remaining = 0
            WHERE merchant = of_merchant AND member = of_member AND lot = lapsed.lot;
        END LOOP;
    END IF;

    SELECT sum((line ->> 'amount')::numeric - coalesce((line ->> 'discount')::numeric, 0)) INTO base
    FROM jsonb_array_elements(of_lines) AS line;
    points := floor(base / (rule ->> 'per')::numeric) * (rule ->> 'points')::numeric;
    ends := now_at + make_interval(days => (rule ->> 'days')::integer);

    account.entries := account.entries + 1;
    account.lots_made := account.lots_made + 1;
    account.active := account.active + points;
    INSERT INTO lots VALUES (of_merchant, of_member, account.lots_made, rule ->> 'id', of_order,
        points, points, now_at, ends);
    INSERT INTO entries VALUES (of_merchant, of_member, account.entries, 'earn', points,
        account.lots_made, of_order, now_at);
    INSERT INTO orders VALUES (of_merchant, of_order, of_member, 'paid', of_lines,
        jsonb_build_array(jsonb_build_object('rule', rule, 'base', base, 'points', points,
            'lot', account.lots_made)));

    SELECT min(expires_at) INTO account.due FROM lots
    WHERE merchant = of_merchant AND member = of_member AND remaining > 0;
    UPDATE accounts SET entries = account.entries, lots_made = account.lots_made,
        active = account.active, due = account.due
    WHERE merchant = of_merchant AND member = of_member;

    answer := jsonb_build_object(
        'granted', points,
        'grants', jsonb_build_array(jsonb_build_object('rule', rule ->> 'id', 'base', base,
            'points', points, 'lot', account.lots_made, 'expires-at', ends)),
        'balance', account.active);
    INSERT INTO keys VALUES (of_merchant, 'earn', of_key, fingerprint, answer);
    RETURN answer;
END;
$$;
