#!/usr/bin/perl
# The Debian package: what lintian says, what is in it, and its life in a root that has nothing but what it depends on.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages;
use Test::More;

needs('dpkg-deb' => 'dpkg', lintian => 'lintian', fakeroot => 'fakeroot', unshare => 'util-linux');
my $name = 'monitoring-plugins-ecs-bottleneck';
my $plugin = '/usr/lib/nagios/plugins/check_ecs_bottleneck';
my $package = built('deb', qr{/\Q$name\E_[^/]*\.deb$});
my $changes = built('deb', qr/\.changes$/);

my ($status, $text) = said('lintian', '--allow-root', '--fail-on', 'error,warning', $changes);
is($status, 0, 'lintian has no errors and no warnings') or diag $text;

# --- content --------------------------------------------------------------------------------------------------------

($status, $text) = said('dpkg-deb', '-c', $package);
my %mode = map { /^(\S+) root\/root\s.* \.(\/\S*)$/ ? ($2 => $1) : () } split /\n/, $text;
is(scalar(keys %mode), scalar(split /\n/, $text), 'everything belongs to root');
is($mode{$plugin}, '-rwxr-xr-x', 'the plugin, without setuid');
my $doc = "/usr/share/doc/$name";
for my $path (qw(/usr/share/man/man8/check_ecs_bottleneck.8.gz /usr/share/bash-completion/completions/check_ecs_bottleneck
	/usr/share/zsh/vendor-completions/_check_ecs_bottleneck), map { "$doc/$_" } qw(README.md.gz changelog.gz changelog.Debian.gz copyright)) {
	is($mode{$path}, '-rw-r--r--', $path);
}
my $top = $ENV{CHECK_ECS_SRCDIR};
my @examples = map { s{^\Q$top\E/contrib/}{}r } glob "$top/contrib/{discovery,iam,icinga2,nagios,nrpe}/* $top/contrib/*.schema.json";
ok(@examples > 10, 'there are examples');
is_deeply([grep { !$mode{"$doc/examples/$_"} } @examples], [], 'all of them are in the package');
is_deeply([grep { !m{^/$|^/usr(?:/(?:lib|share)(?:/|$)|/$)} } keys %mode], [], 'nothing lies outside of /usr/lib and /usr/share');

# --- installed, used, removed: in a root that has what the package depends on and nothing else ------------------------

my ($root, @in) = root_for($package);
ok((grep { $_ eq 'libc6' } @in) && (grep { $_ eq 'libcurl4' } @in), 'the package depends on ' . @in . ' packages in all');
ok(-e "$root/lib64/ld-linux-x86-64.so.2" || glob("$root/lib/ld-linux*"), 'the root has a loader');

my $before = files_of($root);
($status, $text) = dpkg($root, '--install', $package);
is($status, 0, 'dpkg installs it: nothing it depends on is missing') or diag $text;

my %environment = plugin_environment();
sub used {
	local %ENV = %environment;
	return said(inside($root, $plugin, @_));
}
($status, $text) = used('-V');
is($status, 3, '-V: the status of the guidelines');
like($text, qr/\Acheck_ecs_bottleneck v?\d+\.\d+\.\d+/, '-V: the name and the version');
($status, $text) = used('-h');
is($status, 3, '-h: the status');
like($text, qr/--cluster=/, '-h: the options');

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=97.1
		memory flat=34.4
	ACCOUNT
($status, $text) = used('-c', 'prod', '--endpoint-url=' . $standin->url);
is($status, $EXIT{CRITICAL}, 'a check: CRITICAL');
like($text, qr/\AECS CRITICAL - prod: .*api cpu 97\.1%/, 'a check: what and where');

($status, $text) = dpkg($root, '--purge', $name);
is($status, 0, 'dpkg removes it') or diag $text;
is_deeply(files_of($root), $before, 'nothing of it is left, and nothing else is gone');
is_deeply([glob "$root/var/lib/dpkg/info/$name*"], [], 'nor in the books of dpkg');
done_testing;
