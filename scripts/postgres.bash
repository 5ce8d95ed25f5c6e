#!/usr/bin/env bash
# PostgreSQL's programs, for the tests and benches that start a server of their own; without them these say "skipped". Where
# Debian's package can be installed it is, without the server that it would set up and start.
set -euo pipefail

programs() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

install() {
    local settings=/etc/postgresql-common/createcluster.conf
    # On somebody's own machine only where that was asked for.
    [[ -n ${CI:-}${STAMPCARD_INSTALL:-} && $(id -u) -eq 0 ]] && command -v apt-get >/dev/null || return 1
    if [[ ! -e $settings ]]; then
        mkdir -p "${settings%/*}"
        printf 'create_main_cluster = false\n' >"$settings"
    fi
    apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql >/dev/null
}

if programs; then
    printf 'PostgreSQL is here\n'
elif install && programs; then
    printf 'PostgreSQL was installed\n'
else
    printf 'PostgreSQL is not here and could not be installed: its tests are skipped\n'
fi
