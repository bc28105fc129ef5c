#!/bin/sh
# Builds check_ecs_bottleneck and shows it at work without an AWS account.
#
#   sh contrib/quickstart.sh [ARGS]             run the plugin, with ARGS, on a demonstration account
#                                               (default: -c demo-prod; also demo-staging, demo-empty)
#   sh contrib/quickstart.sh test [MAKE-ARGS]   build and run the test suite, with samples of its long tables; TESTS='A B' picks
#   sh contrib/quickstart.sh test full [MAKE-ARGS]
#                                               the same with all of its long tables, and on Debian in real daemons
#   sh contrib/quickstart.sh deps GROUP...      only install packages: build, test, daemons, director,
#                                               analysis, packaging
#   sh contrib/quickstart.sh unprivileged CMD   run CMD in the source tree; for root: as another user,
#                                               in a copy of the tree
#
# Packages come from the distribution alone. Everything made stays below build/; as root, `test` and
# `unprivileged` also use a temporary folder where build/ is not for others to enter.
# Environment: CHECK_ECS_TEST_USER (default nobody) is whom root becomes, CHECK_ECS_DATA names the
# folder of recorded series for the tests, CHECK_ECS_CONFIGURE has options for configure, CC and MAKE are the usual.
#
# shellcheck disable=SC2016  # what is single-quoted here is meant for another shell or program
set -eu
unset CDPATH GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

top=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
build=$top/build/quickstart
make=${MAKE:-make}
work='' private='' standin_pid='' counter_pid='' mode='' installed_some='' policy=''

say() { printf 'quickstart: %s\n' "$*"; }

# Status 2 tells a preparation that failed from tests that failed (1).
die() {
	printf 'quickstart: %s\n' "$*" >&2
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
	stop_counter
	services_again
	if [ -n "$private" ]; then
		# A distcheck that was cut short leaves folders that even their owner cannot empty.
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
trap 'exit 143' TERM

work_folder() {
	[ -n "$work" ] || work=$(mktemp -d "${TMPDIR:-/tmp}/check_ecs.XXXXXX") ||
		die "cannot make a temporary folder in ${TMPDIR:-/tmp}"
}

# logged WHAT LOG COMMAND...: quiet unless the command fails.
logged() {
	what=$1 log=$2
	shift 2
	say "$what"
	if ! "$@" >>"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		case $log in
		"$top"/*) die "failed: $what; the lines above are the end of ${log#"$top/"}" ;;
		*) die "failed: $what" ;;
		esac
	fi
}

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

# The one table of packages: package_names SYSTEM GROUP. ca-certificates is among them because curl only
# recommends it and no real account can be reached without it. The zypper and apk rows leave out
# the Perl module Monitoring::Plugin, for which no official package is known.
package_names() {
	case $1/$2 in
	debian/compiler) echo gcc ;;
	debian/build) echo autoconf automake make pkg-config libc6-dev libcurl4-openssl-dev \
		libcjson-dev libssl-dev libexpat1-dev libncurses-dev libmicrohttpd-dev libgnutls28-dev ca-certificates ;;
	debian/test) echo libcmocka-dev perl libmonitoring-plugin-perl awscli openssl valgrind strace time tmux zsh curl \
		python3-jsonschema python3-boto3 ;;
	debian/daemons) echo icinga2-bin icinga2-common nagios4-core nagios-nrpe-server nagios-nrpe-plugin monitoring-plugins-basic ;;
	debian/director) echo icingacli icingaweb2-module-director icingaweb2-module-incubator php-cli php-pgsql postgresql ;;
	debian/packaging) echo debhelper dpkg-dev fakeroot lintian rpm rpmlint ;;
	debian/analysis) echo gcc clang libclang-rt-dev clang-format clang-tidy cppcheck gcovr xz-utils ;;

	dnf/compiler) echo gcc ;;
	dnf/build) echo autoconf automake make pkgconf-pkg-config glibc-devel libcurl-devel \
		cjson-devel openssl-devel expat-devel ncurses-devel libmicrohttpd-devel gnutls-devel ca-certificates ;;
	dnf/test) echo libcmocka-devel perl perl-Test-Harness perl-Monitoring-Plugin awscli2 \
		openssl valgrind strace time tmux zsh curl python3-jsonschema python3-boto3 ;;
	dnf/packaging) echo rpm-build fakeroot rpmlint ;;
	dnf/analysis) echo gcc clang compiler-rt clang-tools-extra cppcheck gcovr xz ;;

	zypper/compiler) echo gcc ;;
	zypper/build) echo autoconf automake make pkgconf-pkg-config glibc-devel libcurl-devel \
		cJSON-devel libopenssl-devel libexpat-devel ncurses-devel libmicrohttpd-devel libgnutls-devel ca-certificates-mozilla ;;
	zypper/test) echo libcmocka-devel perl aws-cli openssl valgrind strace time tmux zsh curl python3-jsonschema python3-boto3 ;;
	zypper/packaging) echo rpm-build fakeroot rpmlint ;;
	zypper/analysis) echo gcc clang clang-tools cppcheck python3-gcovr xz ;;

	apk/compiler) echo gcc ;;
	apk/build) echo autoconf automake make pkgconf musl-dev curl-dev cjson-dev openssl-dev \
		expat-dev ncurses-dev libmicrohttpd-dev gnutls-dev ca-certificates ;;
	apk/test) echo cmocka-dev perl perl-utils aws-cli openssl valgrind strace tmux zsh curl py3-jsonschema py3-boto3 ;;
	apk/analysis) echo gcc clang compiler-rt clang-extra-tools cppcheck gcovr xz ;;

	other/compiler) echo 'a C compiler' ;;
	other/build) echo 'autoconf, automake, make, pkg-config, and with their headers' \
		'libcurl (>= 7.66), cJSON (>= 1.7.13), OpenSSL (>= 1.1.1), expat (>= 2.2), libmicrohttpd, GnuTLS, optionally ncurses with wide characters' ;;
	other/test) echo 'cmocka with its headers, perl with prove, Monitoring::Plugin for perl,' \
		'the AWS CLI, openssl, valgrind, strace, GNU time, tmux, zsh, curl, jsonschema and boto3 for python3' ;;
	other/analysis) echo 'gcc, clang with compiler-rt, clang-format, clang-tidy, cppcheck, gcovr, xz' ;;

	*/packaging) die 'there are packages for Debian and for systems with rpm only' ;;
	*/daemons | */director) die 'the packages of the daemons are known for Debian only' ;;
	*) die "no package group is called '$2' (there are: build, test, daemons, director, analysis, packaging)" ;;
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
	# A root shell got with a plain `su` may lack the folders that package scripts need.
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

package_install() {
	system=$1
	shift
	case $system in
	debian)
		no_services
		# Fresh images come without package lists, old ones with stale lists.
		apt_get install "$@" || { apt_get update && apt_get install "$@"; } || return 1
		services_again
		;;
	dnf) as_root dnf install -y --setopt=install_weak_deps=False "$@" ;;
	zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
	apk) as_root apk add --no-cache "$@" ;;
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

# deps GROUP...
deps() {
	system=$(package_system)
	if [ "$system" = other ]; then
		other_system "$@"
		return
	fi

	missing=''
	wanted=$(for group; do package_names "$system" "$group"; done)
	if ! compiler_present; then
		wanted="$wanted $(package_names "$system" compiler)"
	fi
	for package in $wanted; do
		package_present "$system" "$package" || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0

	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		die "packages are missing, and this is neither root nor is there sudo:$missing"
	fi
	[ "$system" = debian ] || say "untested on systems with $system; the package names may be wrong"
	work_folder
	installed_some=yes
	# shellcheck disable=SC2086  # a list of words
	logged "installing$missing" "$work/packages.log" package_install "$system" $missing
}

# --- building ---------------------------------------------------------------------------------

# build_tree demo|test
build_tree() {
	if ! mkdir -p "$build" 2>/dev/null || [ ! -w "$build" ]; then
		die "cannot write to $build; if another user made it, remove it first"
	fi
	cd "$top"
	log=$build/build.log
	: >"$log"

	# make re-creates what is outdated, but cannot add helper scripts that a new Makefile.am needs.
	if [ ! -f configure ] || [ ! -f Makefile.in ] || { [ -f "$build/autoreconf.stamp" ] &&
		[ -n "$(find configure.ac Makefile.am -newer "$build/autoreconf.stamp")" ]; }; then
		rm -f "$build/autoreconf.stamp"
		# A stale configure would hide from the next run that this step failed.
		[ ! -w . ] || rm -f configure
		logged 'preparing configure' "$log" autoreconf -i
		: >"$build/autoreconf.stamp"
	fi

	# The libraries that only the tests need may have come after an earlier configure.
	if [ -n "$installed_some" ] || [ ! -f "$build/Makefile" ] || [ "$(cat "$build/configure.options" 2>/dev/null)" != "${CHECK_ECS_CONFIGURE-}" ] ||
		{ [ ! -f "$build/configured.$1" ] && [ ! -f "$build/configured.test" ]; }; then
		rm -f "$build"/configured.*
		# By a relative name, as configure refuses blanks in the name of its folder.
		cd "$build"
		# shellcheck disable=SC2086  # a list of words
		logged 'configuring' "$log" ../../configure ${CHECK_ECS_CONFIGURE-}
		# What was compiled with other options would stay.
		[ "$(cat configure.options 2>/dev/null)" = "${CHECK_ECS_CONFIGURE-}" ] || logged 'cleaning' "$log" "$make" clean
		printf '%s\n' "${CHECK_ECS_CONFIGURE-}" >configure.options
		: >"configured.$1"
	fi

	cd "$build"
	logged 'building' "$log" "$make" -j"$(cpus)"
	logged 'building the stand-in for AWS' "$log" "$make" -j"$(cpus)" tests/standin/standin
	cd "$top"
}

forget_user_environment() {
	for name in $(env | sed -n 's/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p'); do
		unset "$name"
	done
	unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY
}

# --- the demonstration ------------------------------------------------------------------------

quoted() {
	case $1 in
	'' | *[!A-Za-z0-9_@%+=:,./-]*) printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

start_standin() {
	"$build/tests/standin/standin" >"$work/standin.out" 2>"$work/standin.err" </dev/null &
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

demo() {
	deps build
	build_tree demo
	work_folder
	[ $# -gt 0 ] || set -- -c demo-prod

	plugin=''
	for file in "$build/plugins/check_ecs_bottleneck" "$build/check_ecs_bottleneck"; do
		[ ! -x "$file" ] || plugin=$file
	done
	[ -n "$plugin" ] || die 'the build made no check_ecs_bottleneck'
	start_standin

	settings='AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_REGION=eu-west-1'
	settings="$settings AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	printf '\n$'
	printf ' %s' "$settings" "$(quoted "${plugin#"$top/"}")" --endpoint-url "$url"
	for argument; do
		printf ' %s' "$(quoted "$argument")"
	done
	printf '\n'

	# Through a pipe, since that is what Nagios reads from.
	{
		status=0
		(
			forget_user_environment
			export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null \
				AWS_SHARED_CREDENTIALS_FILE=/dev/null
			# shellcheck disable=SC2086,SC2163  # a list of assignments
			export $settings
			exec "$plugin" --endpoint-url "$url" "$@"
		) || status=$?
		echo "$status" >"$work/status"
	} | cat
	read -r status <"$work/status" || die 'the plugin was not run'

	case $status in
	0) state=OK ;;
	1) state=WARNING ;;
	2) state=CRITICAL ;;
	3) state=UNKNOWN ;;
	*) die "exit status $status, which is no state of a plugin" ;;
	esac
	printf 'exit status %s (%s)\n' "$status" "$state"

	cat <<END

For a cluster of your own:
  install      sudo make -C $(quoted "$build") install libexecdir=/usr/lib/nagios/plugins
  credentials  for the monitoring user: AWS_ACCESS_KEY_ID and so on, or ~/.aws/credentials;
               README.md has the IAM policy that they need
  check        /usr/lib/nagios/plugins/check_ecs_bottleneck -c CLUSTER -r REGION
END
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
			printf -- '--- the end of build/quickstart/%s.log\n' "$name"
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

# start_counter ALL: at a terminal, a line that tells every second how far the tests are.
start_counter() {
	[ -t 1 ] || return 0
	began=$(date +%s)
	while :; do
		ended=$(result_files -print | wc -l)
		bad=$(result_files -exec grep -lE '^:test-result: (FAIL|ERROR|XPASS)' {} + | wc -l)
		took=$(($(date +%s) - began))
		printf '\r%d of %d tests done, %d failed, %d:%02d ' "$ended" "$1" "$bad" $((took / 60)) $((took % 60))
		sleep 1
	done &
	counter_pid=$!
}

stop_counter() {
	[ -n "$counter_pid" ] || return 0
	kill "$counter_pid" 2>/dev/null || :
	wait "$counter_pid" 2>/dev/null || :
	counter_pid=''
	printf '\r%60s\r' ''
}

# run_tests [full] [MAKE-ARGS]
run_tests() {
	mode='test'
	full=''
	if [ "${1-}" = full ]; then
		full=full
		shift
	fi
	deps build test
	daemons=''
	# Whoever asks for some tests has named them.
	if [ -n "$full" ] && [ $# -eq 0 ] && [ "$(package_system)" = debian ]; then
		daemons=yes
		deps daemons
	fi
	if [ "$(id -u)" -eq 0 ]; then
		# To root nothing is forbidden, so tests of permissions would prove nothing.
		unprivileged sh contrib/quickstart.sh test $full "$@"
		return
	fi

	build_tree test
	forget_user_environment
	if [ -d "${CHECK_ECS_DATA:-}" ]; then
		CHECK_ECS_DATA=$(cd -- "$CHECK_ECS_DATA" && pwd -P)
	fi
	cd "$build"
	result_files -exec rm -f {} +
	logged 'building the tests' "$build/build.log" "$make" -j"$(cpus)" check TESTS=
	say 'testing'
	status=0
	# Most tests wait most of the time.
	jobs=8
	[ "$(cpus)" -gt 1 ] || jobs=4
	start_counter "$(count_tests "$@")"
	"$make" -j"$jobs" check ${full:+FULL=1} "$@" >check.log 2>&1 </dev/null || status=$?
	stop_counter
	# Daemons keep time, so these run one after the other.
	if [ -n "$daemons" ]; then
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

# Sets copy: in build/ it is kept, which makes the next run quick; but a person's clone should not
# hold what that person cannot delete, so only if it is root's own.
choose_copy() {
	copy=$top/build/quickstart-test
	if [ -n "$(find "$top" -prune -user 0)" ] && mkdir -p "$copy" 2>/dev/null; then
		if usable_by_user "$copy"; then
			return
		fi
		rmdir "$copy" 2>/dev/null || :
	fi
	for folder in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		private=$(mktemp -d "$folder/check_ecs.XXXXXX") || continue
		if usable_by_user "$private"; then
			copy=$private
			return
		fi
		rmdir "$private"
		private=''
	done
	die "found no folder for $user to work in"
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
		if [ -h "$name" ] || [ -f "$name" ]; then
			printf '%s\n' "$name"
		fi
	done
)

# The other user does all the writing, so that nothing it plants there can redirect root's hand.
# In a copy that was built before, what changed gets the present time: a file edited during the last
# build would else be older than the object made of its predecessor, and make would not compile it.
copy_sources() {
	work_folder
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
	[ $# -gt 0 ] || die 'unprivileged: which command?'
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
	# Nor is there a git folder in it, for the test of the release archive.
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
*) demo "$@" ;;
esac
