#!/usr/bin/env bash
# nats-server, for the tests that start one of their own; without it these say "skipped". Where Debian's package can be installed it
# is; the server that it would start is not needed, and it is told not to.
set -euo pipefail

program() {
    command -v nats-server >/dev/null || [[ -x /usr/sbin/nats-server ]]
}

install() {
    # On somebody's own machine only where that was asked for.
    [[ -n ${CI:-}${STAMPCARD_INSTALL:-} && $(id -u) -eq 0 ]] && command -v apt-get >/dev/null || return 1
    apt-get update >/dev/null && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nats-server >/dev/null
}

if program; then
    printf 'nats-server is here\n'
elif install && program; then
    printf 'nats-server was installed\n'
else
    printf 'nats-server is not here and could not be installed: its tests are skipped\n'
fi
