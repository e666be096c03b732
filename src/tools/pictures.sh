#!/bin/sh
# Take the pictures of man/img anew: the real program, in an xterm on a display that nobody sees.
#   pictures.sh [NUMDESK]         (default: build/release/numdesk, with numdesk-sandbox beside it)
# Needs more than the build does: xvfb xterm xdotool imagemagick pngquant optipng fonts-dejavu-core. Not part of 'make check'.
set -eu
cd "$(dirname "$0")/../.."
numdesk=$(realpath "${1:-build/release/numdesk}")
img=$PWD/man/img
for tool in Xvfb xterm xdotool import pngquant optipng; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "pictures: '$tool' is missing; apt-get install xvfb xterm xdotool imagemagick pngquant optipng fonts-dejavu-core" >&2
		exit 1
	}
done
[ -x "$numdesk" ] || { echo "pictures: no program '$numdesk': run 'make' first" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/numdesk-pictures.XXXXXX")
xterm=
server=
# what is in the terminal ends with it: the program takes the hangup and removes its throw-away home
clean() { [ -z "$xterm" ] || kill "$xterm" 2>/dev/null || :; sleep 1; [ -z "$server" ] || kill "$server" 2>/dev/null || :; rm -rf "$work"; }
trap clean EXIT

Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
server=$!
tries=0
until [ -s "$work/display" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || { echo "pictures: Xvfb did not start" >&2; exit 1; }
	sleep 0.1
done
DISPLAY=:$(cat "$work/display")
export DISPLAY

# xterm with a palette of its own, so that a picture does not depend on this machine's resources
cat >"$work/resources" <<'EOF'
XTerm*faceName: DejaVu Sans Mono
XTerm*faceSize: 11
XTerm*background: #15181c
XTerm*foreground: #d3d7cf
XTerm*cursorColor: #d3d7cf
XTerm*color0: #15181c
XTerm*color1: #e05c5c
XTerm*color2: #7ac26a
XTerm*color3: #dcb454
XTerm*color4: #6a9fe0
XTerm*color5: #b98ad8
XTerm*color6: #5fbcc4
XTerm*color7: #d3d7cf
XTerm*color8: #767c86
XTerm*color9: #ff7b72
XTerm*color10: #95de84
XTerm*color11: #f2cc60
XTerm*color12: #8ab8f5
XTerm*color13: #d2a8ff
XTerm*color14: #7fdbe3
XTerm*color15: #ffffff
XTerm*boldColors: false
XTerm*internalBorder: 6
XTerm*scrollBar: false
XTerm*cursorBlink: false
XTerm*forceBoxChars: true
EOF

open_at() { # COLSxROWS
	XENVIRONMENT="$work/resources" LANG=C.UTF-8 TERM=xterm-256color xterm -geometry "$1+0+0" -e "$numdesk" --demo &
	xterm=$!
	window=$(xdotool search --sync --onlyvisible --class xterm | head -n 1)
	xdotool windowfocus --sync "$window"
	wait_still
}
close_it() { keys q; wait "$xterm" || :; xterm=; }
shot() { import -window "$window" "$work/shot.png"; }
# until two looks, half a second apart, see the same: the demo's first refresh and each search take a moment
wait_still() {
	sleep 1.5
	shot
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		cp "$work/shot.png" "$work/before.png"
		sleep 0.4
		shot
		[ "$(compare -metric AE "$work/before.png" "$work/shot.png" null: 2>&1)" -gt 60 ] || return 0
	done
}
keys() { xdotool key --delay 60 "$@"; sleep 0.5; }
typed() { xdotool type --delay 60 "$1"; sleep 0.3; }
take() { # NAME
	wait_still
	pngquant --force --speed 1 --output "$work/small.png" 64 "$work/shot.png"
	optipng -quiet -o5 -strip all -out "$work/$1.png" "$work/small.png"
	mv "$work/$1.png" "$img/$1.png"
	echo "man/img/$1.png $(wc -c <"$img/$1.png") bytes"
}

mkdir -p "$img"
open_at 120x36
keys j j j p                    # a primary number, so that its sign is in the picture
keys Tab
typed 415
keys Return
take panes
keys b
take purchase
keys n
close_it

open_at 80x24
take narrow
close_it
