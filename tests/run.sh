#!/bin/sh
# Run cmocka test programs, show only what failed, end with the plain count: run.sh PROGRAM...
# NUMDESK_TALLY, when set, is a file to which "passed failed" is appended for the summary of a whole check.
passed=0; failed=0
out=$(mktemp "${TMPDIR:-/tmp}/numdesk-unit.XXXXXX") || exit 1
trap 'rm -f "$out"' EXIT
for t in "$@"; do
	CMOCKA_MESSAGE_OUTPUT=STDOUT timeout "${NUMDESK_TEST_TIMEOUT:-300}" "$t" >"$out" 2>&1
	rc=$?
	p=$(grep -c '^\[       OK \]' "$out")
	# cmocka repeats each failure in its summary; count the first list only
	f=$(sed -n '/^\[==========\].* run\.$/q;p' "$out" | grep -c '^\[  FAILED  \]')
	[ "$rc" -ne 0 ] && [ "$f" -eq 0 ] && f=1
	[ "$rc" -eq 0 ] && [ "$p" -eq 0 ] && { echo "$t: ran no test"; f=1; }
	s=$(grep -c '^\[  SKIPPED \] [^0-9]' "$out"); [ "$s" -eq 0 ] || echo "$t: $s skipped"
	[ "$rc" -ne 124 ] || echo "$t: stopped after ${NUMDESK_TEST_TIMEOUT:-300} s"
	passed=$((passed + p)); failed=$((failed + f))
	if [ "$f" -ne 0 ]; then echo "--- $t (exit $rc)"; cat "$out"; fi
done
[ -n "${NUMDESK_TALLY:-}" ] && echo "$passed $failed" >>"$NUMDESK_TALLY"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
