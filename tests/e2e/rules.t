#!/usr/bin/perl
# Ranges of a service and statistics of a metric: random options against a reference of its own, what CloudWatch is asked for, what
# is told of it, and what it costs.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Terminal;
use Test::More;

my $seed = $ENV{CHECK_ECS_SEED} // 20141;
srand $seed;
sub pick { return $_[rand @_] }

# --- ranges ---

my @metrics = qw(cpu memory);
my @names = qw(90 X api api-2 batch-1 batch-night web_a web_b);
my %value = map { my $name = $_; ($name => {map { ($_ => int(rand 1000) / 10) } @metrics}) } @names;
my $standin = standin("cluster prod region=eu-west-1\n" . join '', map {
	"service $_ desired=1 running=1\n\tcpu flat=$value{$_}{cpu}\n\tmemory flat=$value{$_}{memory}\n" } @names);

# A glob, and the regular expression that means the same.
my %globs = ('*' => '.*', 'batch-*' => 'batch-.*', 'web_?' => 'web_.', 'web_[!a]' => 'web_[^a]', '*-*' => '.*-.*', '\api' => 'api',
	'nothing*' => 'nothing.*', 'API' => 'API', (map { ($_ => quotemeta) } @names));
my %is_name = map { ($_ => 1) } @names, 'API';

# Whether a value alerts: the guidelines' words.
sub alerts {
	my ($range, $x) = @_;
	return 0 if $range eq '~:';
	return $x >= $1 && $x <= $2 if $range =~ /^@(\d+):(\d+)$/;
	return $x < $1 if $range =~ /^(\d+):$/;
	return $x > $range;
}

# Of the entries that concern the metric the one that a sort by the precedence puts first; undef: the default.
sub reference {
	my ($entries, $option, $name, $metric) = @_;
	my $rank = sub { my ($x) = @_; return (!defined $x->{glob} ? 0 : $is_name{$x->{glob}} ? 2 : 1, defined $x->{metric} ? 1 : 0, $x->{place}) };
	my @sorted = sort {
		my @a = $rank->($a);
		my @b = $rank->($b);
		$b[0] <=> $a[0] || $b[1] <=> $a[1] || $b[2] <=> $a[2]
	} grep { $_->{option} eq $option && (!defined $_->{metric} || $_->{metric} eq $metric) && (!defined $_->{glob} || $name =~ /\A(?:$globs{$_->{glob}})\z/) } @$entries;
	return $sorted[0];
}

sub random_entries {
	my ($most) = @_;
	my $place = 0;
	return map {
		my %x = (option => pick(qw(-w -C)), place => $place++, glob => rand() < 0.7 ? pick(sort keys %globs) : undef, metric => rand() < 0.5 ? pick(@metrics) : undef,
			range => rand() < 0.6 ? int rand 100 : pick('~:', int(rand 60) . ':', '@' . int(rand 50) . ':' . (50 + int rand 50)));
		$x{text} = (defined $x{glob} ? "$x{glob}/" : '') . (defined $x{metric} ? "$x{metric}=" : '') . $x{range};
		\%x
	} 1 .. int rand $most;
}

my %default = (-w => 80, -C => 95);
my %letter = (-w => 'warning', -C => 'critical');
my (@wrong, @wrong_text);
my ($judged, $runs) = (0, 40);
for my $i (1 .. $runs) {
	my @entries = random_entries(pick(3, 10, 40));
	my $run = json_run($standin, {name => "random options $i", quiet => 1}, '-c', 'prod', map { ($_->{option}, $_->{text}) } @entries);
	my $json = eval { JSON::PP->new->utf8->decode($run->{stdout}) } // {};
	my $text = $i % 4 ? undef : $standin->check({name => "random options $i as text"}, '-c', 'prod', map { ($_->{option}, $_->{text}) } @entries);
	my $worst = 'OK';
	for my $name (@names) {
		for my $metric (@metrics) {
			my %range;
			my %from;
			for my $option (qw(-w -C)) {
				my $entry = reference(\@entries, $option, $name, $metric);
				$range{$option} = $entry ? $entry->{range} : $default{$option};
				$from{$letter{$option}} = $entry ? "$option $entry->{text}" : 'default';
			}
			my $x = $value{$name}{$metric};
			my $state = alerts($range{-C}, $x) ? 'CRITICAL' : alerts($range{-w}, $x) ? 'WARNING' : 'OK';
			$worst = $state if $state eq 'CRITICAL' || $worst eq 'OK';
			my $got = json_metric({json => $json}, $name, $metric);
			$judged++;
			my $told = join ' ', map { $_ // 'none' } @$got{qw(state warning critical)}, @{$got->{from} // {}}{qw(warning critical)};
			my $wanted = "$state $range{-w} $range{-C} $from{warning} $from{critical}";
			push @wrong, "run $i, $name $metric: $told, wanted $wanted" if $told ne $wanted;
			next if !$text;
			my $item = $text->{details}{"${name}_$metric"}{raw} // 'none';
			my $thresholds = join ';', map { $_ eq '~:' ? '' : $_ } @range{qw(-w -C)};
			push @wrong_text, "run $i: $item, wanted $thresholds" if $item !~ /%;\Q$thresholds\E;0(?:;|\z)/;
		}
	}
	push @wrong, "run $i is $json->{state}, wanted $worst" if ($json->{state} // '') ne $worst;
	push @wrong_text, "run $i: exit $text->{exit}" if $text && $text->{exit} != {OK => 0, WARNING => 1, CRITICAL => 2}->{$worst};
	my @idle = map { "$_->{option} $_->{text}" } grep { my $g = $_->{glob}; defined $g && !grep { /\A(?:$globs{$g})\z/ } @names } @entries;
	push @wrong, "run $i: idle @{$json->{idle_ranges} // ['none']}, wanted @idle" if "@{$json->{idle_ranges} // ['none']}" ne "@idle";
	my %general = map { my $m = $_; ($m => {map { my $e = reference([grep { !defined $_->{glob} } @entries], $_, '', $m); ($letter{$_} => $e ? "$e->{range}" : "$default{$_}") } qw(-w -C)}) } @metrics;
	push @wrong, "run $i: thresholds" if JSON::PP->new->canonical->encode($json->{thresholds} // {}) ne JSON::PP->new->canonical->encode(\%general);
}
is_deeply(\@wrong, [], "$runs random sets of options (seed $seed): $judged series have the range, its origin and the state of the reference") or diag map { "$_\n" } @wrong[0 .. 4];
is_deeply(\@wrong_text, [], '... and their performance data has these ranges');

# The reason of an alert is the series' own range, everywhere.
my $two = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=60
		memory flat=60
	service batch-1 desired=1 running=1
		cpu flat=99
		memory flat=60
	service left-out desired=1 running=1
		cpu flat=1
	ACCOUNT
my @own = ('-c', 'prod', '-w', 'api/cpu=50', '-w', 'batch-*/cpu=~:', '-C', 'batch-*/cpu=~:', '-x', 'left-out');
my $run = $two->check({name => 'ranges of services'}, @own);
$run->exits('WARNING', 'batch may use all it gets, api only half');
like($run->{lines}[0], qr/api cpu 60\.0%/, 'the first line names what its own range finds');
like($run->{text}, qr/^\[WARNING\] api cpu 60\.0% .*above 50%/m, 'its line tells its own threshold');
unlike($run->{text}, qr/^\[\w+\] batch-1/m, 'a range that is switched off alerts never');
is($run->{details}{'batch-1_cpu'}{raw}, "'batch-1_cpu'=99%;;;0" =~ s/'//gr, 'performance data: no range where it is switched off');
is($run->{details}{api_memory}{raw}, 'api_memory=60%;80;95;0', '... and the default for the others');
is($run->{summary}{cpu_peak}{raw}, 'cpu_peak=99%;;;0', 'the peak of all has the ranges of the series that it is of');
is($run->{summary}{problems}{value}, 1, 'one problem');

# Ranges of no service.
my @idle = (@own, '-w', 'gone/80', '-C', 'nothing-*/memory=90', '-w', 'left-out/70');
my $plain = $two->check({name => 'ranges of no service'}, @idle);
$plain->exits('WARNING', 'they do not change the state');
unlike($plain->{text}, qr/gone/, 'nor the text');
my $verbose = $two->check({name => 'the same with -v'}, @idle, '-v');
like($verbose->{text}, qr{^no service matches the range of -w gone/80, -C nothing-\*/memory=90$}m, '-v names them; a service that -x leaves out counts as listed');
is_deeply(json_run($two, {name => 'as JSON'}, @idle)->{json}{idle_ranges}, ['-w gone/80', '-C nothing-*/memory=90'], 'JSON names them');
unlike($two->check({name => 'all match'}, @own, '-v')->{text}, qr/no service matches/, 'nothing is said where all match');
my $lost = standin("key AKIDEXAMPLE secret deny=ecs:ListServices\ncluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=1\n\tmemory flat=1\n");
is(json_run($lost, {name => 'no list'}, @idle)->{json}{idle_ranges}, undef, 'null while the list is not known');

# -vv: which range serves what.
my $origins = $two->check({name => 'origins'}, @idle, '-vv')->{text};
for my $line ('warning 80 (default) serves memory of 2 services', 'critical 95 (default) serves cpu of 1 service, memory of 2 services', '-w api/cpu=50 serves cpu of 1 service (api)',
	'-C batch-*/cpu=~: serves cpu of 1 service (batch-1)', '-w left-out/70 serves no series') {
	like($origins, qr/^\Q$line\E$/m, "-vv: $line");
}
my $ini = keep_file("[prod]\nwarning=api/cpu=50\nwarning=cpu=70\nstatistic=memory=Average\n", 'ini');
my $from_ini = json_run($two, {name => 'an ini file'}, "--extra-opts=prod\@$ini", '-c', 'prod', '-w', 'cpu=75', '-C', 'batch-*/cpu=~:');
is(json_metric($from_ini, 'api', 'cpu')->{from}{warning}, 'warning=api/cpu=50 in an ini file', 'an ini file gives many; a service beats the command line');
is(json_metric($from_ini, 'batch-1', 'cpu')->{from}{warning}, '-w cpu=75', 'of equals the command line wins');
is(json_metric($from_ini, 'api', 'memory')->{statistic}, 'Average', 'and statistics');

# Lists, and spellings that can mean only one thing.
for my $same ('cpu=55,memory=90', 'cpu=55;memory=90', ' cpu=55 ; memory=90 ', 'CPU=55,mem=90', 'api/cpu = 55,memory=90') {
	my $got = json_run($two, {name => "-w '$same'"}, '-c', 'prod', '-w', $same);
	is(join(' ', json_metric($got, 'api', 'cpu')->{warning}, json_metric($got, 'api', 'memory')->{warning}), '55 90', "'$same' are two ranges");
}
$two->reset;
for my $case (['cpu:80', qr/-w cpu:80 is not a valid range; write cpu=80$/m], ['api:80', qr{-w api:80 is not a valid range; for a service write api/80$}m],
	['api=80', qr{'api' is not a metric; write cpu, memory(?:,| or) ebs.* before the '=', or api/80 for a service$}m], ['batch-*=80', qr{or batch-\*/80 for a service$}m],
	['api/cpu/80', qr{-w api/cpu/80 is not a valid range; write api/cpu=80$}m], ['api/cpu:85', qr{write api/cpu=85$}m], ['api/cpu', qr{write api/cpu=80$}m],
	['=5', qr{'' is not a metric; write cpu, memory, ebs or tasks before the '='$}m], ['80;95', qr{'80;95' is not a valid range; write -w 80 -C 95$}m], ['prod/api/80', qr{more than one '/'.*without the cluster$}m], ['api/', qr{-w api/: a number is missing}],
	['api/ebs=80', qr{ebs is not checked; write -m cpu,memory,ebs$}m], ['api/disk=80', qr{'disk' is not a metric}], ['cpu=api/80', qr{'=' before the '/'}],
	['/root:', qr{quote ~ for the shell$}m], ['api/cpu=/root:', qr{quote ~ for the shell$}m]) {
	my ($range, $says) = @$case;
	my $refused = $two->check({name => "-w $range"}, '-c', 'prod', '-w', $range);
	$refused->exits('UNKNOWN', "-w '$range' is refused");
	$refused->says("-w '$range': the right form", $says);
	is(scalar @{$refused->{lines}}, 1, "-w '$range': in one line");
}
my $many = $two->check({name => 'too many'}, '-c', 'prod', map { ('-w', "s$_/80") } 1 .. 1001);
$many->exits('UNKNOWN', '1,001 ranges');
$many->says('too many', qr/-w: more than 1000 ranges; use a glob for services that share one$/m);
is($two->stats->{requests}, 0, 'no request was made for any of them');

# At a terminal the scale has the thresholds that all of its rows share; a row has its own.
sub chart {
	my (@arguments) = @_;
	my $shown = CheckECS::Terminal::run({}, '', '--endpoint-url=' . $two->url, '-r', 'eu-west-1', '-c', 'prod', '--color=never', @arguments);
	return [split /\r?\n/, $shown->{text}];
}
my ($shared) = grep { /^CPU +peak/ } @{chart()};
my @mixed = @{chart(@own[2 .. $#own])};
my ($scale) = grep { /^CPU +peak/ } @mixed;
like($shared // '', qr/^CPU +peak +0 +50 +80 +95 +110/, 'a scale with the marks of all rows');
like($scale // '', qr/^CPU +peak +0 +50 +110/, 'no marks on a scale whose rows have different ones');
is_deeply([map { my $name = $_; my ($row) = grep { /^. \Q$name\E / } @mixed; ($row // 'no row') =~ tr/\x{254E}\x{2503}// } qw(api batch-1)], [2, 0], 'a bar has the marks of its own ranges');
like((grep { /^MEMORY/ } @mixed)[0] // '', qr/ 80 +95 /, 'the other metric keeps its scale');

# --- statistics ---

my $tasks = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=30 points=0:99.5
		memory flat=40 points=0:99.5
	ACCOUNT
my $mixed_run = json_run($tasks, {name => 'two statistics'}, '-c', 'prod', '--statistic=cpu=Average', '--window=3h', '--detail=none');
my %asked = map { my $q = $_->{MetricStat}; ($q->{Metric}{MetricName} => $q->{Stat}) } map { @{$_->{body}{MetricDataQueries}} } grep { $_->{operation} eq 'GetMetricData' } @{$tasks->log};
is_deeply(\%asked, {CPUUtilization => 'Average', MemoryUtilization => 'Maximum'}, 'each metric is asked for its own');
is(points_asked(window_of($tasks)), 4, 'one grid, with the period that is still filling');
is($tasks->calls('GetMetricData'), 1, 'in one call');
is($mixed_run->{json}{statistic}, undef, 'the statistic of the run is null');
my ($cpu, $memory) = map { json_metric($mixed_run, 'api', $_) } @metrics;
is("$cpu->{statistic} $memory->{statistic}", 'Average Maximum', 'each series tells its own');
SKIP: {
	my $begin = $mixed_run->{begin};
	skip 'the hour ended during the run', 4 if int($begin / 3600) != int($mixed_run->{end} / 3600);
	is_deeply($cpu->{values}, [30, 30, 30, undef], 'a point of the period that is still filling is thrown away for other metrics: null');
	is($cpu->{points}, 3, '... and not counted');
	is($memory->{values}[3], 99.5, 'but for a Maximum it counts');
	is("$cpu->{state} $memory->{state}", 'OK CRITICAL', '... upwards');
}
like($cpu->{link}, qr/Average/, 'the link of a series has its own statistic');
like($memory->{link}, qr/Maximum/, '... whichever it is');
my $told = $tasks->check({name => 'in words'}, '-c', 'prod', '--statistic=cpu=avg,memory=MAX', '--statistic=Minimum');
like($told->{context}, qr/, cpu Average, memory Maximum per 1h, /, 'the context line tells both; a metric\'s own beats a plain one');
like($tasks->check({name => 'one for all'}, '-c', 'prod', '--statistic=cpu=p95,memory=p95')->{context}, qr/, p95 per 1h, /, 'and one where they agree');

$tasks->reset;
for my $case (['--statistic=disk=Average', qr/^.*--statistic=disk=Average: 'disk' is not a metric/m], ['--statistic=cpu=foo', qr/--statistic=cpu=foo is not valid; use Maximum/],
	['--statistic=cpu=', qr/--statistic=cpu/]) {
	my $refused = $tasks->check({name => $case->[0]}, '-c', 'prod', $case->[0]);
	$refused->exits('UNKNOWN', "$case->[0] is refused");
	$refused->says($case->[0], $case->[1]);
}
# The window has 25 points of a Maximum and 24 of an Average.
$tasks->check({name => 'more than an Average has'}, '-c', 'prod', '--statistic=cpu=Average', '--breaches=25')
	->says('25 breaches of 24 points', qr/--breaches=25 is more than the 24 points of the window for cpu with Average; use fewer/);
is($tasks->stats->{requests}, 0, 'no request was made for any of them');
$tasks->check({name => 'as many as there are'}, '-c', 'prod', '--statistic=cpu=Average', '--breaches=24')->exits('OK');
$tasks->check({name => 'as many as a Maximum has'}, '-c', 'prod', '--breaches=25')->exits('OK');

# A percentile has no points of several tasks: judged series by series.
my $several = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=3 running=3
		cpu flat=30
		memory flat=40
	ACCOUNT
my $percentile = json_run($several, {name => 'a percentile of one metric'}, '-c', 'prod', '--statistic=cpu=p95');
is(json_metric($percentile, 'api', 'memory')->{state}, 'OK', 'the metric with Maximum has its points');
SKIP: {
	skip 'the stand-in has a percentile of several tasks', 2 if json_metric($percentile, 'api', 'cpu')->{points};
	is(json_metric($percentile, 'api', 'cpu')->{state}, 'UNKNOWN', 'the one with a percentile has none');
	like(json_metric($percentile, 'api', 'cpu')->{reason}, qr/^CloudWatch returned no p95 \(several tasks\?\); use Maximum or Average$/, '... and says so');
}

# --- what it costs ---

# 250 services are 500 metrics, whatever the window: GetMetricData pages after 100,800 points, and a page is billed as a call is.
my $large = standin("cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%03d desired=1 running=1\n\tcpu flat=%d\n\tmemory flat=5\n", $_, $_ % 70 + 1 } 1 .. 250);
for my $case (['1h', '24h', 1], ['5m', '24h', 2], ['1m', '3h', 1], ['1m', '24h', 8]) {
	my ($period, $window, $calls) = @$case;
	my $billed = $large->fresh_check({name => "250 services, $period in $window"}, '-c', 'prod', "--period=$period", "--window=$window", '-t' . 60 * time_factor(), '-vv');
	$billed->exits('OK');
	is($large->stats->{queries}, 500, "$billed->{name}: 500 metrics are asked for");
	is($large->calls('GetMetricData'), $calls, "$billed->{name}: in $calls calls");
	is(scalar(grep { $_->{operation} eq 'GetMetricData' && defined $_->{body}{NextToken} } @{$large->log}), 0, "$billed->{name}: no further page");
	is(scalar @{$billed->{details_order}}, 500, "$billed->{name}: all series");
	like($billed->{text}, qr/^billed: 500 metrics\b/m, "$billed->{name}: -vv says so");
}

validate_all();
done_testing;
