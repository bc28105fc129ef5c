#!/usr/bin/perl
# --advise: which size is told for which tasks, that it never changes a state, what it asks for, and what becomes of it when AWS does not tell.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Terminal;
use List::Util qw(max);
use POSIX qw(ceil);
use Test::More;
use Time::Local qw(timegm);

# --- one row a service: words of its account file, cpu, memory, and what JSON says ---

my $limit = 'CPU was at its limit: what it would use beyond is not known';
my @rows = (
	[api => 'size=256x512', 34, 100, [qw(larger 256 512 256 1024)], undef],
	[worker => 'size=1024x2048', 98, 33, [qw(larger 1024 2048 2048 4096)], $limit],
	[checkout => 'size=2048x8192', 12, 18, [qw(smaller 2048 8192 512 2048)], undef],
	[fits => 'size=256x512', 64, 64, [qw(keep 256 512 256 512)], undef],
	[largest => 'size=16384x122880', 40, 85, [qw(largest 16384 122880), undef, undef], 'already the largest Fargate size: more tasks, not larger ones'],
	[toolarge => 'size=8192x61440', 70, 170, [qw(largest 8192 61440), undef, undef], 'no Fargate size is large enough: more tasks, not larger ones'],
	# Windows has sizes of 1, 2 and 4 vCPU; platform versions before 1.4.0 have up to 4.
	['win-small' => 'size=1024x2048 os=WINDOWS_SERVER_2022_CORE', 5, 5, [qw(keep 1024 2048 1024 2048)], undef],
	['win-large' => 'size=4096x30720 os=WINDOWS_SERVER_2019_FULL', 96, 5, [qw(largest 4096 30720), undef, undef], 'already the largest Fargate size: more tasks, not larger ones'],
	['old-large' => 'size=4096x30720 platform=1.3.0', 96, 5, [qw(largest 4096 30720), undef, undef], 'already the largest Fargate size: more tasks, not larger ones'],
	['new-large' => 'size=4096x30720 platform=1.4.0', 96, 5, [qw(larger 4096 30720 8192 16384)], $limit],
	# Capacity providers in place of a launch type.
	[spot => 'providers=FARGATE_SPOT,FARGATE size=512x1024', 90, 10, [qw(larger 512 1024 1024 2048)], undef],
	[asg => 'providers=my-instances size=512x1024', 160, 40, [qw(larger 512 1024 1024 512)], 'CPU above 100% is use beyond the reservation, by design'],
	# Instances take any size.
	[ec2 => 'launch=EC2 size=1000x2000', 107.2, 40, [qw(larger 1000 2000 1340 1000)], 'CPU above 100% is use beyond the reservation, by design'],
	['ec2-cpu' => 'launch=EC2 size=1000x-', 20, 90, ['smaller', 1000, undef, 250, undef], undef],
	['ec2-none' => 'launch=EC2 size=-x-', 20, 90, ['unknown'], "no task size (the containers' limits are not summed up)"],
	[managed => 'launch=MANAGED_INSTANCES size=1024x1024', 60, 60, [qw(keep 1024 1024 768 768)], undef],
	[anywhere => 'launch=EXTERNAL size=-x1000', 60, 120, ['larger', undef, 1000, undef, 1500], undef],
	[moon => 'launch=MOON', 60, 60, ['unknown'], 'ECS does not tell what its tasks run on'],
	# Of several deployments the PRIMARY one counts, and task sets take their place.
	[rolling => "size=512x1024 deployed=-40h\n\tdeployment ACTIVE revision=6 size=4096x8192 launch=EC2", 81, 10, [qw(larger 512 1024 1024 2048)], undef],
	[sets => 'size=1024x2048 controller=EXTERNAL taskset=-3d', 81, 10, [qw(larger 1024 2048 2048 4096)], undef],
	[young => 'size=256x512 deployed=-5h', 90, 90, ['unknown', undef, undef, undef, undef], 'too new to tell (5 h of data)'],
	['young-set' => 'size=256x512 controller=EXTERNAL taskset=-23h', 90, 90, ['unknown'], 'too new to tell (23 h of data)'],
);
my $account = join '', "cluster prod region=eu-west-1\n", map { "service $_->[0] desired=1 running=1 $_->[1]\n\tcpu flat=$_->[2]\n\tmemory flat=$_->[3]\n" } @rows;
# Half a day of points, and none of one metric. Larger use before a deployment, which was of another size.
my $half = join ',', map { 5 * $_ . ':50' } 0 .. 149;
$account .= "service few desired=1 running=1\n\tcpu points=$half\n\tmemory points=$half\n";
# Deployed six days ago, with points in a tenth of the week.
my $gaps = join ',', map { 50 * $_ . ':50' } 0 .. 149;
$account .= "service gaps desired=1 running=1 deployed=-6d size=256x512\n\tcpu points=$gaps\n\tmemory points=$gaps\n";
$account .= "service one desired=1 running=1\n\tcpu flat=50\n";
my $resized = join ',', map { 5 * $_ . ($_ < 500 ? ':30' : ':99') } 0 .. 2015;
$account .= "service resized desired=1 running=1 deployed=-40h size=512x1024\n\tcpu points=$resized\n\tmemory flat=60\n";
push @rows, [few => '', 50, 50, ['unknown'], 'too little data to tell (12 h)'], [gaps => '', 50, 50, ['unknown'], 'too little data to tell (12 h)'], [one => '', 50, 0, ['unknown'], 'no data'], [resized => '', 30, 60, [qw(smaller 512 1024 256 1024)], undef];
my $standin = standin($account);

my $run = json_run($standin, {name => 'every kind of task'}, '-c', 'prod', '--advise=all', '--no-data=ok');
$run->exits('CRITICAL', 'every kind of task');
my %service = map { $_->{name} => $_ } @{$run->{json}{services}};
for my $row (@rows) {
	my ($name, undef, $cpu, $memory, $wanted, $reason) = @$row;
	my $got = $service{$name}{advice} // {};
	my @wanted = (@$wanted, (undef) x (5 - @$wanted));
	# The size is told of what has no advice, too, where it is known.
	my @said = map { $got->{$_} } qw(verdict cpu memory suggest_cpu suggest_memory);
	@said[1 .. 2] = @wanted[1 .. 2] if $wanted[0] eq 'unknown';
	is_deeply(\@said, \@wanted, "$name: size and advice") or diag explain $got;
	is($got->{reason}, $reason, "$name: reason");
	next if $wanted[0] eq 'unknown';
	is_deeply([@$got{qw(used_cpu used_memory)}], [$cpu, $memory], "$name: use");
}
is($service{fits}{advice}{days}, 7, 'a week of data');
cmp_ok(abs($service{resized}{advice}{days} - 40 / 24), '<', 0.02, 'points before the deployment do not count');

# --- the lines ---

$run = $standin->check('-c', 'prod', '--no-data=ok');
my $with = $standin->check('-c', 'prod', '--no-data=ok', '--advise');
is($with->{exit}, $run->{exit}, 'the state is as it was');
is($with->{headline}, $run->{headline}, 'so is the first line');
is_deeply([map { s/ +\S+\z//r } grep { /^\[/ } @{$with->{body}}], [map { s/ +\S+\z//r } grep { /^\[/ } @{$run->{body}}], 'and so are the lines of services');
is_deeply($with->{details}, $run->{details}, 'and the performance data');
my @advice = grep { /^advice: / } @{$with->{body}};
my ($last_problem) = grep { $with->{body}[$_] =~ /^\[/ } reverse 0 .. $#{$with->{body}};
my ($first_link) = grep { $with->{body}[$_] =~ m{: https://} } 0 .. $#{$with->{body}};
my ($first_advice) = grep { $with->{body}[$_] =~ /^advice: / } 0 .. $#{$with->{body}};
ok($last_problem < $first_advice && $first_advice < $first_link, 'advice stands between problems and links');
$with->says('the lines',
	qr/^advice: worker has 1 vCPU 2 GB, used up to 98\.0% CPU and 33\.0% memory in 7 days: 2 vCPU 4 GB; \Q$limit\E$/m,
	qr/^advice: api has 0\.25 vCPU 0\.5 GB, used up to 34\.0% CPU and 100\.0% memory in 7 days: 0\.25 vCPU 1 GB$/m,
	qr/^advice: ec2 has 1000 CPU units 2000 MiB, used up to 107\.2% CPU and 40\.0% memory in 7 days: needs about 1340 CPU units and 1000 MiB for 80%; CPU above 100% is use beyond the reservation, by design$/m,
	qr/^advice: young: too new to tell \(5 h of data\)$/m,
	qr/^advice: win-large, old-large has|^advice: largest has 16 vCPU 120 GB, used up to 40\.0% CPU and 85\.0% memory in 7 days: already the largest Fargate size: more tasks, not larger ones$/m,
	qr/^advice: where a service scales by itself, more tasks are the other way$/m);
unlike(join("\n", @advice), qr/checkout|fits/, 'services without problems are not advised');
my $all = $standin->check('-c', 'prod', '--no-data=ok', '--advise=all');
$all->says('all', qr/^advice: checkout has 2 vCPU 8 GB, used up to 12\.0% CPU and 18\.0% memory in 7 days: could be smaller, 0\.5 vCPU 2 GB$/m, qr/^advice: \d services keep their size$/m);
my ($larger) = grep { $all->{body}[$_] =~ /^advice: spot / } 0 .. $#{$all->{body}};
my ($smaller) = grep { $all->{body}[$_] =~ /^advice: checkout / } 0 .. $#{$all->{body}};
cmp_ok($larger, '<', $smaller, 'what is too small comes first');
$standin->check('-c', 'prod', '--no-data=ok', '--advise=all', '-w', 'cpu=~:50')->says('another range', qr/^advice: fits .*: 0\.5 vCPU 1 GB$/m);
$standin->check('-c', 'prod', '--no-data=ok', '-v', '-s', 'fits', '--advise=all')->says('-v shows what keeps its size', qr/^advice: fits has 0\.25 vCPU 0\.5 GB, .*: keep$/m);
unlike($run->{stdout}, qr/advice/, 'none without --advise');

# --- at a terminal a table ---

my $screen = CheckECS::Terminal::run({COLUMNS => 120}, '', "--endpoint-url=$standin->{url}", '-c', 'prod', '--no-data=ok', '--advise=all', '-s', 'api,worker,checkout,fits,young');
like($screen->{text}, qr/^ +size now +used in 7 days +would take/m, 'the heading');
like($screen->{text}, qr/^C worker +1 vCPU 2 GB +98% cpu, 33% mem +2 vCPU 4 GB/m, 'a row');
like($screen->{text}, qr/^  checkout +2 vCPU 8 GB +12% cpu, 18% mem +0\.5 vCPU 2 GB/m, 'a row of what could be smaller');
like($screen->{text}, qr/^  \.\.\. 1 service keeps its size$/m, 'how many keep theirs');
like($screen->{text}, qr/^  \.\.\. young: too new to tell \(5 h of data\)$/m, 'who is too new');
like($screen->{text}, qr/would take.*ECS CRITICAL - prod:/s, 'the verdict comes last');
is(scalar(grep { length > 80 } split /\n/, $screen->{text} =~ s/\e\[[\d;]*m//gr), 0, 'no line is too long');

# --- the same as computed from real series ---

my $folder = $ENV{CHECK_ECS_DATA} // "$FindBin::Bin/../../../shared/data/cloudwatch";
my @files = sort glob "$folder/*.csv";
my %rows_of = (256 => [512, 1024, 2048], 512 => [map { 1024 * $_ } 1 .. 4], 1024 => [map { 1024 * $_ } 2 .. 8], 2048 => [map { 1024 * $_ } 4 .. 16],
	4096 => [map { 1024 * $_ } 8 .. 30], 8192 => [map { 4096 * $_ } 4 .. 15], 16384 => [map { 8192 * $_ } 4 .. 15]);

# The values of each 5 minutes of the week before the stand-in's start, its last sample moved there.
sub week_of {
	my ($path, $start) = @_;
	open my $in, '<', $path or die "$path: $!";
	my @samples = map { /^(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),([-+.0-9eE]+)\s*$/ ? [timegm($6, $5, $4, $3, $2 - 1, $1), $7] : () } <$in>;
	my $shift = $start - ($samples[-1][0] - $samples[-1][0] % 60);
	my %bucket;
	for my $sample (@samples) {
		my $moment = $sample->[0] + $shift;
		$moment -= $moment % 60;
		my $period = $moment - $moment % 300;
		$bucket{$period} = max($bucket{$period} // $sample->[1], $sample->[1]);
	}
	return \%bucket;
}

sub computed {
	my ($cpu, $memory, $size, $end) = @_;
	my @cpu = sort { $a <=> $b } map { $cpu->{$_} } grep { $_ >= $end - 7 * 86400 && $_ < $end } keys %$cpu;
	my @memory = map { $memory->{$_} } grep { $_ >= $end - 7 * 86400 && $_ < $end } keys %$memory;
	my ($used_cpu, $used_memory) = ($cpu[ceil(0.995 * @cpu) - 1], max(@memory));
	my @fit = map { my $units = $_; map { [$units, $_] } @{$rows_of{$units}} } sort { $a <=> $b } keys %rows_of;
	@fit = grep { $_->[0] >= $size->[0] * $used_cpu / 80 && $_->[1] >= $size->[1] * $used_memory / 80 && ($used_cpu < 95 || $_->[0] > $size->[0]) } @fit;
	return {used_cpu => $used_cpu, used_memory => $used_memory, suggest_cpu => $fit[0] && $fit[0][0], suggest_memory => $fit[0] && $fit[0][1]};
}

SKIP: {
	skip "no series in $folder (CHECK_ECS_DATA)", 1 if !@files;
	my @sizes = map { my $units = $_; map { [$units, $_] } @{$rows_of{$units}} } (256, 512, 1024, 2048);
	my (@services, $text);
	for my $i (0 .. @sizes * 2 - 1) {
		my ($cpu, $memory) = ($files[$i % @files], $files[($i * 5 + 1) % @files]);
		push @services, ["real$i", $cpu, $memory, $sizes[$i % @sizes]];
		$text .= "service real$i desired=1 running=1 size=" . join('x', @{$sizes[$i % @sizes]}) . "\n\tcpu csv=$cpu\n\tmemory csv=$memory\n";
	}
	my $real = standin("cluster prod region=eu-west-1\n$text");
	my $answer = json_run($real, {name => 'real series'}, '-c', 'prod', '--advise=all', '--no-data=ok', '--window=1h', '--detail=none');
	my ($call) = grep { $_->{operation} eq 'GetMetricData' && $_->{body}{MetricDataQueries}[0]{MetricStat}{Period} == 300 } @{$real->log};
	my %week = map { $_ => week_of($_, $real->stats->{start}) } @files;
	my %got = map { $_->{name} => $_->{advice} } @{$answer->{json}{services}};
	my @wrong;
	for my $service (@services) {
		my ($name, $cpu, $memory, $size) = @$service;
		my $wanted = computed($week{$cpu}, $week{$memory}, $size, $call->{body}{EndTime});
		for my $key (sort keys %$wanted) {
			my ($a, $b) = ($got{$name}{$key}, $wanted->{$key});
			push @wrong, "$name $key: " . ($a // 'null') . ', computed ' . ($b // 'null') if defined $a != defined $b || (defined $a && abs($a - $b) > 1e-6);
		}
	}
	is_deeply(\@wrong, [], 'advice for ' . @services . ' services equals a computation from the files');
}

# --- what it asks for ---

# (Of a few hours' points, so that the stand-in has little to write: the calls are the same.)
for my $count (1, 100, 1000) {
	my $text = join '', map { sprintf "service s%04d desired=1 running=1\n\tcpu flat=%d since=200\n\tmemory flat=50 since=200\n", $_, 20 + $_ % 50 } 1 .. $count;
	my $many = standin("cluster prod region=eu-west-1\n$text");
	my $plain = $many->fresh_check({name => "$count services"}, '-c', 'prod', '-vv', '-t' . 60 * time_factor());
	my $plain_calls = $many->calls('GetMetricData');
	my $advised = $many->fresh_check({name => "$count services advised", huge => 1}, '-c', 'prod', '-vv', '--advise=all', '-t' . 60 * time_factor());
	$advised->exits('OK', "$count services");
	is($many->calls('DescribeServices'), ceil($count / 10), "$count services: ten a call");
	is($many->calls('DescribeTaskDefinition'), $count, "$count services: a call for each revision");
	is($many->calls('GetMetricData') - $plain_calls, ceil(2 * $count / 50), "$count services: 50 series a call");
	my @queries = map { scalar @{$_->{body}{MetricDataQueries}} } grep { $_->{operation} eq 'GetMetricData' && $_->{body}{MetricDataQueries}[0]{MetricStat}{Period} == 300 } @{$many->log};
	my $sum = 0;
	$sum += $_ for @queries;
	is($sum, 2 * $count, "$count services: no metric is asked for twice");
	$advised->says("$count services: -vv tells", qr/^advice: @{[2 * $count]} metrics of a week asked for$/m);
	is($advised->{stdout} =~ /^billed: (\d+) metrics/m ? $1 : -1, 4 * $count, "$count services: what is billed");
	my $small = $many->fresh_check({name => "$count services, no problem"}, '-c', 'prod', '--advise');
	is_deeply([map { $many->calls($_) } qw(DescribeServices DescribeTaskDefinition)], [0, 0], "$count services: without problems nothing is asked for problems");
}
my $shared = standin("cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1 task=common\n\tcpu flat=20\n\tmemory flat=20\n" } 1 .. 30);
$shared->check('-c', 'prod', '--advise=all')->exits('OK', 'services with one task definition');
is($shared->calls('DescribeTaskDefinition'), 1, 'which is asked for once');

# --- when AWS does not tell ---

my $two = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\nservice web desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n";
my $before = standin($two)->check({name => 'without faults'}, '-c', 'prod', '--detail=none');
sub verdict_stands {
	my ($name, $faulty, $pattern, @arguments) = @_;
	my $answer = $faulty->check({name => $name}, '-c', 'prod', '--advise=all', '--detail=none', @arguments);
	$answer->exits('CRITICAL', $name);
	is($answer->{headline}, $before->{headline}, "$name: the first line");
	is_deeply($answer->{details}, $before->{details}, "$name: the performance data");
	$answer->says("$name: a line tells", $pattern) if $pattern;
	return $answer;
}
for my $operation (qw(DescribeServices DescribeTaskDefinition)) {
	verdict_stands("$operation denied", standin("key AKIDEXAMPLE secret deny=ecs:$operation\n$two"), qr/^advice: api, web: advice needs the IAM action ecs:$operation for access key /m);
	verdict_stands("$operation: $_", standin($two, "--fault=$operation:$_"), qr/^advice: api(?:, web)?: /m) for qw(500 garbage null empty shape deep foreign half denied);
	verdict_stands("$operation is not answered", standin($two, "--fault=$operation:hang"), qr/^advice: api, web: not asked in time$/m, '-t' . 2 * time_factor());
}
# The first call of GetMetricData is the check's own, those for the week follow.
verdict_stands("the week: $_", standin($two, "--fault=GetMetricData:$_:9:1"), qr/^advice: (?:api|web|api, web): /m) for qw(500 garbage null empty denied forbidden internal);
verdict_stands('the week is not answered', standin($two, '--fault=GetMetricData:hang:9:1'), qr/^advice: api, web: not asked in time$/m, '-t' . 2 * time_factor());
verdict_stands('throttled twice', standin($two, '--fault=DescribeTaskDefinition:throttle:2'), qr/^advice: api has .*: 0\.5 vCPU 1 GB/m);
# Throttling is waited out, as long as there is time.
verdict_stands('services throttled', standin($two, '--fault=DescribeServices:throttle'), qr/^advice: api, web: not asked in time$/m, '-t' . 4 * time_factor());

# Three quarters of the time at most.
my $slow = standin($two, '--fault=DescribeTaskDefinition:hang');
my $answer = verdict_stands('the time of the rounds', $slow, qr/not asked in time/, '-t' . 4 * time_factor());
cmp_ok($answer->{own_seconds}, '<', 3.8 * time_factor(), 'they end at three quarters of the time');
my $stopped = standin($two, '--fault=DescribeTaskDefinition:hang');
$answer = $stopped->check({name => 'a signal', during => sub { $stopped->await_calls('DescribeTaskDefinition', 1, $_[0]); kill 'TERM', $_[0] }}, '-c', 'prod', '--advise=all', '--detail=none');
$answer->exits('CRITICAL', 'a signal in the rounds prints the verdict');
is($answer->{headline}, $before->{headline}, 'the one that stands');

# --- usage ---

for my $case (['--advise=most', qr/--advise=most is not valid; use problems or all/], ['--advise=', qr/--advise/],
	['--advise all', qr/--advise=all/, '--advise', 'all']) {
	my $refused = run_plugin({name => $case->[0]}, '-c', 'prod', @{$case}[2 .. $#$case] ? @{$case}[2 .. $#$case] : $case->[0]);
	$refused->exits('UNKNOWN');
	$refused->says("$case->[0]: says so", $case->[1]);
}

validate_all();
done_testing;
