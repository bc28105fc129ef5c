#!/usr/bin/perl
# What goes wrong on the way: each time one clean result that says what happened.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;

my $body = <<'ACCOUNT';
cluster prod region=eu-west-1
service api desired=3 running=3
	cpu flat=34.4
	memory flat=51.5
cluster us region=us-east-1
service web desired=3 running=3
	cpu flat=34.4
	memory flat=51.5
ACCOUNT
my $standin = standin("key AKIDEXAMPLE secret\nkey AKIDSECOND secret2\n$body");

sub failing {
	my ($name, $run, @patterns) = @_;
	$run->exits('UNKNOWN', $name);
	$run->says("$name: the message", @patterns);
	cmp_ok($run->{own_seconds}, '<', 11 * time_factor(), "$name: in time");
	# A first line goes into a text message; what it lacks stands in a line of its own.
	my $first = $run->{headline};
	cmp_ok(length $first, '<=', 120, "$name: the first line has at most 120 columns") or diag $first;
	if ($first =~ /\AECS UNKNOWN - (?:\w+: )?(.*\S) ?\.\.\.\z/) {
		my $begin = $1;
		ok(scalar(grep { /\A\[UNKNOWN\] / && index($_, $begin) > 0 && !/\Q$begin\E ?\.\.\.\z/ } @{$run->{lines}}), "$name: and the whole of it follows") or diag $run->{text};
	}
	return $run;
}

failing('a wrong secret', $standin->fresh_check({env => {AWS_SECRET_ACCESS_KEY => 'wrong'}}, '-c', 'prod'), qr/signature|secret/i);
cmp_ok($standin->stats->{requests}, '<=', 2, 'a wrong secret is not tried over and over');
failing('an unknown key', $standin->fresh_check({env => {AWS_ACCESS_KEY_ID => 'AKIDUNKNOWN'}}, '-c', 'prod'), qr/access key|UnrecognizedClient|security token/i);
cmp_ok($standin->stats->{requests}, '<=', 2, 'nor is an unknown key');
failing('the secret of another key', $standin->check({env => {AWS_ACCESS_KEY_ID => 'AKIDSECOND'}}, '-c', 'prod'), qr/signature|secret/i);

for my $action ('ecs:ListServices', 'cloudwatch:GetMetricData') {
	my $denied = standin("key AKIDEXAMPLE secret deny=$action user=na|gi\"os\n$body");
	failing("without $action", $denied->check('-c', 'prod'), qr/\Q$action\E/);
	cmp_ok($denied->stats->{errors}, '<=', 1, "without $action: no repetition");
}

# The reason is at the end of AWS's words, behind the name of whoever asks.
my $long = standin('key AKIDEXAMPLE secret deny=ecs:ListServices because=with_an_explicit_deny_in_a_service_control_policy user=' . 'platform-team/' x 10 . "monitoring\n$body");
failing('a denial with a long name', $long->check('-c', 'prod'), qr/a service control policy denies ecs:ListServices/, qr/^AWS says: .* with an explicit deny in a service control policy$/m);

failing('a missing cluster', $standin->check('-c', 'ghost'), qr/\bghost\b/, qr/eu-west-1/);
failing('a cluster of another region', $standin->check({env => {AWS_REGION => 'us-east-1'}}, '-c', 'prod'), qr/\bprod\b/, qr/us-east-1/);
$standin->check('-r', 'us-east-1', '-c', 'us')->exits('OK', 'the right region');
failing('no service matches', $standin->check('-c', 'prod', '-s', 'nothing'), qr/\bnothing\b/);

failing('no credentials', $standin->check({env => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef}}, '-c', 'prod'), qr/credentials/);
failing('nobody listens', run_plugin('--endpoint-url=http://127.0.0.1:1', '-c', 'prod'), qr/127\.0\.0\.1/, qr/connect|refused/i);
failing('https to a server without it', run_plugin('--endpoint-url=https://127.0.0.1:' . $standin->port, '-c', 'prod'), qr/TLS|SSL/i);

# Every request of the operation goes wrong in the same way.
my %words = (
	half => qr/./, reset => qr/./, garbage => qr/./, shape => qr/./, empty => qr/./, redirect => qr/redirect|301/i, huge => qr/large|big|limit|MiB|bytes/i,
	denied => qr/ccess ?[dD]enied|not authorized|permission/i, expired => qr/expired/i, 500 => qr/500|internal|server/i, 503 => qr/503|unavailable/i,
	504 => qr/504|timeout|gateway/i, wordless => qr/answered with InvalidParameterException(?![:\w])|: ResourceNotFound(?![:\w])/,
);
for my $operation (qw(ListServices GetMetricData)) {
	for my $kind (sort keys %words) {
		my $broken = standin($body, "--fault=$operation:$kind");
		my $run = failing("$operation:$kind", $broken->check('-c', 'prod'), $words{$kind}, qr/$operation|ECS|CloudWatch/);
		unlike($run->{text}, qr/<html|<body|<title/i, "$operation:$kind: no page is printed");
		my $calls = $broken->calls($operation);
		# libcurl itself sends a request again when a connection used before turns out to be dead
		cmp_ok($calls, '<=', {denied => 1, redirect => 1, wordless => 1, expired => 2, reset => 4}->{$kind} // 3, "$operation:$kind: no more attempts than make sense")
			or $run->show;
	}
}

# It goes wrong for a while.
for my $operation (qw(ListServices GetMetricData)) {
	for my $fault (qw(half:1 reset:1 500:2 502:1 503:1 504:1 429:1 throttle:2)) {
		my $passing = standin($body, "--fault=$operation:$fault");
		my $run = $passing->check({name => "$operation:$fault"}, '-c', 'prod', '-t' . 30 * time_factor());
		$run->exits('OK');
		is($run->{summary}{services} && $run->{summary}{services}{value}, 1, "$operation:$fault: the result is whole");
		is_deeply($run->{details_order}, [qw(api_cpu api_memory)], "$operation:$fault: with all series");
		like($fault, qr/:@{[$passing->calls($operation) - 1]}$/, "$operation:$fault: one attempt more than failures");
	}
}

# How many attempts.
my $always = standin($body, '--fault=ListServices:500');
$always->check('-c', 'prod');
is($always->calls('ListServices'), 3, 'three attempts by default');
$always->fresh_check({env => {AWS_MAX_ATTEMPTS => 1}}, '-c', 'prod');
is($always->calls('ListServices'), 1, 'AWS_MAX_ATTEMPTS=1');
$always->fresh_check({env => {AWS_MAX_ATTEMPTS => 2}}, '-c', 'prod');
is($always->calls('ListServices'), 2, 'AWS_MAX_ATTEMPTS=2');
# The modes of the SDKs; the profile says the same as the environment, which leads.
my $modes = keep_file("[profile fewer]\nmax_attempts = 2\n[profile older]\nretry_mode = legacy\n", 'modes');
for my $case (
	['AWS_RETRY_MODE=standard', 3, {AWS_RETRY_MODE => 'standard'}],
	['AWS_RETRY_MODE=adaptive', 3, {AWS_RETRY_MODE => 'adaptive'}],
	['AWS_RETRY_MODE=legacy and AWS_MAX_ATTEMPTS=2', 2, {AWS_RETRY_MODE => 'legacy', AWS_MAX_ATTEMPTS => 2}],
	['max_attempts', 2, {AWS_PROFILE => 'fewer'}],
	['retry_mode = legacy', 5, {AWS_PROFILE => 'older'}],
	['AWS_RETRY_MODE before retry_mode', 3, {AWS_PROFILE => 'older', AWS_RETRY_MODE => 'standard'}],
	['AWS_RETRY_MODE=never', 0, {AWS_RETRY_MODE => 'never'}, qr/AWS_RETRY_MODE \(or retry_mode in the profile\) must be standard, adaptive or legacy/],
	['AWS_MAX_ATTEMPTS=0', 0, {AWS_MAX_ATTEMPTS => 0}, qr/AWS_MAX_ATTEMPTS is not a whole number of at least 1/]) {
	my ($name, $attempts, $env, $words) = @$case;
	# Up to 750 ms of pauses between five attempts.
	my $run = $always->fresh_check({env => {AWS_CONFIG_FILE => $modes, %$env}}, '-c', 'prod', '-t', 25 * time_factor());
	$run->exits('UNKNOWN', $name);
	$run->says("$name: the message", $words // qr/ListServices: \S+ cannot answer now/);
	is($always->stats->{requests} ? $always->calls('ListServices') : 0, $attempts, "$name: $attempts attempts");
}
my $throttled = standin($body, '--fault=ListServices:throttle');
failing('throttled, two attempts allowed', $throttled->fresh_check({env => {AWS_MAX_ATTEMPTS => 2}}, '-c', 'prod'), qr/thrott|Rate exceeded/i);
is($throttled->calls('ListServices'), 2, 'AWS_MAX_ATTEMPTS bounds throttling too');

# A pause that AWS asks for and that does not fit before the deadline: the real error at once.
for my $case (['4900', 1], ['nonsense', 2]) {
	my ($header, $attempts) = @$case;
	my $scripted = CheckECS::Scripted->start(sub { return [503, {__type => 'ServiceUnavailable'}, "x-amz-retry-after: $header"] });
	my $run = failing("x-amz-retry-after: $header", $scripted->check({env => {AWS_MAX_ATTEMPTS => 2}}, '-c', 'prod', '-t', 3), qr/ListServices: \S+ cannot answer now/);
	is($scripted->requests('ListServices'), $attempts, "x-amz-retry-after: $header: $attempts attempts");
	unlike($run->{text}, qr/timed out/, "x-amz-retry-after: $header: not called a timeout");
}

# A part is lost: what is known still counts.
for my $case ([97.5, 'CRITICAL'], [85.5, 'WARNING'], [30.5, 'UNKNOWN']) {
	my ($value, $state) = @$case;
	my $partial = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=$value\n" } 1 .. 600),
		'--fault=GetMetricData:denied:1');
	my $run = $partial->check('-c', 'prod', '-m', 'cpu');
	$run->exits($state, "one of two calls is denied, the rest at $value %");
	$run->says('the failure is told', qr/ccess ?[dD]enied|not authorized|GetMetricData/i);
	cmp_ok(scalar @{$run->{details_order}}, '>=', 100, 'what was answered is in the perfdata');
	cmp_ok(scalar @{$run->{details_order}}, '<=', 500, 'what was not is left out');
}

done_testing;
