# Sources of Rust's standard library, of exactly the compiler's version, for machines without the compiled
# one. Sourced by scripts/setup.bash.
#
# They come from the toolchain, from the system, or from Debian's package `rust-src`. The package is
# fetched with apt's own checks of signatures, by apt folders private to this script, so that neither root
# is needed nor the system changed.
# shellcheck shell=bash

: "${cache:?}" "${wasm_target=}" "${sysroot=}"

# Sets and exports STAMPCARD_RUST_SRC, which host-runner/build.rs reads.
find_rust_src() {
    local version=$1 folder
    local kept=$cache/rust-src-$version/library
    for folder in "$sysroot/lib/rustlib/src/rust/library" "/usr/src/rustc-$version/library" "$kept"; do
        if is_library "$folder"; then
            found "sources of the component's standard library in $folder"
            export STAMPCARD_RUST_SRC=$folder
            return
        fi
    done
    local tool
    for tool in apt-get apt-cache dpkg-deb tar; do
        command -v "$tool" >/dev/null ||
            die "the target $wasm_target can't be had, nor (without $tool) Debian's sources of Rust's library." \
                "Put the folder 'library' of Rust $version's sources somewhere and name it in STAMPCARD_RUST_SRC"
    done
    mkdir -p "$cache"
    # A subshell, so that its folder goes however it ends.
    (fetch_rust_src "$version" "$cache/rust-src-$version") || exit 1
    export STAMPCARD_RUST_SRC=$kept
}

# Whether a run before this one fetched the package.
has_kept_rust_src() {
    is_library "$cache/rust-src-$(rustc_version)/library"
}

is_library() {
    [[ -f $1/Cargo.lock && -f $1/std/Cargo.toml ]]
}

fetch_rust_src() {
    local version=$1 destination=$2 work log package
    work=$(mktemp -d "$cache/rust-src.XXXXXX")
    # shellcheck disable=SC2064  # The folder of now is meant.
    trap "rm -rf -- '$work'" EXIT
    log=$work/log
    mkdir -p "$work"/{state/lists/partial,cache/archives/partial,debs,new}
    local apt_options=(
        -o "Dir::State=$work/state"
        -o "Dir::Cache=$work/cache"
        -o Acquire::Languages=none
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    )

    say "looking for Rust $version's sources among apt's sources"
    # What counts is what the lists hold afterwards: one broken source must not spoil the others.
    apt-get "${apt_options[@]}" update >>"$log" 2>&1 || true
    if ! package=$(rust_src_package "$version"); then
        say 'not there; looking in the backports of the mirror that apt is set to'
        use_backports
        package=$(rust_src_package "$version") || {
            cat "$log" >&2
            die "no package rust-src of Rust $version was found; apt's words stand above"
        }
    fi

    say "fetching $package"
    if ! (cd "$work/debs" && apt-get "${apt_options[@]}" download "$package") >>"$log" 2>&1; then
        cat "$log" >&2
        die "apt could not fetch $package; its words stand above"
    fi
    local deb=("$work"/debs/rust-src_*.deb)
    [[ $(dpkg-deb -f "${deb[0]}" Version) == "${package#rust-src=}" ]] ||
        die "apt fetched another version than $package"
    # Of the whole compiler's sources only the library is taken.
    dpkg-deb --fsys-tarfile "${deb[0]}" |
        tar -x -C "$work/new" --strip-components=4 "./usr/src/rustc-$version/library"
    is_library "$work/new/library" || die "$package holds no library with a lock file"
    rm -rf -- "$destination"
    mv "$work/new" "$destination"
    say "unpacked it to $destination"
}

# The newest package whose upstream version is exactly this one, as `rust-src=VERSION`.
rust_src_package() {
    local pattern=${1//./\\.} version
    version=$(apt-cache "${apt_options[@]}" madison rust-src 2>>"$log" |
        sed -nE "s/^ *rust-src *\| *(${pattern}[+-][^ ]*) *\|.*/\1/p" | sort -V | tail -n 1)
    [[ -n $version ]] && printf 'rust-src=%s\n' "$version"
}

# Points apt_options at trixie-backports. The mirror is the one that the system's own list names for
# Debian's main archive, and the system's keyring has to vouch for it. A keyring from before trixie is
# made up for by Debian's newer package of it, which the old keys sign.
use_backports() {
    local mirror keyring
    # shellcheck disable=SC2016  # The names in the format are apt's.
    mirror=$(apt-get "${apt_options[@]}" indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>>"$log" | head -n 1)
    [[ -n $mirror ]] || die "apt is set to no mirror of Debian. Name the folder 'library' of Rust's" \
        'sources in STAMPCARD_RUST_SRC'
    for keyring in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        [[ -f $keyring ]] && break
    done
    [[ -f $keyring ]] || die "Debian's keyring isn't installed: apt-get install debian-archive-keyring"

    local configured=("${apt_options[@]}")
    apt_options+=(-o "Dir::Etc::sourcelist=$work/backports.sources" -o Dir::Etc::sourceparts=-)
    update_backports "$mirror" "$keyring" && return
    say "Debian's keyring here doesn't know trixie; fetching the newer one"
    (cd "$work/debs" && apt-get "${configured[@]}" download debian-archive-keyring) >>"$log" 2>&1 || return 0
    local deb=("$work"/debs/debian-archive-keyring_*.deb)
    dpkg-deb -x "${deb[0]}" "$work/keyring"
    for keyring in "$work"/keyring/usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        [[ -f $keyring ]] && break
    done
    update_backports "$mirror" "$keyring" || true
}

update_backports() {
    cat >"$work/backports.sources" <<TEXT
Types: deb
URIs: $1
Suites: trixie-backports
Components: main
Signed-By: $2
TEXT
    apt-get "${apt_options[@]}" -o APT::Update::Error-Mode=any update >>"$log" 2>&1
}
