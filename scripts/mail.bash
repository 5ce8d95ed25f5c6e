#!/usr/bin/env bash
# aiosmtpd and dkimpy, for the tests that hand mail to a server and its signature to a judge that others wrote; without them these say
# "skipped". They go into an environment of their own beside the compiled code, which `./dev test` has the tests use.
set -euo pipefail

place=${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/stampcard/mail
packages=(aiosmtpd==1.4.6 dkimpy==1.1.8)

there() {
    [[ -x $place/bin/python3 ]] && "$place/bin/python3" -c 'import aiosmtpd.controller, dkim' 2>/dev/null
}

install() {
    python3 -m venv "$place" && "$place/bin/pip" install --quiet "${packages[@]}" && return
    rm -rf -- "$place"
    return 1
}

if there; then
    printf 'aiosmtpd and dkimpy are here\n'
elif install && there; then
    printf 'aiosmtpd and dkimpy were installed\n'
else
    printf 'aiosmtpd and dkimpy are not here and could not be installed: their tests are skipped\n'
fi
