#!/usr/bin/perl
# A root without the plugin, dpkg -i of the Debian package, and Icinga 2: the definitions that the package brought have the
# plugin run inside that root, and the API tells what it prints there.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../daemons/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless monitoring_user write_file);
use CheckECS::Icinga;
use CheckECS::Packages;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Test::More;

needs('dpkg-deb' => 'dpkg', fakeroot => 'fakeroot', unshare => 'util-linux');
for my $path (CheckECS::Icinga->program, '/usr/share/icinga2/include/itl') {
	plan skip_all => "there is no $path here; sh contrib/quickstart.sh deps daemons installs it" unless -e $path;
}

my $name = 'monitoring-plugins-ecs-bottleneck';
my $plugin = '/usr/lib/nagios/plugins/check_ecs_bottleneck';
my $package = built('deb', qr{/\Q$name\E_[^/]*\.deb$});
my ($root) = root_for($package);
ok(!-e "$root$plugin", 'a root without the plugin');
my ($status, $text) = dpkg($root, '--install', $package);
is($status, 0, 'dpkg installs it') or diag $text;

# The account behind the profile of ecs_bottleneck_example.conf. The user's home has the same name on both sides of the chroot.
my $standin = standin(<<~'ACCOUNT');
	key AKIDEXAMPLE secret
	role arn:aws:iam::123456789012:role/ecs-monitoring external-id=change-me
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=71.3 points=190:100.2,250:99.1
	service batch-1 desired=1 running=1
		cpu flat=99.7
		memory flat=10
	service payments desired=1 running=1
		cpu flat=34.4
		memory flat=97.2
	service checkout desired=1 running=1
		cpu flat=34.4
		memory flat=97.2
	cluster staging region=eu-west-1
	service api desired=0 running=0
	cluster silent region=eu-west-1
	service api desired=3 running=3
	ACCOUNT
monitoring_user(monitoring => $standin);
my $home = tempdir() . '/home';
make_path(dirname("$root$home"));
($status, $text) = said('cp', '-R', $home, "$root$home");
is($status, 0, 'the root has the home folder of the monitoring user') or diag $text;

# What Icinga starts as PluginDir + "/check_ecs_bottleneck" is the installed file, with the root as its file system.
my $plugins = tempdir() . '/plugins-of-the-root';
mkdir $plugins or die "$plugins: $!";
write_file("$plugins/check_ecs_bottleneck", "#!/bin/sh\nexec " . join(' ', map { "'$_'" } inside($root, $plugin)) . " \"\$@\"\n");
chmod 0755, "$plugins/check_ecs_bottleneck" or die "chmod: $!";

my $definitions = "$root/usr/share/doc/$name/examples/icinga2";
my $node = CheckECS::Icinga->new(name => 'packaged', plugins => $plugins, files => [map { "$definitions/ecs_bottleneck_$_.conf" } qw(command services example)],
	config => join "\n\t", 'object Service "silent" {', 'import "ecs_bottleneck_capacity"', 'host_name = "aws-eu-west-1"', 'vars.ecs_bottleneck_cluster = "silent"', "\n}\n");
($status, $text) = $node->validate;
is($status, 0, 'icinga2 daemon -C takes the definitions of the package') or diag $text;
$node->start;
my $found = $node->checked_services(40);

my @capacity = qw(--statistic=cpu=Average --period=15m);
my @average = qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=30m);
my @partner = ('--role-arn=arn:aws:iam::123456789012:role/ecs-monitoring', '--external-id=change-me');
my %words = (
	'ecs staging' => ['OK', qw(-c staging --no-data=ok), @average],
	'ecs capacity prod' => ['CRITICAL', qw(-c prod -w 85 -w memory=90 -x batch-*), @capacity],
	'ecs prod' => ['CRITICAL', qw(-c prod -x batch-* -x payments -x checkout), @average],
	'ecs prod/payments' => ['CRITICAL', qw(-c prod -s payments), @average],
	'ecs prod/checkout' => ['WARNING', qw(-c prod -s checkout -C memory=98), @average],
	'ecs partner' => ['CRITICAL', qw(-c prod), @partner, @average],
	silent => ['UNKNOWN', qw(-c silent), @capacity],
);
my @accounts = map { "ecs account monitoring $_" } 'eu-west-1', '123456789012/ecs-monitoring eu-west-1';
is_deeply([sort keys %$found], [map { "aws-eu-west-1!$_" } sort @accounts, keys %words], 'the checks that ecs_bottleneck_example.conf asks for');
like($found->{"aws-eu-west-1!$_"}{last_check_result}{output}, qr/\AECS OK - \d+ clusters in eu-west-1, /, "$_: it probes") for @accounts;

my %environment = CheckECS::Icinga->environment;
sub by_hand {
	local %ENV = %environment;
	my ($exit, $printed) = said(inside($root, $plugin, '-t', 10 * time_factor(), qw(-p monitoring -r eu-west-1), @_));
	return ($exit, CheckECS::Icinga->expected($printed));
}

for my $name (sort keys %words) {
	my ($state, @arguments) = @{$words{$name}};
	my $result = $found->{"aws-eu-west-1!$name"}{last_check_result} // {};
	my $shown = CheckECS::Icinga->shown($result);
	my ($exit, $expected) = by_hand(@arguments);
	# The hour or the minute may have turned in between.
	($exit, $expected) = by_hand(@arguments) if $shown->{output} ne $expected->{output};
	is($exit, $EXIT{$state}, "$name by hand: $state");
	is($result->{state}, $exit, "$name: the state");
	$_->{output} = timeless($_->{output}) for $shown, $expected;
	like($shown->{output}, qr/\AECS $state - /, "$name: an output of the plugin");
	is($shown->{output}, $expected->{output}, "$name: the output");
	is_deeply($shown->{performance_data}, $expected->{performance_data}, "$name: every perfdata item");
}
done_testing;
