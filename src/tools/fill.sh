#!/bin/sh
# Replace lines such as @COMMANDS@ by what gendocs prints for that table: fill.sh GENDOCS FILE VERSION
gendocs=$1; file=$2; version=$3
while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	@[A-Z]*@) "$gendocs" "$(printf %s "$line" | tr -d @ | tr A-Z_ a-z-)" || exit 1 ;;
	*) printf '%s\n' "$line" | sed "s/@version@/$version/" ;;
	esac
done <"$file"
