#!/bin/sh
# Installs AWS's SDK for JavaScript below the build and runs the tests that hold plugin and stand-in against it: `make check-sdk`.
#
#	sh check.sh DIR          DIR is where the SDK goes; all that is installed stays in it
#
# Environment: as for the end-to-end tests, and NODE, NPM, SDK_PYTHON3 (python3 with botocore), PERL.
set -eu

mkdir -p "$1"
directory=$(cd "$1" && pwd)
sources=$(cd "$(dirname "$0")" && pwd)
node=${NODE:-node} npm=${NPM:-npm} python=${SDK_PYTHON3:-/usr/bin/python3} perl=${PERL:-perl}
clients='@aws-sdk/client-ecs @aws-sdk/client-cloudwatch @aws-sdk/client-sts'

fail() {
	echo "check-sdk: $*" >&2
	exit 1
}

# Installs packages of npm into a directory, as they are today. Only the package node has to run a script for that.
install() (
	cd "$1"
	shift
	test -f package.json || echo '{"private": true}' >package.json
	"$npm" install --cache "$directory/npm-cache" --no-audit --no-fund --no-update-notifier --loglevel=error "$@" >npm.log 2>&1
)

missing=''
command -v "$node" >/dev/null 2>&1 || missing="$missing, $node (package nodejs)"
command -v "$npm" >/dev/null 2>&1 || missing="$missing, $npm (package npm, or that of another node)"
"$python" -c 'import botocore' >/dev/null 2>&1 || missing="$missing, botocore for $python (package python3-botocore)"
"$perl" -MTest::Harness -e 1 >/dev/null 2>&1 || missing="$missing, perl with Test::Harness (package perl)"
test -z "$missing" || fail "missing: ${missing#, }"

latest=''
for client in $clients; do
	latest="$latest $client@latest"
done
# shellcheck disable=SC2086  # a list of words
if ! install "$directory" --ignore-scripts $latest; then
	for client in $clients; do
		test -f "$directory/node_modules/$client/package.json" || fail "npm cannot install the SDK (no network?): $(grep -m 1 . "$directory/npm.log" || echo 'it says nothing'); all it said is in $directory/npm.log"
	done
	echo "check-sdk: npm cannot look for a newer SDK (no network?): that of an earlier run is used"
fi

# The SDK says which node it needs: ">=20.0.0".
wants() { "$node" -p "JSON.parse(require('fs').readFileSync(process.argv[1])).engines.node.match(/\\d+/)[0]" "$directory/node_modules/@aws-sdk/client-ecs/package.json"; }
has() { "$1" -p 'process.versions.node.split(".")[0]'; }
wanted=$(wants) || fail "the SDK does not tell which node it needs"
had=$(has "$node") || fail "$node does not tell its version"
if test "$had" -lt "$wanted"; then
	mkdir -p "$directory/node"
	own="$directory/node/node_modules/node/bin/node"
	install "$directory/node" node@latest || test -x "$own" ||
		fail "$node has version $had, the SDK needs $wanted, and npm cannot install the package node: see $directory/node/npm.log"
	old=$had
	had=$(has "$own") || fail "npm's package node does not run: see $directory/node/npm.log"
	test "$had" -ge "$wanted" || fail "$node ($old) is too old for the SDK, which needs $wanted, and so is npm's package node ($had)"
	echo "check-sdk: $node is too old for the SDK, which needs version $wanted: npm's package node is used"
	node=$own
fi

CHECK_ECS_SDK=$directory CHECK_ECS_NODE=$(command -v "$node") CHECK_ECS_SDK_PYTHON=$python
export CHECK_ECS_SDK CHECK_ECS_NODE CHECK_ECS_SDK_PYTHON
exec "$perl" -MTest::Harness -e 'runtests(@ARGV)' "$sources/sdk.t" "$sources/errors.t"
