#!/usr/bin/perl
# The Monitoring Plugins' own wrappers around the plugin: negate, urlize, check_cluster.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(needs smoke_ends capture);
use Test::More;

my %wrapper = map { $_ => "/usr/lib/nagios/plugins/$_" } qw(negate urlize check_cluster);
needs(map { $_ => 'monitoring-plugins-basic' } values %wrapper);

my $count = 1000;
my $account = <<~'ACCOUNT';
	cluster fine region=eu-west-1
	service OK-1 desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster warm region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5 points=300:86.2
	cluster hot region=eu-west-1
	service api desired=1 running=1
		cpu flat=99.7
		memory flat=71.3 points=190:100.2,250:99.1
	cluster silent region=eu-west-1
	service api desired=3 running=3
	cluster many region=eu-west-1
	ACCOUNT
$account .= "service svc-$_ desired=1 running=1\n\tcpu flat=97.1\n\tmemory flat=98.4\n" for 1 .. $count;
my $standin = standin($account);
my @plugin = (plugin_path(), '--endpoint-url=' . $standin->url);
my %environment = plugin_environment();
my %state = (fine => 'OK', warm => 'WARNING', hot => 'CRITICAL', silent => 'UNKNOWN', many => 'CRITICAL');

# (exit status, output) through a wrapper, and the plugin's own run; the hour may turn in between, hence two of them.
sub through {
	my ($name, $change, @wrapper) = @_;
	my @arguments = ('-c', $name, '-t', 10 * time_factor());
	my $before = $standin->check(@arguments);
	my ($exit, $text) = capture($change, @wrapper, @plugin, @arguments);
	my $after = $standin->check(@arguments);
	$before->exits($state{$name});
	return ($exit, $text, $before->{stdout}, $after->{stdout});
}

# --- negate ---------------------------------------------------------------------------------------------------------

my %negated = (fine => 2, warm => 1, hot => 0, silent => 3, many => 0);
for my $name (sort keys %negated) {
	my ($exit, $text, @plain) = through($name, \%environment, $wrapper{negate}, '-t', 30 * time_factor());
	is($exit, $negated{$name}, "negate, $name: OK and CRITICAL change places");
	ok((grep { $_ eq $text } @plain), "negate, $name: the text is as it was, " . length($text) . ' bytes') or diag $text;
}
my ($exit, $text) = through('warm', \%environment, $wrapper{negate}, '-w', 'OK');
is($exit, 0, 'negate -w OK');
($exit, $text) = through('fine', \%environment, $wrapper{negate}, '-s');
is($exit, 2, 'negate -s');
like($text, qr/\AECS CRITICAL - fine: /, 'negate -s: the word of the state follows');
like($text, qr/CRITICAL-1/, 'but so does one in the name of a service');

smoke_ends();

# --- urlize ---------------------------------------------------------------------------------------------------------

# It starts the plugin with no environment at all, so env has to bring what is needed; it shows the first line alone.
my $url = 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters';
my @needed = map { "$_=$environment{$_}" } grep { /^(?:AWS_|HOME|[ALMTU]+SAN_|LD_|GCOV|LLVM)/ } sort keys %environment;
for my $name (grep { $_ ne 'many' } sort keys %state) {
	my ($exit, $text, @plain) = through($name, \%environment, $wrapper{urlize}, $url, '/usr/bin/env', @needed);
	is($exit, $EXIT{$state{$name}}, "urlize, $name: the state");
	my @linked = map { my ($first, $perfdata) = /\A([^|\n]*) \| ([^\n]*)/; [$first, $perfdata] } @plain;
	ok((grep { $text =~ m{\A<A href="\Q$url\E">\Q$_->[0]\E\s*</A> \|\s+\Q$_->[1]\E\s*\z} } @linked), "urlize, $name: the first line is the link")
		or diag $text;
}
my ($too_long) = through('many', \%environment, $wrapper{urlize}, $url, '/usr/bin/env', @needed);
note "urlize with more than 8,192 bytes: exit status $too_long, where the plugin's is 2";
($exit, $text) = through('fine', \%environment, $wrapper{urlize}, $url);
is($exit, 3, 'urlize without env: UNKNOWN');
like($text, qr/ECS UNKNOWN - /, 'and the plugin says what it misses');

# --- check_cluster --------------------------------------------------------------------------------------------------

# As a Nagios command it gets these numbers by $SERVICESTATEID:host:service$.
my %code = map { $_ => $standin->check('-c', $_)->{exit} } qw(fine warm hot silent);
for my $row ([[qw(fine fine fine)], 0, '3 ok, 0 warning, 0 unknown, 0 critical'], [[qw(fine warm fine)], 1, '2 ok, 1 warning, 0 unknown, 0 critical'],
	[[qw(hot silent warm)], 2, '0 ok, 1 warning, 1 unknown, 1 critical']) {
	my ($names, $expected, $words) = @$row;
	my ($exit, $text) = capture(\%environment, $wrapper{check_cluster}, '-s', '-l', 'ECS', '-w', 0, '-c', 1, '-d', join ',', map { $code{$_} } @$names);
	is($exit, $expected, "check_cluster of @$names");
	like($text, qr/ECS: \Q$words\E/, 'and its words');
}

done_testing;
