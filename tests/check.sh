#!/bin/sh
# Every test of one variant; a failing step does not hide the next. Ends with "N passed, N failed": check.sh MAKE
make=$1
variant=${VARIANT:-test}
build=${B:-build}                # each variant in a directory of its own, also when one was named
tally=$(mktemp "${TMPDIR:-/tmp}/numdesk-tally.XXXXXX") || exit 1
trap 'rm -f "$tally"' EXIT
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
step() { # name, make target...: one test of its own when it has no count
	name=$1; shift
	echo "--- $name ($variant)"
	if "$make" --no-print-directory -j"$jobs" VARIANT="$variant" B="$build/$variant" "$@"; then echo "1 0" >>"$tally"; else
		echo "$name failed"; echo "0 1" >>"$tally"; fi
}
counted() {
	name=$1; shift
	echo "--- $name ($variant)"
	NUMDESK_TALLY=$tally "$make" --no-print-directory -j"$jobs" VARIANT="$variant" B="$build/$variant" "$@" || echo "$name: see above" >&2
}
before() { wc -l <"$tally"; }
run() { # a counted step that left no count did not even build
	n=$(before); counted "$@"; [ "$(before)" -gt "$n" ] || { echo "$1: did not run"; echo "0 1" >>"$tally"; }
}
step build all
if [ "$variant" = test ]; then
	step lint lint
	step documents check-docs
	variant=release; step release all; variant=test
fi
run unit unit
run e2e e2e
[ "$variant" = asan ] || run kill kill
awk '{p += $1; f += $2} END {printf "%d passed, %d failed\n", p, f; exit f > 0}' "$tally"
