#!/usr/bin/perl
# --recover: thousands of random series in a few runs, against a reference that looks at every window as the contract words it; what a person
# and a script are told; and that a run which ends early says no more than the rule can.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use List::Util qw(max sum0);
use Test::More;
use Time::Local qw(timegm);

srand($ENV{CHECK_ECS_SEED} // 3021);
sub pick { return $_[rand @_] }

my %rank = (OK => 0, WARNING => 1, CRITICAL => 2);

# --- random series ---

my ($services, $minutes) = (250, 260);

# Samples of whole percents, by minutes before the stand-in's start minute: a level for some time, gaps between.
sub random_samples {
	my %at;
	for (my $minute = $minutes; $minute >= 0;) {
		my $level = pick(undef, 5, 10, 15, 20, 25, 30, 50, 50, 79, 80, 81, 90, 94, 95, 96, 99, 120);
		for (1 .. 1 + int rand pick(1, 4, 12)) {
			$at{$minute} = $level if defined $level && $minute >= 0;
			$minute -= pick(1, 3, 5, 5, 5);
		}
	}
	return \%at;
}

my (%samples, $account);
for my $i (1 .. $services) {
	$account .= "service s$i desired=1 running=1\n";
	for my $metric (qw(cpu memory)) {
		my $at = $samples{"s$i"}{$metric} = random_samples();
		$at->{7} //= 40;
		$account .= "\t$metric points=" . join(',', map { "$_:$at->{$_}" } sort { $b <=> $a } keys %$at) . "\n";
	}
}
my $standin = standin("cluster prod region=eu-west-1\n$account");
my $start = $standin->stats->{start};

sub epoch {
	my ($text) = @_;
	my ($year, $month, $day, $hour, $minute, $second) = ($text // '') =~ /\A(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)Z\z/ or return undef;
	return timegm($second, $minute, $hour, $day, $month - 1, $year);
}

# The values of the periods from $from to $to.
sub points {
	my ($at, $statistic, $from, $to, $period) = @_;
	my @of;
	for my $minute (keys %$at) {
		my $time = $start - 60 * $minute;
		push @{$of[($time - $from) / $period]}, $at->{$minute} if $time >= $from && $time < $to;
	}
	return map { !$_ ? undef : $statistic eq 'Maximum' ? max(@$_) : sum0(@$_) / @$_ } @of[0 .. ($to - $from) / $period - 1];
}

# A range's judgement, and whether a value is above its upper end.
my %ranges = (
	'80' => [sub { $_[0] < 0 || $_[0] > 80 }, sub { $_[0] > 80 }],
	'95' => [sub { $_[0] < 0 || $_[0] > 95 }, sub { $_[0] > 95 }],
	'20:90' => [sub { $_[0] < 20 || $_[0] > 90 }, sub { $_[0] > 90 }],
	'10:' => [sub { $_[0] < 10 }, sub { 0 }],
	'@15:30' => [sub { $_[0] >= 15 && $_[0] <= 30 }, sub { 0 }],
	'@94:' => [sub { $_[0] >= 94 }, sub { 0 }],
	'~:' => [sub { 0 }, sub { 0 }],
);

sub rule {
	my ($r, $points, $filling) = @_;
	for my $level (qw(critical warning)) {
		my ($breaches, $exceeds) = @{$ranges{$r->{$level}}};
		my $count = grep { defined && $breaches->($_) } @$points;
		$count++ if defined $filling && $exceeds->($filling);
		return uc $level if $count >= $r->{breaches};
	}
	return 'OK';
}

# {state, now, held until}: of window + D complete periods and perhaps one that is filling.
sub expected {
	my ($r, $window, @points) = @_;
	my $filling = $r->{statistic} eq 'Maximum' ? pop @points : undef;
	my $complete = @points;
	my $seen = $r->{window} / $r->{period};
	my $now = rule($r, [@points[$complete - $seen .. $complete - 1]], $filling);
	my ($state, $back) = ($now, 0);
	for my $ago (0 .. $r->{recover} / $r->{period}) {
		my $then = rule($r, [@points[$complete - $ago - $seen .. $complete - $ago - 1]]);
		($state, $back) = ($then, $ago) if $rank{$then} > $rank{$state};
	}
	my $end = $window->{end} - ($r->{statistic} eq 'Maximum' ? $r->{period} : 0);
	return {state => $state, now => $now, held => $state eq $now ? undef : $end - $back * $r->{period}, peak => max(grep { defined } @points[$complete - $seen .. $complete - 1], $filling)};
}

my @rules = (
	{statistic => 'Average', period => 300, window => 900, breaches => 2, recover => 1800, warning => '80', critical => '95'},
	{statistic => 'Maximum', period => 300, window => 900, breaches => 2, recover => 1800, warning => '80', critical => '95'},
	{statistic => 'Maximum', period => 300, window => 300, breaches => 1, recover => 300, warning => '10:', critical => '@15:30'},
	{statistic => 'Average', period => 600, window => 3600, breaches => 3, recover => 7200, warning => '20:90', critical => '@94:'},
	{statistic => 'Maximum', period => 60, window => 1200, breaches => 3, recover => 5400, warning => '@15:30', critical => '20:90'},
	{statistic => 'Average', period => 60, window => 600, breaches => 5, recover => 600, warning => '80', critical => '~:'},
	{statistic => 'Maximum', period => 900, window => 1800, breaches => 2, recover => 900, warning => '~:', critical => '95'},
	{statistic => 'Average', period => 300, window => 1800, breaches => 4, recover => 10800, warning => '10:', critical => '20:90'},
);
my ($series, $held) = (0, 0);
for my $r (@rules) {
	my @options = map { "--$_=$r->{$_}" . (/^(?:period|window|recover)$/ ? 's' : '') } sort keys %$r;
	my $name = join ' ', @options;
	my $run = json_run($standin, {name => $name}, '-c', 'prod', '--no-data=ok', '-t', 60, @options);
	my $window = {map { $_ => epoch($run->{json}{window}{$_}) } qw(start end)};
	is($window->{end} - $window->{start}, $r->{window} + ($r->{statistic} eq 'Maximum' ? $r->{period} : 0), "$name: the window is the run's own");
	is($run->{json}{recover}, $r->{recover}, "$name: its time");
	my (@wrong, $worst);
	for my $service (@{$run->{json}{services}}) {
		for my $metric (qw(cpu memory)) {
			my $got = $service->{metrics}{$metric};
			my @points = points($samples{$service->{name}}{$metric}, $r->{statistic}, $window->{start} - $r->{recover}, $window->{end}, $r->{period});
			my $wanted = expected($r, $window, @points);
			my @got = ($got->{state}, scalar epoch($got->{held_until}), $got->{peak});
			$series++;
			$held++ if defined $wanted->{held};
			$worst = $wanted->{state} if !$worst || $rank{$wanted->{state}} > $rank{$worst};
			# Without points of its own a series is silent, which --no-data decides where no state is held.
			push @wrong, "$service->{name} $metric: " . join ' ', map { $_ // 'none' } @got, 'wanted', @$wanted{qw(state held peak)}
				if $got->{state} ne $wanted->{state} || ($got[1] // '') ne ($wanted->{held} // '') || abs(($got->{peak} // -1) - ($wanted->{peak} // -1)) > 1e-9
					|| (defined $got->{rule_state} && $got->{rule_state} ne $wanted->{now});
			push @wrong, "$service->{name} $metric: values" if $got->{values} && @{$got->{values}} != ($window->{end} - $window->{start}) / $r->{period};
		}
	}
	is(scalar @wrong, 0, "$name: states, peaks and times of $services services") or diag(map { "$_\n" } grep { defined } @wrong[0 .. 4]);
	is($run->{json}{state}, $worst, "$name: the run's state");
}
cmp_ok($series, '>=', 4000, "$series series");
cmp_ok($held, '>', $series / 20, "... $held of them held by --recover alone");

# --- in words ---

my $told = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=20 points=40:99,39:99,38:99,37:99,36:99,35:99,34:99,33:99,32:99,31:99
	service quiet desired=1 running=1
		cpu flat=20 points=12:99
	service gone desired=0 running=0
		cpu flat=98 until=40 since=60
	ACCOUNT
my @alert = ('-c', 'prod', '-m', 'cpu', '--statistic=Average', '--period=1m', '--window=5m', '--breaches=3', '--recover=1h');
my $run = $told->check(@alert, '-v');
$run->exits('CRITICAL');
my ($line) = grep { /^\[CRITICAL\] api / } @{$run->{body}};
my ($ago) = ($line // '') =~ /^\[CRITICAL\] api cpu 99\.0% at .*; its rule ended (\d+) min ago, held for 1 h/;
ok(defined $ago && $ago >= 26 && $ago <= 30, 'the line tells what decided: when it ended, and for how long it is held') or diag $line;
is($run->{details}{api_cpu}{value}, 20, 'performance data keep the peak of the window');
$run->says('a state outlives the data that gave it', qr/^\[CRITICAL\] gone cpu 98\.0% at .*, held for 1 h/m);
is(scalar(grep { /^\[OK\] quiet / } @{$run->{body}}), 1, 'one point of three makes no state');
$run = $told->check(@alert[0 .. 5], '--window=15m', '--breaches=3', '-v', '-s', 'quiet');
$run->exits('OK');
$run->says('-v tells why a series that breaches is OK', qr/^\[OK\] quiet cpu 99\.0% at .*; a state takes 3 \(--breaches\)/m);
$run = $told->check(@alert, '-s', 'api', '--chart=always');
$run->exits('CRITICAL');
$run = json_run($told, {name => 'held, in JSON'}, @alert);
my $api = json_metric($run, 'api', 'cpu');
is_deeply([@$api{qw(state rule_state peak)}, scalar @{$api->{values}}], ['CRITICAL', 'OK', 20, 5], 'JSON: the state, the rule alone, peak and values of the window');
like($api->{lasting}, qr/; its rule ended \d+ min ago, held for 1 h\z/, 'JSON: in words');

# The words count what lies before the window too, whether the state is held or not; JSON, the first line and the sentence agree.
my $before = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service busy desired=1 running=1
		cpu flat=99 since=100
	cluster coarse region=eu-west-1
	service old desired=1 running=1
		cpu flat=20 points=31:99
	cluster twice region=eu-west-1
	service again desired=1 running=1
		cpu flat=20 points=51:99,50:99,49:99,48:99,47:99,40:99,39:99,38:99,37:99,36:99,35:99,34:99,33:99,32:99,31:99,2:99,1:99
	ACCOUNT
my @shipped = ('-m', 'cpu', '--statistic=Average', '--period=5m', '--window=15m', '--breaches=2', '--recover=30m');
$run = $before->check({name => 'since before the window'}, '-c', 'prod', @shipped);
$run->exits('CRITICAL');
$run->says('a run longer than the window is told by all that was fetched', qr/^\[CRITICAL\] busy cpu 99\.0% at .*, above 95% for at least 45 min now \(sustained\) /m);
my $busy = json_metric(json_run($before, {name => 'since before the window, in JSON'}, '-c', 'prod', @shipped), 'busy', 'cpu');
is_deeply([@$busy{qw(pattern above_s longest_run_s current_run_s points breaches held_until)}], ['sustained', 2700, 2700, 2700, 3, 3, undef], '... in JSON too; points and breaches are of the window');
$before->check({name => 'a shorter time'}, '-c', 'prod', @shipped[0 .. 5], '--recover=5m')->says('... no more than that', qr/, above 95% for at least 20 min now [^(]*$/m);
$before->check({name => 'none'}, '-c', 'prod', @shipped[0 .. 5])->says('... nor than the window without --recover', qr/, above 95% for at least 15 min now [^(]*$/m);

my @again = ('-c', 'twice', '-s', 'again', @alert[2 .. $#alert]);
$run = $before->check({name => 'breaches beside the held window'}, @again);
$run->exits('CRITICAL');
my $sentence = qr/above 95% (?:3 times, longest 10 min \(recurring\), 17 min in 1 h 5 min, last ended at (?<ended>.*)|for 2 min now; longest 10 min \(recurring\), 17 min in 1 h 5 min); its rule ended \d+ min ago, held for 1 h/;
like($run->series->{'again cpu'}{line}, $sentence, 'those before and after it are told');
my $is_over = ($run->series->{'again cpu'}{line} =~ $sentence) && defined $+{ended};
like($run->{headline}, $is_over ? qr/^ECS CRITICAL - twice\/again: cpu 99\.0% at (?:\S+ )?\d\d:\d\dZ\z/ : qr/^ECS CRITICAL - twice\/again: cpu 99\.0%\z/, '... and the first line agrees, and does not claim the window');
$run = json_run($before, {name => 'breaches beside the held window, in JSON'}, @again);
my $twice = json_metric($run, 'again', 'cpu');
is_deeply([@$twice{qw(breaches longest_run above_s longest_run_s pattern rule_state)}], [17, 10, 1020, 600, 'recurring', 'OK'], '... in JSON');
is(epoch($twice->{last_breach}), $before->stats->{start} - 60, '... up to the newest');
like($twice->{lasting}, $sentence, '... in words');

# What --recover alone keeps is told by its own points: no closer look, which is billed.
$before->reset;
$run = $before->check({name => 'held, by coarse points'}, '-c', 'coarse', '-m', 'cpu', '--period=10m', '--window=10m', '--recover=40m');
$run->exits('CRITICAL');
$run->says('... they are counted, all that were fetched', qr/^\[CRITICAL\] old cpu 99\.0% at .*, above 95% in 1 of 6 10-minute peaks, at .*; its rule ended /m);
is($before->stats->{queries}, 1, '... and nothing more is asked for');

# The points before the window count for how many series fit into one call: a second page would be billed again.
my $many = standin("cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=20\n\tmemory flat=30\n" } 1 .. 180);
$run = $many->check({name => 'many series'}, '-c', 'prod', '--period=5m', '--window=1h', '--recover=1d', '-vv');
$run->exits('OK');
$run->says('each metric is billed once', qr/^billed: 360 metrics /m);
is($many->stats->{queries}, 360, '... asked for once');

# --- too far back, or no whole number of periods: before any request ---

$told->reset;
for my $case (
	[['--recover=7m', '--period=5m', '--window=1h'], qr/--recover=7m is not a whole number of periods of 5m; use a multiple of --period=5m/],
	[['--recover=14d', '--period=1m', '--window=24h'], qr/data older than 15 days .* shorter --window or --recover/],
	[['--recover=500d'], qr/nothing older than 455 days; use a shorter --window or --recover/],
	[['--recover=30'], qr/--recover=30 has no unit; write 30m/],
	[['--recover=soon'], qr/--recover=soon is not a valid duration/]) {
	$run = $told->check('-c', 'prod', @{$case->[0]});
	$run->exits('UNKNOWN');
	like($run->{headline}, $case->[1], "@{$case->[0]}: refused");
}
is($told->stats->{requests}, 0, 'none of these made a request');

# --- a run that ends early: what is known is no milder than the end, and no worse than the rule ---

# Two points that breach lie 40 minutes apart, in no window together; of the other service they lie in one that has ended.
my $early = "cluster prod region=eu-west-1\nservice apart desired=1 running=1\n\tcpu flat=20 points=55:99,15:99\n";
my $ended = "service ended desired=1 running=1\n\tcpu flat=20 points=" . join(',', map { "$_:99" } 20 .. 29) . "\n";
my @rule = ('-c', 'prod', '-m', 'cpu,memory', '--period=5m', '--window=15m', '--breaches=2', '--recover=1h', '--statistic=Maximum');
for my $case ([$early, 'OK', 'UNKNOWN'], ["$early$ended", 'CRITICAL', 'CRITICAL']) {
	my ($account, $whole, $cut) = @$case;
	my $run = standin($account)->check(@rule, '--no-data=ok');
	$run->exits($whole, "to its end: $whole");
	# A few points a page, and from the last pages on no answer: the deadline, and a signal.
	my $pages = 0;
	my $counting = standin($account, '--max-datapoints=5');
	$counting->check(@rule, '--no-data=ok');
	$pages = $counting->calls('GetMetricData');
	cmp_ok($pages, '>', 2, "$whole: several pages");
	my %seen;
	for my $answered (1 .. $pages - 1) {
		for my $how (['-t', 1], ['-t', '1:ok']) {
			my $stuck = standin($account, '--max-datapoints=5', '--hold=GetMetricData:99:' . $answered);
			my $run = $stuck->check({name => "$whole, $answered of $pages pages, @$how"}, @rule, '--no-data=ok', @$how);
			$seen{$run->{exit}}++;
			ok($run->{exit} != $EXIT{CRITICAL} || $whole eq 'CRITICAL', "$run->{name}: no worse than the rule") or $run->show;
			$stuck->release;
		}
	}
	ok($seen{$EXIT{CRITICAL}}, 'what has come is enough for the state') if $whole eq 'CRITICAL';
	ok(!$seen{$EXIT{WARNING}}, "$whole: never another state");
}

validate_all();
done_testing;
