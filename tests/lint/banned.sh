#!/bin/sh
# Functions and habits that a tool refuses, so that nobody has to remember. Prints each breach; exit 1 when there is one.
cd "$(dirname "$0")/../.." || exit 1
bad=0
ban() { # what, extended regex, files to leave out (regex)
	hits=$(grep -rnE --include='*.[ch]' "$2" src include | grep -vE "${3:-^$}" | grep -vE '^[^:]*:[0-9]*:[[:space:]]*(\*|/\*|//)')
	[ -z "$hits" ] || { echo "banned: $1"; echo "$hits"; bad=1; }
}
ban 'unbounded string functions' '[^a-z_](strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|mktemp|tmpnam)[[:space:]]*\('
ban 'shells' '[^a-z_](system|popen|execlp|execvp)[[:space:]]*\('
ban 'weak randomness' '[^a-z_](rand|random|srand|drand48)[[:space:]]*\('
ban 'time zones: use util/clock' '[^a-z_](localtime|mktime|gmtime|ctime|asctime)[[:space:]]*\('
ban 'getenv outside util/file.c' '[^a-z_]getenv[[:space:]]*\(' '^src/util/file\.c'
ban 'case-insensitive JSON lookup' 'cJSON_GetObjectItem[[:space:]]*\('
ban 'unfinished words' '(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)'
ban 'assembled SQL: use bound parameters' 'sqlite3_exec\([^,]*,[[:space:]]*[^"NS A-Z]' '^src/(store/db|sandbox)'
exit $bad
