#!/usr/bin/perl
# The closer look: one more call for what alerts, and what its points tell.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use List::Util qw(max min sum0);
use Test::More;

my $slot = 300;
my $hour = 3600;

sub metric_calls { return grep { $_->{operation} eq 'GetMetricData' } @{$_[0]->log} }

# What a GetMetricData request asks for, as "service metric statistic period".
sub asked {
	my ($call) = @_;
	my %name = (CPUUtilization => 'cpu', MemoryUtilization => 'memory', EBSFilesystemUtilization => 'ebs');
	return map {
		my $stat = $_->{MetricStat};
		my ($service) = map { $_->{Name} eq 'ServiceName' ? $_->{Value} : () } @{$stat->{Metric}{Dimensions}};
		"$service $name{$stat->{Metric}{MetricName}} $stat->{Stat} $stat->{Period}"
	} @{$call->{body}{MetricDataQueries}};
}

sub line_of { return ($_[0]->series->{$_[1]} // {})->{line} // '' }

# Without its sparkline.
sub words_of { return line_of(@_) =~ s/ [▁▂▃▄▅▆▇█·]+\z//r }

sub span {
	my ($seconds) = @_;
	my ($hours, $minutes) = (int($seconds / 3600), int($seconds % 3600 / 60));
	return join ' ', $hours ? "$hours h" : (), $minutes || !$hours ? "$minutes min" : ();
}

# --- who is asked for, and what it costs ---

my $standin = standin(<<~'ACCOUNT');
	cluster calm region=eu-west-1
	service api desired=1 running=1
		cpu flat=30
		memory flat=60
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=30 points=300:99
		memory flat=60
	service web desired=1 running=1
		cpu flat=30
		memory flat=60 points=400:85,600:85
	service idle desired=0 running=0
	service old desired=2 running=1
		cpu flat=12 until=300
	ACCOUNT
sub costs {
	my ($name, $wanted, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name}, @arguments, '-vv');
	my @calls = metric_calls($standin);
	is_deeply([map { [asked($_)] } @calls[1 .. $#calls]], $wanted, "$name: what is asked for after the run's own series");
	my $metrics = sum0(map { scalar asked($_) } @calls);
	$run->says("$name: -vv counts all calls and metrics", qr/^api: GetMetricData @{[scalar @calls]} requests?, 0 retries/m, qr/^billed: $metrics metrics? /m);
	return $run;
}
costs('no problem', [], '-c', 'calm');
costs('problems', [['api cpu Maximum 300', 'api cpu Average 300', 'web memory Maximum 300', 'web memory Average 300']], '-c', 'prod');
costs('none', [], '-c', 'prod', '--detail=none');
costs('points of 5 minutes', [], '-c', 'prod', '--period=5m');
costs('points of 6 minutes', [['api cpu Maximum 300', 'api cpu Average 300', 'web memory Maximum 300', 'web memory Average 300']], '-c', 'prod', '--period=6m');
costs('Average of 15 minutes', [], '-c', 'prod', '--statistic=Average', '--period=15m', '-w', '31');
costs('Average of an hour', [['api cpu Average 300']], '-c', 'prod', '--statistic=Average', '-m', 'cpu', '-w', '31');
costs('a percentile', [['api cpu p100 300']], '-c', 'prod', '--statistic=p100', '-m', 'cpu', '--no-data=ok');
costs('too few points', [], '-c', 'prod', '--breaches=3');
is($standin->fresh_check({name => 'another word', raw => 1}, '-c', 'prod', '--detail=perhaps')->{exit}, 3, '--detail takes auto and none alone');
is(scalar @{$standin->log}, 0, 'and is refused before any call');

# Its window: the complete 5-minute periods from the window's start to now, at least 3 hours.
for my $case (['24h', '1h'], ['4h', '2h'], ['15m', '15m'], ['36m', '6m'], ['7d', '1d'], ['98d', '7d']) {
	my ($window, $period) = @$case;
	$standin->reset;
	$standin->check({name => "$window of $period"}, '-c', 'prod', '-w', '20', "--window=$window", "--period=$period");
	my ($own, $look) = map { $_->{body} } metric_calls($standin);
	my $received = (metric_calls($standin))[1]{started_ms} / 1000;
	my $end = int($received / $slot) * $slot;
	my $start = int(($own->{StartTime} + $slot - 1) / $slot) * $slot;
	$start = min($start, $end - 3 * $hour);
	my $oldest = $received - 63 * 86400;
	is($look->{EndTime}, $end, "$window of $period: up to the last complete 5 minutes") if int(($received - 1) / $slot) == int($received / $slot);
	is($look->{StartTime}, $start, "$window of $period: from the window's start, at least 3 hours back") if $start > $oldest;
	cmp_ok($look->{StartTime}, '>=', $oldest, "$window of $period: no longer than CloudWatch keeps such points");
}

# 200 series have a problem: 168 of them fit into one call, the worst.
{
	my $many = standin("cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%03d desired=1 running=1\n\tcpu flat=%s\n", $_, 100 + $_ / 10 } 1 .. 200);
	my $run = $many->fresh_check({name => '200 problems'}, '-c', 'prod', '-m', 'cpu', '-vv');
	my @calls = metric_calls($many);
	is(scalar @calls, 2, '200 problems: one call more');
	my @asked = asked($calls[-1]);
	is(scalar @asked, 2 * 168, '... for 168 series and their averages');
	is_deeply([grep { / Maximum / } @asked], [map { sprintf 's%03d cpu Maximum 300', $_ } 33 .. 200], '... the worst ones');
	$run->says('... the others are counted at -vv', qr/^closer look: .*\b32 more series$/m);
	like(words_of($run, 's200 cpu'), qr/ above 95% for at least 24 h .* now \(sustained\); average of the tasks 120% then$/, '... those have words');
	like(words_of($run, 's032 cpu'), qr/ above 95% in 25 of 25 hourly peaks, 25 in a row, last at \d\d:00Z$/, '... these are counted');
}

# --- what it tells ---

# 19 of 288 points above 95 %, never two in a row; and six hours, over for 13 hours, with a new run.
my @bursts;
push @bursts, 10 + 70 * $_ for 0 .. 18;
my $told = standin(<<~"ACCOUNT");
	cluster prod region=eu-west-1
	service bursts desired=2 running=2
		cpu flat=37.6 points=@{[join ',', map { "$_:97.3" } @bursts]}
	service six desired=2 running=2
		cpu flat=40 points=@{[join ',', map { "$_:96.5" } 0 .. 25, 840 .. 1199]}
	service short desired=2 running=2
		cpu flat=20 points=303:99,304:30
	service even desired=1 running=1
		cpu flat=20 points=@{[join ',', map { "$_:98" } 300 .. 319]}
	ACCOUNT
my $start = $told->stats->{start};
my $slot_of = sub { my $moment = $start - 60 * $_[0]; return $moment - $moment % $slot };
my $run = $told->check({name => 'bursts, and two runs'}, '-c', 'prod', '-m', 'cpu');
my $until = sub { my $at = utc($_[0]); my $today = utc($run->{end}); return substr($at, 0, 11) eq substr($today, 0, 11) ? substr $at, 11 : $at };
SKIP: {
	skip 'the hour or the 5 minutes ended meanwhile', 5 if int($run->{begin} / $slot) != int($run->{end} / $slot) || int($start / $slot) != int($run->{end} / $slot);
	like(words_of($run, 'bursts cpu'), qr/, above 95% 19 times, longest 5 min \(recurring\), 1 h 35 min in 24 h, last ended at \Q@{[$until->($slot_of->(10) + $slot)]}\E; average of the tasks \d\d% then(?:, never above \d\d%)?$/,
		'19 of 288 points, never two in a row: not sustained');
	my @six = ($slot_of->(1199), $slot_of->(840) + $slot);
	my @now = ($slot_of->(25), $slot_of->(0));
	my $total = span($six[1] - $six[0] + $now[1] - $now[0]);
	like(words_of($run, 'six cpu'), qr/, above 95% for \Q@{[span($now[1] - $now[0])]}\E now; longest \Q@{[span($six[1] - $six[0])]}\E \(sustained\), \Q$total\E in 24 h; average of the tasks \d\d% then/,
		'six hours long ago and a present run are two statements');
	unlike(line_of($run, 'six cpu'), qr/in a row|still/, '... and not one');
	like(words_of($run, 'short cpu'), qr/, above 95% for 5 min \(spike\), ended at \Q@{[$until->($slot_of->(303) + $slot)]}\E; average of the tasks \d\d% then$/, 'one burst');
	my $even = $slot_of->(300) + $slot - $slot_of->(319);
	like(words_of($run, 'even cpu'), qr/, above 95% for \Q@{[span($even)]}\E \(spike\), ended at /, 'a run of less than 30 minutes');
}

# A day that is not over has a breach that is: the first line, which says when, goes by what the line of the series says.
{
	my $day = standin("cluster prod region=eu-west-1\nservice over desired=1 running=1\n\tcpu flat=20 points=26:99,25:99\nservice calm desired=1 running=1\n\tcpu flat=20\n");
	for my $case ([[], qr/with problems in 2 d: over/], [['-s', 'over'], qr/prod\/over:/]) {
		my $run = $day->check({name => "over, but in the newest point @{$case->[0]}"}, '-c', 'prod', '-m', 'cpu', '--period=1d', '--window=2d', @{$case->[0]});
		$run->exits('CRITICAL');
		like(words_of($run, 'over cpu'), qr/, above 95% for \d+ min \(spike\), ended at /, '... it is over');
		like($run->{headline}, qr/$case->[1] cpu 99\.0% at (?:\S+ )?00:00Z/, '... and the first line says when it was');
	}
}

# --- 1,000 random series ---

my $seed = $ENV{CHECK_ECS_SEED} // 20141;
srand $seed;
my $per_cluster = 84; # 168 series: what one call has room for
my (@account, %samples);

# {minutes before the stand-in's start => value}: bursts, plateaus and gaps, two values in some 5 minutes.
sub random_samples {
	my ($levels) = [[20, 50, 90, 97.5], [10, 20, 30, 40, 50, 60, 70, 85, 96, 99.25], [20, 30, 40, 82], [(20) x 60, 98]]->[rand 4];
	my (%value, $level);
	my $left = 0;
	for my $block (0 .. 310) {
		if (!$left--) {
			$level = rand() < 0.08 ? undef : $levels->[rand @$levels];
			$left = int rand((1, 2, 4, 15)[rand 4]);
		}
		next if !defined $level;
		$value{5 * $block + 1} = $level;
		$value{5 * $block + 3} = int rand 20 if rand() < 0.5;
	}
	return \%value;
}

for my $i (0 .. 499) {
	push @account, 'cluster c' . int($i / $per_cluster) . ' region=eu-west-1' if $i % $per_cluster == 0;
	push @account, sprintf 'service s%03d desired=1 running=1', $i;
	for my $metric (qw(cpu memory)) {
		my $values = $samples{sprintf 's%03d %s', $i, $metric} = random_samples();
		push @account, "\t$metric points=" . join ',', map { "$_:$values->{$_}" } sort { $b <=> $a } keys %$values;
	}
}
my $random = standin(join '', map { "$_\n" } @account);
my $first = $random->stats->{start};
my (%occurs, @wrong);
my $compared = 0;
for my $cluster (0 .. int(499 / $per_cluster)) {
	for my $form (qw(json text)) {
		$random->reset;
		my @arguments = ('-c', "c$cluster", '--no-data=ok', '--perfdata=none');
		my $run = $form eq 'json' ? json_run($random, {name => "random series, c$cluster"}, @arguments) : $random->check({name => "random series, c$cluster, as text"}, @arguments);
		my ($own, $look) = map { $_->{body} } metric_calls($random);
		is(scalar @{[metric_calls($random)]}, 2, "$run->{name}: one call more");
		my $lines = $form eq 'text' ? $run->series : {};
		for my $i ($cluster * $per_cluster .. min(499, ($cluster + 1) * $per_cluster - 1)) {
			for my $metric (qw(cpu memory)) {
				my $name = sprintf 's%03d %s', $i, $metric;
				my @both = map { expected($samples{$name}, $own, $look, $run->{$_}) } qw(begin end);
				next if join('|', map { $_ // '-' } %{$both[0]}{sort keys %{$both[0]}}) ne join('|', map { $_ // '-' } %{$both[1]}{sort keys %{$both[0]}});
				my $wanted = $both[0];
				if ($form eq 'json') {
					my $got = json_metric($run, sprintf('s%03d', $i), $metric);
					$compared++;
					$occurs{$wanted->{pattern} // 'no word'}++;
					$occurs{$_}++ for grep { ($wanted->{lasting} // '') =~ /\b$_\b/ } 'now; longest', 'at least', 'data ended', 'hourly peaks', 'times';
					push @wrong, map { "$name: $_ is " . ($got->{$_} // 'null') . ', computed ' . ($wanted->{$_} // 'null') }
						grep { differ($got->{$_}, $wanted->{$_}) } sort keys %$wanted;
				} elsif (defined $wanted->{lasting}) {
					my $line = ($lines->{$name} // {})->{line} // 'no line';
					push @wrong, "$name: '$line' does not say '$wanted->{lasting}'" if index($line, ", $wanted->{lasting}") < 0;
					my $average = defined $wanted->{average_then} ? sprintf 'average of the tasks %.0f%% then', $wanted->{average_then} : undef;
					push @wrong, "$name: '$line' does not say '$average'" if defined $average && index($line, "; $average") < 0;
				}
			}
		}
	}
}
is_deeply([@wrong > 5 ? @wrong[0 .. 4] : @wrong], [], 'the words of random series are those of their 5-minute points') or diag(scalar @wrong, " differ, seed $seed");
cmp_ok($compared, '>=', 900, 'nearly all series were compared') or diag("$compared");
cmp_ok($occurs{$_} // 0, '>=', 5, "$_: occurs") for 'spike', 'recurring', 'sustained', 'no word', 'now; longest', 'times';
cmp_ok($occurs{'at least'} // 0, '>=', 1, 'at least: occurs, how often depends on the minute of the hour');

sub differ {
	my ($got, $wanted) = @_;
	return defined $got != defined $wanted if !defined $got || !defined $wanted;
	return $wanted =~ /\A[\d.]+\z/ ? abs($got - $wanted) > 1e-6 : $got ne $wanted;
}

# What is to be said of the samples of a series: from the 5-minute points of the second call, where they tell it.
sub expected {
	my ($values, $own, $look, $now) = @_;
	my (%hour, %max, %of);
	for my $age (keys %$values) {
		my $moment = $first - $first % 60 - 60 * $age;
		push @{$of{$moment - $moment % $slot}}, $values->{$age};
		my $begin = $moment - $moment % $hour;
		$hour{$begin} = max($hour{$begin} // 0, $values->{$age}) if $begin >= $own->{StartTime};
	}
	my %none = (lasting => undef, pattern => undef, above_s => undef, longest_run_s => undef, current_run_s => undef, ended => undef, average_then => undef);
	my $peak = max(0, values %hour);
	return \%none if $peak <= 80;
	my $limit = $peak > 95 ? 95 : 80;
	my @hours = sort { $a <=> $b } grep { $hour{$_} > $limit } keys %hour;
	my @times = map { $look->{StartTime} + $slot * $_ } 0 .. ($look->{EndTime} - $look->{StartTime}) / $slot - 1;
	my $letters = join '', map { !$of{$_} ? '.' : max(@{$of{$_}}) > $limit ? 'B' : 'o' } @times;
	my @runs;
	while ($letters =~ /(B+)/g) {
		push @runs, {from => $times[$-[1]], to => $times[$+[1] - 1] + $slot, first => substr($letters, 0, $-[1]) !~ /[Bo]/};
	}
	my $clock = sub { my ($day, $time) = split ' ', utc($_[0]); return $day eq (split ' ', utc($now))[0] ? $time : "$day $time" };
	my $newest = $runs[-1];
	my $open = $letters =~ /B\.*\z/;
	my $present = $open && $now - ($newest->{to} - $slot) <= 900;
	if (!$newest || !($newest->{to} > $hours[-1] || $present)) {
		my ($row, $until, $length) = (0, undef, 0);
		for my $i (0 .. $#hours) {
			my $n = 1;
			$n++ while $i - $n >= 0 && $hours[$i - $n] == $hours[$i] - $n * $hour;
			# The one that is still filling lasts until now.
			my $long = $n * $hour - max(0, $hours[$i] + $hour - $now);
			($row, $until, $length) = ($n, $hours[$i], $long) if $long >= $length;
		}
		my $count = sprintf 'above %d%% in %d of %d hourly peaks', $limit, scalar @hours, scalar keys %hour;
		$count .= ", $row in a row" . ($until == $hours[-1] ? '' : ' until ' . $clock->($until + $hour)) if $row > 1;
		return {%none, lasting => $count . (@hours > 1 ? ', last at ' : ', at ') . $clock->($hours[-1])};
	}
	my $long = sub { $_[0]{to} - $_[0]{from} };
	my $told = sub { ($_[0]{first} ? 'at least ' : '') . span($long->($_[0])) };
	my ($longest) = sort { $long->($b) <=> $long->($a) || $b->{from} <=> $a->{from} } @runs;
	my $total = sum0(map { $long->($_) } @runs);
	my $word = $long->($longest) >= 1800 ? 'sustained' : $runs[0]{first} ? undef : @runs > 1 ? 'recurring' : 'spike';
	my $mark = (defined $word ? " ($word)" : '') . (@runs > 1 ? ', ' . span($total) . ' in ' . ($total > 86400 ? span($look->{EndTime} - $look->{StartTime}) : '24 h') : '');
	my $says = "above $limit%";
	if ($present) {
		$says .= ' for ' . $told->($newest) . ' now' . ($newest == $longest ? '' : '; longest ' . $told->($longest)) . $mark;
	} else {
		$says .= (@runs > 1 ? ' ' . @runs . ' times, longest ' : ' for ') . $told->($longest) . $mark . (@runs > 1 ? ', last ' : ', ')
			. ($open ? 'seen until the data ended at ' : 'ended at ') . $clock->($newest->{to});
	}
	my ($highest) = sort { max(@{$of{$b}}) <=> max(@{$of{$a}}) || $b <=> $a } grep { $of{$_} } @times;
	my $mean = sum0(@{$of{$highest}}) / @{$of{$highest}};
	return {lasting => $says, pattern => $word, above_s => $total, longest_run_s => $long->($longest), current_run_s => $present ? $long->($newest) : $open ? undef : 0,
		ended => $open ? undef : utc($newest->{to}) =~ s/ /T/r =~ s/Z/:00Z/r, average_then => max(@{$of{$highest}}) < $peak ? undef : $mean};
}

validate_all();
done_testing;
