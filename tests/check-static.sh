#!/bin/sh
# The checks that read the code without running it: format, clang-tidy, cppcheck, gcc's analyzer, shellcheck. Run by `make
# check-static` in the build directory, which passes SRCDIR, MAKE and FLAGS (the libraries' preprocessor flags).
# CHECK_STATIC names some of them (default: format tidy cppcheck analyzer shell). CHECK_STATIC_CHANGED is a file with names of files,
# one a line: clang-tidy then looks at these alone, and at what includes a header among them.
# shellcheck disable=SC2086  # file names of this tree hold no blanks
set -eu

: "${SRCDIR:?}" "${MAKE:=make}" "${FLAGS:=}" "${CHECK_STATIC:=format tidy cppcheck analyzer shell}" "${CHECK_STATIC_CHANGED:=}"
build=$(pwd)
failed=0

for tool in clang-format clang-tidy cppcheck gcc shellcheck; do
	command -v "$tool" >/dev/null || { echo "check-static: $tool is missing; install it" >&2; exit 1; }
done

# stage NAME TITLE FUNCTION
stage() {
	case " $CHECK_STATIC " in *" $1 "*) ;; *) return 0 ;; esac
	begun=$(date +%s)
	"$3" || { failed=1; echo "check-static: failed" >&2; }
	echo "check-static: $2, $(($(date +%s) - begun)) s"
}

cd "$SRCDIR"
sources=$(find lib plugins tests -name '*.c')
headers=$(find lib plugins tests -name '*.h')
# The unit programs do on purpose what the analyzers warn of (bidirectional text, lengths that wrap); sanitizers and
# valgrind run them.
analysed=$(find lib plugins tests/standin tests/fuzz -name '*.c')

format() {
	clang-format --dry-run -Werror $sources $headers
}

# -> the files for clang-tidy
chosen() {
	if [ -z "$CHECK_STATIC_CHANGED" ] || grep -qx '.clang-tidy' "$CHECK_STATIC_CHANGED"; then
		printf '%s\n' $analysed
		return
	fi
	# Of a header only its own name counts, whatever directory an #include names before it.
	headers=$(sed -n 's|^.*/\([^/]*\.h\)$|\1|p' "$CHECK_STATIC_CHANGED" | sort -u | sed 's/\./\\./g' | paste -sd '|')
	{
		printf '%s\n' $analysed | grep -Fxf "$CHECK_STATIC_CHANGED" || :
		[ -z "$headers" ] || grep -lE "^#include \"([^\"]*/)?($headers)\"" $analysed || :
	} | sort -u
}

# One process for each core: a file takes a second or two.
tidy() {
	files=$(chosen)
	[ -n "$files" ] || return 0
	echo "clang-tidy: $(printf '%s\n' "$files" | wc -l) of $(printf '%s\n' $analysed | wc -l) files"
	printf '%s\n' "$files" | xargs -P "$(nproc)" -n 4 sh -c '
		build=$1 flags=$2
		shift 2
		clang-tidy --quiet "$@" -- -std=gnu11 -DHAVE_CONFIG_H -D_GNU_SOURCE -I"$build" -Ilib -Iplugins/check_ecs_bottleneck.d -Itests/fuzz -Itests/unit $flags 2>"$build/clang-tidy-$$.err" && rm "$build/clang-tidy-$$.err" ||
			{ grep -v "warnings generated" "$build/clang-tidy-$$.err" >&2; exit 255; }' sh "$build" "$FLAGS"
}

check() {
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr -j "$(nproc)" \
		--suppress=missingIncludeSystem --suppress=unknownMacro -DHAVE_CONFIG_H -I"$build" -Ilib -Iplugins/check_ecs_bottleneck.d -Itests/fuzz -Itests/unit $analysed
}

analyze() {
	mkdir -p "$build/analyzer"
	cd "$build/analyzer"
	[ -f Makefile ] || "$SRCDIR/configure" CC=gcc CFLAGS='-O2 -g' >configure.log
	"$MAKE" -j"$(nproc)" CFLAGS='-O2 -g -fanalyzer -Werror' all
}

scripts() {
	cd "$SRCDIR"
	shellcheck --severity=warning contrib/quickstart.sh contrib/discovery/ecs_bottleneck_discover contrib/nagios/ecs_bottleneck_objects contrib/packaging/build.sh tests/check-static.sh tests/fuzz/run.sh
}

stage format 'format (clang-format)' format
stage tidy clang-tidy tidy
stage cppcheck cppcheck check
stage analyzer 'gcc -fanalyzer' analyze
stage shell shellcheck scripts
exit "$failed"
