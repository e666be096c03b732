#!/bin/sh
# Each public header compiles alone, without warnings: headers.sh CC FLAGS...
cd "$(dirname "$0")/../.." || exit 1
bad=0
for h in $(find include -name '*.h' | sort); do
	printf '#include "%s"\n' "${h#include/}" | "$@" -Werror -x c -fsyntax-only - || { echo "headers: $h does not stand alone"; bad=1; }
done
exit $bad
