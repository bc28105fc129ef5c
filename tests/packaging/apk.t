#!/usr/bin/perl
# The APKBUILD for Alpine Linux, as far as a host without abuild can tell: it is read by a shell with abuild's variables, has what
# abuild asks for, and agrees with configure.ac and the spec.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my $file = "$top/contrib/packaging/APKBUILD";
my @variables = qw(pkgname pkgver pkgrel pkgdesc url arch license makedepends source builddir);
my ($status, $text) = said('sh', '-euc', 'srcdir=/src CBUILD=x CHOST=x pkgdir=/pkg; . "$1"; shift; for name; do eval "printf \'%s=%s\\n\' $name \"\$$name\""; done; type build check package', 'sh', $file, @variables);
is($status, 0, 'a shell reads it') or diag $text;
my %value = $text =~ /^(\w+)=(.*)$/mg;
isnt($value{$_} // '', '', "it has $_") for @variables;
like($text, qr/\b$_\b.*function/, "it has the function $_") for qw(build check package);

my $configure = CheckECS::slurp("$top/configure.ac");
my ($version) = $configure =~ /^AC_INIT\(\[check_ecs_bottleneck\], \[([^\]]+)\]/m;
is($value{pkgver}, $version, 'the version is that of configure.ac');
is($value{source}, "check_ecs_bottleneck-$version.tar.xz", 'the archive is that of make dist');
my ($licence) = CheckECS::slurp("$top/contrib/packaging/nagios-plugins-ecs-bottleneck.spec") =~ /^License: +(\S+)$/m;
is($value{license}, $licence, 'the licence is that of the spec');
like(CheckECS::slurp($file), qr/untried/, 'it says that it is untried');

SKIP: {
	skip 'shellcheck is not installed', 1 unless installed('shellcheck');
	($status, $text) = said('shellcheck', $file);
	is($status, 0, 'shellcheck has nothing to say') or diag $text;
}
done_testing;
