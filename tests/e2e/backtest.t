#!/usr/bin/perl
# --backtest: equal to runs of the check at its instants, by a stand-in whose clock is moved; equal to a computation over real series; what
# it refuses, what it costs, and how it ends when something cannot be had.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Terminal;
use JSON::PP;
use List::Util qw(max sum0);
use Test::More;
use Time::Local qw(timegm);

srand($ENV{CHECK_ECS_SEED} // 1402);
sub pick { return $_[rand @_] }

my @marks = ('·', '▄', '█', '?'); # by exit status
my @states = qw(OK WARNING CRITICAL UNKNOWN);
my %place = map { ($states[$_] => $_) } 0 .. 3;

sub epoch {
	my ($text) = @_;
	my ($year, $month, $day, $hour, $minute, $second) = $text =~ /\A(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)Z\z/ or die "no time: $text\n";
	return timegm($second, $minute, $hour, $day, $month - 1, $year);
}

sub backtest {
	my ($standin, $option, @arguments) = @_;
	return json_run($standin, {name => join(' ', @arguments), kind => 'backtest', %$option}, '-c', 'prod', '--backtest', @arguments);
}

# --- equal to runs of the check at twenty of its instants ---

my $now = time;
my $services = 25;
my $hours = 9;

# Whole percents by minute, the last complete one being the newest.
my %samples;
for my $i (1 .. $services) {
	for my $metric (qw(cpu memory)) {
		my ($minute, $newest, %at) = (int($now / 60) - 60 * $hours, int($now / 60) - 1);
		while ($minute <= $newest) {
			my $level = pick(undef, undef, 20, 40, 60, 79, 81, 85, 96, 99);
			my $length = 1 + int rand pick(6, 20, 60);
			for my $next ($minute .. $minute + $length - 1) {
				$at{$next} = $level if defined $level && $next <= $newest;
			}
			$minute += $length;
		}
		$samples{"s$i"}{$metric} = \%at;
	}
}

# What was there to be seen before a minute. A service is as it is: one task that runs.
sub account_before {
	my ($before) = @_;
	my $account = "cluster prod region=eu-west-1\n";
	for my $name (sort keys %samples) {
		$account .= "service $name desired=1 running=1\n";
		for my $metric (qw(cpu memory)) {
			my $at = $samples{$name}{$metric};
			my @points = map { $before - $_ . ":$at->{$_}" } grep { $_ < $before } sort { $a <=> $b } keys %$at;
			$account .= "\t$metric points=" . join(',', @points) . "\n" if @points;
		}
	}
	return $account;
}

# A stand-in whose clock showed that time a moment ago.
sub standin_at {
	my ($time) = @_;
	for (1 .. 5) {
		my $standin = standin(account_before($time / 60), '--clock-offset=' . ($time + 5 - time));
		return $standin if $standin->stats->{start} == $time;
	}
	BAIL_OUT('no stand-in started within a minute');
}

# Each service's strip: a cell an instant, since these are few.
sub strips {
	my ($run) = @_;
	return map { /^(\S+)(?: [a-z, ]+?)? {2,}([·▄█?]+)(?: |$)/ ? ($1 => [split //, $2]) : () } split /\n/, $run->{stdout};
}

for my $options (
	[qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=30m --interval=10m)],
	[qw(--statistic=Maximum --period=5m --window=30m --breaches=3 --interval=10m)],
	[qw(--statistic=Minimum --statistic=cpu=Average --period=5m --window=20m -w s1*/cpu=50 -C memory=@75:90 --interval=10m)]) {
	my @span = "--backtest=4h";
	my ($plan, $drawn, $again);
	my $whole = standin(account_before(int(time / 60)));
	for (1 .. 3) {
		$plan = backtest($whole, {}, @span, @$options);
		$drawn = $whole->check({raw => 1, name => "@$options, drawn"}, '-c', 'prod', @span, @$options, '--chart=always');
		$again = backtest($whole, {}, @span, @$options);
		last if $plan->{json}{backtest}{first} eq $again->{json}{backtest}{first}; # else a period ended meanwhile
	}
	is($drawn->{exit}, 0, "@$options: OK, whatever the past was");
	utf8::decode($drawn->{stdout}) if !utf8::is_utf8($drawn->{stdout});
	my %strip = strips($drawn);
	my ($first, $interval, $instants) = (epoch($plan->{json}{backtest}{first}), @{$plan->{json}{backtest}}{qw(interval instants)});
	# Those that were never anything but OK have none.
	my ($never) = $drawn->{stdout} =~ /^\.\.\. (\d+) services? never$/m;
	is(scalar(keys %strip) + ($never // 0), $services, "@$options: a strip for each service");
	$strip{$_} //= [('·') x $instants] for keys %samples;
	is_deeply([grep { @{$strip{$_}} != $instants } sort keys %strip], [], "@$options: with a cell for each of the $instants instants") or next;
	my @chosen = map { int($_ * ($instants - 1) / ($instants > 20 ? 19 : $instants - 1)) } 0 .. ($instants > 20 ? 19 : $instants - 1);
	my (@wrong, %seen);
	for my $instant (@chosen) {
		my $then = standin_at($first + $instant * $interval);
		my $run = json_run($then, {name => "@$options, instant $instant"}, '-c', 'prod', grep { !/^--interval/ } @$options);
		for my $service (@{$run->{json}{services}}) {
			my ($wanted, $got) = ($marks[$place{$service->{state}}], $strip{$service->{name}}[$instant]);
			$seen{$wanted}++;
			push @wrong, "$service->{name} at instant $instant: judged $got, a run says $wanted" if $wanted ne $got;
		}
	}
	is_deeply(\@wrong, [], "@$options: each of " . @chosen . ' instants is what a run there says');
	is(scalar(grep { $seen{$_} } @marks), 4, "@$options: among them all states and no data") or diag explain \%seen;

	# The counts are those of the strips.
	@wrong = ();
	for my $service (@{$plan->{json}{backtest}{services}}) {
		my $strip = join '', @{$strip{$service->{name}}};
		for my $name (qw(ok warning critical no_data)) {
			my $mark = quotemeta $marks[{ok => 0, warning => 1, critical => 2, no_data => 3}->{$name}];
			my @times;
			push @times, [$-[0], $+[0] - 1] while $strip =~ /$mark+/g;
			my @lengths = map { ($_->[1] - $_->[0] + 1) * $interval } @times;
			my $share = $service->{states}{$name};
			my $wanted = join ' ', scalar @times, sum0(@lengths), max(0, @lengths), map { @times ? $first + $times[-1][$_] * $interval : 'none' } 0, 1;
			my $got = join ' ', @$share{qw(times total_s longest_s)}, map { defined $share->{$_} ? epoch($share->{$_}) : 'none' } qw(last_from last_to);
			push @wrong, "$service->{name} $name: $got, by its strip $wanted" if $got ne $wanted;
		}
	}
	is_deeply(\@wrong, [], "@$options: the counts are those of the instants");
	for my $name (qw(warning critical no_data)) {
		my @shares = map { $_->{states}{$name} } @{$plan->{json}{backtest}{services}};
		is_deeply($plan->{json}{backtest}{sum}{$name}, {times => sum0(map { $_->{times} } @shares), total_s => sum0(map { $_->{total_s} } @shares)}, "@$options: the sum of $name");
	}
	my @critical = map { $_->{states}{critical}{total_s} } @{$plan->{json}{backtest}{services}};
	is_deeply(\@critical, [sort { $b <=> $a } @critical], "@$options: the worst first");
}

# --- equal to a computation over real series ---

my $folder = $ENV{CHECK_ECS_DATA} // "$FindBin::Bin/../../../shared/data/cloudwatch";
my @files = sort glob "$folder/*.csv";
SKIP: {
	skip "no series in $folder (CHECK_ECS_DATA)", 1 if !@files;
	my %values;
	for my $i (0 .. $#files) {
		open my $in, '<', $files[$i] or die "$files[$i]: $!";
		my @samples = map { /^(\d+)-(\d+)-(\d+) (\d+):(\d+):\d+,(\S+)/ ? [timegm(0, $5, $4, $3, $2 - 1, $1), $6] : () } <$in>;
		$values{"real$i"} = \@samples;
	}
	my $standin = standin("cluster prod region=eu-west-1\n" . join('', map { "service real$_ desired=1 running=1\n\tcpu csv=$files[$_]\n" } 0 .. $#files));
	my $start = $standin->stats->{start};
	for my $rule ({breaches => 2, window => 3, recover => 6, options => [qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=30m)], period => 300},
		{breaches => 1, window => 96, recover => 0, options => [qw(--statistic=Average --period=15m)], period => 900}) {
		my $run = backtest($standin, {}, '-m', 'cpu', '-w', '~:', @{$rule->{options}});
		my ($first, $instants) = (epoch($run->{json}{backtest}{first}), $run->{json}{backtest}{instants});
		is($instants, 14 * 86400 / $rule->{period}, "@{$rule->{options}}: fourteen days");
		my @wrong;
		for my $service (@{$run->{json}{backtest}{services}}) {
			my $samples = $values{$service->{name}};
			my $shift = $start - $samples->[-1][0];
			my %of;
			push @{$of{int(($_->[0] + $shift) / $rule->{period})}}, $_->[1] for @$samples;
			my ($times, $total, $last, $seen, %rule) = (0, 0, 0, $rule->{window} + $rule->{recover});
			my $end0 = $first / $rule->{period};
			for my $end ($end0 - $rule->{recover} .. $end0 + $instants - 1) {
				$rule{$end} = $rule->{breaches} <= grep { $of{$_} && sum0(@{$of{$_}}) / @{$of{$_}} > 95 } $end - $rule->{window} .. $end - 1;
			}
			for my $end ($end0 .. $end0 + $instants - 1) {
				my $is_critical = grep { $rule{$_} } $end - $rule->{recover} .. $end;
				$total += $rule->{period} if $is_critical;
				$times++ if $is_critical && !$last;
				$last = $is_critical;
			}
			my $got = join ' ', @{$service->{states}{critical}}{qw(times total_s)};
			push @wrong, "$service->{name}: $got, computed $times $total" if $got ne "$times $total";
		}
		is_deeply(\@wrong, [], "@{$rule->{options}}: alarms and their time over real series");
	}
}

# --- words ---

my $two = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20 points=" . join(',', map { "$_:99" } 300 .. 340) . "\n\tmemory flat=30\n"
	. "service worker desired=1 running=1\n\tcpu flat=30\n\tmemory flat=40 since=100\n";
my $standin = standin($two);
my @hour = ('--period=5m', '--window=10m', '--breaches=2', '--statistic=Average', '--backtest=24h');
my $run = $standin->check({raw => 1, name => 'two services'}, '-c', 'prod', @hour);
is($run->{exit}, 0, 'two services: OK');
my @lines = split /\n/, $run->{stdout};
is($lines[0], 'prod: 24 h of --statistic=Average --period=5m --window=10m --breaches=2, judged each 5 min', 'the rules are told');
like($lines[3], qr/^api cpu +1 time, \d+ min +(?:-|\d times?, \d+ min) +- +\d+ min +\d{4}-\d\d-\d\d \d\d:\d\dZ$/, 'the row of what alarmed');
like($lines[4], qr/^worker memory +- +- +1 time, 22 h \d+ min +- +-$/, 'no data is a column of its own');
like($lines[-1], qr/^These thresholds would have alarmed 1 time in 24 h \(api 1\), \d+ min in all(?:; WARNING \d times?, \d+ min)?\.$/, 'the sum');
is($standin->calls('DescribeServices'), 0, "today's descriptions are not asked for");
$run = $standin->check({raw => 1, name => 'nothing'}, '-c', 'prod', '-C', '~:', '-w', '~:', '-m', 'cpu', @hour);
like($run->{stdout}, qr/\n\.\.\. 2 services never\n\nThese thresholds would not have alarmed in 24 h\.\n\z/, 'nothing ever');

# The cost: said before the series are asked for, at a terminal alone; each series once.
$standin->reset;
my $shown = CheckECS::Terminal::run({}, '', "--endpoint-url=$standin->{url}", '-c', 'prod', @hour);
is($shown->{exit}, 0, 'at a terminal: OK');
like($shown->{text}, qr/\Aasking CloudWatch for 4 metrics of 289 points each, under 0\.01 USD\r?\nprod: 24 h of /, 'at a terminal the cost comes first');
like($shown->{text}, qr/^api cpu .*█/m, 'at a terminal each row has a strip');
is(sum0(map { scalar @{$_->{body}{MetricDataQueries}} } grep { $_->{operation} eq 'GetMetricData' } @{$standin->log}), 4, 'each series is asked for once');
$run = $standin->check({raw => 1, name => 'cost'}, '-c', 'prod', @hour, '-vv');
like($run->{stdout}, qr/^billed: 4 metrics asked of GetMetricData$/m, '-vv has the cost');

# --- refused before any request ---

$standin->reset;
my $ini = keep_file("[check]\nmax-output=nagios\nperfdata=all\nno-data=ok\n", 'ini');
for my $case (
	[['--no-data=ok'], qr/--backtest judges the past and ends with OK or UNKNOWN: leave out --no-data/],
	[['--perfdata=all'], qr/leave out --perfdata/], [['--max-output=nagios'], qr/leave out --max-output/], [['--links=never'], qr/leave out --links/],
	[['--timeout-result=ok'], qr/leave out --timeout-result/],
	[['--interval=7m', '--period=5m', '--window=1h'], qr/--interval=7m is not a multiple of --period=5m/],
	[['--backtest=30d', '--period=1m', '--window=1h'], qr/--backtest=30d reaches further back than CloudWatch keeps points of --period=1m; use at most --backtest=\S+/],
	[['--backtest=7m', '--period=5m', '--window=1h'], qr/--backtest=7m is not a whole number of periods of 5m/],
	[['-t', '60:CRITICAL'], qr/leave out the state behind the colon of -t$/m],
	[['--interval=20d'], qr/--interval=20d is longer than the 14d that --backtest judges by default; use a shorter one, or --backtest=20d$/m],
	[['--backtest=7d', '--interval=20d'], qr/--interval=20d is longer than --backtest=7d; use a shorter --interval$/m],
	[['--interval=500d'], qr/--interval=500d is longer than the 453d that --backtest can judge/],
	[['--backtest=80d', '--period=5m', '--window=10m'], qr/use at most --backtest=62d, or a longer --period$/m],
	[['--backtest=90m', '--interval=1h'], qr/--backtest=90m is not a whole number of intervals of 1h/],
	[['--backtest=tomorrow'], qr/--backtest=tomorrow is not a valid duration/], [['--backtest='], qr/--backtest/],
	[['--period=1m', '--window=21599m'], qr/CloudWatch keeps points of --period=1m for 15d, which the window takes/],
	[['--backtest', '7d'], qr/'7d' is not the value of an option; write --backtest=7d with an '='/]) {
	$run = $standin->check({raw => 1, name => "@{$case->[0]}"}, '-c', 'prod', '--backtest', @{$case->[0]});
	is($run->{exit}, 3, "@{$case->[0]}: UNKNOWN");
	like($run->{stdout}, qr/\AECS UNKNOWN - .*$case->[1]/, "@{$case->[0]}: one clear line");
	is(() = $run->{stdout} =~ /\n/g, 1, "@{$case->[0]}: and no more");
}
is($standin->stats->{requests}, 0, 'none of these made a request');
$run = $standin->check({raw => 1, name => 'an ini file of a check'}, '-c', 'prod', @hour, "--extra-opts=check\@$ini");
is($run->{exit}, 0, "what an ini file says for the check has no effect");
# What CloudWatch keeps of the default.
$run = backtest($standin, {}, '--period=1m', '--window=3d', '--interval=1h');
is($run->{json}{backtest}{instants}, 24 * 11, 'fourteen days, or the whole days that CloudWatch still has before a window of three days');

# --- too much ---

my $many = standin("cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=30\n\tmemory flat=30\n" } 1 .. 1000);
for my $case ([['--period=1m', '--window=10m'], qr/--backtest: \d+ million data points are more than the 33 million allowed; use --period=\d+m/],
	[['--period=1m', '--window=1d', '-s', 's?', '-s', 's??'], qr/--backtest: \d+ million points to judge are more than the 2000 million allowed; use --period=\d+m/]) {
	$many->reset;
	$run = $many->check({raw => 1, name => "too much: @{$case->[0]}"}, '-c', 'prod', '--backtest', @{$case->[0]});
	is($run->{exit}, 3, "$run->{name}: UNKNOWN");
	like($run->{stdout}, qr/\AECS UNKNOWN - prod: $case->[1]/, "$run->{name}: the period that fits is named");
	is($many->calls('GetMetricData'), 0, "$run->{name}: and nothing is billed");
}

# --- what cannot be had ---

for my $case (
	['no permission for metrics', ['deny=cloudwatch:GetMetricData'], [], qr/\AECS UNKNOWN - prod: 4 series are not known, first api cpu: .*cloudwatch:GetMetricData/],
	['no permission for the list', ['deny=ecs:ListServices'], [], qr/\AECS UNKNOWN - prod: .*ecs:ListServices/],
	['half of the list', [], ['--page-size=1', '--fault=ListServices:500:9:1'], qr/\AECS UNKNOWN - prod: the list of services is incomplete/],
	['a series in trouble', [], ['--fault=GetMetricData:500:9'], qr/\AECS UNKNOWN - prod: 4 series are not known, first api cpu: .*^Nothing is known of what these thresholds would have done in 24 h\.$/ms],
	['throttled until the deadline', [], ['--fault=GetMetricData:throttle:99'], qr/\AECS UNKNOWN - prod: timed out after 3 s.*longer -t/s],
	['no answer until the deadline', [], ['--latency-ms=20000'], qr/\AECS UNKNOWN - prod: timed out after 3 s/]) {
	my ($name, $key, $arguments, $wanted) = @$case;
	my $broken = standin(($key->[0] ? "key AKIDEXAMPLE secret $key->[0]\n" : '') . $two, @$arguments);
	$run = $broken->check({raw => 1, name => $name}, '-c', 'prod', @hour, '-t', 3, '-C', '90', '-w', '1');
	is($run->{exit}, 3, "$name: UNKNOWN, never a state of the past");
	like($run->{stdout}, $wanted, "$name: told");
	$run = backtest($broken, {name => "$name, in JSON"}, @hour, '-t', 3);
	is($run->{exit}, 3, "$name, in JSON: UNKNOWN");
	is($run->{json}{kind}, 'backtest', "$name, in JSON: the kind");
}
for my $case ([['-s', 'none'], qr/no service matches -s 'none'/], [['-x', '*'], qr/leave none of 2 services/]) {
	$run = $standin->check({raw => 1, name => "@{$case->[0]}"}, '-c', 'prod', @hour, @{$case->[0]});
	is($run->{exit}, 3, "@{$case->[0]}: UNKNOWN");
	like($run->{stdout}, $case->[1], "@{$case->[0]}: told");
}
my $slow = standin($two, '--latency-ms=2000');
$run = $slow->check({raw => 1, name => 'a signal', signal => ['TERM', 0.5]}, '-c', 'prod', @hour);
is($run->{exit}, 3, 'a signal: UNKNOWN');
like($run->{stdout}, qr/\AECS UNKNOWN - .*ended by a signal/, 'a signal: told');
unlike($run->{stdout}, qr/longer -t/, 'a signal: without advice for a deadline');

# --- some series are lost ---

# All services alarm: whatever is lost, the others tell something.
my $lossy = "cluster prod region=eu-west-1\n" . join('', map { "service $_ desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\n" } qw(api web));
for my $kind (qw(forbidden internal)) {
	my $broken = standin($lossy, "--fault=GetMetricData:$kind:100");
	for my $metrics (['cpu'], ['memory'], ['cpu', 'memory']) {
		my @span = ('-m', join(',', @$metrics), '--backtest=24h');
		my $name = "$kind, @$metrics";
		$run = $broken->check({raw => 1, name => $name}, '-c', 'prod', @span, '--chart=always');
		utf8::decode($run->{stdout}) if !utf8::is_utf8($run->{stdout});
		is($run->{exit}, 3, "$name: UNKNOWN");
		my ($service, $metric) = $run->{stdout} =~ /\AECS UNKNOWN - prod: 1 series is not known, (api|web) (cpu|memory): \S/;
		ok($service, "$name: the lost series is named") or next;
		like($run->{stdout}, qr/^$service(?: cpu)? \($metric not known\) .* not known$/m, "$name: its service has a row that says so, without -v");
		unlike($run->{stdout}, qr/^$service .*·/m, "$name: no moment of it is drawn as OK");
		unlike($run->{stdout}, qr/2 services never/, "$name: and it is not counted as one without a problem");
		my $alarms = @$metrics == 1 && $metric eq 'memory' ? 0 : $metric eq 'cpu' ? 1 : 2;
		like($run->{stdout}, $alarms ? qr/^At least: these thresholds would have alarmed $alarms time/m : qr/^As far as is known: these thresholds would not have alarmed/m, "$name: the sum is the least");
		like($run->{stdout}, $alarms == 2 ? qr/ 2 d in all services together|48 h in all services together/ : qr/ in all\.$|not have alarmed/m, "$name: whose time it is");
		my $json = backtest($broken, {name => "$name, in JSON"}, @span)->{json};
		($service, $metric) = $json->{errors}[0] =~ /\A(api|web) (cpu|memory): \S/ or next;
		like($json->{summary}, qr/1 series is not known, $service $metric: .*; (?:at least|as far as is known): these/, "$name: in JSON's summary as well");
		my %of = map { $_->{name} => $_ } @{$json->{backtest}{services}};
		my ($other) = grep { $_ ne $service } qw(api web);
		is($of{$service}{states}, undef, "$name: no states of its service");
		is($of{$service}{metrics}{$metric}{states}, undef, "$name: nor of the series");
		ok($of{$other}{states}, "$name: those of the other are there");
		is($json->{backtest}{together}, undef, "$name: none of all together");
	}
	$run = $broken->check({raw => 1, name => "$kind, -v"}, '-c', 'prod', '-m', 'cpu', '--backtest=24h', '-v');
	like($run->{stdout}, qr/^One check of all services, at least: CRITICAL 1 time, 24 h; WARNING -\.$/m, "$kind: one check of all would have had at least so much");
}

# --- plain names in -s ---

my $named = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\nservice silent desired=1 running=1\n";
my $key = 'key AKIDEXAMPLE secret deny=ecs:ListServices';
for my $offset (0, -90000, 4000) {
	my $permitted = standin("$key deny=ecs:DescribeServices\n$named", "--clock-offset=$offset");
	my $json = backtest($permitted, {name => "a plain name, clock $offset"}, '-s', 'api', '--backtest=24h')->{json};
	is($json->{state}, 'OK', "a plain name, clock $offset: GetMetricData alone has to be permitted");
	is($permitted->calls('ListServices') + $permitted->calls('DescribeServices'), 0, "a plain name, clock $offset: ECS is not asked");
	is_deeply([map { $_->{name} } @{$json->{backtest}{services}}], ['api'], "a plain name, clock $offset: it is judged");
	is($json->{backtest}{sum}{critical}{total_s}, 86400, "a plain name, clock $offset: all the time");
	my $late = time + $offset - epoch($json->{window}{end});
	ok($late >= 0 && $late < 3600 + 60, "a plain name, clock $offset: the window ends by AWS's clock") or diag $late;
}
$run = standin("$key\n$named")->check({raw => 1, name => 'named without data'}, '-c', 'prod', '-s', 'silent', @hour);
is($run->{exit}, 0, 'a named service without data exists: OK');
like($run->{stdout}, qr/^silent cpu, memory +- +- +1 time, 24 h /m, 'and has its row');
for my $case (["$key\n", 'slient', qr/\AECS UNKNOWN - prod\/slient: no service matches -s 'slient'/], ['', 'apy', qr/no service matches -s 'apy'; did you mean api\?/],
	["$key deny=ecs:DescribeServices\n", 'silent', qr/silent has no data, and ECS could not be asked whether it exists: .*ecs:DescribeServices/]) {
	$run = standin("$case->[0]$named")->check({raw => 1, name => "named: $case->[1]"}, '-c', 'prod', '-s', $case->[1], @hour);
	is($run->{exit}, 3, "$case->[1]: UNKNOWN");
	like($run->{stdout}, $case->[2], "$case->[1]: told");
}
$run = standin($named)->check({raw => 1, name => 'named, no cluster'}, '-c', 'nope', '-s', 'api', @hour);
like($run->{stdout}, qr/\AECS UNKNOWN - nope\/api: this cluster does not exist/, 'a cluster that does not exist is told');

# --- which ranges, and a table without room for a strip ---

$run = $standin->check({raw => 1, name => 'idle ranges'}, '-c', 'prod', @hour, '-v', '-w', 'nope/80', '-C', 'api/90');
like($run->{stdout}, qr{^no service matches the range of -w nope/80$}m, '-v names the ranges that match no service');
unlike($run->{stdout}, qr/ serves /, '-v alone does not tell which serves what');
$run = $standin->check({raw => 1, name => 'which range'}, '-c', 'prod', @hour, '-vv', '-w', 'nope/80', '-C', 'api/90');
like($run->{stdout}, qr{^-C api/90 serves cpu of 1 service, memory of 1 service \(api\)$}m, '-vv tells which range serves what');
like($run->{stdout}, qr{^-w nope/80 serves no series$}m, '-vv tells which serves none');
my $long = 'x' x 100;
my $wide = standin("cluster prod region=eu-west-1\nservice $long desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\n");
$run = $wide->check({raw => 1, name => 'no room'}, '-c', 'prod', @hour, '--chart=always');
like($run->{stdout}, qr/^ +CRITICAL +WARNING +no data +longest +last began\n$long cpu +1 time, 24 h +- +- +24 h +\d{4}-\d\d-\d\d \d\d:\d\dZ$/m, 'without room for a strip columns tell when');

validate_all();
done_testing;
