#!/bin/sh
# The checks that read the code without running it: format, clang-tidy, cppcheck, gcc's analyzer. Run by `make
# check-static` in the build folder, which passes SRCDIR, MAKE and FLAGS (the libraries' preprocessor flags).
set -eu

: "${SRCDIR:?}" "${MAKE:=make}" "${FLAGS:=}"
build=$(pwd)
failed=0

for tool in clang-format clang-tidy cppcheck gcc; do
	command -v "$tool" >/dev/null || { echo "check-static: $tool is missing; install it" >&2; exit 1; }
done

stage() {
	echo "check-static: $1"
	shift
	"$@" || { failed=1; echo "check-static: failed" >&2; }
}

cd "$SRCDIR"
sources=$(find lib plugins tests -name '*.c')
headers=$(find lib plugins tests -name '*.h')
# The unit programs do on purpose what the analyzers warn of (bidirectional text, lengths that wrap); sanitizers and
# valgrind run them.
analysed=$(find lib plugins tests/standin tests/fuzz -name '*.c')

format() {
	# shellcheck disable=SC2086  # file names of this tree hold no blanks
	clang-format --dry-run -Werror $sources $headers
}

# One process for each core: a file takes a second or two.
tidy() {
	printf '%s\n' $analysed | xargs -P "$(nproc)" -n 8 sh -c '
		build=$1 flags=$2
		shift 2
		clang-tidy --quiet "$@" -- -std=gnu11 -DHAVE_CONFIG_H -D_GNU_SOURCE -I"$build" -Ilib -Iplugins/check_ecs_bottleneck.d -Itests/fuzz $flags 2>"$build/clang-tidy.err" ||
			{ grep -v "warnings generated" "$build/clang-tidy.err" >&2; exit 255; }' sh "$build" "$FLAGS"
}

check() {
	# shellcheck disable=SC2086
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr -j "$(nproc)" \
		--suppress=missingIncludeSystem --suppress=unknownMacro -DHAVE_CONFIG_H -I"$build" -Ilib -Iplugins/check_ecs_bottleneck.d -Itests/fuzz $analysed
}

analyze() {
	mkdir -p "$build/analyzer"
	cd "$build/analyzer"
	[ -f Makefile ] || "$SRCDIR/configure" CC=gcc CFLAGS='-O2 -g' >configure.log
	"$MAKE" -j"$(nproc)" CFLAGS='-O2 -g -fanalyzer -Werror' all
}

stage 'format (clang-format)' format
stage 'clang-tidy' tidy
stage 'cppcheck' check
stage 'gcc -fanalyzer' analyze
exit "$failed"
