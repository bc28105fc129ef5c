#!/usr/bin/perl
# --output-format=json: one valid object for every outcome, saying what the text says.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Scripted;
use CheckECS::Terminal;
use JSON::PP;
use Test::More;

my $account = <<'ACCOUNT';
cluster prod region=eu-west-1
service api desired=3 running=3
	cpu flat=34.4
	memory flat=100.25
service batch desired=1 running=1
	cpu flat=20 points=125:97.1
	memory flat=33.3333333333
service idle desired=0 running=0
service old desired=2 running=1
	cpu flat=12 until=300
	memory flat=12 until=300
service web desired=3 running=3
	cpu flat=85
	memory flat=5
cluster quiet region=eu-west-1
service api desired=1 running=1
	cpu flat=34.4
	memory flat=51.5
cluster warm region=eu-west-1
service api desired=1 running=1
	cpu flat=34.4
	memory flat=88
cluster mute region=eu-west-1
service gone desired=3 running=0
cluster empty region=eu-west-1
ACCOUNT
my $standin = standin($account);
my $two = 2 * time_factor();

# What the document says of the account above.
my $run = json_run($standin, {name => 'the account'}, '-c', 'prod', '-C', 'memory=@90:200', '-w', 'cpu=~:80');
my $json = $run->{json};
is($json->{state}, 'CRITICAL', 'the worst state');
is($json->{version}, (run_plugin({raw => 1, name => 'version'}, '--version')->{text} =~ /([\d.]+)$/)[0], 'the version of --version');
is($json->{cluster}, 'prod', 'the cluster');
is($json->{region}, 'eu-west-1', 'the region');
is($json->{account}, '123456789012', 'the account');
is($json->{statistic}, 'Maximum', 'the statistic');
is_deeply($json->{thresholds}, {cpu => {warning => '~:80', critical => '95'}, memory => {warning => '80', critical => '@90:200'}}, 'the thresholds');
is_deeply($json->{errors}, [], 'no errors');
is_deeply($json->{diagnosis}, [], 'no diagnosis without -vv');
is_deeply([map { exists $json->{$_} ? $json->{$_} : 'no member' } qw(code clusters)], [undef, undef], 'no code and no list, as members that are always there');
is_deeply([grep { !exists $_->{link} } map { values %{$_->{metrics}} } @{$json->{services}}], [], 'each series has a link, those that are OK or without data as well');
{
	my $text = $standin->check({name => 'the links as text'}, '-c', 'prod', '-C', 'memory=@90:200', '-w', 'cpu=~:80');
	my %link = map { m{\A(\S+) (\S+): (https://\S+)\z} ? ("$1 $2" => $3) : () } @{$text->{body}};
	is_deeply({map { my $x = $_; map { $x->{metrics}{$_}{state} ne 'OK' && $x->{metrics}{$_}{points} ? ("$x->{name} $_" => $x->{metrics}{$_}{link}) : () } keys %{$x->{metrics}} } @{$json->{services}}},
		\%link, 'the same as in text') if $text->{begin} - $text->{begin} % 3600 == $run->{begin} - $run->{begin} % 3600;
	cmp_ok(scalar keys %link, '>=', 4, 'which has some');
}
{
	my $window = window_of($standin);
	my $iso = sub { (utc($_[0]) =~ s/ /T/r) =~ s/Z/:00Z/r };
	is_deeply($json->{window}, {start => $iso->($window->{start}), end => $iso->($window->{end}), period => 3600}, 'the window is what CloudWatch was asked for');
	is(scalar @{json_metric($run, 'api', 'cpu')->{values}}, points_asked($window), 'a value for each period');
}
is_deeply([map { "$_->{name} $_->{state}" } @{$json->{services}}],
	['api CRITICAL', 'batch CRITICAL', 'idle OK', 'old UNKNOWN', 'web WARNING'], 'services by name, each with its worst state');
my $api = json_metric($run, 'api', 'memory');
is($api->{peak}, 100.25, 'a peak');
is($api->{points}, 25, 'its points');
is($api->{breaches}, 24, 'breaching points of an inside range, without the period that is still filling');
is($api->{pattern}, 'sustained', 'their pattern');
is($api->{longest_run}, 24, 'the longest run of them');
like($api->{lasting}, qr/\Ainside \@90:200 for at least 24 h(?: \d+ min)? now \(sustained\)\z/, 'what that means, in words');
is_deeply([@$api{qw(ended average_then)}], [undef, undef], 'it has not ended, and is no peak');
is($api->{current_run_s}, $api->{$_}, "the present run is all of $_") for qw(above_s longest_run_s);
is($api->{reason}, undef, 'no reason beside the points');
is_deeply($api->{values}, [(100.25) x 25], 'values');
is_deeply([@{json_metric($run, 'api', 'cpu')}{qw(breaches pattern state)}], [0, undef, 'OK'], 'a series without breaches');
my $spike = json_metric($run, 'batch', 'cpu');
is($spike->{pattern}, 'spike', 'a spike');
is_deeply([@$spike{qw(longest_run last_breach)}], [1, $spike->{at}], 'alone, at the peak');
# Its minute lies 125 before the stand-in's start.
my $minute = $standin->stats->{start} - 125 * 60;
my $ended = utc($minute - $minute % 300 + 300);
like($spike->{lasting}, qr/\Aabove 95% for 5 min \(spike\), ended at (?:\Q@{[substr $ended, 0, 11]}\E)?\Q@{[substr $ended, 11]}\E\z/, 'when it ended, in words');
is($spike->{ended}, $ended =~ s/ /T/r =~ s/Z/:00Z/r, '... and as a time');
is_deeply([@$spike{qw(above_s longest_run_s current_run_s)}], [300, 300, 0], '... with its seconds');
cmp_ok(abs($spike->{average_then} - (97.1 + 4 * 20) / 5), '<', 1e-9, '... and the average of its 5 minutes');
is_deeply([map { my $one = $_; map { exists $one->{$_} ? () : $_ } qw(above_s longest_run_s current_run_s ended average_then) } map { values %{$_->{metrics}} } @{$json->{services}}], [], 'members that are always there');
is_deeply([@{json_metric($run, 'batch', 'memory')}{qw(lasting pattern above_s longest_run_s current_run_s ended average_then)}], [(undef) x 7], 'null where hourly points cannot tell');
is_deeply([grep { $spike->{values}[$_] != 20 } 0 .. 24], [grep { $spike->{values}[$_] == 97.1 } 0 .. 24], 'one value stands out');
is_deeply([map { $_ >= 21 && $_ <= 22 ? 1 : 0 } grep { $spike->{values}[$_] == 97.1 } 0 .. 24], [1], 'two hours ago: the oldest value comes first');
is($spike->{at} =~ s/T(\d\d):00:00Z\z/ $1:00Z/r,
	utc(int($run->{begin} / 3600) * 3600 - 3600 * (24 - (grep { $spike->{values}[$_] == 97.1 } 0 .. 24)[0])), 'and its time says the same');
is(json_metric($run, 'batch', 'memory')->{peak}, 33.3333333333, 'a number keeps its digits');
my $idle = json_metric($run, 'idle', 'cpu');
is_deeply([@$idle{qw(peak at points breaches pattern state)}], [undef, undef, 0, 0, undef, 'OK'], 'no points');
is_deeply($idle->{values}, [(undef) x 25], 'no points: all values are null');
like($idle->{reason}, qr/scaled to zero/, 'and the reason');
my $old = json_metric($run, 'old', 'cpu');
is($old->{state}, 'UNKNOWN', 'stale');
like($old->{reason}, qr/2 wanted, 1 running, no data since \d{4}-/, 'stale: the reason');
is_deeply([map { defined $_ ? 1 : 0 } @{$old->{values}}[0, 23, 24]], [1, 0, 0], 'stale: the newest values are missing');

# The same as the text says, outcome by outcome: state, first line, every series.
my %outcomes = (
	ok => ['-c', 'quiet'], warning => ['-c', 'warm'], critical => ['-c', 'prod'], 'no data' => ['-c', 'mute'], 'no data, by policy' => ['-c', 'mute', '--no-data=warning'],
	empty => ['-c', 'empty'], 'empty is fine' => ['-c', 'empty', '--no-data=ok'], 'nothing matches' => ['-c', 'prod', '-s', 'nothing'],
	'one pattern matches nothing' => ['-c', 'quiet', '-s', 'api', '-s', 'x|y*'], 'all left out' => ['-c', 'prod', '-x', '*'],
	percentile => ['-c', 'mute', '--statistic=p95'], average => ['-c', 'prod', '--statistic=average', '--window=6h', '--period=5m', '--breaches=3'],
	'lower bounds' => ['-c', 'prod', '-w', '10:', '-C', '~:', '-m', 'memory'], ebs => ['-c', 'quiet', '-m', 'cpu,ebs', '-C', 'ebs=1.5:99.25'],
	'no such cluster' => ['-c', 'ghost'], 'another region' => ['-c', 'prod', '-r', 'us-east-1'], 'several clusters' => [], 'an ARN' => ['-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/quiet'],
	'no such profile' => ['-c', 'prod', '-p', 'nobody'], 'a bad region' => ['-c', 'prod', '-r', 'a b'], 'without perfdata' => ['-c', 'prod', '--perfdata=none'],
);
for my $name (sort keys %outcomes) {
	my @arguments = @{$outcomes{$name}};
	my $text = $standin->check({name => "$name, as text"}, @arguments, '-v');
	my $as_json = json_run($standin, {name => $name}, @arguments);
	is($as_json->{exit}, $text->{exit}, "$name: the same exit status");
	# The text's first line is bounded and has the rest of a failure below; the summary has it whole.
	my ($bounded) = ($text->{headline} // '') =~ /\A(ECS UNKNOWN - .*\S) ?\.\.\.\z/;
	is(defined $bounded ? substr($as_json->{json}{summary}, 0, length $bounded) : $as_json->{json}{summary}, $bounded // $text->{headline}, "$name: the same first line");
	my $series = $text->series;
	# "[OK] idle: scaled to zero": what is said of a whole service is said once.
	my %whole = map { /\A\[(\w+)\] (\S+): / ? ($2 => {state => $1}) : () } @{$text->{body}};
	my (%seen, %told);
	for my $service (@{$as_json->{json}{services} // []}) {
		for my $metric (sort keys %{$service->{metrics}}) {
			my $one = $service->{metrics}{$metric};
			my $line = $series->{"$service->{name} $metric"} // $whole{$service->{name}} // {};
			$seen{"$service->{name} $metric"} = 1 if $series->{"$service->{name} $metric"};
			$told{$service->{name}} = 1 if !$series->{"$service->{name} $metric"};
			is($one->{state}, $line->{state}, "$name: the state of $service->{name} $metric");
			next unless defined $line->{points};
			is_deeply([@$one{qw(points breaches pattern)}], [@$line{qw(points breached pattern)}], "$name: the points of $service->{name} $metric");
			cmp_ok(abs($one->{peak} - $line->{peak}), '<', 0.06, "$name: the peak of $service->{name} $metric") unless $name eq 'lower bounds';
		}
	}
	is_deeply([sort(keys %seen), sort keys %told], [sort(keys %$series), sort keys %whole], "$name: the same series") if ($text->{headline} // '') !~ /ghost|clusters in/;
}

# Usage errors, before and behind the option, wherever it stands and however it is written.
my @as_json = (['--output-format=json'], ['--output-format', 'json'], ['--output=json'], ['--o', 'json']);
for my $bad (['--nonsense'], ['-w', 'abc'], ['-m', 'cpu,disk'], ['--window=1'], ['-c', 'a b'], ['-t', '0'], ['stray'], ['--breaches=99'], ['--max-output=nagios'],
	['--external-id=xyz'], ['--timeout-result=bad'], ['--no-data=perhaps'], ['--extra-opts=@/nowhere.ini'], ['--extra-opts'], ["-s", "a\xffb"], ['--statistic=median']) {
	for my $form ($as_json[0], $as_json[@$bad % @as_json]) {
		for my $words ([@$form, @$bad, '-cprod'], ['-cprod', @$bad, @$form]) {
			my $usage = json_run(undef, {placed => 1, name => "a usage error: @{[map { s/\xff/?/r } @$words]}"}, @$words);
			is($usage->{exit}, 3, "$usage->{name}: UNKNOWN");
			is_deeply([@{$usage->{json}}{qw(cluster thresholds services window)}], [(undef) x 4], "$usage->{name}: nothing else is known");
			is(scalar @{$usage->{json}{errors}}, 1, "$usage->{name}: one error");
			is_deeply([@{$usage->{json}}{qw(code clusters)}], ['usage', undef], "$usage->{name}: a code for scripts");
		}
	}
}
$run = json_run($standin, {placed => 1, name => '--max-output'}, '--max-output=4096', '-c', 'prod', '--output-format=json');
like($run->{json}{errors}[0], qr/--max-output.*--output-format=json/, '--max-output does not go with it, and the message says so');
for my $case (['no value', '--output-format'], ['an empty value', '--output-format='], ['another word', '--output-format=xml'], ['too short to tell', '--output-format=js'],
	['behind the end of options', '--', '--output-format=json'], ['as the value of another option', '-s', '--output-format=json', '--nonsense']) {
	my ($name, @words) = @$case;
	my $text = run_plugin({name => "text: $name"}, '-c', 'prod', @words);
	$text->exits('UNKNOWN');
	ok(defined $text->{state}, "$name: the error is text");
}
$run = json_run($standin, {placed => 1, name => 'the later one counts'}, '-c', 'prod', '--output-format=multi-line', '--output-format=json');
is($run->{exit}, 2, 'the later one counts');
$run = $standin->check({name => 'the later one counts, the other way'}, '-c', 'quiet', '--output-format=json', '--output-format=multi-line');
$run->exits('OK');
$run = json_run($standin, {placed => 1, name => 'a wrong one behind a right one'}, '-c', 'prod', '--output-format=json', '--output-format=xml');
like($run->{json}{summary}, qr/--output-format=xml is not valid; use multi-line or json/, 'a wrong one behind a right one is an error, as JSON');
is(json_run($standin, {placed => 1, name => 'capitals'}, '-c', 'prod', '--output-format=JSON')->{exit}, 2, 'capitals can mean only the same');
my $ini = keep_file("[check_ecs_bottleneck]\noutput-format = json\ncluster = quiet\n[bad]\nwarning = x\noutput-format = json\n[empty]\nservice =\noutput-format = json\n", 'plugins.ini');
is(json_run($standin, {placed => 1, name => 'from an ini file'}, "--extra-opts=\@$ini")->{exit}, 0, 'from an ini file');
is(json_run($standin, {placed => 1, name => 'an error in an ini file'}, "--extra-opts=bad\@$ini")->{exit}, 3, 'an error in an ini file');
is(json_run($standin, {placed => 1, name => 'an empty value in an ini file'}, "--extra-opts=empty\@$ini")->{exit}, 3, 'an empty value in an ini file');
is(json_run($standin, {placed => 1, name => 'an error behind an ini file'}, "--extra-opts=\@$ini", '--nonsense')->{exit}, 3, 'an error behind an ini file');
is(json_run($standin, {placed => 1, name => 'the ini file as the next word'}, '--extra-opts', "\@$ini")->{exit}, 0, 'the ini file as the next word');
for my $option ('--help', '--version') {
	my $plain = run_plugin({raw => 1, name => "$option is no result"}, '--output-format=json', $option);
	unlike($plain->{text}, qr/\A\{/, "$option prints its text");
}

# Where a cluster has to be named, the list is data.
$run = json_run($standin, {name => 'no cluster named'});
is($run->{exit}, 3, 'no cluster named: UNKNOWN');
is($run->{json}{code}, 'cluster_not_named', 'no cluster named: the code');
is_deeply($run->{json}{clusters}, [qw(empty mute prod quiet warm)], 'no cluster named: the names, sorted');
my $crowd = standin(join '', map { sprintf "cluster crowd-%04d region=eu-west-1\n", $_ } 1 .. 1200);
$run = json_run($crowd, {name => '1,200 clusters'}, '-t', 30 * time_factor());
is_deeply($run->{json}{clusters}, [map { sprintf 'crowd-%04d', $_ } 1 .. 1000], '1,200 clusters: a thousand of them');
like($run->{json}{summary}, qr/1200 clusters/, '1,200 clusters: and how many there are');
$run = json_run($standin, {name => 'no such cluster'}, '-c', 'ghost');
is_deeply([@{$run->{json}}{qw(code clusters)}], [undef, undef], 'no such cluster: it was named');

# A person gets it indented, the same document otherwise.
{
	my @arguments = ('--endpoint-url=' . $standin->url, '-c', 'prod', '--output-format=json');
	my $shown = CheckECS::Terminal::run({}, '', @arguments);
	is($shown->{exit}, 2, 'at a terminal: the exit status');
	my $text = $shown->{text};
	my $document = eval { JSON::PP->new->decode($text) } // {};
	my $plain = json_run($standin, {name => 'off the terminal'}, '-c', 'prod')->{json};
	is_deeply($document, $plain, 'at a terminal: the same document') if $plain->{window}{end} eq ($document->{window}{end} // '');
	like($text, qr/\A\{\n  "version": "[\d.]+",\n  "state": "CRITICAL",\n/, 'at a terminal: a line for each member');
	like($text, qr/^ {10}"values": \[[-\d., null]+\],\n {10}"link": "https:/m, 'at a terminal: values on one line');
	like($text, qr/\n  "errors": \[\],\n  "diagnosis": \[\],\n  "code": null,\n  "clusters": null\n\}\n\z/, 'at a terminal: the end');
	my $usage = CheckECS::Terminal::run({}, '', '--nonsense', '--output-format=json');
	like($usage->{text}, qr/\A\{\n  "version": .*\n  "code": "usage",\n/s, 'at a terminal: errors too');
	is((eval { JSON::PP->new->decode($usage->{text}) } // {})->{state}, 'UNKNOWN', 'at a terminal: valid as well');
}

# What ends a run early.
for my $operation (qw(ListServices GetMetricData DescribeServices)) {
	my $hanging = standin($account, "--fault=$operation:hang");
	$run = json_run($hanging, {name => "$operation hangs"}, '-c', 'prod', '-t', "$two:critical");
	is($run->{json}{state}, 'CRITICAL', "$operation hangs: the state of -t");
	like($run->{json}{errors}[0], qr/timed out after \d+ s, waiting for $operation/, "$operation hangs: the first error");
	is($run->{json}{services} ? 'known' : 'not known', $operation eq 'ListServices' ? 'not known' : 'known', "$operation hangs: its services");
	is(json_metric($run, 'api', 'cpu')->{values}, undef, "$operation hangs: no values are known") if $operation eq 'GetMetricData';
	is_deeply([@{json_metric($run, 'api', 'cpu')}{qw(peak at points breaches pattern state)}], [undef, undef, undef, undef, undef, 'UNKNOWN'], "$operation hangs: nothing of a series")
		if $operation eq 'GetMetricData';
	next if $operation eq 'DescribeServices';
	$run = json_run($hanging, {name => "SIGTERM during $operation", signal => ['TERM', 0.7]}, '-c', 'prod', '-t', 20 * time_factor() . ':critical');
	like($run->{json}{errors}[0], qr/ended by a signal/, "SIGTERM during $operation: the error");
	is($run->{json}{account}, undef, "SIGTERM during $operation: the account is not known") if $operation eq 'ListServices';
}
for my $fault ('ListServices:500', 'ListServices:denied', 'GetMetricData:denied', 'DescribeServices:denied', 'GetMetricData:half', 'GetMetricData:shape', '*:expired', '*:redirect') {
	my $failing = standin($account, "--fault=$fault");
	$run = json_run($failing, {name => $fault}, '-c', 'prod', '-t', $two, '-vvv');
	cmp_ok(scalar @{$run->{json}{errors}}, '>=', 1, "$fault: there is an error");
	cmp_ok(scalar @{$run->{json}{errors}}, '<', 5, "$fault: not one for each series");
	cmp_ok(scalar @{$run->{json}{diagnosis}}, '>', 5, "$fault: -vvv has its lines");
	unlike($run->{text}, qr/"secret"|\bsecret\b(?! of| access| key)/, "$fault: no secret");
}
$run = json_run(undef, {name => 'nobody listens'}, '-c', 'prod', '--endpoint-url=http://127.0.0.1:1', '-t', $two);
like($run->{json}{summary}, qr/127\.0\.0\.1/, 'nobody listens');
is($run->{json}{region}, 'eu-west-1', 'nobody listens: what is known');
$run = json_run(undef, {name => 'no keys', env => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef}}, '-c', 'prod');
is($run->{json}{cluster}, 'prod', 'no keys: the cluster as it was named');
is_deeply($run->{json}{thresholds}{cpu}, {warning => '80', critical => '95'}, 'no keys: the thresholds');

# Names and messages that nobody should have.
for my $name ('a|b', "a\nb", "a\e[31mb", "a\x{202e}b", "a'b=c", 'a"b\\', ' ', "\x{1F600}", "\x7f\x{85}", 'x' x 10_000) {
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		return {serviceArns => ["arn:aws:ecs:eu-west-1:123456789012:service/prod/$name"]} if $operation eq 'ListServices';
		return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [99.5]} } @{$request->{MetricDataQueries}}]}
			if $operation eq 'GetMetricData';
		return {services => [], failures => []};
	});
	$run = json_run($server, {name => 'a hostile name of ' . length $name}, '-c', 'prod', '-m', 'cpu');
	is($run->{exit}, 3, 'a hostile name is not AWS\'s');
	like($run->{json}{errors}[0], qr/not AWS's \(a service with a name that ECS does not allow: '/, 'a hostile name is told');
	unlike($run->{json}{errors}[0], qr/[|\p{Cc}\x{202e}]/, 'a hostile name is clean');
	$server->stop;
}
for my $value (1e-300, 0, 100, 1e9 / 3, 33.333333333333336) {
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']} if $operation eq 'ListServices';
		my $number = sprintf '%.17g', $value;
		return '{"MetricDataResults":[' . join(',', map { sprintf '{"Id":"%s","StatusCode":"Complete","Timestamps":[%d],"Values":[%s]}', $_->{Id}, $request->{EndTime} - 7200, $number }
			@{$request->{MetricDataQueries}}) . ']}';
	});
	$run = json_run($server, {name => "a value of $value"}, '-c', 'prod', '-m', 'cpu');
	cmp_ok(json_metric($run, 'api', 'cpu')->{peak}, '==', $value, "$value comes back as it was");
	$server->stop;
}

# Where it cannot be written, and where there is little memory.
$run = json_run($standin, {name => 'a full disk', stdout => '/dev/full', quiet => 1}, '-c', 'quiet');
is_deeply([@$run{qw(exit signal stderr)}], [3, 0, ''], 'a full disk: exit 3');
SKIP: {
	skip 'a wrapper such as valgrind does not bear closed descriptors itself', 1 if $ENV{CHECK_ECS_WRAPPER};
	$run = json_run($standin, {name => 'standard output closed', stdout => 'closed', quiet => 1}, '-c', 'quiet');
	is_deeply([@$run{qw(exit signal)}], [3, 0], 'standard output closed: exit 3');
}

# Thousands of services.
my $many = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service svc-%04d desired=1 running=1\n\tcpu flat=%.15f\n\tmemory flat=30\n", $_, $_ / 57 } 1 .. 5000), '--seed=1');
$run = json_run($many, {name => '5,000 services'}, '-c', 'prod', '-t', 50 * time_factor());
is(scalar @{$run->{json}{services}}, 5000, '5,000 services: all are there');
is_deeply([map { $_->{name} } @{$run->{json}{services}}], [sort map { $_->{name} } @{$run->{json}{services}}], '5,000 services: by name');

validate_all();
done_testing;
