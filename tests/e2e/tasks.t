#!/usr/bin/perl
# -m tasks: how many tasks run, of how many are wanted. The rules behind it are in tests/unit/test_tasks.c.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Scripted;
use Test::More;

my $account = '';
my $number = 0;

# A cluster of its own for each case.
sub cluster {
	my ($body) = @_;
	my $name = sprintf 'case%02d', ++$number;
	$account .= "cluster $name region=eu-west-1\n$body\n";
	return $name;
}
sub steady { return "\tevent -3d (service $_[0]) has reached a steady state." }
my $placed = 'was unable to place a task because no container instance met all of its requirements.';

my @cases = (
	# [services, state, what the output says, arguments]
	['service odd desired=3 running=3', 'OK', [qr/^ECS OK - case\d+: 1 service, 3 of 3 tasks running \| tasks_lowest=100%;100:;50:;0 services=1;/, qr/^account \d+, eu-west-1, running tasks at [-\d]+ [:\d]+Z \|odd_tasks=100%;100:;50:;0$/m]],
	['service odd desired=3 running=2', 'WARNING', [qr/^ECS WARNING - case\d+: 1 of 1 service with problems: odd 2 of 3 running \|/, qr/^\[WARNING\] odd: 2 of 3 running, below 100%$/m, qr/odd_tasks=66\.67%;100:;50:;0$/m, qr/ tasks_lowest=66\.67%;100:;50:;0 services=1;;;0 problems=1;;;0 no_data=0;/]],
	['service odd desired=3 running=1', 'CRITICAL', [qr/^\[CRITICAL\] odd: 1 of 3 running, below 50%$/m, qr/odd_tasks=33\.33%;100:;50:;0/]],
	['service odd desired=3 running=0', 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running$/m, qr/odd_tasks=0%;/]],
	['service odd desired=2 running=5', 'OK', [qr/odd_tasks=250%;100:;50:;0;300/, qr/^\[OK\] odd: 5 of 2 running$/m], '-v'],
	['service odd desired=4 running=2', 'OK', [qr/^\[OK\] odd: 2 of 4 running$/m, qr/odd_tasks=50%;40:;~:60;0/], '-v', '-w', 'tasks=40:', '-C', 'tasks=~:60'],
	['service odd desired=100000 running=99999', 'WARNING', [qr/odd_tasks=99\.999%;/]],
	# None wanted: no item.
	["service odd desired=0 running=0\nservice fine desired=1 running=1", 'OK', [qr/^\[OK\] odd: scaled to zero$/m, qr/ \|fine_tasks=100%;100:;50:;0$/m, qr/2 services, 1 of 1 task running/], '-v'],
	['service odd desired=0 running=2', 'OK', [qr/^\[OK\] odd: scaled to zero, 2 still running$/m], '-v'],
	['service odd desired=0 running=0 scheduling=DAEMON', 'OK', [qr/^\[OK\] odd: no instance to run on$/m], '-v'],
	# New and starting.
	['service odd desired=3 running=2 deployed=-5m', 'OK', [qr/^\[OK\] odd: new: 2 of 3 running$/m, qr/odd_tasks=66\.67%/], '-v'],
	['service odd desired=3 running=0 controller=EXTERNAL taskset=-5m', 'OK', [qr/^\[OK\] odd: new: 0 of 3 running$/m], '-v'],
	['service odd desired=3 running=2 controller=EXTERNAL taskset=-20m', 'WARNING', [qr/odd: 2 of 3 running/]],
	["service odd desired=3 running=2\n\tevent -2m (service odd) has started 3 tasks: (task 1) (task 2) (task 3).\n" . steady('odd'), 'OK', [qr/^\[OK\] odd: starting: 2 of 3 running$/m], '-v'],
	["service odd desired=1 running=0\n" . join('', map { "\tevent -${_}m (service odd) has started 1 tasks: (task $_).\n" } 1 .. 4) . steady('odd'), 'CRITICAL', [qr/odd: 0 of 1 running/]],
	# The current failure, and no other.
	["service odd desired=3 running=2\n\tevent -1m (service odd) $placed\n" . steady('odd'), 'WARNING', [qr/^\[WARNING\] odd: 2 of 3 running, below 100%: \(service odd\) \Q$placed\E$/m]],
	["service odd desired=3 running=2\n\tevent -40m (service odd) $placed", 'WARNING', [qr/^\[WARNING\] odd: 2 of 3 running, below 100%$/m]],
	["service odd desired=3 running=3\n\tevent -1m (service odd) $placed", 'OK', [qr/^\[OK\] odd: 3 of 3 running: \(service odd\) \Q$placed\E$/m], '-v'],
	["service odd desired=3 running=1 deployed=-5m rollout=FAILED failed=40\n\treason ECS deployment circuit breaker: tasks failed to start.", 'CRITICAL', [qr/^\[CRITICAL\] odd: 1 of 3 running, below 50%: ECS deployment circuit breaker: tasks failed to start\.$/m]],
	["service odd desired=3 running=1\n\tevent -1m (service odd) failed | <b>badly</b> \e[31mnow\e[0m", 'CRITICAL', [qr{odd: 1 of 3 running, below 50%: \(service odd\) failed / \(b\)badly\(/b\) now$}m]],
	["service odd desired=3 running=1\n\tevent -1m (service odd) was unable to start: begin" . ' and so on' x 90 . ' END', 'CRITICAL', [qr/unable to start: begin(?: and so on)+.{0,10} \.\.\. .{0,10}(?: and so on)+ END$/m]],
	# Services that are gone.
	["service odd desired=3 running=0 missing\nservice fine desired=1 running=1", 'OK', [qr/^left out: odd \(gone\)$/m, qr/1 service, 1 of 1 task running/], '-v'],
	["service odd desired=3 running=0 status=INACTIVE\nservice fine desired=1 running=1", 'OK', [qr/^left out: odd \(INACTIVE\)$/m], '-v'],
	["service odd desired=3 running=1 status=DRAINING\nservice fine desired=1 running=1", 'OK', [qr/^left out: odd \(DRAINING\)$/m], '-v'],
	# What is not clear.
	['service odd desired=3 running=3 status=ACTIVATING', 'UNKNOWN', [qr/^\[UNKNOWN\] odd: running tasks not known: what DescribeServices says of it is not clear: an unexpected status \('ACTIVATING'\)$/m]],
	["service odd desired=3 running=3 status=ACTIVATING\nservice even desired=3 running=3 scheduling=SPOT", 'UNKNOWN', [qr/^ECS UNKNOWN - case\d+: what DescribeServices says of it is not clear \(2 of 2 services not known\) \|/,
		qr/^\[UNKNOWN\] odd: running tasks not known: what DescribeServices says of it is not clear: an unexpected status \('ACTIVATING'\)$/m, qr/^\[UNKNOWN\] even: running tasks not known: .*: an unexpected schedulingStrategy \('SPOT'\)$/m]],
	['service odd desired=3 running=0 deployed=-5m rollout=ROLLED_BACK', 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running$/m]],
	# Beside series: one answer of ECS is one line; down first, then tasks, then by points beyond the range.
	["service a desired=3 running=3\n\tcpu flat=180\nservice b desired=3 running=1\n\tcpu flat=20\nservice c desired=3 running=0", 'CRITICAL', [qr/^ECS CRITICAL - case\d+: 3 of 3 services with problems in 24 h: c 0 of 3 running, b 1 of 3 running, a cpu 180\.0% \|/, qr/\A[^\n]*\n\[CRITICAL\] c: 0 of 3 running, no data\n\[CRITICAL\] b: 1 of 3 running, below 50%\n\[CRITICAL\] a cpu/, qr/ no_data=1;/], '-m', 'cpu'],
	["service odd desired=3 running=0\n\tcpu flat=20 until=200\n\tmemory flat=20 until=300\n\tevent -1m (service odd) $placed", 'CRITICAL', [qr/\A[^\n]*\n\[CRITICAL\] odd: 0 of 3 running, no data since [-\d: ]+Z: \(service odd\) \Q$placed\E\nodd cpu: https:/], '-m', 'cpu,memory'],
	["service odd desired=3 running=2", 'WARNING', [qr/\A[^\n]*: odd 2 of 3 running \|[^\n]* no_data=1;[^\n]*\n\[WARNING\] odd: 2 of 3 running, below 100%, no data\naccount/], '-m', 'cpu,memory', '--no-data=auto', '-w', 'tasks=100:', '-s', 'o*'],
	["service odd desired=3 running=3", 'UNKNOWN', [qr/\A[^\n]*\n\[UNKNOWN\] odd: 3 wanted, 3 running, no data\naccount/], '-m', 'cpu,memory', '-v'],
	["service odd desired=0 running=0", 'OK', [qr/\A[^\n]* no_data=1;[^\n]*\n\[OK\] odd: scaled to zero, no data\naccount/], '-m', 'cpu,memory', '-v'],
	["service odd desired=3 running=0\n\tcpu flat=99 until=200", 'CRITICAL', [qr/^\[CRITICAL\] odd: 0 of 3 running, no data since [-\d: ]+Z\n\[CRITICAL\] odd cpu 99\.0%/m], '-m', 'cpu'],
	["service odd desired=3 running=0", 'OK', [qr/odd: no data \(--no-data=ok\)|odd cpu: no data/], '-m', 'cpu', '--no-data=ok', '-w', 'tasks=~:', '-C', 'tasks=~:', '-v'],
	# Tasks are no utilisation.
	["service odd desired=3 running=3\n\tcpu flat=20", 'OK', [qr/^ECS OK - case\d+: 1 service, highest odd cpu 20\.0% in 24 h \| cpu_peak=20%;80;95;0 tasks_lowest=100%;100:;50:;0 services=1;/, qr/^headroom: odd cpu at 20\.0%/m, qr/odd_cpu=20%;80;95;0 odd_tasks=100%;100:;50:;0$/m], '-m', 'cpu'],
	# Ranges of services, and of tasks: a plain one is not for them.
	["service odd desired=3 running=2\nservice web desired=3 running=2", 'WARNING', [qr/^\[WARNING\] odd: 2 of 3 running, below 100%$/m, qr/^\[OK\] web: 2 of 3 running$/m, qr/ \|odd_tasks=66\.67%;100:;50:;0 web_tasks=66\.67%;60:;50:;0$/m], '-w', 'w*/tasks=60:', '-v'],
	["service odd desired=3 running=2\n\tcpu flat=20", 'WARNING', [qr/ \|odd_cpu=20%;70;90;0 odd_tasks=66\.67%;100:;50:;0$/m], '-m', 'cpu', '-w', '70', '-C', 'odd/90'],
	# About one service.
	["service odd desired=3 running=3", 'OK', [qr{^ECS OK - case\d+/odd: 3 of 3 running$}m], '-s', 'odd'],
	["service odd desired=3 running=1\n\tcpu flat=100.2", 'CRITICAL', [qr{^ECS CRITICAL - case\d+/odd: 1 of 3 running, cpu 100\.2% in 24 h$}m], '-s', 'odd', '-m', 'cpu'],
);
my @names = map { cluster($_->[0]) } @cases;
my $mixed = cluster("service api desired=3 running=3\n\tcpu flat=20\nservice web desired=3 running=2\n\tcpu flat=97\n\tevent -1m (service web) $placed\n"
	. "service down desired=3 running=0\nservice zero desired=0 running=0\nservice fresh desired=4 running=1 deployed=-5m");
my $standin = standin($account);

for my $i (0 .. $#cases) {
	my ($body, $state, $patterns, @arguments) = @{$cases[$i]};
	my $name = join ' ', substr($body =~ s/\s+/ /gr, 0, 120), @arguments;
	my $run = $standin->check({name => $name}, '-c', $names[$i], '-m', 'tasks', @arguments);
	$run->exits($state);
	$run->says("$name: the words", @$patterns);
}

# What is asked of AWS: nothing of CloudWatch for tasks alone, and each service once.
{
	my $fresh = standin("cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%02d desired=1 running=1\n\tmemory flat=20\n", $_ } 1 .. 25);
	$fresh->check('-c', 'prod', '-m', 'tasks')->exits('OK');
	is($fresh->calls('GetMetricData'), 0, 'GetMetricData is not called for tasks alone');
	is($fresh->calls('DescribeServices'), 3, '25 services, ten a call');
	$fresh->fresh_check('-c', 'prod', '-m', 'cpu,memory,tasks')->exits('UNKNOWN');
	is($fresh->calls('DescribeServices'), 3, 'series without data are not asked about once more');
}

# JSON: the counts, and null for what only a series has.
{
	my $run = json_run($standin, {name => 'JSON'}, '-c', $mixed, '-m', 'cpu,tasks');
	is($run->{json}{state}, 'CRITICAL', 'the state');
	is_deeply($run->{json}{thresholds}{tasks}, {warning => '100:', critical => '50:'}, 'the ranges of tasks');
	my $web = json_metric($run, 'web', 'tasks');
	is_deeply([@$web{qw(running desired state values points breaches pattern lasting link)}], [2, 3, 'WARNING', undef, 1, 1, undef, undef, undef], 'web');
	is($web->{reason}, "(service web) $placed", 'the current failure is the reason');
	cmp_ok(abs($web->{peak} - 200 / 3), '<', 1e-9, 'the share');
	is_deeply([@{json_metric($run, 'zero', 'tasks')}{qw(running desired peak at state reason)}], [0, 0, undef, undef, 'OK', 'scaled to zero'], 'none wanted');
	is_deeply([@{json_metric($run, 'fresh', 'tasks')}{qw(running desired state reason)}], [1, 4, 'OK', 'new'], 'new');
	is(json_metric($run, 'api', 'tasks')->{reason}, undef, 'nothing to say');
	$run = json_run($standin, {name => 'JSON, tasks alone'}, '-c', $mixed, '-m', 'tasks');
	is_deeply([@{$run->{json}}{qw(window statistic)}], [undef, undef], 'no window and no statistic for tasks alone');
}

# Charts off a terminal: a section, a row a service.
{
	my $run = $standin->check('-c', $mixed, '-m', 'tasks', '--chart=always');
	my %cells = (api => 100, web => 200 / 3, fresh => 25);
	my @rows = map { my $eighths = int($cells{$_} * 8 / (110 / 25)); my ($n, $rest) = (int($eighths / 8), $eighths % 8);
		sprintf '%-5s ▏ %5.1f%% %s', $_, $cells{$_}, '█' x $n . ($rest ? chr(ord('█') + 8 - $rest) : '') } sort keys %cells;
	is_deeply([grep { !/^account/ } @{$run->{body}}], ['tasks:', $rows[0], 'down  ▏   0.0% ▏', $rows[1], $rows[2], 'zero  ▏ none wanted ▏'], 'the rows');
	unlike($run->{text}, qr/https:/, 'there is no graph of tasks to link to');
}

# At a terminal: a bar for each service, the smallest share first; what ECS says failed stands in words.
SKIP: {
	skip 'tmux is missing: install it (contrib/quickstart.sh deps test)', 5 unless grep { -x "$_/tmux" } split /:/, $ENV{PATH};
	require CheckECS::Tmux;
	my $terminal = CheckECS::Tmux->start({width => 100, height => 30}, '--endpoint-url=' . $standin->url, '-c', $mixed, '-m', 'tasks');
	my $screen = $terminal->finish->{screen};
	like($screen, qr/^TASKS +now +0 +50 +100/m, 'the scale has the thresholds');
	like($screen, qr/^  fresh +25\.0% .* 1 of 4, new\n  api +100\.0% .* 3 of 3$/m, 'bars, the smallest share first');
	like($screen, qr/^DOWN\nC down +0 of 3 running$/m, 'what is down');
	like($screen, qr/^TOO FEW TASKS\nW web +2 of 3 running, below 100%: … .*all of its requirements\.$/m, 'what failed');
	like($screen, qr/^  zero +scaled to zero$/m, 'what wants none');
}

# What concerns series alone is refused for tasks alone.
for my $case (
	['--window=1h'], ['--period=5m'], ['-w', 'api/80', qr{-w api/80 does not concern tasks}], ['--statistic=tasks=Average', qr/tasks have no statistic/],
	['--statistic=Average'], ['--breaches=2'], ['--no-data=ok'], ['--detail=none'],
	['-w', '80', qr/-w 80 does not concern tasks; write -w tasks=100:/], ['-C', '90:', qr/-C 90: does not concern tasks; write -C tasks=50:/],
) {
	my @words = grep { !ref } @$case;
	my ($pattern) = grep { ref } @$case, qr/\Q@{[$case->[0] =~ s{=.*}{}r]}\E does not concern tasks/;
	my $run = $standin->check('-c', $mixed, '-m', 'tasks', @words);
	$run->exits('UNKNOWN');
	$run->says("@words: why", $pattern);
	is(scalar @{$run->{lines}}, 1, "@words: one line");
	next if "@words" =~ /statistic=tasks/;
	unlike($standin->check('-c', $mixed, '-m', 'cpu,tasks', @words)->{text}, qr/does not concern/, "@words: beside cpu it is taken");
}
for my $words (['-m', 'cpu', '-w', 'tasks=90:'], ['-C', 'tasks=90:']) {
	$standin->check('-c', $mixed, @$words)->says("@$words: not asked for", qr/tasks is not checked; write -m \S*\btasks/);
}
$standin->check('-c', $mixed, '-m', 'tasks', '-w', 'tasks:90')->says('a colon after the metric', qr/write tasks=90/);

# Denied: the missing permission, once, and what is known beside it.
{
	my $denied = standin("key AKIDEXAMPLE secret deny=ecs:DescribeServices\ncluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=20\n" } 1 .. 30)
		. "cluster hot region=eu-west-1\nservice web desired=1 running=1\n\tcpu flat=97.7\nservice api desired=1 running=1\n\tcpu flat=20\n");
	my $run = $denied->check('-c', 'prod', '-m', 'cpu,tasks');
	$run->exits('UNKNOWN', 'DescribeServices denied');
	like($run->{headline}, qr/\AECS UNKNOWN - prod: add the IAM action ecs:DescribeServices for /, 'the action first');
	is(scalar(grep { /ecs:DescribeServices/ } @{$run->{lines}}), 2, 'once, and in the words of AWS');
	cmp_ok($denied->calls('DescribeServices'), '<=', 2, 'no further call after that');
	$run = $denied->check('-c', 'hot', '-m', 'cpu,tasks');
	$run->exits('CRITICAL', 'a known breach beside it');
	$run->says('with both', qr/web cpu 97\.7%/, qr/^\[UNKNOWN\] 2 of 2 services not known: add the IAM action ecs:DescribeServices/m);
	$denied->check('-c', 'prod', '-m', 'tasks', '--timeout-result=ok')->exits('UNKNOWN', 'an error is no timeout');
}

# Throttled, lost, never answered.
my $thirty = "cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%02d desired=2 running=2\n", $_ } 1 .. 30;
my $seconds = 2 * time_factor();
{
	my $standin = standin($thirty, '--fault=DescribeServices:throttle:2');
	$standin->check('-c', 'prod', '-m', 'tasks')->exits('OK', 'throttling is waited out');
	is($standin->calls('DescribeServices'), 5, 'three answers, two refusals');
	$standin = standin($thirty, '--fault=DescribeServices:throttle');
	my $run = $standin->check('-c', 'prod', '-m', 'tasks', '-t', $seconds);
	$run->exits('UNKNOWN', 'throttled to the deadline');
	$run->says('it is told', qr/timed out/, qr/Rate exceeded|thrott/i);
	$standin = standin($thirty, '--fault=DescribeServices:500:1');
	$standin->check('-c', 'prod', '-m', 'tasks')->exits('OK', 'an error of AWS, tried again');
}
for my $kind (qw(null text-numbers nan foreign garbage shape empty deep half)) {
	my $odd = standin($thirty, "--fault=DescribeServices:$kind");
	$odd->check({name => "DescribeServices: $kind"}, '-c', 'prod', '-m', 'tasks', '-t', $seconds)->exits('UNKNOWN');
}
# One call of three is lost: the others count, and what was lost is named.
{
	my $body = $thirty =~ s/running=2/running=0/gr;
	my $standin = standin($body, '--fault=DescribeServices:garbage:1');
	my $run = $standin->check('-c', 'prod', '-m', 'tasks');
	$run->exits('CRITICAL', 'one answer of three cannot be read');
	is(scalar(grep { /: 0 of 2 running$/ } $run->lines_in_state('CRITICAL')), 20, 'what the other two say');
	$run->says('what was lost is named', qr/^\[UNKNOWN\] 10 of 30 services not known \(s\d\d, /m);
	is($standin->calls('DescribeServices'), 3, 'the others were asked for all the same');
	$standin = standin($body, '--fault=DescribeServices:hang:1');
	$run = $standin->check('-c', 'prod', '-m', 'tasks', '-t', "$seconds:ok");
	$run->exits('CRITICAL', 'one call hangs: the outage that the others tell of');
	is($run->{summary}{problems}{value}, 20, 'all of it');
	$run->says('what was not reached is named', qr/^\[UNKNOWN\] 10 of 30 services not known \(s\d\d, /m);
	$standin = standin($thirty, '--fault=DescribeServices:hang:1');
	$run = $standin->check('-c', 'prod', '-m', 'tasks', '-t', $seconds);
	$run->exits('UNKNOWN', 'the same, all others run');
	$run->says('what was not reached is named', qr/^\[UNKNOWN\] 10 of 30 services not known \(s\d\d, /m);
}

# Ten calls a second, two in flight; the deadline ends it.
{
	my $many = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service s%04d desired=2 running=2\n", $_ } 1 .. 250), '--latency-ms=30');
	$many->check('-c', 'prod', '-m', 'tasks', '-t', 30 * time_factor())->exits('OK', '250 services');
	my @calls = sort { $a->{started_ms} <=> $b->{started_ms} } grep { $_->{operation} eq 'DescribeServices' } @{$many->log};
	is(scalar @calls, 25, '25 calls');
	my %asked;
	$asked{$_ =~ s{.*/}{}r}++ for map { @{$_->{body}{services}} } @calls;
	is_deeply([scalar keys %asked, grep { $_ != 1 } values %asked], [250], 'each service once');
	# A call may arrive late, which brings it nearer to the next one; over a second that evens out.
	my @crowded = grep { $calls[$_ + 11]{started_ms} - $calls[$_]{started_ms} < 1000 } 0 .. $#calls - 11;
	is_deeply(\@crowded, [], 'no twelve within a second');
	cmp_ok($calls[-1]{started_ms} - $calls[0]{started_ms}, '>=', 24 * 100 - 150, 'and ten on average');
	my ($most) = sort { $b <=> $a } map { my $call = $_; scalar grep { $_->{started_ms} <= $call->{started_ms} && $_->{ended_ms} > $call->{started_ms} } @calls } @calls;
	cmp_ok($most, '<=', 2, 'two in flight at most');
	SKIP: {
		skip 'a slow build has no two seconds to spare', 2 if time_factor() > 1;
		my $run = $many->fresh_check('-c', 'prod', '-m', 'tasks', '-t', 2);
		$run->exits('UNKNOWN', 'the deadline comes first');
		$run->says('so many are not known', qr/^\[UNKNOWN\] (?:[1-9]\d+) of 250 services not known \(s\d+, /m);
	}
}

# Hostile answers: never OK, nothing but one's own words in the line.
for my $case (
	['more digits than a count has', {runningCount => 1e30}, 'UNKNOWN'], ['half a task', {runningCount => 1.5}, 'UNKNOWN'], ['a negative count', {runningCount => -1}, 'UNKNOWN'],
	['text', {runningCount => '3'}, 'UNKNOWN'], ['no running count', {runningCount => undef}, 'UNKNOWN'], ['no desired count', {desiredCount => undef}, 'UNKNOWN'],
	['none wanted, as text', {desiredCount => '0'}, 'UNKNOWN'], ['no events', {events => undef}, 'OK'], ['no events, and a lack', {events => undef, runningCount => 2}, 'WARNING'],
	['events that are none', {events => [1], runningCount => 2, deployments => [{status => 'PRIMARY', createdAt => time - 60}]}, 'WARNING'],
	['another cluster', {clusterArn => 'arn:aws:ecs:eu-west-1:123456789012:cluster/test'}, 'UNKNOWN'], ['nothing wrong', {}, 'OK'],
) {
	my ($name, $change, $state) = @$case;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation) = @_;
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']} if $operation eq 'ListServices';
		return {services => [{serviceName => 'api', status => 'ACTIVE', desiredCount => 3, runningCount => 3, deployments => [], events => [], %$change}], failures => []};
	});
	$server->check({name => $name}, '-c', 'prod', '-m', 'tasks', '-v')->exits($state);
	$server->stop;
}

validate_all();
done_testing;
