#!/usr/bin/perl
# The rpm: what rpmlint says, what is in it, and its life in an empty root.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages;
use Test::More;

needs(rpm => 'rpm', rpmbuild => 'rpm', fakeroot => 'fakeroot', unshare => 'util-linux');
my $name = 'nagios-plugins-ecs-bottleneck';
my $package = built('rpm', qr{/\Q$name\E-\d[^/]*(?<!\.src)\.rpm$});
my $source = built('rpm', qr/\.src\.rpm$/);
my ($status, $text);

SKIP: {
	skip 'rpmlint is not installed', 1 unless installed('rpmlint');
	($status, $text) = said('rpmlint', '--strict', '--config', "$ENV{CHECK_ECS_SRCDIR}/contrib/packaging/rpmlint.toml", $package, $source);
	is($status, 0, 'rpmlint has no errors and no warnings') or diag $text;
}

($status, $text) = said('rpm', '-qlvp', $package);
my %mode = map { /^(\S+)\s+\d+\s+root\s+root\s.*? (\/\S+)(?: -> .*)?$/ ? ($2 => $1) : () } split /\n/, $text;
is(scalar(keys %mode), scalar(grep { /^[-dl][-rwxst]{9}/ } split /\n/, $text), 'everything belongs to root') or diag $text;
my ($plugin) = grep { m{/nagios/plugins/check_ecs_bottleneck$} } keys %mode;
is($mode{$plugin // ''}, '-rwxr-xr-x', 'the plugin, without setuid');
my $all = join "\n", sort keys %mode;
like($all, qr{^/usr/share/$_$}m, $_) for 'man/man8/check_ecs_bottleneck\.8(?:\.gz)?', 'bash-completion/completions/check_ecs_bottleneck',
	'zsh/site-functions/_check_ecs_bottleneck';
like($all, qr{/doc/.*/$_$}m, $_) for qw(README\.md NEWS iam/check\.json icinga2/ecs_bottleneck_command\.conf
	nagios/check_ecs_bottleneck\.cfg nrpe/check_ecs_bottleneck\.cfg check_ecs_bottleneck\.schema\.json);
like($all, qr{/licenses/.*/COPYING$}m, 'COPYING');

# What each family of distributions makes of the same spec: by rpm's own parser, with the families' macros set by hand.
my $spec = "$ENV{CHECK_ECS_SRCDIR}/contrib/packaging/$name.spec";
for my $family (
	['Fedora' => ['fedora 43'], qr{^/usr/lib(?:64)?/nagios/plugins/check_ecs_bottleneck$}m, qr/^Recommends: +ca-certificates$/m],
	['RHEL 10' => ['rhel 10'], qr{^/usr/lib(?:64)?/nagios/plugins/check_ecs_bottleneck$}m, qr/^Recommends: +ca-certificates$/m],
	['SUSE' => ['suse_version 1600'], qr{^/usr/lib/nagios/plugins/check_ecs_bottleneck$}m, qr/^Recommends: +ca-certificates-mozilla$/m],
) {
	my ($what, $macros, @wanted) = @$family;
	($status, $text) = said('rpmspec', (map { ('--define', $_) } @$macros), '-P', $spec);
	is($status, 0, "$what: the spec can be read") or diag $text;
	like($text, $_, "$what: $_") for @wanted, qr/^%check$/m, qr{restorecon .*/nagios/plugins/check_ecs_bottleneck};
}
($status, $text) = said('rpmspec', '--define', 'rhel 8', '-P', $spec);
isnt($status, 0, 'RHEL 8: the spec is refused');
like($text, qr/RHEL 8 and its relatives are not supported/, 'RHEL 8: it says why');
($status, $text) = said('rpmspec', '--define', 'project_url https://example.org/x', '-P', $spec);
like($text, qr{^URL: +https://example\.org/x$}m, 'whoever publishes it sets the URL');
like($text, qr{^Source0: +https://example\.org/x/releases/check_ecs_bottleneck-[\d.]+\.tar\.xz$}m, 'and with it the address of the archive');

($status, $text) = said('rpm', '-qRp', $package);
like($text, qr/^\Q$_\E\.so\.\d/m, "asks for $_") for qw(libcurl libcjson libcrypto libexpat libncursesw);

SKIP: {
	skip 'rpm needs chroot, and this user may neither that nor make a user namespace', 7 unless may_chroot();

	# rpm on another system than its own knows no packages, hence --nodeps.
	my $root = tempdir() . '/root';
	mkdir $root or die;
	my @rpm = (as_root(), 'rpm', "--root=$root", '--nodeps');
	my @files = grep { $mode{$_} !~ /^d/ } keys %mode;
	($status, $text) = said(@rpm, '--ignorearch', '--ignoreos', '-i', $package);
	is($status, 0, 'rpm installs it') or diag $text;
	is_deeply([grep { !-e "$root$_" && !-l "$root$_" } @files], [], 'every file is there');
	my ($nrpe) = grep { m{/nrpe/check_ecs_bottleneck\.cfg$} } @files;
	my %named = map { $_ => 1 } CheckECS::slurp("$root$nrpe") =~ m{(/\S+/check_ecs_bottleneck)(?= )}g;
	is_deeply([keys %named], [$plugin], 'the commands for NRPE name the plugin where it is');

	{
		local %ENV = plugin_environment();
		($status, $text) = said("$root$plugin", '-V');
		is($status, 3, '-V: the status of the guidelines');
		like($text, qr/\Acheck_ecs_bottleneck v?\d+\.\d+\.\d+/, '-V: the name and the version');
	}

	($status, $text) = said(@rpm, '-e', $name);
	is($status, 0, 'rpm removes it') or diag $text;
	is_deeply([grep { -e "$root$_" || -l "$root$_" } @files], [], 'none of its files is left');
}
done_testing;
