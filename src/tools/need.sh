#!/bin/sh
# Say which libraries are missing and the one command that mends it: need.sh run|test PKG...
kind=$1; shift; missing=
command -v pkg-config >/dev/null 2>&1 || missing=' pkg-config'
for p in "$@"; do
	pkg-config --exists "$p" 2>/dev/null || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
target=deps; [ "$kind" = test ] && target=deps-test
echo "numdesk: missing for this build:$missing" >&2
echo "numdesk: run 'make $target' to install what is missing" >&2
exit 1
