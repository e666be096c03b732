#!/bin/sh
# Includes point down only: app -> {cli, tui} -> core -> {twilio, store, vault} -> model -> util; the sandbox uses model and util.
# Libraries stay in the files that own them. Prints each breach; exit 1 when there is one.
cd "$(dirname "$0")/../.." || exit 1
rank() { case "$1" in app) echo 6;; cli|tui) echo 5;; core) echo 4;; twilio|store|vault) echo 3;; model) echo 2;; util) echo 1;; sandbox) echo 3;; *) echo 0;; esac; }
bad=0
say() { echo "layers: $*"; bad=1; }
for f in $(find src include -name '*.[ch]' -o -name '*.def' | grep -v '^src/tools/' | sort); do
	layer=$(echo "$f" | sed -n 's,^src/\([a-z]*\)/.*,\1,p; s,^include/numdesk/\([a-z]*\)/.*,\1,p')
	mine=$(rank "$layer")
	for t in $(sed -n 's,^#include "numdesk/\([a-z]*\)/.*,\1,p' "$f" | sort -u); do
		theirs=$(rank "$t")
		[ "$t" = "$layer" ] && continue
		[ "$theirs" -lt "$mine" ] || say "$f ($layer) includes $t"
		[ "$layer" = sandbox ] && case "$t" in model|util) ;; *) say "$f (sandbox) includes $t";; esac
	done
	grep -Hn '^#include "\.\./' "$f" && say "$f includes by a relative path"
done
only() { # header pattern, allowed files (regex)
	for f in $(grep -rlE "^#include <$1>" src include | grep -vE "$2"); do say "$f includes <$1>"; done
}
only 'n?curses\.h' '^src/tui/term\.c$'
only 'curl/.*' '^src/twilio/'
only 'sqlite3\.h' '^src/(store|sandbox)/'
only 'sodium\.h' '^src/util/(crypto|secret)[a-z_]*\.c$'
only '(cjson/)?cJSON\.h' '^src/util/json[a-z_]*\.[ch]$'
only 'microhttpd\.h' '^src/sandbox/'
exit $bad
