#!/usr/bin/perl
# A master and satellites of Icinga 2 share 200 clusters out among them; one satellite is stopped and comes back.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless needs monitoring_user);
use CheckECS::Icinga;
use Test::More;
use Time::HiRes qw(sleep time);

needs(CheckECS::Icinga->program => 'icinga2-bin', '/usr/share/icinga2/include/itl' => 'icinga2-common');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $interval_s = 10 * time_factor();
my $clusters = 200;
my @states = qw(OK WARNING CRITICAL UNKNOWN);
my $account = '';
for my $n (1 .. $clusters) {
	my $state = $states[$n % 4];
	my $cpu = {OK => 34.4, WARNING => 86.2, CRITICAL => 99.7}->{$state};
	$account .= sprintf "cluster c%03d region=eu-west-1\nservice api desired=2 running=2\n%s", $n, $cpu ? "\tcpu flat=$cpu\n\tmemory flat=51.5\n" : '';
}
my $standin = standin($account);
my $by_hand = monitoring_user(monitoring => $standin);

# Hosts: [name, zone that they belong to, agent that the zone's nodes hand the checks to].
sub host_file {
	my ($name, $agent, @numbers) = @_;
	return join "\n\t", "object Host \"$name\" {", 'check_command = "dummy"', 'vars.ecs_bottleneck_region = "eu-west-1"', 'vars.ecs_bottleneck_profile = "monitoring"',
		$agent ? "vars.agent = \"$agent\"" : (), (map { sprintf 'vars.ecs_clusters["c%03d"] = { }', $_ } @numbers), "\n}\n";
}

my $services = <<~"CONFIG";
	apply Service "ecs " for (cluster => settings in host.vars.ecs_clusters) {
		import "ecs_bottleneck_capacity"
		check_interval = ${interval_s}s
		retry_interval = ${interval_s}s
		vars.ecs_bottleneck_cluster = cluster
		vars += settings
		if (host.vars.agent) {
			command_endpoint = host.vars.agent
		}
	}
	CONFIG

# A master and the nodes sat1, sat2 in these zones below it, started.
sub distributed {
	my ($label, %members) = @_;
	my %node = map { $_ => CheckECS::Icinga->new(name => "$label-$_") } qw(master sat1 sat2);
	my @zones = (["$label-master", [$node{master}]], map { my $zone = $_; ["$label-$zone", [map { $node{$_} } @{$members{$zone}}], "$label-master"] } sort keys %members);
	$_->zones(@zones) for values %node;
	$node{master}->zone_file('global-templates', 'ecs_bottleneck_command.conf', CheckECS::slurp("$top/contrib/icinga2/ecs_bottleneck_command.conf"));
	$node{master}->zone_file('global-templates', 'ecs_bottleneck_services.conf', $services);
	return %node;
}

sub number { return $_[0] =~ /!ecs c(\d+)\z/ ? $1 + 0 : 0 }

# Waits until each service has a result that is younger than SINCE, and returns them.
sub fresh {
	my ($master, $since, $wanted, $seconds) = @_;
	my $found = {};
	$master->wait_for($seconds, sub {
		$found = $master->services;
		return !grep { !$found->{$_}{last_check_result} || $found->{$_}{last_check_result}{execution_start} < $since } grep { $wanted->($_) } keys %$found;
	});
	return $found;
}

sub names { my @names = sort grep { number($_) } keys %{$_[0]}; return @names }

sub stale_names {
	my ($found, $since) = @_;
	return [sort grep { !$found->{$_}{last_check_result} || $found->{$_}{last_check_result}{execution_start} < $since } names($found)];
}

# --- zones of their own: by zone, and by command_endpoint ------------------------------------------------------------------

my %node = distributed('own', sat1 => ['sat1'], sat2 => ['sat2']);
my @of = ('zone sat1', 'zone sat2', 'agent sat1', 'agent sat2');
my %numbers = map { my $i = $_; $of[$i] => [map { $_ * 4 + 1 + $i } 0 .. $clusters / 4 - 1] } 0 .. 3;
$node{master}->zone_file("own-$_", 'hosts.conf', host_file("zone $_", '', @{$numbers{"zone $_"}})) for qw(sat1 sat2);
$_->start for @node{qw(master sat1 sat2)};
for my $sat (qw(sat1 sat2)) {
	ok($node{$sat}->wait_for(60, sub { eval { keys %{$node{$sat}->services} == $clusters / 4 } }), "$sat has got its configuration from the master");
}

# A satellite that is about to get its configuration, and starts anew with it, loses what it is asked to check meanwhile.
$node{master}->stop;
$node{master}->zone_file('own-master', "$_.conf", host_file("agent $_", "own-$_", @{$numbers{"agent $_"}})) for qw(sat1 sat2);
my ($status, $said) = $node{master}->validate;
is($status, 0, 'the master takes the configuration') or diag $said;
$node{master}->start;
my $begin = time;
my $found = fresh($node{master}, $begin, sub { 1 }, 60);
is(scalar(names($found)), $clusters, "the master knows $clusters services");
is_deeply(stale_names($found, $begin), [], 'each was checked');
note sprintf 'all of them within %.0f s of the start', time - $begin;

my (@wrong_state, @wrong_source, @wrong_output);
for my $name (names($found)) {
	my $number = number($name);
	my $result = $found->{$name}{last_check_result};
	my ($sat) = $name =~ /(sat\d)!/;
	push @wrong_state, $name if $result->{state} != $number % 4;
	push @wrong_source, "$name: $result->{check_source}" if $result->{check_source} ne "own-$sat";
	my $expected = sub {
		my $run = run_plugin({env => $by_hand, quiet => 1}, qw(-p monitoring -r eu-west-1 -c), sprintf 'c%03d', $number);
		my $made = CheckECS::Icinga->expected($run->{text});
		return join "\n", $made->{output}, @{$made->{performance_data}};
	};
	my $shown = join "\n", (map { s/[ \t]+\z//r } split /\n/, $result->{output}), @{$result->{performance_data} // []};
	# The hour may have turned in between.
	push @wrong_output, $name if $shown ne $expected->() && timeless($shown) ne timeless($expected->());
}
is_deeply(\@wrong_state, [], 'the states are those of the clusters');
is_deeply(\@wrong_source, [], 'each was checked by the satellite that it is assigned to, by zone or by command_endpoint');
is_deeply(\@wrong_output, [], 'output and perfdata of each are those of the plugin by hand');

# --- how fast ---------------------------------------------------------------------------------------------------------------

sleep 2 * $interval_s;
for my $sat (qw(sat1 sat2)) {
	my $status = $node{$sat}->api(GET => '/v1/status/CIB')->[0]{status};
	diag sprintf '%s: %.1f checks/s, latency %.3f s on average, %.3f s at most, a check takes %.3f s on average', $sat, $clusters / 2 / $interval_s,
		@$status{qw(avg_latency max_latency avg_execution_time)};
}
$found = $node{master}->services;
is_deeply(stale_names($found, time - 4 * $interval_s), [], 'all are checked again in time');

# --- a satellite that is gone, and comes back --------------------------------------------------------------------------------

$node{sat2}->stop;
my $gone = time;
my $sat1_only = sub { $_[0] =~ /sat1!/ };
sleep 2 * $interval_s;
$found = fresh($node{master}, $gone + $interval_s, $sat1_only, 30);
my @orphans = grep { /sat2!/ } names($found);
is_deeply(stale_names($found, $gone), \@orphans, 'all checks of the lost satellite, and no others, are no longer made');
# A result that a satellite owes when it is lost is waited for: the timeout of the command and half a minute (Icinga 2:
# lib/icinga/checkable-check.cpp).
my $owed_s = 60 + 30;
is_deeply([grep { $found->{$_}{next_check} > $gone + $owed_s + $interval_s } @orphans], [], 'they are overdue, or owed by it, not put off');
cmp_ok(scalar(grep { $found->{$_}{next_check} > time + $interval_s } @orphans), '<', @orphans / 4, 'nearly all are overdue');

$node{sat2}->start;
my $back = time;
$found = fresh($node{master}, $back, sub { 1 }, 60 + $owed_s);
is_deeply(stale_names($found, $back), [], 'when it is back, its checks are made again');
is_deeply([grep { $found->{$_}{last_check_result}{state} != number($_) % 4 } names($found)], [], 'with the same states');
$_->stop for @node{qw(sat1 sat2 master)};

# --- both in one zone ----------------------------------------------------------------------------------------------------------

%node = distributed('pair', satellites => [qw(sat1 sat2)]);
$node{master}->zone_file('pair-satellites', 'hosts.conf', host_file('shared', '', 1 .. $clusters));
$_->start for @node{qw(master sat1 sat2)};
$found = fresh($node{master}, 0, sub { 1 }, 90);
my %share;
# Each takes all checks until it has met the other, half a minute after its start.
$node{master}->wait_for(90, sub {
	$found = $node{master}->services;
	%share = ();
	$share{$found->{$_}{last_check_result}{check_source} // ''}++ for grep { $found->{$_}{last_check_result} } names($found);
	return ($share{'pair-sat1'} // 0) > $clusters / 4 && ($share{'pair-sat2'} // 0) > $clusters / 4;
});
cmp_ok($share{"pair-$_"} // 0, '>', $clusters / 4, "in one zone $_ has its share of the checks") for qw(sat1 sat2);
note join ', ', map { "$_: $share{$_}" } sort keys %share;
$node{sat2}->stop;
my $moved = time;
$found = fresh($node{master}, $moved, sub { 1 }, 90);
is_deeply(stale_names($found, $moved), [], 'when one is gone, all its checks move to the other');
is_deeply([grep { $found->{$_}{last_check_result}{check_source} ne 'pair-sat1' } names($found)], [], 'which makes them all');
note sprintf 'within %.0f s', time - $moved;

done_testing;
