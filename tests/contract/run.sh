#!/bin/sh
# Contract tests: run.sh BUILD [PACKAGES [PINS]]. Installs what the lock file in PINS (this directory) pins into
# PACKAGES (contract, beside BUILD) unless it is there already, then runs them. Ends with "N passed, N failed"; where
# there is no registry to install from, it says so and runs nothing.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
build=${1:?usage: run.sh BUILD [PACKAGES [PINS]]}
packages=${2:-$(dirname "$build")/contract}
from=${3:-$here}
stamp=$packages/node_modules/.installed
finish() { echo "$1 passed, $2 failed"; exit "$2"; }

node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' && command -v npm >/dev/null 2>&1 || {
	echo "check-contract: needs npm and Node.js 18 or newer: run 'make deps-contract'"
	finish 0 1
}
pins() { cat "$from/package.json" "$from/package-lock.json" "$here/.npmrc" | sha256sum; }
install() {
	mkdir -p "$packages" && cp "$from/package.json" "$from/package-lock.json" "$here/.npmrc" "$packages/" &&
		(cd "$packages" && npm ci) >"$packages/install.log" 2>&1 && pins >"$stamp"
}
# An answer of any kind, even a refusal, is a registry that can be reached.
reachable() {
	(cd "$packages" && npm ping --fetch-retries=1) >"$packages/ping.log" 2>&1 ||
		! grep -qE 'E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH|NETDOWN|NOTCACHED)|_TIMEOUT' \
			"$packages/ping.log"
}
if [ "$(cat "$stamp" 2>/dev/null)" != "$(pins)" ]; then
	echo "check-contract: installing Prism, Twilio's client and Twilio's OpenAPI files into $packages"
	if ! install; then
		if ! reachable; then
			echo "check-contract: SKIPPED, nothing was tested: the npm registry cannot be reached"
			finish 0 0
		fi
		if ! install; then     # once more: one package in hundreds may have been late
			cat "$packages/install.log"
			echo "check-contract: the npm registry answers, but the installation failed"
			finish 0 1
		fi
	fi
fi
unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY       # loopback from here on
exec node "$here/main.mjs" "$build" "$packages"
