#!/bin/sh
# Builds check_ecs_bottleneck and shows it at work without an AWS account.
#
#   sh contrib/quickstart.sh [ARGS]             run the plugin, with ARGS, on a demo account; without ARGS, pick a cluster
#                                               at a terminal, demo-prod elsewhere
#   sh contrib/quickstart.sh shell              the same account in a shell of its own, until that ends
#   sh contrib/quickstart.sh test [MAKE-ARGS]   build and run the test suite, with samples of its long tables; TESTS='A B' picks
#   sh contrib/quickstart.sh test full [MAKE-ARGS]
#                                               the same with all of its long tables, and on Debian in the daemons that
#                                               are installed
#   sh contrib/quickstart.sh deps [GROUP...]    only install the packages of these groups; without one, list the groups
#   sh contrib/quickstart.sh unprivileged CMD   run CMD in the source tree; for root: as another user, in a copy of the tree
#
# --build DIR before these words names the directory to build in, else build/quickstart.
#
# Packages come from the distribution alone. Everything made stays below the build directory: what autoreconf makes, too,
# since a tree without configure is built by links to its sources. As root, `test` and `unprivileged` use build/quickstart-test,
# or a temporary directory where build/ is not for others to enter.
# Environment: CHECK_ECS_TEST_USER (default nobody) is the user that root becomes, CHECK_ECS_DATA names the directory of
# recorded series for the tests, CHECK_ECS_CONFIGURE has options for configure, CC and MAKE are the usual.
#
# shellcheck disable=SC2016  # what is single-quoted here is meant for another shell or program
set -eu
unset CDPATH GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

top=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
build=''
make=${MAKE:-make}
work='' private='' standin_pid='' ticker_pid='' mode='' missing='' installed_some='' policy=''
count_pattern='' count_total=''
# What the build takes on the disk, and the whole suite on the clock, on 2 cores of a small machine.
build_mb=60 suite_minutes=10
# How long the account answers if this script is killed and cannot end it; a shell on it may be open all day.
account_seconds=600

say() { printf 'quickstart: %s\n' "$*"; }

# die CAUSE [LINE]...: what is wrong, and lines to run or to hand to an administrator. Status 2 tells a preparation that
# failed from tests that failed (1).
die() {
	printf 'quickstart: %s\n' "$1" >&2
	shift
	for line; do
		printf '    %s\n' "$line" >&2
	done
	if [ "$mode" = test ]; then
		echo '0 passed, 1 failed'
	fi
	exit 2
}

cleanup() {
	if [ -n "$standin_pid" ]; then
		kill "$standin_pid" 2>/dev/null || :
		wait "$standin_pid" 2>/dev/null || :
	fi
	stop_ticker
	services_again
	if [ -n "$private" ]; then
		# A distcheck that was cut short leaves directories that even their owner cannot empty.
		chmod -R u+w "$private" 2>/dev/null || :
		rm -rf "$private"
	fi
	if [ -n "$work" ]; then
		rm -rf "$work"
	fi
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 131' QUIT
# A reader that goes away (| head) is to end the account, too: dash runs no EXIT trap when a signal kills it.
trap 'exit 141' PIPE
trap 'exit 143' TERM

work_directory() {
	[ -n "$work" ] || work=$(mktemp -d "$build/tmp.XXXXXX" 2>/dev/null) || work=$(mktemp -d "${TMPDIR:-/tmp}/check_ecs.XXXXXX") ||
		die "cannot make a temporary directory in ${TMPDIR:-/tmp}"
}

# --- progress ---------------------------------------------------------------------------------

# start_ticker WHAT COMMAND...: at a terminal, a line that says every second how long WHAT takes, and what COMMAND prints.
start_ticker() {
	ticker_what=$1
	shift
	if [ ! -t 1 ]; then
		say "$ticker_what"
		return
	fi
	ticker_began=$(date +%s)
	while :; do
		took=$(($(date +%s) - ticker_began))
		printf '\rquickstart: %s, %s%d:%02d ' "$ticker_what" "$("$@")" $((took / 60)) $((took % 60))
		sleep 1
	done &
	ticker_pid=$!
}

stop_ticker() {
	[ -n "$ticker_pid" ] || return 0
	kill "$ticker_pid" 2>/dev/null || :
	wait "$ticker_pid" 2>/dev/null || :
	ticker_pid=''
	took=$(($(date +%s) - ticker_began))
	printf '\r%79s\rquickstart: %s, %d:%02d\n' '' "$ticker_what" $((took / 60)) $((took % 60))
}

# How many lines of the log match count_pattern, where the number that will is known.
lines_of_all() {
	[ -n "$count_total" ] && [ "$count_total" -gt 0 ] || return 0
	printf '%d of %d, ' "$(grep -cE "$count_pattern" "$log")" "$count_total"
}

# cause_of LOG: a known cause of a failure in words, else nothing.
cause_of() {
	if grep -qE 'No space left on device|not enough free space|File too large' "$1"; then
		echo 'the disk is full'
	elif grep -qE '[Tt]emporary failure (resolving|in name)|[Cc]ould not resolve|Failed to fetch|Could not connect|[Nn]etwork is unreachable|Unable to connect' "$1"; then
		echo 'there is no network, or the package mirror does not answer'
	elif grep -qE 'sudo: |not in the sudoers|may not run sudo' "$1"; then
		echo "sudo does not let $(user_name) install packages"
	fi
}

# logged WHAT LOG COMMAND...: quiet unless the command fails. logged_or WHAT LOG COMMAND... returns its status.
logged_or() {
	what=$1 log=$2
	shift 2
	logged_status=0
	start_ticker "$what" lines_of_all
	"$@" >>"$log" 2>&1 </dev/null || logged_status=$?
	stop_ticker
	count_total=''
	[ "$logged_status" -eq 0 ] || tail -n 40 "$log" >&2
	return "$logged_status"
}

logged() {
	if ! logged_or "$@"; then
		cause=$(cause_of "$log")
		case $log in
		"$work"/*) die "failed: $what${cause:+: $cause}" ;;
		*) die "failed: $what${cause:+: $cause}; the lines above are the end of ${log#"$top/"}" ;;
		esac
	fi
}

logged_make() {
	make_what=$1
	shift
	if [ -t 1 ]; then
		count_pattern='^  CC '
		count_total=$("$make" -n "$@" 2>/dev/null | grep -c '^ *echo "  CC ') || :
		count_total=$((count_total + $(grep -cE "$count_pattern" "$build/build.log" || :)))
	fi
	logged "$make_what" "$build/build.log" "$make" -j"$(cpus)" "$@"
}

user_name() { id -un 2>/dev/null || id -u; }

cpus() { nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1; }

# --- packages ---------------------------------------------------------------------------------

package_system() {
	if command -v apt-get && command -v dpkg-query; then
		echo debian
	elif command -v dnf && command -v rpm; then
		echo dnf
	elif command -v zypper && command -v rpm; then
		echo zypper
	elif command -v apk; then
		echo apk
	else
		echo other
	fi | tail -n 1
}

groups='build test daemons director analysis packaging'

group_purpose() {
	case $1 in
	build) echo 'the plugin and the demo account' ;;
	test) echo 'the test suite' ;;
	daemons) echo 'tests in Icinga 2, Nagios and NRPE; no service is enabled' ;;
	director) echo 'tests in the Icinga Director, with PHP and PostgreSQL; no service is enabled' ;;
	analysis) echo 'static analysis, sanitizers, fuzzing, coverage' ;;
	packaging) echo 'Debian packages and rpms' ;;
	esac
}

# The one table of packages: package_names SYSTEM GROUP. ca-certificates is among them because curl only
# recommends it and no real account can be reached without it. The zypper and apk rows leave out
# the Perl module Monitoring::Plugin, for which no official package is known.
package_names() {
	case $1/$2 in
	debian/compiler) echo gcc ;;
	debian/build) echo autoconf automake make pkg-config libc6-dev libcurl4-openssl-dev \
		libcjson-dev libssl-dev libexpat1-dev libncurses-dev libmicrohttpd-dev libgnutls28-dev ca-certificates ;;
	debian/test) echo libcmocka-dev perl libmonitoring-plugin-perl awscli openssl valgrind strace time tmux zsh curl \
		bsdutils python3-jsonschema python3-boto3 ;;
	debian/daemons) echo icinga2-bin icinga2-common nagios4-core nagios-nrpe-server nagios-nrpe-plugin monitoring-plugins-basic ;;
	debian/director) echo icingacli icingaweb2-module-director icingaweb2-module-incubator php-cli php-pgsql postgresql ;;
	debian/packaging)
		echo build-essential debhelper dpkg-dev fakeroot lintian rpm mmdebstrap
		# Debian 11 has none.
		grep -q '^VERSION_ID="11"' /etc/os-release || echo rpmlint
		;;
	debian/analysis) echo gcc clang libclang-rt-dev clang-format clang-tidy cppcheck gcovr shellcheck xz-utils ;;

	dnf/compiler) echo gcc ;;
	dnf/build) echo autoconf automake make pkgconf-pkg-config glibc-devel libcurl-devel \
		cjson-devel openssl-devel expat-devel ncurses-devel libmicrohttpd-devel gnutls-devel ca-certificates ;;
	dnf/test) echo libcmocka-devel perl perl-Test-Harness perl-Monitoring-Plugin awscli2 \
		openssl valgrind strace time tmux zsh curl /usr/bin/script python3-jsonschema python3-boto3 ;;
	dnf/packaging) echo rpm-build fakeroot rpmlint ;;
	dnf/analysis) echo gcc clang compiler-rt clang-tools-extra cppcheck gcovr ShellCheck xz ;;

	zypper/compiler) echo gcc ;;
	zypper/build) echo autoconf automake make pkgconf-pkg-config glibc-devel libcurl-devel \
		cJSON-devel libopenssl-devel libexpat-devel ncurses-devel libmicrohttpd-devel libgnutls-devel ca-certificates-mozilla ;;
	zypper/test) echo libcmocka-devel perl aws-cli openssl valgrind strace time tmux zsh curl /usr/bin/script python3-jsonschema python3-boto3 ;;
	zypper/packaging) echo rpm-build fakeroot rpmlint ;;
	zypper/analysis) echo gcc clang clang-tools cppcheck python3-gcovr ShellCheck xz ;;

	apk/compiler) echo gcc ;;
	apk/build) echo autoconf automake make pkgconf musl-dev curl-dev cjson-dev openssl-dev \
		expat-dev ncurses-dev libmicrohttpd-dev gnutls-dev ca-certificates ;;
	apk/test) echo cmocka-dev perl perl-utils aws-cli openssl valgrind strace time tmux zsh curl util-linux-misc py3-jsonschema py3-boto3 ;;
	apk/analysis) echo gcc clang compiler-rt clang-extra-tools cppcheck gcovr shellcheck xz ;;

	other/compiler) echo 'a C compiler' ;;
	other/build) echo 'autoconf, automake, make, pkg-config, and with their headers' \
		'libcurl (>= 7.66), cJSON (>= 1.7.13), OpenSSL (>= 1.1.1), expat (>= 2.2), libmicrohttpd, GnuTLS, optionally ncurses with wide characters' ;;
	other/test) echo 'cmocka with its headers, perl with prove, Monitoring::Plugin for perl,' \
		'the AWS CLI, openssl, valgrind, strace, GNU time, tmux, zsh, curl, jsonschema and boto3 for python3' ;;
	other/analysis) echo 'gcc, clang with compiler-rt, clang-format, clang-tidy, cppcheck, gcovr, shellcheck, xz' ;;

	*/packaging) die 'there are packages for Debian and for systems with rpm only' ;;
	*/daemons | */director) die 'the packages of the daemons are known for Debian only' ;;
	*) die "there is no package group '$2'; the groups are: $groups" ;;
	esac
}

package_present() {
	case $1 in
	debian) dpkg-query -W -f '${db:Status-Status}\n' "$2" 2>/dev/null | grep -qx installed ;;
	dnf | zypper) rpm -q --whatprovides "$2" >/dev/null 2>&1 ;;
	apk) apk info -e "$2" >/dev/null 2>&1 ;;
	esac
}

compiler_present() {
	command -v "${CC:-cc}" || command -v gcc || command -v clang
} >/dev/null

as_root() {
	# A root shell got with a plain `su` may lack the directories that package scripts need.
	set -- env "PATH=$PATH:/usr/sbin:/sbin" "$@"
	if [ "$(id -u)" -ne 0 ]; then
		set -- sudo "$@"
	fi
	"$@"
}

# Removing a package to make room for ours (another flavour of libcurl, say) is not ours to decide.
apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends --no-remove \
		-o DPkg::Lock::Timeout=300 "$@"
}

# A daemon that is there for tests is not to serve the network of its host: policy-rc.d keeps Debian's packages
# from starting it. Whoever has such a file has decided already.
no_services() {
	[ ! -e /usr/sbin/policy-rc.d ] || return 0
	policy=/usr/sbin/policy-rc.d
	as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >"$1" && chmod 755 "$1"' sh "$policy"
}

services_again() {
	[ -z "$policy" ] || as_root rm -f "$policy"
	policy=''
}

# policy-rc.d does not keep a package from enabling its services for the next boot.
disable_services() {
	for package; do
		dpkg-query -L "$package" 2>/dev/null || :
	done | sed -n -e 's|^/lib/systemd/system/\([^/@]*\.[a-z]*\)$|unit \1|p' -e 's|^/usr/lib/systemd/system/\([^/@]*\.[a-z]*\)$|unit \1|p' \
		-e 's|^/etc/init.d/\([^/]*\)$|script \1|p' | sort -u >"$work/services"
	while read -r kind name; do
		case $kind in
		unit) [ -z "$(find /etc/systemd/system -name "$name" -type l 2>/dev/null)" ] ||
			as_root env DPKG_MAINTSCRIPT_PACKAGE=quickstart deb-systemd-helper disable "$name" || return 1 ;;
		script) as_root update-rc.d "$name" disable || return 1 ;;
		esac </dev/null
	done <"$work/services"
}

# The packages that are installed, one a line.
installed_packages() {
	case $1 in
	debian) dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' ;;
	dnf | zypper) rpm -qa --qf '%{NAME}\n' ;;
	apk) apk info ;;
	esac | LC_ALL=C sort -u
}

# The list of what was installed here, in the build directory: but a person's clone should not hold what that person cannot
# delete, so root keeps it in its own clone only.
installed_list() {
	[ -w "$build" ] || [ "$(id -u)" -ne 0 ] || [ -n "$(find "$top" -prune -user 0)" ] || return 0
	mkdir -p "$build" 2>/dev/null && [ -w "$build" ] || return 0
	printf '%s\n' "$build/installed"
}

# What was installed, and the command that removes it.
tell_installed() {
	list=$(installed_list)
	if [ -z "$list" ] && [ -n "$installed_some" ]; then
		say 'this removes what was installed:'
		printf '    %s %s\n' "$(remove_command)" "$(tr '\n' ' ' <"$work/new")"
	fi
	[ -n "$list" ] && [ -s "$list" ] || return 0
	say "quickstart has installed $(grep -c '' "$list") packages here, listed in ${list#"$top/"}; this removes them:"
	printf '    %s $(cat %s)\n' "$(remove_command)" "$(quoted "$list")"
}

remove_command() {
	case $system in
	debian) set -- apt-get purge ;;
	dnf) set -- dnf remove ;;
	zypper) set -- zypper remove ;;
	apk) set -- apk del ;;
	esac
	[ "$(id -u)" -eq 0 ] || set -- sudo "$@"
	printf '%s' "$*"
}

package_install() {
	system=$1
	shift
	case $system in
	debian)
		no_services
		# Fresh images come without package lists, old ones with stale lists.
		apt_get install "$@" || { apt_get update && apt_get install "$@"; } || return 1
		LC_ALL=C comm -13 "$work/before" - <<-END >"$work/new"
			$(installed_packages debian)
		END
		# shellcheck disable=SC2046  # a list of words
		disable_services $(cat "$work/new") || return 1
		services_again
		;;
	dnf) as_root dnf install -y --setopt=install_weak_deps=False "$@" ;;
	zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
	apk) as_root apk add --no-cache "$@" ;;
	esac
}

# The line for whoever may install packages.
install_line() {
	case $system in
	debian) printf 'apt-get update && apt-get install --no-install-recommends%s\n' "$missing" ;;
	dnf) printf 'dnf install%s\n' "$missing" ;;
	zypper) printf 'zypper install%s\n' "$missing" ;;
	apk) printf 'apk add%s\n' "$missing" ;;
	esac
}

# Where the package names are unknown: enough is there if the tools run and the libraries are found.
other_system() {
	needs=$(for group in compiler "$@"; do package_names other "$group"; done)
	modules='libcurl libcjson openssl expat libmicrohttpd gnutls'
	case " $* " in *' test '*) modules="$modules cmocka" ;; esac
	# shellcheck disable=SC2086  # a list of words
	if compiler_present && command -v autoreconf >/dev/null && command -v "$make" >/dev/null &&
		pkg-config --exists $modules 2>/dev/null; then
		return
	fi
	printf '%s\n' "$needs" | sed 's/^/    /' >&2
	die 'this system has no package manager known here; please install what the lines above list'
}

# find_missing GROUP...: sets missing and system.
find_missing() {
	system=$(package_system)
	missing=''
	if [ "$system" = other ]; then
		other_system "$@"
		return
	fi
	wanted=$(for group; do package_names "$system" "$group"; done)
	if ! compiler_present; then
		wanted="$wanted $(package_names "$system" compiler)"
	fi
	for package in $wanted; do
		package_present "$system" "$package" || missing="$missing $package"
	done
}

# What the missing packages bring with them: their number, MB to fetch, MB on the disk. Nothing where that is not known.
package_sizes() {
	[ "$system" = debian ] || return 0
	# shellcheck disable=SC2086  # a list of words
	apt-get -qq -y --no-install-recommends --print-uris install $missing 2>/dev/null |
		awk '{ split($2, name, "_"); print name[1], $3 }' >"$work/fetched" || :
	[ -s "$work/fetched" ] || return 0
	# shellcheck disable=SC2046  # a list of words
	apt-cache show --no-all-versions $(sed 's/ .*//' "$work/fetched") 2>/dev/null | awk -v list="$work/fetched" '
		/^Installed-Size:/ { kilobytes += $2 }
		END {
			while ((getline line <list) > 0) { split(line, field, " "); bytes += field[2]; n++ }
			printf "%d %d %d\n", n, bytes / 1000000 + 0.99, kilobytes / 1000 + 0.99
		}'
}

free_mb() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1000) }'; }

# plan LINE...: says what will be done: the packages, then the lines.
plan() {
	minutes=2
	say 'this will'
	if [ -n "$missing" ]; then
		# shellcheck disable=SC2046  # three numbers
		set -- "$@" -- $(package_sizes)
		lines=''
		while [ "$1" != -- ]; do
			lines="$lines  - $1
"
			shift
		done
		shift
		if [ "$(id -u)" -eq 0 ]; then whom='as root'; else whom='with sudo'; fi
		if [ $# -eq 3 ]; then
			minutes=$((minutes + ($1 + $2) / 60))
			free=$(free_mb /usr)
			printf '  - install %d packages, %s: %d MB to fetch, %d MB on the disk\n' "$1" "$whom" "$2" "$3"
			[ "${free:-$3}" -ge "$3" ] || die "the disk is full: $free MB are free in /usr, the packages need $3 MB"
		else
			printf '  - install packages, %s; their size is known once the package lists are fetched\n' "$whom"
			minutes=$((minutes + 2))
		fi
		printf '%s\n' "$missing" | fold -s -w 72 | sed 's/^ */      /'
		printf '%s' "$lines"
	else
		printf '  - %s\n' "$@"
	fi
}

install_missing() {
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			die "packages are missing, and $(user_name) is not root and has no sudo; ask an administrator to run" "$(install_line)"
		# It asks for the password here, not amid the progress.
		if [ -t 0 ] && ! sudo -v; then
			die "sudo does not let $(user_name) install packages; ask an administrator to run" "$(install_line)"
		fi
	fi
	[ "$system" = debian ] || say "untested on systems with $system; the package names may be wrong"
	work_directory
	installed_some=yes
	installed_packages "$system" >"$work/before"
	# shellcheck disable=SC2086  # a list of words
	if ! logged_or 'installing packages' "$work/packages.log" package_install "$system" $missing; then
		cause=$(cause_of "$work/packages.log")
		die "cannot install packages${cause:+: $cause}; if an administrator has to do it, this is the line" "$(install_line)"
	fi
	installed_packages "$system" | LC_ALL=C comm -13 "$work/before" - >"$work/new"
	list=$(installed_list)
	[ -z "$list" ] || cat "$work/new" >>"$list"
}

# deps [GROUP...]
deps() {
	if [ $# -eq 0 ]; then
		echo 'usage: sh contrib/quickstart.sh deps GROUP...'
		for group in $groups; do
			printf '  %-10s %s\n' "$group" "$(group_purpose "$group")"
		done
		exit 2
	fi
	find_missing "$@"
	[ -n "$missing" ] || return 0
	work_directory
	plan
	install_missing
	tell_installed
}

# --- building ---------------------------------------------------------------------------------

# Links to the sources, in $build/source: nothing is written to the tree, and an edited file is the one that is compiled.
link_sources() {
	work_directory
	[ "$(cat source/.tree 2>/dev/null)" = "$top" ] || rm -rf source
	mkdir -p source
	printf '%s\n' "$top" >source/.tree
	find -L source -type l -exec rm -f {} +
	source_files >"$work/files"
	sed 's,^\(.*\)/[^/]*$,source/\1,' "$work/files" | sort -u >"$work/directories"
	while IFS= read -r name; do
		mkdir -p "$name"
	done <"$work/directories"
	# One ln for the files of a directory that follow each other.
	directory=''
	set --
	while IFS= read -r name; do
		[ ! -h "source/$name" ] || continue
		if [ $# -gt 0 ] && [ "${name%/*}" != "$directory" ]; then
			ln -s "$@" "source/$directory/"
			set --
		fi
		directory=${name%/*}
		set -- "$@" "$top/$name"
	done <"$work/files"
	[ $# -eq 0 ] || ln -s "$@" "source/$directory/"
}

# Sets source, by its name in the build directory: configure refuses blanks in longer ones. A tree that has configure (a
# release archive, or after autoreconf) is built as it is, unless it was built in itself.
choose_source() {
	source=source
	if [ -f "$top/configure" ] && [ ! -f "$top/config.status" ] && [ "$build" = "$top/build/quickstart" ]; then
		source=../..
		return
	fi
	link_sources
	if [ ! -f source/configure ] || [ -n "$(find -L source/configure.ac source/Makefile.am -newer source/configure.stamp)" ]; then
		# A stale configure would hide from the next run that this step failed.
		rm -f source/configure
		logged 'preparing configure' "$log" sh -c 'cd source && autoreconf -i'
		: >source/configure.stamp
	fi
}

build_directory() {
	if ! mkdir -p "$build" 2>/dev/null || [ ! -w "$build" ]; then
		die "$(user_name) cannot write to $build: the checkout is read-only, or another user has built there; name another directory" \
			"sh contrib/quickstart.sh --build ~/check_ecs_build"
	fi
	free=$(free_mb "$build")
	if [ ! -x "$build/plugins/check_ecs_bottleneck" ] && [ "${free:-$build_mb}" -lt "$build_mb" ]; then
		die "the disk is full: $free MB are free in $build, the build needs $build_mb MB; name a directory on another disk" \
			"sh contrib/quickstart.sh --build DIR"
	fi
}

# build_tree demo|test
build_tree() {
	cd "$build"
	log=$build/build.log
	: >"$log" || die "cannot write to $log"
	choose_source

	# The libraries that only the tests need may have come after an earlier configure.
	options="$source ${CHECK_ECS_CONFIGURE-}"
	if [ -n "$installed_some" ] || [ ! -f Makefile ] || [ "$(cat configure.options 2>/dev/null)" != "$options" ] ||
		{ [ ! -f "configured.$1" ] && [ ! -f configured.test ]; }; then
		rm -f configured.*
		# shellcheck disable=SC2086  # a list of words
		logged 'configuring' "$log" "$source/configure" ${CHECK_ECS_CONFIGURE-}
		# What was compiled with other options would stay.
		[ ! -f configure.options ] || [ "$(cat configure.options)" = "$options" ] || logged 'cleaning' "$log" "$make" clean
		printf '%s\n' "$options" >configure.options
		: >"configured.$1"
	fi
	logged_make 'building' all tests/standin/standin
	cd "$top"
}

# As text, because a shell that has read a start-up file has to do the same again.
forget='for name in $(env | sed -n "s/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p"); do unset "$name"; done
unset name http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY'

forget_user_environment() { eval "$forget"; }

# --- the demonstration ------------------------------------------------------------------------

quoted() {
	case $1 in
	'' | *[!A-Za-z0-9_@%+=:,./-]*) printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

start_standin() {
	work_directory
	# The file is there before the first look, since a stand-in that is ended right after its start may not notice the signal.
	: >"$work/standin.out"
	"$build/tests/standin/standin" --max-seconds="$account_seconds" >"$work/standin.out" 2>"$work/standin.err" </dev/null &
	standin_pid=$!
	tries=0
	while :; do
		url=$(sed -n 's/^listening //p' "$work/standin.out")
		[ -z "$url" ] || return 0
		tries=$((tries + 1))
		if [ "$tries" -gt 100 ] || ! kill -0 "$standin_pid" 2>/dev/null; then
			cat "$work/standin.err" >&2
			die 'the stand-in for AWS did not start'
		fi
		sleep 0.1
	done
}

# prepare_demo WHAT: everything that the demo account needs, having said what that is.
prepare_demo() {
	find_missing build
	build_directory
	work_directory
	if [ -n "$missing" ] || [ ! -x "$build/tests/standin/standin" ]; then
		plan "build the plugin below ${build#"$top/"}, as $(user_name), taking $build_mb MB" "$1; no AWS account is needed, and nothing is sent to AWS"
		say "this takes about $minutes min"
	fi
	install_missing
	build_tree demo
	[ -z "$installed_some" ] || tell_installed
	plugin=''
	for file in "$build/plugins/check_ecs_bottleneck" "$build/check_ecs_bottleneck"; do
		[ ! -x "$file" ] || plugin=$file
	done
	[ -n "$plugin" ] || die 'the build made no check_ecs_bottleneck'
	start_standin
	settings='AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_REGION=eu-west-1'
	settings="$settings AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
}

# The environment of the demo account; to be called in a subshell.
enter_demo() {
	forget_user_environment
	export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
	# shellcheck disable=SC2086,SC2163  # a list of assignments
	export $settings
}

# run_demo ARGS: leaves the exit status in $work/status.
run_demo() {
	status=0
	(
		enter_demo
		exec "$plugin" --endpoint-url "$url" "$@"
	) || status=$?
	echo "$status" >"$work/status"
}

tell_status() {
	read -r status <"$work/status" || die 'the plugin was not run'
	case $status in
	0) state=OK ;;
	1) state=WARNING ;;
	2) state=CRITICAL ;;
	3) state=UNKNOWN ;;
	*) die "exit status $status, which is not a state of a plugin" ;;
	esac
	printf 'exit status %s (%s)\n' "$status" "$state"
}

# The cluster that the last run asked for.
cluster_asked_for() {
	perl -MIO::Socket::INET -e '
		my $socket = IO::Socket::INET->new(PeerAddr => $ARGV[0] =~ s{^http://}{}r, Timeout => 5) or exit;
		print $socket "GET /_standin/log HTTP/1.0\r\n\r\n";
		print((join("", <$socket>) =~ /"cluster":"([^"]+)"/g)[-1] // "")' "$url" 2>/dev/null || :
}

# What a person sees, then what Nagios gets: without links and sparklines, and cut to the terminal.
demo_at_terminal() {
	printf '\nIn the list, demo-prod has charts to show, and demo-empty has no services.\n\n$ check_ecs_bottleneck\n'
	# The list covers the screen, so there has to be time to read that.
	sleep 3
	run_demo
	cluster=$(cluster_asked_for)
	cluster=${cluster##*/}
	if [ -z "$cluster" ] && [ "$(cat "$work/status")" -eq 3 ]; then
		# Nothing was chosen, and the plugin has said so.
		tell_status
		return
	fi
	cluster=${cluster:-demo-prod}
	printf '\nWithout a terminal, Nagios or Icinga get this (shortened here):\n\n$ check_ecs_bottleneck -c %s\n' "$cluster"
	run_demo -c "$cluster" | LC_ALL=C sed -e 's/ *|.*/ | .../' -e '/https:/d' -e 's/[^ -~]*$//' -e 's/^\(.\{76\}\).\{4,\}/\1.../'
	tell_status
	cat <<END

  sh contrib/quickstart.sh shell        opens a shell on this account
  sh contrib/quickstart.sh -c demo-staging -v
                                        runs the plugin with other options
  README.md                             "Five minutes to a first real check"
END
}

demo() {
	prepare_demo 'run it on a demo account'
	if [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; then
		if [ $# -eq 0 ]; then
			demo_at_terminal
		else
			run_demo "$@"
			tell_status
		fi
		return
	fi
	[ $# -gt 0 ] || set -- -c demo-prod
	printf '\n$'
	printf ' %s' "$settings" "$(quoted "${plugin#"$top/"}")" --endpoint-url "$url"
	for argument; do
		printf ' %s' "$(quoted "$argument")"
	done
	printf '\n'

	# Through a pipe, since that is what Nagios reads from.
	run_demo "$@" | cat
	tell_status

	cat <<END

For a cluster of your own:
  install      sudo make -C $(quoted "$build") install libexecdir=/usr/lib/nagios/plugins
  credentials  for the monitoring user: AWS_ACCESS_KEY_ID and so on, or ~/.aws/credentials;
               README.md has the IAM policy that they need
  check        /usr/lib/nagios/plugins/check_ecs_bottleneck -c CLUSTER -r REGION
END
}

# The start-up file of a shell that has the plugin in its path, the environment of this one, and completion.
shell_start() {
	# The start-up files that were read before this one may have set AWS_PROFILE or a proxy.
	printf '%s\n' "$forget"
	for name in $(env | sed -n 's/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p') MANPATH XDG_CACHE_HOME; do
		eval "value=\$$name"
		# shellcheck disable=SC2154  # eval sets it
		printf 'export %s=%s\n' "$name" "$(quoted "$value")"
	done
	printf 'PATH=%s:$PATH\n' "$(quoted "$(dirname -- "$plugin")")"
	printf 'HISTFILE=%s\n' "$(quoted "$work/history")"
	case $1 in
	bash)
		printf '. %s\n' "$(quoted "$build/contrib/completion/bash/check_ecs_bottleneck")"
		printf '%s\n' 'PS1="demo \w\$ "'
		;;
	zsh)
		printf 'fpath=(%s $fpath)\n' "$(quoted "$build/contrib/completion/zsh")"
		echo 'autoload -U compinit && compinit -D -u'
		echo 'PS1="demo %~%# "'
		;;
	esac
}

# shell: until the shell ends, the account answers. Without a terminal a shell reads its commands from standard input.
demo_shell() {
	account_seconds=86400
	prepare_demo 'open a shell on a demo account'
	mkdir -p "$work/man/man8"
	ln -s "$top/plugins/check_ecs_bottleneck.8" "$work/man/man8/"
	shell=${SHELL:-/bin/sh}
	case ${shell##*/} in
	bash | zsh) ;;
	*) shell=$(command -v bash) || shell=/bin/sh ;;
	esac
	if [ -t 0 ]; then
		cat <<END

The account has the clusters demo-prod, demo-staging and demo-empty in eu-west-1. Try

  check_ecs_bottleneck                          pick a cluster, see its chart
  check_ecs_bottleneck -c demo-prod | cat       what Nagios gets
  check_ecs_bottleneck -c demo-prod -s api -v   one service
  man check_ecs_bottleneck                      every option

A tab completes options and clusters. exit ends the shell and the account.
END
	else
		shell=/bin/sh
	fi
	# What interrupts a command in the shell is not to end the account.
	trap : INT QUIT
	status=0
	(
		enter_demo
		export AWS_ENDPOINT_URL="$url" MANPATH="$work/man:" XDG_CACHE_HOME="$work/cache"
		case ${shell##*/} in
		bash)
			{
				echo '[ ! -r ~/.bashrc ] || . ~/.bashrc'
				shell_start bash
			} >"$work/bashrc"
			exec "$shell" --rcfile "$work/bashrc" -i
			;;
		zsh)
			shell_start zsh >"$work/.zshrc"
			ZDOTDIR=$work exec "$shell" -i
			;;
		*)
			PATH=$(dirname -- "$plugin"):$PATH PS1='demo$ ' exec "$shell"
			;;
		esac
	) || status=$?
	return "$status"
}

# --- the tests --------------------------------------------------------------------------------

# Below a failed distcheck lies a second tree whose results are not the suite's.
result_files() {
	find "$build" -name 'check_ecs_bottleneck-[0-9]*' -prune -o -name '*.trs' -type f "$@"
}

show_failures() {
	result_files -exec grep -lE '^:test-result: (FAIL|ERROR|XPASS)' {} + | sort |
		while IFS= read -r trs; do
			name=${trs#"$build/"}
			name=${name%.trs}
			printf -- '--- %s\n' "$name"
			grep -E '^(FAIL|ERROR|XPASS)' "${trs%.trs}.log" || :
			printf -- '--- the end of %s.log\n' "${build#"$top/"}/$name"
			tail -n 25 "${trs%.trs}.log"
		done
}

# How many tests make check runs with these arguments, of which only assignments matter.
count_tests() {
	for argument; do
		shift
		case $argument in
		-*) ;;
		*=*) set -- "$@" "$argument" ;;
		esac
	done
	"$make" -s count-tests "$@"
}

# How far the tests are: sees the results of all_tests.
tests_done() {
	printf '%d of %d tests, %d failed, ' "$(result_files -print | wc -l)" "$all_tests" \
		"$(result_files -exec grep -lE '^:test-result: (FAIL|ERROR|XPASS)' {} + | wc -l)"
}

# run_tests [full] [MAKE-ARGS]
run_tests() {
	mode='test'
	full=''
	if [ "${1-}" = full ]; then
		full=full
		shift
	fi
	find_missing build test
	[ "$(id -u)" -eq 0 ] || build_directory
	if [ -z "${QUICKSTART_PLAN_SAID:-}" ] && { [ -n "$missing" ] || [ ! -f "$build/configured.test" ]; }; then
		work_directory
		whom=$(user_name)
		[ "$(id -u)" -ne 0 ] || whom=${CHECK_ECS_TEST_USER:-nobody}
		plan "build and run the test suite below ${build%/*}, as $whom, taking 400 MB"
		say "this takes about $((minutes + suite_minutes)) min"
	fi
	install_missing
	tell_installed
	if [ "$(id -u)" -eq 0 ]; then
		# To root nothing is forbidden, so tests of permissions would prove nothing.
		export QUICKSTART_PLAN_SAID=yes
		unprivileged sh contrib/quickstart.sh test $full "$@"
		return
	fi

	build_tree test
	forget_user_environment
	# The links to the sources have other neighbours than the tree.
	data=${CHECK_ECS_DATA:-$top/../shared/data/cloudwatch}
	if [ -d "$data" ]; then
		CHECK_ECS_DATA=$(cd -- "$data" && pwd -P)
		export CHECK_ECS_DATA
	fi
	cd "$build"
	result_files -exec rm -f {} +
	logged_make 'building the tests' check TESTS=
	status=0
	# Most tests wait most of the time.
	jobs=8
	[ "$(cpus)" -gt 1 ] || jobs=4
	all_tests=$(count_tests "$@")
	start_ticker 'testing' tests_done
	"$make" -j"$jobs" check ${full:+FULL=1} "$@" >check.log 2>&1 </dev/null || status=$?
	stop_ticker
	# Daemons keep time, so these run one after the other. Those that are not installed are skipped visibly; whoever asks for some
	# tests has named them.
	if [ -n "$full" ] && [ $# -eq 0 ] && [ "$(package_system)" = debian ]; then
		say 'testing in real daemons'
		"$make" check-daemons >>check.log 2>&1 </dev/null || status=$?
	fi

	# shellcheck disable=SC2046  # three numbers
	set -- $(result_files -exec cat {} + | awk '
		/^:test-result: / { n[$2]++ }
		END { print n["PASS"] + n["XFAIL"], n["FAIL"] + n["ERROR"] + n["XPASS"], n["SKIP"] + 0 }')
	passed=$1 failed=$2 skipped=$3
	if [ "$failed" -gt 0 ]; then
		show_failures
	elif [ "$status" -ne 0 ]; then
		failed=1
		tail -n 40 check.log
		say "make check ended with status $status, naming no failed test"
	elif [ $((passed + skipped)) -eq 0 ]; then
		failed=1
		say 'no test was run'
	fi
	printf '%s passed, %s failed' "$passed" "$failed"
	[ "$skipped" -eq 0 ] || printf ', %s skipped' "$skipped"
	printf '\n'
	[ "$failed" -eq 0 ]
}

# --- another user for root --------------------------------------------------------------------

as_user() {
	case $switch in
	setpriv) set -- setpriv --reuid "$uid" --regid "$gid" --clear-groups --inh-caps=-all "$@" ;;
	runuser) set -- runuser -u "$user" -- "$@" ;;
	su) set -- su -s /bin/sh -c 'exec "$@"' -- "$user" sh "$@" ;;
	esac
	(cd / && "$@")
}

choose_user() {
	user=${CHECK_ECS_TEST_USER:-nobody}
	uid=$(id -u "$user" 2>/dev/null) || die "there is no user $user (see CHECK_ECS_TEST_USER)"
	gid=$(id -g "$user")
	[ "$uid" -ne 0 ] || die 'CHECK_ECS_TEST_USER must not be root'
	for switch in setpriv runuser su; do
		if command -v "$switch" >/dev/null && as_user true >/dev/null 2>&1; then
			return
		fi
	done
	die "cannot become $user with any of setpriv, runuser and su"
}

usable_by_user() {
	chown "$uid:$gid" "$1" 2>/dev/null && chmod 700 "$1" &&
		as_user sh -c ': >"$1/.probe" && rm "$1/.probe"' sh "$1" 2>/dev/null
}

# Sets copy: beside the build directory it is kept, which makes the next run quick; but a person's clone should not
# hold what that person cannot delete, so only if it is root's own.
choose_copy() {
	copy=$build-test
	if [ -n "$(find "$top" -prune -user 0)" ] && mkdir -p "$copy" 2>/dev/null; then
		if usable_by_user "$copy"; then
			return
		fi
		rmdir "$copy" 2>/dev/null || :
	fi
	for directory in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		private=$(mktemp -d "$directory/check_ecs.XXXXXX") || continue
		if usable_by_user "$private"; then
			copy=$private
			return
		fi
		rmdir "$private"
		private=''
	done
	die "found no directory for $user to work in"
}

# The names of the source files, one a line. Where git is missing or mistrusts the owner of the tree:
# everything except what a build leaves.
source_files() (
	cd "$top"
	names=$(git -c core.quotePath=false ls-files --cached --others --exclude-standard 2>/dev/null) ||
		names=''
	case $names in
	*configure.ac*) printf '%s\n' "$names" | sed 's|^|./|' ;;
	*)
		find . \( -path ./build -o -name .git -o -name autom4te.cache -o -name .deps \) -prune -o \
			\( -path ./config.status -o -path ./config.log -o -path ./config.h -o -path ./stamp-h1 \
			-o -path ./Makefile -o -name '*.o' -o -name '*.a' -o -name '*.trs' \) -o \
			\( -type f -o -type l \) -print
		;;
	esac | LC_ALL=C sort | while IFS= read -r name; do
		# Files deleted but still known to git, and clones within the tree, are not to be copied.
		case $top/$name in "$build"/* | "$top/./${build#"$top/"}"/*) continue ;; esac
		if [ -h "$name" ] || [ -f "$name" ]; then
			printf '%s\n' "$name"
		fi
	done
)

# The other user does all the writing, so that nothing it plants there can redirect root's hand.
# In a copy that was built before, what changed gets the present time: a file edited during the last
# build would else be older than the object made of its predecessor, and make would not compile it.
copy_sources() {
	work_directory
	source_files >"$work/files"
	as_user sh -c 'mkdir -p "$1/home" && cat >"$1/files.new"' sh "$copy" <"$work/files" || return 1
	: >"$work/tar-failed"
	{
		if (cd "$top" && tar -cf - -T "$work/files"); then
			rm "$work/tar-failed"
		fi
	} | as_user sh -c '
		set -e
		cd "$1"
		rm -rf new
		mkdir new
		tar -xf - -C new
		if [ ! -d tree ] || [ ! -f files ]; then
			rm -rf tree
			mv new tree
		else
			LC_ALL=C comm -23 files files.new | while IFS= read -r name; do
				rm -f "tree/$name"
			done
			while IFS= read -r name; do
				if cmp -s "new/$name" "tree/$name" &&
					{ [ -x "new/$name" ] || [ ! -x "tree/$name" ]; } &&
					{ [ ! -x "new/$name" ] || [ -x "tree/$name" ]; }; then
					continue
				fi
				touch -h "new/$name"
				mkdir -p "tree/${name%/*}"
				mv -f "new/$name" "tree/$name"
			done <files.new
			rm -rf new
		fi
		mv files.new files' sh "$copy" || return 1
	[ ! -f "$work/tar-failed" ]
}

unprivileged() {
	[ $# -gt 0 ] || die 'unprivileged needs a command'
	if [ "$(id -u)" -ne 0 ]; then
		cd "$top"
		"$@"
		return
	fi
	choose_user
	choose_copy
	copy_sources || die "cannot copy the sources to $copy"
	say "as $user in $copy"

	# The copy has other neighbours than the tree, so the data's place is passed on.
	data=${CHECK_ECS_DATA:-$top/../shared/data/cloudwatch}
	if [ -d "$data" ]; then
		data=$(cd -- "$data" && pwd -P)
		if as_user test -r "$data" && as_user test -x "$data"; then
			export CHECK_ECS_DATA="$data"
		fi
	fi
	# Nor is there a git directory in it, for the test of the release archive.
	if git -C "$top" -c core.quotePath=false ls-files >"$work/tracked" 2>/dev/null && grep -qx configure.ac "$work/tracked" &&
		as_user sh -c 'cat >"$1/tracked"' sh "$copy" <"$work/tracked"; then
		export CHECK_ECS_TRACKED="$copy/tracked"
	fi
	unset TMPDIR XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME
	as_user env HOME="$copy/home" USER="$user" LOGNAME="$user" SHELL=/bin/sh \
		sh -c 'cd "$1" && shift && exec "$@"' sh "$copy/tree" "$@"
}

[ -f "$top/configure.ac" ] || die "$top is not the source tree of check_ecs_bottleneck"
case ${1-} in
--build=*)
	build=${1#--build=}
	shift
	;;
--build)
	[ $# -ge 2 ] || die '--build needs a directory'
	build=$2
	shift 2
	;;
esac
case $build in
'') build=$top/build/quickstart ;;
/*) ;;
*) build=$PWD/$build ;;
esac
case ${1-} in
test)
	shift
	run_tests "$@"
	;;
deps)
	shift
	deps "$@"
	;;
unprivileged)
	shift
	unprivileged "$@"
	;;
shell)
	shift
	[ $# -eq 0 ] || die 'shell takes no arguments; type commands in the shell'
	demo_shell
	;;
'' | -*) demo "$@" ;;
*) die "there is no command '$1'; the commands are: shell, test, deps, unprivileged; options go to the plugin" ;;
esac
