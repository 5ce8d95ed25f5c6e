#!/usr/bin/env bash
# The HTTP API against its own description: Redocly's linter reads the OpenAPI document, and schemathesis asks a server, started here on
# loopback with a database of its own, what nobody would think of; with CI set the same each time. Says "skipped" where npm or Python is missing.
#
# scripts/api.bash PROGRAM [EXAMPLES]    EXAMPLES of each operation are made up, 30 unless told, beside those that cover its schema
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(readlink -f "${1:?names no program}")
examples=${2:-30}
tools=${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/stampcard/api
redocly=@redocly/cli@2.77.0
schemathesis=4.32.5
faults=0

say() {
    printf '%s\n' "$*"
}

scratch=$(mktemp -d)
server=
finish() {
    if [[ -n $server ]]; then
        kill "$server" && wait "$server" || true
    fi
    rm -rf "$scratch"
}
trap finish EXIT

"$program" openapi >"$scratch/openapi.json"

lint() {
    say "OpenAPI document, by $redocly"
    (cd "$scratch" && npx --yes "$redocly" lint --config "$here/api/redocly.yaml" --max-problems 20 openapi.json)
}

install_schemathesis() {
    local bin=$tools/bin
    if [[ ! -x $bin/schemathesis ]] || [[ $("$bin/schemathesis" --version) != *" $schemathesis" ]]; then
        python3 -m venv "$tools" && "$bin/pip" install --quiet "schemathesis==$schemathesis"
    fi
}

call() {
    local told
    told=$("$program" call --database "$scratch/api.db" --merchant tea "$@") || {
        say "$1 answered: $told"
        return 1
    }
}

# Starts a server for one merchant with rules of every kind, and leaves its address and an administrator's key.
start() {
    cat >"$scratch/stampcard.toml" <<'TOML'
listen = "127.0.0.1:0"
database = "api.db"
ticking = false

[limits]
requests-per-second = 100000

[merchants.tea]
TOML
    key=$("$program" keys --config "$scratch/stampcard.toml" create --merchant tea --role administrator --name api 2>/dev/null)
    call merchant.current --config "$here/api/rules.json"
    call members.put --key mei --with '{"member":"mei","email":"mei@example.com","mobile":"+886912345678"}'
    call members.put --key jo --with '{"member":"jo"}'
    call points.report-order --key A-1 \
        --with '{"order":"A-1","member":"mei","state":"paid","lines":[{"sku":"tea","quantity":"9","amount":"90000"}]}'
    call coupons.set-code-key --key codes --with "{\"key\":\"$(printf '0123456789abcdef%.0s' 1 2 3 4)\"}"
    call coupons.issue --key coupon --with '{"template":"welcome","to":{"member":"mei"}}'
    "$program" serve --config "$scratch/stampcard.toml" >"$scratch/access.log" 2>"$scratch/server.log" &
    server=$!
    for _ in $(seq 100); do
        sleep 0.1
        address=$(sed -n 's/^listening on //p' "$scratch/server.log")
        [[ -z $address ]] || return 0
    done
    cat "$scratch/server.log"
    return 1
}

# One thread: Python's own parser breaks with several, as schemathesis uses it. What it notes for itself goes with the scratch folder.
ask() {
    local found=0
    say "server, by schemathesis $schemathesis"
    (cd "$scratch" && SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$here/api "$tools/bin/schemathesis" \
        --config-file "$here/api/schemathesis.toml" run "$address/openapi.json" --header "Authorization: Bearer $key" \
        --checks all --phases coverage,fuzzing --max-examples "$examples" --continue-on-failure --warnings off --no-color \
        ${CI:+--seed 1}) || found=1
    if grep -q '"status":5' "$scratch/access.log"; then
        say 'the server failed at these:'
        grep '"status":5' "$scratch/access.log"
        found=1
    fi
    return "$found"
}

if npx --yes "$redocly" --version >/dev/null 2>&1; then
    lint || faults=1
else
    say 'skipped: the linter needs npx, and the registry of its packages'
fi
if command -v python3 >/dev/null && install_schemathesis; then
    start
    ask || faults=1
else
    say 'skipped: schemathesis needs Python with venv, and the index of its packages'
fi
exit "$faults"
