#!/usr/bin/perl
# Series without data, rule by rule.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use Test::More;

my $account = <<'ACCOUNT';
cluster prod region=eu-west-1
service fine desired=1 running=1
	cpu flat=20
	memory flat=20
ACCOUNT
my $number = 0;

# A cluster of its own per case: one healthy service and the one in question.
sub case {
	my ($body) = @_;
	my $name = sprintf 'case%02d', ++$number;
	$account .= "cluster $name region=eu-west-1\nservice fine desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n$body\n";
	return $name;
}

my @cases = (
	# [service lines, state with auto, what the output says about it, arguments]
	['service odd desired=3 running=0', 'CRITICAL', [qr/^ECS CRITICAL - case\d+: 1 of 2 services with problems in 24 h: odd 0 of 3 running \|/, qr/^\[CRITICAL\] odd: 0 of 3 running, no data$/m, qr/ problems=1;/]],
	['service odd desired=3 running=1', 'UNKNOWN', [qr/^\[UNKNOWN\] odd: 3 wanted, 1 running, no data$/m]],
	['service odd desired=3 running=3', 'UNKNOWN', [qr/odd.*\b3 wanted, 3 running, no data/]],
	['service odd desired=0 running=0', 'OK', [qr/^\[OK\] odd: scaled to zero, no data$/m], '-v'],
	['service odd desired=0 running=0 scheduling=DAEMON', 'OK', [qr/^\[OK\] odd: no instance to run on, no data$/m], '-v'],
	['service odd desired=0 running=2', 'UNKNOWN', [qr/odd: 0 wanted, 2 running, no data/]],
	["service odd desired=0 running=0\n\tcpu flat=99 until=200\n\tmemory flat=10 until=200", 'CRITICAL', [qr/\[CRITICAL\] odd cpu\b.*99/]],
	["service odd desired=0 running=0\n\tcpu flat=10 until=200\n\tmemory flat=10 until=200", 'OK', [qr/odd.*scaled to zero/], '-v'],
	# New: what was created, not what was updated; and no current failure.
	['service odd desired=3 running=0 created=-5m deployed=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=3 created=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=3 created=-20m deployed=-20m', 'UNKNOWN', [qr/odd.*3 wanted/]],
	['service odd desired=3 running=0 created=-20m deployed=-20m', 'CRITICAL', [qr/odd: 0 of 3 running/]],
	['service odd desired=3 running=0 deployed=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=0 updated=-30s', 'CRITICAL', [qr/odd: 0 of 3 running/]],
	['service odd desired=3 running=0 taskset=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=0 taskset=-20m updated=-30s', 'CRITICAL', [qr/odd: 0 of 3 running/]],
	['service odd desired=3 running=0 deployed=+2d created=+2d', 'CRITICAL', [qr/odd: 0 of 3 running/]],
	["service odd desired=3 running=0 created=-1000d deployed=-1000d updated=-30s rollout=FAILED failed=40\n\treason ECS deployment circuit breaker: tasks failed to start.", 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running, no data: ECS deployment circuit breaker: tasks failed to start\.$/m]],
	['service odd desired=3 running=0 deployed=-5m failed=40', 'CRITICAL', [qr/odd: 0 of 3 running, no data: 40 tasks in a row failed$/m]],
	["service odd desired=3 running=0 deployed=-5m\n\tdeployment ACTIVE rollout=FAILED\n\treason went wrong before", 'CRITICAL', [qr/odd: 0 of 3 running, no data: went wrong before$/m]],
	['service odd desired=3 running=3 deployed=-5m rollout=FAILED', 'UNKNOWN', [qr/odd: 3 wanted, 3 running, no data$/m]],
	# Events: starting, or the reason.
	["service odd desired=3 running=0\n\tevent -2m (service odd) has started 3 tasks: (task 1) (task 2) (task 3).\n\tevent -3d (service odd) has reached a steady state.", 'OK', [qr/^\[OK\] odd: starting: 0 of 3 running, no data$/m], '-v'],
	["service odd desired=3 running=0\n\tevent -2m (service odd) has started 1 tasks: (task 2).\n\tevent -16m (service odd) has started 1 tasks: (task 1).\n\tevent -3d (service odd) has reached a steady state.", 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running, no data$/m]],
	["service odd desired=3 running=0\n\tevent -1m (service odd) was unable to place a task because no container instance met all of its requirements.\n\tevent -2m (service odd) has started 3 tasks: (task 1).\n\tevent -3d (service odd) has reached a steady state.", 'CRITICAL', [qr/odd: 0 of 3 running, no data: \(service odd\) was unable to place a task because no container instance met all of its requirements\.$/m]],
	["service odd desired=3 running=0\n\tevent -20m (service odd) was unable to place a task.\n\tevent -3d (service odd) has reached a steady state.", 'CRITICAL', [qr/odd: 0 of 3 running, no data$/m]],
	["service odd desired=3 running=0\n\tevent -2m (service odd) has reached a steady state.\n\tevent -3m (service odd) was unable to place a task.", 'CRITICAL', [qr/odd: 0 of 3 running, no data$/m]],
	["service odd desired=3 running=0\n\tevent -1m (service odd) failed | \e[31mbadly\e[0m", 'CRITICAL', [qr{odd: 0 of 3 running, no data: \(service odd\) failed / badly$}m]],
	# A deployment controller outside of ECS: a task set, no deployments.
	['service odd desired=3 running=3 controller=EXTERNAL taskset=-5m', 'OK', [qr/^\[OK\] odd: new/m], '-v'],
	['service odd desired=3 running=3 controller=EXTERNAL taskset=-20m', 'UNKNOWN', [qr/odd: 3 wanted, 3 running, no data$/m]],
	# Words that this version does not know.
	['service odd desired=0 running=0 status=ACTIVATING', 'UNKNOWN', [qr/odd.*not clear: an unexpected status \('ACTIVATING'\)/]],
	['service odd desired=0 running=0 status=active', 'UNKNOWN', [qr/odd.*not clear/]],
	['service odd desired=0 running=0 scheduling=SPOT', 'UNKNOWN', [qr/odd.*not clear.*SPOT/]],
	['service odd desired=0 running=0 controller=ROBOT', 'UNKNOWN', [qr/odd.*not clear.*ROBOT/]],
	['service odd desired=3 running=0 deployed=-5m rollout=ROLLED_BACK', 'UNKNOWN', [qr/odd.*not clear/]],
	['service odd desired=3 running=0 missing', 'OK', [qr/^left out: odd \(gone\)$/m], '-v'],
	['service odd desired=3 running=0 status=INACTIVE', 'OK', [qr/^left out: odd \(INACTIVE\)$/m], '-v'],
	['service odd desired=3 running=0 status=DRAINING', 'OK', [qr/^left out: odd \(DRAINING\)$/m], '-v'],
	# The worse of old breaches and of what ECS says; one line a service.
	["service odd desired=3 running=0\n\tcpu flat=85 until=200\n\tmemory flat=20 until=300", 'CRITICAL', [qr/problems in 24 h: odd 0 of 3 running \|/, qr/^\[CRITICAL\] odd: 0 of 3 running, no data since [-\d: ]+Z$/m]],
	["service odd desired=3 running=0\n\tcpu flat=99 until=200\n\tmemory flat=20 until=300", 'CRITICAL', [qr/problems in 24 h: odd 0 of 3 running \|/, qr/^\[CRITICAL\] odd: 0 of 3 running, no data since [-\d: ]+Z$/m, qr/^\[CRITICAL\] odd cpu 99\.0%/m]],
	["service odd desired=3 running=0\n\tcpu flat=99 until=200", 'CRITICAL', [qr/problems in 24 h: odd 0 of 3 running \|/, qr/^\[CRITICAL\] odd cpu 99\.0% .*, 0 of 3 running, no data since [-\d: ]+Z/m], '-m', 'cpu'],
	["service odd desired=3 running=3\n\tcpu flat=85 until=200", 'WARNING', [qr/^\[WARNING\] odd cpu 85\.0% .*3 wanted, 3 running, no data since/m], '-m', 'cpu'],
	["service odd desired=3 running=0 missing\n\tcpu flat=99 until=200", 'CRITICAL', [qr/^\[CRITICAL\] odd cpu 99\.0% .*no data since .*, gone/m], '-m', 'cpu'],
	["service odd desired=3 running=0\n\tcpu flat=20", 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running, no data$/m]],
	["service odd desired=3 running=0\n\tcpu flat=97", 'CRITICAL', [qr/problems in 24 h: odd 0 of 3 running \|/, qr/^\[CRITICAL\] odd cpu 97/m, qr/^\[CRITICAL\] odd: 0 of 3/m]],
	["service odd desired=3 running=3\n\tcpu flat=20 until=200\n\tmemory flat=20", 'UNKNOWN', [qr/odd.*no data since \d/]],
	["service odd desired=3 running=3\n\tcpu flat=99 until=200\n\tmemory flat=20", 'CRITICAL', [qr/\[CRITICAL\] odd cpu\b.*99/]],
	["service odd desired=3 running=3\n\tcpu flat=20 until=50\n\tmemory flat=20 until=50", 'OK', [qr/highest/]],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tmemory flat=20", 'UNKNOWN', [qr/odd ebs/], '-m', 'cpu,ebs', '--no-data=unknown'],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tmemory flat=20", 'OK', [qr/no volume/], '-m', 'cpu,ebs', '-v'],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tebs flat=97.2", 'CRITICAL', [qr/odd ebs 97\.2%/, qr/ebs_peak=97\.2%/], '-m', 'cpu,ebs'],
);
my @names = map { case($_->[0]) } @cases;
my %named = map { $cases[$_][0] => $names[$_] } 0 .. $#cases;
my $flat = case("service odd desired=3 running=3\nservice weird desired=2 running=1");
my $standin = standin($account . "cluster empty region=eu-west-1\n");

for my $i (0 .. $#cases) {
	my ($body, $state, $patterns, @arguments) = @{$cases[$i]};
	my $name = join ' ', ($body =~ s/\s+/ /gr), @arguments;
	my $run = $standin->check({name => $name}, '-c', $names[$i], @arguments);
	$run->exits($state);
	$run->says("$name: the words", @$patterns);
}
{
	my $run = $standin->check('-c', $named{'service odd desired=3 running=0 missing'});
	unlike($run->{text}, qr/\bodd\b/, 'a dropped service is named at -v only');
	$run = $standin->check('-c', $named{'service odd desired=0 running=0'});
	is($run->{summary}{no_data}{value}, 1, 'scaled to zero counts in no_data');
	unlike($run->{details_string}, qr/\bodd_/, 'and has no perfdata of its own');
}

# The same words in JSON.
{
	my %words = (
		'service odd desired=0 running=0 scheduling=DAEMON' => ['OK', qr/\Ano instance to run on, no data\z/],
		'service odd desired=0 running=0' => ['OK', qr/\Ascaled to zero, no data\z/],
		'service odd desired=3 running=0' => ['CRITICAL', qr/\A0 of 3 running, no data\z/],
		'service odd desired=0 running=0 scheduling=SPOT' => ['UNKNOWN', qr/not clear: an unexpected schedulingStrategy \('SPOT'\)/],
	);
	for my $body (sort keys %words) {
		my $json = json_run($standin, {name => "JSON, $body"}, '-c', $named{$body})->{json};
		my ($odd) = grep { $_->{name} eq 'odd' } @{$json->{services}};
		is($odd->{state}, $words{$body}[0], 'the state of the service');
		like($odd->{metrics}{$_}{reason}, $words{$body}[1], "the reason of $_") for qw(cpu memory);
		is_deeply([grep { /schedulingStrategy/ } @{$json->{errors}}], $body =~ /SPOT/ ? [$odd->{metrics}{cpu}{reason} =~ /(an unexpected.*)/] : [], 'what is not clear is an error, once');
	}
}

# The age that makes a point stale is max(2 periods, 15 minutes).
my $ages = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service w12 desired=3 running=3
		cpu flat=20 until=12
	cluster late region=eu-west-1
	service w17 desired=3 running=3
		cpu flat=20 until=17
	ACCOUNT
$ages->check('-c', 'prod', '-m', 'cpu', '--window=3h', '--period=1m')->exits('OK', 'a newest point of 12 minutes at a period of 1 minute');
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=1m')->exits('UNKNOWN', 'a newest point of 17 minutes at a period of 1 minute');
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=10m')->exits('UNKNOWN', 'starts 17 to 27 minutes ago, 2 periods of 10 minutes')
	if ($ages->stats->{start} - 17 * 60) % 600 > 180;
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=20m')->exits('OK', 'at most 38 minutes, 2 periods of 20 minutes');

# --no-data: the state is the option's, ECS is not asked.
my %state = (ok => 'OK', warning => 'WARNING', critical => 'CRITICAL', unknown => 'UNKNOWN');
for my $word (sort keys %state) {
	my $run = $standin->fresh_check('-c', $flat, "--no-data=$word");
	$run->exits($state{$word}, "--no-data=$word");
	is($standin->calls('DescribeServices'), 0, "--no-data=$word asks ECS nothing");
	is($run->{summary}{no_data}{value}, 2, 'both counted');
	$standin->check('-c', 'empty', "--no-data=$word")->exits($state{$word}, "an empty cluster with --no-data=$word");
}
$standin->check('-c', $named{sprintf "service odd desired=3 running=3\n\tcpu flat=%d until=200\n\tmemory flat=20", 20}, '--no-data=ok')->exits('OK', 'a stale series with --no-data=ok');
$standin->check('-c', $named{sprintf "service odd desired=3 running=3\n\tcpu flat=%d until=200\n\tmemory flat=20", 99}, '--no-data=ok')->exits('CRITICAL', 'a stale series that breached with --no-data=ok');
my $run = $standin->check('-c', 'empty');
$run->exits('UNKNOWN', 'an empty cluster');
$run->says('names region and cluster', qr/eu-west-1/, qr/\bempty\b/);
$standin->fresh_check('-c', 'prod')->exits('OK');
is($standin->calls('DescribeServices'), 0, 'no DescribeServices when all have data');
$standin->fresh_check('-c', $flat)->exits('UNKNOWN');
my @asked = map { @{$_->{body}{services}} } grep { $_->{operation} eq 'DescribeServices' } @{$standin->log};
is_deeply([sort map { s{.*/}{}r } @asked], [qw(odd weird)], 'only those without data are asked about');

# Stale series are asked about even if they breach.
$standin->fresh_check('-c', $named{sprintf "service odd desired=3 running=3\n\tcpu flat=%d until=200\n\tmemory flat=20", 99})->exits('CRITICAL', 'a stale breach');
is($standin->calls('DescribeServices'), 1, 'a stale breach is asked about');

# Percentiles: without points although the service runs, each series by itself.
$run = $standin->check('-c', 'empty', '--statistic=p95');
$run->exits('UNKNOWN');
my $bare = standin("cluster prod region=eu-west-1\nservice a desired=1 running=1\nservice b desired=1 running=1\n");
$run = $bare->check('-c', 'prod', '--statistic=p95');
$run->exits('UNKNOWN', 'no point of a percentile at all');
$run->says('the hint', qr/^ECS UNKNOWN - prod: CloudWatch returned no p95 \(several tasks\?\); use Maximum or Average/);
my $some = standin("cluster prod region=eu-west-1\nservice bare desired=2 running=2\nservice fine desired=1 running=1\n\tcpu flat=20\nservice zero desired=0 running=0\nservice dead desired=1 running=0\n");
$run = $some->check('-c', 'prod', '-m', 'cpu', '--statistic=p95', '-s', 'bare', '-s', 'fine', '-s', 'zero', '-v');
$run->exits('UNKNOWN', 'a percentile without points beside one with points');
$run->says('each by itself', qr/^\[UNKNOWN\] bare cpu: CloudWatch returned no p95 \(several tasks\?\); use Maximum or Average$/m, qr/^\[OK\] fine cpu 20/m, qr/^\[OK\] zero: scaled to zero/m);
# CloudWatch has percentiles of services with one task alone: beside such a one, a service of several tasks has points by Maximum only.
my $several = standin("cluster prod region=eu-west-1\nservice many desired=3 running=3\n\tcpu flat=30\n\tmemory flat=40\nservice single desired=1 running=1\n\tcpu flat=20\n\tmemory flat=25\n");
$run = $several->check({name => 'p95 of several tasks beside p95 of one'}, '-c', 'prod', '--statistic=p95', '-v');
$run->exits('UNKNOWN');
$run->says('p95 of several tasks: the hint', qr/^\[UNKNOWN\] many\b.*CloudWatch returned no p95 \(several tasks\?\); use Maximum or Average$/m, qr/^\[OK\] single cpu 20/m, qr/^\[OK\] single memory 25/m);
unlike($run->{text}, qr/3 wanted, 3 running, no data/, 'p95 of several tasks: not called a lack of data');
$several->check({name => 'Maximum of the same'}, '-c', 'prod')->exits('OK');
# With a fixed --no-data ECS is not asked whether it runs: other services change nothing.
for my $only ([], ['-s', 'many'], ['-s', 'single']) {
	my $name = "p95 with --no-data=warning @$only";
	$run = $several->fresh_check({name => $name}, '-c', 'prod', '--statistic=p95', '--no-data=warning', '-v', @$only);
	$run->exits("@$only" eq '-s single' ? 'OK' : 'WARNING', $name);
	is($several->calls('DescribeServices'), "@$only" eq '-s many' ? 1 : 0, "$name: ECS is asked only whether a named service exists");
	unlike($run->{text}, qr/returned no p95/, "$name: nothing is said of several tasks");
}
# A percentile of ebs: for want of a volume, or of several tasks.
my $volumes = standin("cluster prod region=eu-west-1\nservice many desired=3 running=3\n\tebs flat=97\nservice single desired=1 running=1\n");
$run = $volumes->fresh_check({name => 'p95 of ebs, several tasks'}, '-c', 'prod', '-m', 'ebs', '--statistic=p95', '-v');
$run->exits('UNKNOWN');
$run->says('p95 of ebs', qr/^\[UNKNOWN\] many ebs: CloudWatch returned no p95 \(several tasks\?\); use Maximum or Average$/m, qr/^\[OK\] single ebs: no volume/m);
is($volumes->calls('DescribeServices'), 1, 'p95 of ebs: ECS is asked');
$volumes->fresh_check({name => 'Maximum of the same'}, '-c', 'prod', '-m', 'ebs')->exits('CRITICAL');
is($volumes->calls('DescribeServices'), 0, 'Maximum of ebs: ECS is not asked');
$run = $some->check('-c', 'prod', '-m', 'cpu', '--statistic=p95', '-s', 'zero');
$run->exits('OK', 'a percentile of a service that is scaled to zero');
$run = $some->check('-c', 'prod', '-m', 'cpu', '--statistic=p95');
$run->exits('CRITICAL', 'a percentile of a service that is down');
$run = $standin->check('-c', 'prod', '--statistic=p95');
$run->exits('OK', 'a percentile with points');

# Filters that match nothing.
$run = $standin->check('-c', 'prod', '-s', 'nosuch*');
$run->exits('UNKNOWN', 'a pattern that matches nothing');
$run->says('names the pattern', qr/nosuch\*/);
$run = $standin->check('-c', 'prod', '-s', 'fine', '-s', 'ghost-?');
$run->exits('UNKNOWN', 'one of two patterns matches nothing');
ok(scalar(grep { /ghost-\?/ } $run->lines_in_state('UNKNOWN')), 'an UNKNOWN line names it') or $run->show;
$run = $standin->check('-c', 'prod', '-x', '*');
$run->exits('UNKNOWN', 'everything excluded');

done_testing;
