#!/bin/sh
# Take away one safeguard at a time and see whether a test notices: mutate.sh [NAME...]
#
# Works on a copy of the tree. A mutant is a sed script on one or more files and the tests that ought to turn red; those
# marked * have to be caught by a kill test (tests/kill), the others may be caught by unit tests alone. Prints
# "caught NAME by TEST..." or "SURVIVED NAME". Exit 1 when one survived or is not caught where it has to be.
#
#   B         build directory to start from (build/test)
#   NUMDESK_KILL  points per command and mode (4)
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build/test} VARIANT=${VARIANT:-test}
export NUMDESK_KILL="${NUMDESK_KILL:-4}" CMOCKA_MESSAGE_OUTPUT=STDOUT
tree=$(mktemp -d "${TMPDIR:-/tmp}/numdesk-mutants.XXXXXX") || exit 1
trap 'rm -rf "$tree"' EXIT
trap 'exit 130' INT TERM HUP
kept=$tree/kept
wanted=" $* "
bad=0 caught=0

copy_tree() {
	mkdir -p "$tree/$(dirname "$B")" "$kept" &&
	cp -a Makefile src include tests man config.example.ini "$tree" &&
	{ [ ! -d "$B" ] || cp -a "$B" "$tree/$(dirname "$B")"; }
}
build() { # program...: in the copy
	for p; do set -- "$@" "$B/$p"; shift; done
	make --no-print-directory -C "$tree" -j2 VARIANT="$VARIANT" B="$B" "$@" >"$tree/build.log" 2>&1
}
run() { # program, of the copy
	(cd "$tree" && timeout "${NUMDESK_TEST_TIMEOUT:-900}" "./$B/$1" >"$tree/run.log" 2>&1)
}
change() { # file, sed script
	[ -f "$kept/$1" ] || { mkdir -p "$kept/$(dirname "$1")" && cp -p "$tree/$1" "$kept/$1"; }
	cp "$tree/$1" "$tree/before" && sed -E -i "$2" "$tree/$1" && ! cmp -s "$tree/before" "$tree/$1"
}
restore() {
	(cd "$kept" && find . -type f) | while read -r f; do cp "$kept/$f" "$tree/$f"; done     # newer than what was built
	rm -rf "$kept"
}

# mutant [*]NAME "TEST..." FILE SED [FILE SED]...
mutant() {
	name=${1#\*} strict=0 tests=$2
	[ "$name" = "$1" ] || strict=1
	shift 2
	case $wanted in *[!\ ]*) case $wanted in *" $name "*) ;; *) return;; esac;; esac
	while [ $# -gt 0 ]; do
		change "$1" "$2" || { echo "OUT OF DATE $name: nothing to change in $1"; bad=1; restore; return; }
		shift 2
	done
	red='' by_kill=0
	# shellcheck disable=SC2086
	if build $tests; then
		for t in $tests; do
			run "$t" || { red="$red $t"; case $t in kill/*) by_kill=1;; esac; }
		done
	else
		echo "DOES NOT BUILD $name"; tail -5 "$tree/build.log"
		bad=1; restore; return
	fi
	restore
	if [ -z "$red" ]; then echo "SURVIVED $name ($tests)"; bad=1
	elif [ $strict = 1 ] && [ $by_kill = 0 ]; then echo "MISSED by the kill tests: $name, caught by$red"; bad=1
	else echo "caught $name by$red"; caught=$((caught + 1)); fi
}

copy_tree || exit 1
build kill/test_kill kill/test_sessions || { tail -5 "$tree/build.log"; echo "the tree does not build"; exit 1; }

# --- the mark, and who asks for it ---
mutant '*mark' 'kill/test_kill unit/core/test_apply' \
	src/core/apply_send.c 's/if \(!ledger_arm\(a->s->ledger, op->id, &a->arm_err\)\)/if (!op->id)/'
mutant '*guard' 'kill/test_kill unit/twilio/test_http' \
	src/twilio/http_easy.c 's/t->reply\.sent = !t->before_send \|\| t->before_send\(t->before_send_ctx\);/t->reply.sent = true;/'
mutant '*mark-not-synced' 'kill/test_sessions unit/store/test_ledger' \
	src/store/ledger.c 's/synchronous=EXTRA/synchronous=FULL/'
# --- once ---
mutant 'second-call' 'unit/twilio/test_http' \
	src/twilio/http_easy.c 's/if \(t->asked\)/if (!t)/'
mutant 'armed-twice' 'unit/store/test_journal_settle' \
	src/store/journal_settle.c "s/ AND state='planned' AND sends=0//"
mutant '*own-connection' 'kill/test_kill unit/twilio/test_http' \
	src/twilio/http_easy.c '/CURLOPT_(FRESH_CONNECT|FORBID_REUSE)/d'
mutant '*sent-twice' 'kill/test_kill unit/twilio/test_http' \
	src/twilio/http_easy.c '/CURLOPT_(FRESH_CONNECT|FORBID_REUSE)/d; s/if \(t->asked\)/if (!t)/' \
	src/core/apply_send.c 's/if \(!a \|\| a->armed \|\| a->stopping\)/if (!a || a->stopping)/; s/if \(!ledger_arm\(a->s->ledger, op->id, &a->arm_err\)\)/if (!a->armed \&\& !ledger_arm(a->s->ledger, op->id, \&a->arm_err))/'
mutant 'writes-retried' 'unit/twilio/test_http unit/twilio/test_http_retry' \
	src/twilio/http_retry.c 's/t->method != HTTP_GET \|\| //'
# --- what an answer proves ---
mutant '*lost-is-refused' 'kill/test_kill unit/twilio/test_write' \
	src/twilio/write.c 's/unknown\(&w, call->subject, r->error && \*r->error \? r->error : "no answer"\)/w.result = WRITE_REJECTED/'
mutant '*5xx-is-refused' 'kill/test_kill unit/twilio/test_write' \
	src/twilio/write.c '/^	default:$/,/WRITE_UNKNOWN/ s/WRITE_UNKNOWN/WRITE_REJECTED/'
# --- after a crash ---
mutant '*armed-is-forgotten' 'kill/test_kill unit/store/test_journal_settle' \
	src/store/journal_settle.c 's/OP_ARMED, OP_UNKNOWN, "its session/OP_ARMED, OP_REJECTED, "its session/'
mutant '*lock-check' 'kill/test_sessions unit/store/test_journal_settle' \
	src/store/ledger_session.c 's/&& file_lock_is_held\(path\);/\&\& *path == 0;/'
mutant 'listed-after-release' 'kill/test_kill unit/core/test_mirror' \
	src/core/session.c '/mirror_make_up\(s\);/d'
# --- the hold ---
mutant '*hold' 'kill/test_kill unit/core/test_guard' \
	src/core/guard_rules.c 's/return op->kind == OP_BUY && op_is_unsure\(op->state\) &&/return s \&\& op->kind != OP_BUY \&\& op_is_unsure(op->state) \&\&/'
mutant '*hold-at-the-start' 'kill/test_kill' \
	src/cli/cmd_buy.c 's/ \|\| \(!c->a->dry_run && !guard_no_hold\(c->s, e\)\)//'
mutant 'one-want' 'unit/store/test_ledger_schema' \
	src/store/ledger_schema.c '/CREATE UNIQUE INDEX one_want/d'
mutant 'one-open' 'unit/store/test_ledger_schema' \
	src/store/ledger_schema.c '/CREATE UNIQUE INDEX one_open/d'
mutant '*claims' 'kill/test_sessions unit/store/test_journal_plan' \
	src/store/ledger_schema.c '/CREATE UNIQUE INDEX one_open/d' \
	src/store/journal_plan.c 's/ok = check_free\(l, &work\[i\], e\) && /ok = /; s/^static bool check_free/__attribute__((unused)) &/' \
	src/core/guard_rules.c 's/read = ledger_each\(s->ledger, &f, report_open, &l, &e\);/read = report_open != NULL;/'
mutant 'caps' 'kill/test_sessions unit/store/test_journal_plan' \
	src/store/journal_plan.c 's/ok = check_limits\(l, work, n, limits, now_ms, e\) && /ok = /; s/^static bool check_limits/__attribute__((unused)) &/'
# --- looking ---
mutant 'pages' 'unit/core/test_settle unit/core/test_apply unit/core/test_histories' \
	src/core/look.c 's/if \(!page->next \|\| !\*page->next\)/if (page)/'
mutant 'exact-match' 'unit/core/test_settle unit/core/test_apply unit/core/test_histories' \
	src/core/look.c 's/if \(!is_wanted\(l, n\)\)/if (!is_wanted(l, n) \&\& !n)/'
mutant 'failed-look-is-evidence' 'unit/core/test_settle unit/core/test_histories' \
	src/core/look.c 's/answer\(l, LOOK_NO_EVIDENCE, NULL, err\);/answer(l, LOOK_NOT_THERE, NULL, NULL);/'
mutant 'absent-at-once' 'unit/core/test_settle' \
	src/core/settle_priv.h 's/#define SETTLE_LOOKS 8 /#define SETTLE_LOOKS 1 /; s/#define SETTLE_MS 120000/#define SETTLE_MS 0/'

echo "$caught caught"
exit $bad
