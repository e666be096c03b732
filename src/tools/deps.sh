#!/bin/sh
# Install what is missing on Debian or Ubuntu, saying what; does nothing when all is there: deps.sh run|test|contract
set -eu
run="pkg-config libncurses-dev libcurl4-openssl-dev libcjson-dev libsqlite3-dev libsodium-dev libmicrohttpd-dev ca-certificates"
test="$run libcmocka-dev libvterm-dev"
contract="$test nodejs npm"
case "$1" in run) want=$run ;; test) want=$test ;; contract) want=$contract ;;
*) echo "usage: deps.sh run|test|contract" >&2; exit 2 ;; esac
if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "numdesk: this is not Debian or Ubuntu; install the equivalents of: $want" >&2
	exit 1
fi
missing=
for p in $want; do
	case "$p" in
	nodejs) command -v node >/dev/null 2>&1 && continue ;;
	npm) command -v npm >/dev/null 2>&1 && continue ;;
	esac
	[ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = "install ok installed" ] || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
cmd="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null 2>&1; then sudo=sudo
else
	echo "numdesk: run this as root, then try again: apt-get update && $cmd" >&2
	exit 1
fi
echo "numdesk: installing$missing"
$sudo apt-get update -qq || echo "numdesk: the package lists could not be refreshed; trying with what is there" >&2
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $cmd
