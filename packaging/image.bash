#!/usr/bin/env bash
# The files of the image: below `system` what belongs to nobody who runs there, below `state` what is the server's own. Takes
# the program and the folder to make.
set -euo pipefail

program=${1:?names no program} image=${2:?names no folder}
system=$image/system state=$image/state

install -D -m 755 "$program" "$system/usr/local/bin/stampcard"

# The libraries that it is linked with, where the loader looks for them, and the loader.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 755 "$library" "$system$library"
done

install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/ca-certificates.crt"
# Without it the C library asks the name server before it looks at /etc/hosts.
printf 'hosts: files dns\n' >"$system/etc/nsswitch.conf"
# Where the settings are mounted.
install -d -m 755 "$system/etc/stampcard"
install -d -m 700 "$state/lib/stampcard" "$state/cache/stampcard"
chmod 755 "$state" "$state/lib" "$state/cache"
