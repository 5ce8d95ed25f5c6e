# What the build needs, and where it comes from. Sourced by `dev`, which sets `root` and `cache`.
# Every step looks first and acts only where something is missing; it says what it did, and with
# `talkative=yes` also what it found.
# shellcheck shell=bash

: "${root:?}" "${cache:?}"

# shellcheck source=scripts/rust-src.bash
source "$root/scripts/rust-src.bash"

wasm_target=wasm32-unknown-unknown
sysroot=
talkative=

say() {
    printf 'dev: %s\n' "$*" >&2
}

found() {
    [[ -z $talkative ]] || say "found $*"
}

die() {
    say "$*"
    exit 1
}

set_up() {
    find_cargo
    find_toolchain
    find_components
    find_c_compiler
    find_wasm_library
    [[ -z $talkative ]] || say "compiled files go to $CARGO_TARGET_DIR"
}

find_cargo() {
    command -v cargo >/dev/null || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null && return
    die "there is no cargo. Install rustup (its site, or your distribution's package 'rustup'), or" \
        "Rust $(wanted_version) itself (on Debian 'rustc', 'cargo', 'rust-clippy' and 'rustfmt', of" \
        "that version or newer), and run this again"
}

wanted_version() {
    sed -n 's/^channel *= *"\(.*\)"/\1/p' "$root/rust-toolchain.toml"
}

# rustup would otherwise fetch what the toolchain file lists, and fail each call where it can't. Only
# this script fetches.
rustc_version() {
    RUSTUP_AUTO_INSTALL=0 rustc --version 2>/dev/null | cut -d ' ' -f 2
}

# Leaves the toolchain's name in RUSTUP_TOOLCHAIN: that has rustup look at no toolchain file, so a
# toolchain of the same version under another name will do.
find_toolchain() {
    local wanted name
    wanted=$(wanted_version)
    if ! command -v rustup >/dev/null; then
        accept_lone_rustc "$wanted"
        return
    fi
    for name in ${RUSTUP_TOOLCHAIN:+"$RUSTUP_TOOLCHAIN"} "$wanted"; do
        use_toolchain "$name" "$wanted" && return
    done
    while read -r name; do
        use_toolchain "${name%% *}" "$wanted" && return
    done < <(rustup toolchain list 2>/dev/null)
    say "no toolchain here is Rust $wanted; installing it with rustup"
    rustup toolchain install "$wanted" --no-self-update --profile minimal --component clippy,rustfmt \
        --target "$wasm_target" >&2 ||
        die "rustup could not install Rust $wanted; the reason stands above"
    use_toolchain "$wanted" "$wanted" || die "rustup installed Rust $wanted, and yet it does not run"
}

use_toolchain() {
    local version
    version=$(RUSTUP_TOOLCHAIN=$1 rustc_version) || return 1
    [[ $version == "$2" ]] || return 1
    export RUSTUP_TOOLCHAIN=$1
    found "Rust $version, the toolchain '$1'"
}

accept_lone_rustc() {
    local wanted=$1 version older
    version=$(rustc_version) || die "there is cargo, but no rustc that runs"
    older=$(printf '%s\n' "$wanted" "$version" | sort -V | head -n 1)
    [[ $older == "$wanted" ]] ||
        die "rustc is $version; $wanted or newer is needed. Install it, or rustup, which fetches it"
    [[ $version == "$wanted" ]] || say "rustc is $version; the project is kept working with $wanted"
    found "Rust $version, without rustup"
}

# Only `check` needs them, so their want stops nothing else.
find_components() {
    local tools=(cargo-clippy cargo-fmt) missing=() tool bin
    sysroot=$(rustc --print sysroot)
    bin=$sysroot/bin
    for tool in "${tools[@]}"; do
        [[ -x $bin/$tool ]] || { ! command -v rustup && command -v "$tool"; } >/dev/null || missing+=("$tool")
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        found 'clippy and rustfmt'
    elif command -v rustup >/dev/null &&
        rustup component add clippy rustfmt --toolchain "$RUSTUP_TOOLCHAIN" >&2; then
        say 'added clippy and rustfmt'
    else
        say "${missing[*]} can't be had; './dev check' will stop there"
    fi
}

# SQLite and the allocator are compiled along, and rustc links by it.
find_c_compiler() {
    if command -v cc >/dev/null && command -v make >/dev/null; then
        found "a C compiler, $(command -v cc), and $(command -v make)"
        return
    fi
    # Packages of the system are put in only where that was asked for, or where nobody could be asked.
    if [[ -n ${CI:-}$talkative && $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
        say "there is no C compiler or no make; installing Debian's gcc and make"
        if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends gcc libc6-dev make; } >&2; then
            die 'apt-get could not install them; the reason stands above'
        fi
        return
    fi
    die "there is no C compiler 'cc' or no 'make': install gcc, libc6-dev and make, or clang and make, or your system's tools for developers"
}

# The compiled library takes seconds to get; where it can't be had, its sources will do and cost half a
# minute, once.
find_wasm_library() {
    if [[ -n ${STAMPCARD_RUST_SRC:-} ]]; then
        found "sources of the component's standard library, named by STAMPCARD_RUST_SRC"
        return
    fi
    if [[ -z ${STAMPCARD_NO_TARGET_ADD:-} ]]; then
        if has_wasm_library; then
            found "the target $wasm_target"
            return
        fi
        # Where sources had to do before, only `./dev setup` tries again: without a network each try takes long.
        if command -v rustup >/dev/null && { [[ -n $talkative ]] || ! has_kept_rust_src; }; then
            say "adding the target $wasm_target to the toolchain"
            if timeout 300 rustup target add "$wasm_target" --toolchain "$RUSTUP_TOOLCHAIN" >&2 && has_wasm_library; then
                return
            fi
            say "rustup could not add it; the component's standard library will be compiled from sources"
        fi
    fi
    find_rust_src "$(rustc_version)"
}

has_wasm_library() {
    compgen -G "$sysroot/lib/rustlib/$wasm_target/lib/libstd-*.rlib" >/dev/null
}
