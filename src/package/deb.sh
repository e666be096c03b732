#!/bin/sh
# Make a Debian package of what `make install` installs: deb.sh MAKE VERSION. Needs dpkg-deb; takes the library packages
# to depend on from the binaries themselves (dpkg -S on what ldd names), so it fits the release it is built on.
set -eu
make=$1; version=$2
arch=$(dpkg --print-architecture)
root=build/deb/numdesk
rm -rf "$root"
"$make" --no-print-directory install DESTDIR="$root" PREFIX=/usr
strip "$root/usr/bin/numdesk" "$root/usr/libexec/numdesk/numdesk-sandbox"
gzip -9n "$root"/usr/share/man/man*/*
depends=$(ldd "$root/usr/bin/numdesk" "$root/usr/libexec/numdesk/numdesk-sandbox" | sed -n 's/.*=> \([^ ]*\) .*/\1/p' | sort -u |
	while read -r lib; do dpkg -S "$(readlink -f "$lib")" 2>/dev/null || dpkg -S "$(readlink -f "$lib" | sed 's,^/usr,,')" 2>/dev/null; done |
	sed 's/:.*//' | sort -u | grep -E '^(libc6|libncursesw|libtinfo|libcurl|libcjson|libsqlite3|libsodium|libmicrohttpd)' | paste -sd, | sed 's/,/, /g')
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<C
Package: numdesk
Version: $version
Architecture: $arch
Maintainer: the numdesk authors <numdesk@example.com>
Section: net
Priority: optional
Depends: $depends, ca-certificates
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Description: terminal program for the phone numbers of Twilio accounts
 Lists, searches, buys and releases phone numbers from the keyboard or a
 script, with locally encrypted credentials, a cache that opens at once, and a
 journal that neither buys twice nor forgets a purchase.
C
dpkg-deb --root-owner-group --build "$root" "build/numdesk_${version}_$arch.deb" >/dev/null
echo "build/numdesk_${version}_$arch.deb"
