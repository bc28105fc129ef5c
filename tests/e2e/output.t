#!/usr/bin/perl
# The text of the output, to the letter.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Terminal;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service zulu desired=3 running=3
		cpu flat=34.4
		memory flat=2 points=300:100.2
	service alpha desired=3 running=3
		cpu flat=20 points=600:97.1,660:97.1,720:97.1,780:97.1
		memory flat=51.5
	service delta desired=3 running=3
		cpu flat=12.5 points=400:86.3,700:86.3
		memory flat=10.4
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.2
	cluster calm region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.2
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster warm region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4 points=300:86.3
		memory flat=74.2
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster dark region=eu-west-1
	service web desired=3 running=3
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster p region=eu-west-1
	service zu desired=3 running=3
		cpu flat=34.4
		memory flat=2 points=300:100.2
	service al desired=3 running=3
		cpu flat=20 points=600:97.1
		memory flat=51.5
	service m desired=3 running=3
		cpu flat=20
		memory flat=51.5
	cluster twins region=eu-west-1
	service tango desired=1 running=1
		cpu flat=97.3
	service bravo desired=1 running=1
		cpu flat=97.3
	service mike desired=1 running=1
		cpu flat=97.3
	ACCOUNT
my $hour = 3600;

# The date is left out on the day of the run.
sub short {
	my ($moment) = @_;
	my $today = substr utc($standin->stats->{start}), 0, 11;
	return $moment =~ s/\A\Q$today\E//r;
}

sub hour_before {
	my ($minutes) = @_;
	my $moment = $standin->stats->{start} - 60 * $minutes;
	return utc($moment - $moment % $hour);
}

# The end of the 5 minutes that the stand-in's minute so many before its start lies in.
sub end_of_slot {
	my ($minutes) = @_;
	my $moment = $standin->stats->{start} - 60 * $minutes;
	return short(utc($moment - $moment % 300 + 300));
}

my $run = $standin->check('-c', 'prod');
my $window = window_of($standin);
my $points = points_asked($window);
$run->exits('CRITICAL', 'two critical and one warning service');
# "+1 more" would make it 124 columns.
is($run->{headline}, sprintf('ECS CRITICAL - prod: 3 of 4 services with problems in 24 h: zulu memory 100.2%% at %s, +2 more', short(hour_before(300))),
	'the first line: the worst first, when what is over was, and no more services than fit into 120 columns') if $run->{headline} !~ /\d{4}-/;
like($run->{headline}, qr/\AECS CRITICAL - prod: 3 of 4 services with problems in 24 h: zulu memory 100\.2% at (?:\d{4}-\d\d-\d\d )?\d\d:00Z, .*(?:, \+[12] more)?\z/, 'its form');
is($run->{summary_string}, 'cpu_peak=97.1%;80;95;0 memory_peak=100.2%;80;95;0;200 services=4;;;0 problems=3;;;0 no_data=0;;;0',
	'the perfdata of the first line');

my @heads = grep { /^\[/ } @{$run->{body}};
is(scalar @heads, 3, 'one line for each series that is not OK');
like($heads[0], qr/^\[CRITICAL\] /, 'critical before warning');
like($heads[1], qr/^\[CRITICAL\] /, 'critical before warning, second');
like($heads[2], qr/^\[WARNING\] delta cpu 86\.3% at /, 'warning last');

my $series = $run->series;
is($series->{'zulu memory'}{line} =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[CRITICAL] zulu memory 100.2%% at %s, above 95%% for 5 min (spike), ended at %s; average of the tasks 22%% then', short(hour_before(300)), end_of_slot(300)),
	'a problem line with a single breaching run');
is($series->{'alpha cpu'}{line} =~ s/ at (?:\S+ )?\S+Z/ at WHEN/r =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[CRITICAL] alpha cpu 97.1%% at WHEN, above 95%% 4 times, longest 5 min (recurring), 20 min in 24 h, last ended at %s; average of the tasks 35%% then', end_of_slot(600)),
	'a problem line with four short runs: hourly peaks in a row are none that lasts');
is($series->{'alpha cpu'}{at}, hour_before(600), 'of equal peaks the newest is shown');
is($series->{'delta cpu'}{line} =~ s/ at (?:\S+ )?\S+Z/ at WHEN/r =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[WARNING] delta cpu 86.3%% at WHEN, above 80%% 2 times, longest 5 min (recurring), 10 min in 24 h, last ended at %s; average of the tasks 27%% then', end_of_slot(400)),
	'a warning line with two separate runs');
# Without the closer look hourly peaks are counted, and none of the words is said of them.
{
	my $plain = $standin->check({name => 'without the closer look'}, '-c', 'prod', '--detail=none')->series;
	my %counted = map { $_ => $plain->{$_}{line} =~ s/ at (?:\S+ )?\S+Z/ at WHEN/r =~ s/ [▁▂▃▄▅▆▇█·]+$//r } keys %$plain;
	is_deeply(\%counted, {
		'zulu memory' => sprintf('[CRITICAL] zulu memory 100.2%% at WHEN, above 95%% in 1 of %d hourly peaks, at %s', $points, short(hour_before(300))),
		'alpha cpu' => sprintf('[CRITICAL] alpha cpu 97.1%% at WHEN, above 95%% in 4 of %d hourly peaks, 4 in a row, last at %s', $points, short(hour_before(600))),
		'delta cpu' => sprintf('[WARNING] delta cpu 86.3%% at WHEN, above 80%% in 2 of %d hourly peaks, last at %s', $points, short(hour_before(400))),
	}, 'without the closer look: counts');
}

my $sparkline = $series->{'zulu memory'}{sparkline};
is(length $sparkline, $points, 'a sparkline cell for each point up to 25');
my $spike = $standin->stats->{start} - 60 * 300;
my $cell = int(($spike - $window->{start}) / $hour);
is($sparkline, ('▁' x $cell) . '█' . ('▁' x ($points - $cell - 1)), 'the sparkline shows 2 % and one 100.2 % at its place');

# The links stand after all lines, one for each series with data that is not OK, in the lines' order.
my ($link, @more_links) = grep { m{https://} } @{$run->{body}};
is_deeply([map { m{\A(\S+ \S+): https://} } $link, @more_links], ['zulu memory', 'alpha cpu', 'delta cpu'], 'a link for each line');
is_deeply([grep { m{https://} } @{$run->{body}}[-3 .. -1]], [$link, @more_links], 'after all lines');
like($link, qr{\Azulu memory: https://eu-west-1\.console\.aws\.amazon\.com/cloudwatch/home\?region=eu-west-1#metricsV2:graph=~\(\S+\)$}, 'its form');
for my $part (qw(%27AWS*2fECS %27MemoryUtilization %27ServiceName~%27zulu %27ClusterName~%27prod period~3600 stat~%27Maximum region~%27eu-west-1)) {
	like($link, qr/~\(?\Q$part\E(?=[~)])/, "the link has $part");
}
like($link, qr/~$_~%27[-0-9A-Z][-0-9A-Za-z.*]*(?=[~)])/, "the link has a $_") for qw(start end);
unlike($link, qr/['"`\$<>|\\]/, 'the link has nothing that Nagios strips');
is(() = $link =~ /\(/g, () = $link =~ /\)/g, 'the brackets of the link are balanced');

is($run->{context}, sprintf('account 123456789012, eu-west-1, Maximum per 1h, %s to %s',
	utc($window->{start}), utc($window->{end})), 'the last line is the context');
is($run->{details_order}[0], 'alpha_cpu', 'the perfdata follow the second bar at once');

$run = $standin->check('-c', 'calm');
$run->exits('OK', 'nothing to report');
like($run->{lines}[0], qr/^ECS OK - calm: 2 services, highest web memory 74\.2% in 24 h \| /, 'the first line when all is well');
is_deeply($run->{body}, ['headroom: web memory at 74.2% is 5.8 percentage points from WARNING (80)'], 'how near the tightest series is to an alert');
is(scalar @{$run->{lines}}, 3, 'three lines when all is well');

$run = $standin->check('-c', 'warm');
$run->exits('WARNING', 'one warning');
like($run->{lines}[0], qr/^ECS WARNING - warm: 1 of 2 services with problems in 24 h: web cpu 86\.3% at \S*(?: \S+)?Z \| /, 'WARNING is worded like CRITICAL');

$run = $standin->check('-c', 'dark');
$run->exits('UNKNOWN', 'one service without data');
like($run->{lines}[0], qr/^ECS UNKNOWN - dark: 1 of 2 services without data: web \| /, 'the first line when data are missing');
is($run->{summary}{no_data}{value}, 1, 'no_data=1');
is($run->{summary}{problems}{value}, 0, 'no data is not a problem in the perfdata');

$run = $standin->check('-c', 'twins', '-m', 'cpu', '-C', '~:', '-w', '50');
$run->exits('WARNING', 'three equal services');
is_deeply([map { /^\[\w+\] (\w+)/ } grep { /^\[/ } @{$run->{body}}], [qw(bravo mike tango)], 'equally bad series by name');
like($run->{headline}, qr/: 3 of 3 services with problems in 24 h: bravo cpu 97\.3%, mike cpu 97\.3%, tango cpu 97\.3%\z/, 'so in the first line');

$run = $standin->check('-c', 'p');
my $first = 'ECS CRITICAL - p: 2 of 3 services with problems in 24 h: zu memory 100.2% at ' . short(hour_before(300));
my $second = ', al cpu 97.1% at ' . short(hour_before(600));
# In the morning both have a date, and do not fit into 120 columns.
is($run->{lines}[0], $first . (length "$first$second" > 120 ? ', +1 more' : $second)
	. ' | cpu_peak=97.1%;80;95;0 memory_peak=100.2%;80;95;0;200 services=3;;;0 problems=2;;;0 no_data=0;;;0', 'a whole first line');

my @many = map { sprintf "service s%02d desired=1 running=1\n\tcpu flat=9%d.5\n", $_, $_ % 5 + 5 } 0 .. 39;
my $crowd = standin("cluster p region=eu-west-1\n@many");
$run = $crowd->check('-c', 'p', '-m', 'cpu');
$run->exits('CRITICAL', 'forty critical services');
cmp_ok(length $run->{headline}, '<=', 120, 'the first line has at most 120 columns off a terminal') or diag $run->{headline};
is($run->{headline}, 'ECS CRITICAL - p: 40 of 40 services with problems in 24 h: s04 cpu 99.5%, s09 cpu 99.5%, s14 cpu 99.5%, +37 more', 'the worst, as many as fit, and how many services more');
is(scalar(() = $run->{headline} =~ /s\d\d cpu \d/g), scalar(() = $run->{headline} =~ /s\d\d cpu 99\.5%/g), 'the worst are the ones shown')
	or diag $run->{headline};
is(scalar(grep { /^\[CRITICAL\]/ } @{$run->{body}}), 40, 'the lines below have all of them');

my $shown = CheckECS::Terminal::run({}, '', '--endpoint-url=' . $crowd->url, '-c', 'p', '-m', 'cpu', '--chart=never');
is((split /\n/, $shown->{text})[0], 'ECS CRITICAL - p: 40 of 40 services with problems in 24 h: s04 cpu 99.5%, +39 more', 'as many as fit into 79 columns at a terminal, the first in any case');

# By how far beyond the range, not by the value: in the first line as in the lines.
my $apart = standin(<<~'ACCOUNT');
	cluster p region=eu-west-1
	service near desired=1 running=1
		cpu flat=96
		memory flat=97
	service far desired=1 running=1
		cpu flat=20
		memory flat=93
	service low desired=1 running=1
		cpu flat=1
		memory flat=20
	service warm desired=1 running=1
		cpu flat=20
		memory flat=79
	service dead desired=3 running=0
	ACCOUNT
$run = $apart->check({name => 'points beyond'}, '-c', 'p', '-w', '30:80', '-C', 'cpu=10:95', '-C', 'memory=85', '-w', 'cpu=5:90');
$run->exits('CRITICAL', 'ranges of their own');
is($run->{headline}, 'ECS CRITICAL - p: 4 of 5 services with problems in 24 h: dead 0 of 3 running, near memory 97.0%, low cpu 1.0%, +1 more', 'down first, then by points beyond the range');
is_deeply([map { /\A\[(?:CRITICAL|WARNING)\] (\w+(?: cpu| memory)?)/ } @{$run->{body}}], ['dead', 'near memory', 'low cpu', 'far memory', 'near cpu', 'low memory'], 'the lines in the same order, one for the service that is down');

# What the line says of one service, by the option: "services" would be noise.
for my $case (
	['p', ['-s', 'near'], 'CRITICAL', 'memory 97.0%, cpu 96.0% in 24 h'], ['p', ['-s', 'dead'], 'CRITICAL', '0 of 3 running'], ['p', ['-s', 'far', '-w', '~:', '-C', '~:'], 'OK', undef],
	['p', ['-s', 'far', '-m', 'memory', '--window=90m', '--period=15m'], 'WARNING', 'memory 93.0% in 90 min'], ['p', ['-s', 'far', '-m', 'memory', '--window=7d'], 'WARNING', 'memory 93.0% in 7 d'],
	['p', ['-s', 'ghost'], 'UNKNOWN', "no service matches -s 'ghost'"], ['p', ['-s', 'dead', '--no-data=ok'], 'OK', undef], ['p', ['-s', 'dead', '--no-data=warning'], 'WARNING', 'cpu no data, memory no data']) {
	my ($cluster, $options, $state, $words) = @$case;
	my $one = $apart->check({name => "one service: @$options"}, '-c', $cluster, @$options);
	$one->exits($state);
	my $prefix = "ECS $state - p/$options->[1]: ";
	is($one->{headline}, $prefix . $words, "one service: @$options: the first line") if defined $words;
	is(index($one->{headline}, $prefix), 0, "one service: @$options: its beginning");
	is($one->{summary_string}, undef, "one service: @$options: the cluster's perfdata items are left out");
	ok(defined $one->{details_string} || !@{$one->{details_order}}, "one service: @$options: those of its series stay");
}
is($apart->check('-c', 'p', '-s', 'warm')->{headline}, 'ECS OK - p/warm: memory 79.0%, cpu 20.0% in 24 h', 'one service that is OK');
for my $options (['-s', 'nea[r]'], ['-s', 'near*'], ['-s', 'n?ar'], ['-s', 'near', '-s', 'neax'], ['-x', 'far', '-x', 'low', '-x', 'warm', '-x', 'dead'], ['-s', 'n\ear']) {
	my $several = $apart->check({name => "by the option: @$options"}, '-c', 'p', @$options);
	$several->exits('CRITICAL');
	is($several->{headline}, 'ECS CRITICAL - p: 1 of 1 service with problems in 24 h: near memory 97.0%', "@$options: not by the count");
	ok(defined $several->{summary_string}, "@$options: with the cluster's perfdata");
}

# A name of 255 characters leaves room for what is wrong.
my $long = standin("cluster p region=eu-west-1\nservice " . 'x' x 255 . " desired=1 running=1\n\tcpu flat=99\nservice y desired=1 running=1\n\tcpu flat=98\n");
$run = $long->check({name => 'a long name'}, '-c', 'p', '-m', 'cpu');
like($run->{headline}, qr/\AECS CRITICAL - p: 2 of 2 services with problems in 24 h: x{20,}\.\.\. cpu 99\.0%, \+1 more\z/, 'a long name is shortened in the first line');
is(length $run->{headline}, 120, 'to 120 columns');
like($run->{body}[0], qr/\A\[CRITICAL\] x{255} cpu 99\.0%/, 'and whole in its line');

# One cause that keeps several services in the dark is told once, the action first, AWS's words in a line of their own.
my $account = "cluster prod region=eu-west-1\n" . join '', map { "service worker-$_ desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n" } 1 .. 14;
my $denied = standin("key AKIDEXAMPLE secret deny=cloudwatch:GetMetricData\n$account");
$run = $denied->check({name => 'a permission is missing'}, '-c', 'prod');
$run->exits('UNKNOWN');
like($run->{headline}, qr/\AECS UNKNOWN - prod: add the IAM action cloudwatch:GetMetricData for /, 'the action first');
cmp_ok(length $run->{headline}, '<=', 120, 'within 120 columns');
unlike($run->{headline}, qr/AccessDenied/, "without AWS's words");
is(() = $run->{text} =~ /add the IAM action/g, 1, 'once for 28 series');
like($run->{body}[0], qr/\AAWS says: AccessDenied\w*: User: \S+ is not authorized to perform: cloudwatch:GetMetricData/, "then AWS's words");
is(() = $run->{text} =~ /AccessDenied/g, 1, 'and once only');
my $asleep = standin("key AKIDEXAMPLE secret deny=ecs:DescribeServices\n" . $account =~ s/\t.*\n//gr =~ s/worker-1 desired=1 running=1\n/worker-1 desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\n/r);
$run = $asleep->check({name => 'a permission is missing, and a breach is known'}, '-c', 'prod');
$run->exits('CRITICAL');
like($run->{body}[0], qr/\A\[CRITICAL\] worker-1 cpu 99\.0%/, 'the problem first');
like($run->{body}[1], qr/\A\[UNKNOWN\] 13 of 14 services without data \(worker-10, worker-11, .*, \+\d+ more\), and ECS could not be asked why: add the IAM action ecs:DescribeServices for /, 'then what is not known, once');
like($run->{body}[2], qr/\AAWS says: AccessDenied/, "AWS's words");
is(scalar(grep { /\A\[UNKNOWN\]/ } @{$run->{body}}), 1, 'one line for 26 series');
$run = $asleep->check({name => 'no data, and a permission is missing'}, '-c', 'prod', '-x', 'worker-1');
like($run->{headline}, qr/\AECS UNKNOWN - prod: add the IAM action ecs:DescribeServices for /, 'the action first, where nothing else is wrong');
is(() = $run->{text} =~ /add the IAM action/g, 1, 'and once');
# Too long for the first line: there is the beginning, below the whole.
my $long_name = 'c' x 100;
my $far = standin("key AKIDEXAMPLE secret deny=cloudwatch:GetMetricData\n" . $account =~ s/prod/$long_name/r);
$run = $far->check({name => 'a permission is missing, and a long name'}, '-c', $long_name);
like($run->{headline}, qr/\AECS UNKNOWN - c{70,}\.\.\.: add the IAM action \S*\.\.\.\z/, 'the beginning of both');
cmp_ok(length $run->{headline}, '<=', 120, 'within 120 columns');
like($run->{body}[0], qr/\A\[UNKNOWN\] 14 of 14 services not known: add the IAM action cloudwatch:GetMetricData for access key \S+ from (?:the )?environment\z/, 'and the whole below');
like($run->{body}[1], qr/\AAWS says: AccessDenied/, "with AWS's words");

# Problems, then what is not known, then remarks and headroom, then what is OK, then links.
my $mixed = standin(<<~'ACCOUNT', '--fault=GetMetricData:forbidden');
	cluster prod region=eu-west-1
	service web desired=3 running=3
		cpu flat=97
		memory flat=96
	service half desired=3 running=3
		cpu flat=20
		memory flat=20
	ACCOUNT
$run = $mixed->check({name => 'the order of all lines'}, '-c', 'prod', '-s', '*', '-s', 'nothing*', '-v');
my @kinds = map { /\A\[(\w+)\]/ ? $1 : m{\A\S+ \S+: https://} ? 'link' : /\ACloudWatch's message/ ? 'remark' : $_ } @{$run->{body}};
my %rank = (CRITICAL => 0, WARNING => 1, UNKNOWN => 2, remark => 3, OK => 4, link => 5);
is_deeply(\@kinds, [sort { $rank{$a} <=> $rank{$b} } @kinds], 'the order of all lines') or diag "@kinds";
ok($rank{$kinds[0]} == 0 && $kinds[-1] eq 'link', 'from the problem to its link');

$run = $standin->check('-c', 'prod', '-m', 'memory', '-w', '~:', '-C', '~:', '--window=4h', '--period=5m');
$window = window_of($standin);
$run->exits('OK', 'a run with other periods');
like($run->{context}, qr/, Maximum per 5m, /, 'the period in the context line');
like($run->{headline}, qr/ in 4 h\z/, 'the window in the first line');

done_testing;
