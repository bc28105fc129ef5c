#!/bin/sh
# Builds a package from a release archive of `make dist`; `make deb` and `make rpm` call it.
#
#   build.sh deb|rpm ARCHIVE DIR    DIR is emptied; the packages are in it afterwards
set -eu
# The make that calls this must not pass its options on to the package's own make.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CDPATH

die() {
	printf 'packaging: %s\n' "$*" >&2
	exit 2
}

needs() {
	for tool; do
		command -v "$tool" >/dev/null || die "$tool is missing; sh contrib/quickstart.sh deps build packaging installs it on Debian"
	done
}

[ $# -eq 3 ] || die 'the arguments are deb or rpm, the archive of make dist, and a directory'
kind=$1 archive=$2 directory=$3
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
[ -f "$archive" ] || die "there is no archive $archive; make dist makes it"
stem=$(basename -- "$archive" .tar.xz)
version=${stem#check_ecs_bottleneck-}
[ "$stem" != "$version" ] || die "$archive is not called check_ecs_bottleneck-VERSION.tar.xz"

rm -rf "$directory"
mkdir -p "$directory"
archive=$(cd -- "$(dirname -- "$archive")" && pwd -P)/$stem.tar.xz
cd -- "$directory"

case $kind in
deb)
	needs dpkg-buildpackage dh
	name=monitoring-plugins-ecs-bottleneck
	head -n 1 "$here/debian/changelog" | grep -q "($version-" ||
		die "the first entry of contrib/packaging/debian/changelog is not for version $version"
	cp "$archive" "${name}_$version.orig.tar.xz"
	tar -xJf "$archive"
	mv "$stem" "$name-$version"
	cp -RL "$here/debian" "$name-$version/debian"
	chmod -R u+w "$name-$version"
	(cd "$name-$version" && dpkg-buildpackage -us -uc)
	rm -rf "${name:?}-$version"
	;;
rpm)
	needs rpmbuild
	name=nagios-plugins-ecs-bottleneck
	grep -q "^Version: *$version\$" "$here/$name.spec" ||
		die "contrib/packaging/$name.spec is not for version $version"
	set -- --define "_topdir $PWD/rpmbuild"
	# rpm knows none of the packages that dpkg has installed, and lacks the tools for debuginfo there, which would strip the
	# plugin; the script that compresses man pages is written for a sh that is bash.
	if [ -e /etc/debian_version ]; then
		set -- --nodeps --define 'debug_package %{nil}' \
			--define '__brp_strip %{__strip} --strip-all %{buildroot}%{plugindir}/check_ecs_bottleneck' \
			--define '__brp_compress bash %{_rpmconfigdir}/brp-compress %{?_prefix}' "$@"
	fi
	# The unit programs are part of the package's build where there is cmocka.
	"${PKG_CONFIG:-pkg-config}" --exists 'cmocka >= 1.1' || set -- --without check "$@"
	mkdir -p rpmbuild/SOURCES
	cp "$archive" rpmbuild/SOURCES/
	rpmbuild -ba "$@" "$here/$name.spec"
	find rpmbuild -name '*.rpm' -exec mv {} . \;
	rm -rf rpmbuild
	;;
*) die "'$kind' is not a kind of package; the kinds are deb and rpm" ;;
esac
