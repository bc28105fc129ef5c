#!/usr/bin/perl
# The check against one curl process that makes the same requests of the same server: signed, over one connection, one
# after the other (the check may open more); and against a Python script that asks as the one did which it replaces. They
# run in turns, A B A B; a ratio is the median of the ratios of the pairs.
#
#	perl -ITESTS/e2e/lib -ITESTS/bench bench.pl MEASURE ENDING RESULT.json		(`make bench`)
#
# BENCH_QUICK=1 takes few sizes and pairs, to see that it works. Nothing is asserted about time: a run that fails, or that
# does not make as many requests of each kind as curl, ends it with an error.
#
# What curl is to ask for is learned by walking through the pages once: the stand-in's tokens are random, but stay valid.
# The row "named" is a check of one service of 100, by -s. At 0 ms the server's own work is most of the time; 30 ms are what a request to the next region takes.
use strict;
use warnings;
use Bench;
use CheckECS;
use Ending;
use FindBin;
use JSON::PP;
use List::Util qw(max sum);
use Relay;
use StartUp;
use Time::HiRes qw(time);

($Bench::measure, my $ending, my $result_path) = @ARGV == 3 ? @ARGV : die "usage: bench.pl MEASURE ENDING RESULT.json\n";
my @sizes = $quick ? (1, 100) : (1, 10, 100, 1000, 5000);
my @latencies_ms = $quick ? (0) : (0, 30);
my $pairs = $quick ? 3 : 15;
my $at_once = $quick ? 20 : 500;
my ($certificate) = certificate();
my $plugin = plugin_path();

sub check_of {
	my ($url, @more) = @_;
	return ($plugin, '-c', 'prod', '-t', 60, "--endpoint-url=$url", "--ca-bundle=$certificate", @more);
}

# --- what curl does ---

my %service_of = (
	ListServices => ['ecs', 'application/x-amz-json-1.1', 'AmazonEC2ContainerServiceV20141113.ListServices'],
	GetMetricData => ['monitoring', 'application/x-amz-json-1.0', 'GraniteServiceVersion20100801.GetMetricData']);

# One request in curl's config file; the answer goes to a file, or nowhere.
sub curl_lines {
	my ($standin, $operation, $body, $output) = @_;
	my ($service, $type, $target) = @{$service_of{$operation}};
	return <<~"CONFIG";
		url = "$standin->{url}/"
		request = POST
		header = "Content-Type: $type"
		header = "X-Amz-Target: $target"
		aws-sigv4 = "aws:amz:eu-west-1:$service"
		user = "AKIDEXAMPLE:secret"
		data-binary = "\@$body"
		output = "$output"
		silent
		fail
		fail-early
		cacert = "$certificate"
		CONFIG
}

sub body_file { return keep_file(encode_json($_[0]), 'body') }

sub asked_once {
	my ($standin, $operation, $request) = @_;
	my $answer = keep_file('', 'answer');
	my $config = keep_file(curl_lines($standin, $operation, body_file($request), $answer), 'curl');
	die "curl: $operation fails\n" if bench_environment({}, sub { system('curl', '-q', '-K', $config) });
	return decode_json(CheckECS::slurp($answer));
}

sub queries_of {
	my ($index, $service) = @_;
	my %metric = (cpu => 'CPUUtilization', memory => 'MemoryUtilization');
	return map { +{Id => $_ . $index, MetricStat => {Period => 3600, Stat => 'Maximum', Metric => {Namespace => 'AWS/ECS', MetricName => $metric{$_},
		Dimensions => [{Name => 'ClusterName', Value => 'prod'}, {Name => 'ServiceName', Value => $service}]}}} } qw(cpu memory);
}

# Walks through the pages; the config file that makes the same requests again in one process.
sub curl_plan {
	my ($standin) = @_;
	my (@parts, @services);
	my $request = {cluster => 'prod', maxResults => 100};
	while ($request) {
		push @parts, curl_lines($standin, 'ListServices', body_file($request), '/dev/null');
		my $answer = asked_once($standin, 'ListServices', $request);
		push @services, map { s{.*/}{}r } @{$answer->{serviceArns}};
		$request = $answer->{nextToken} ? {%$request, nextToken => $answer->{nextToken}} : undef;
	}
	return keep_file(join("next\n", @parts, metric_parts($standin, @services)), 'curl-plan');
}

# The requests for the metrics of so many services.
sub metric_parts {
	my ($standin, @services) = @_;
	my @parts;
	my $hour = int(time / 3600) * 3600;
	my $index = 0;
	my @queries = map { queries_of($index++, $_) } @services;
	while (my @batch = splice @queries, 0, 500) {
		my $body = body_file({MetricDataQueries => \@batch, StartTime => $hour - 86400, EndTime => $hour + 3600});
		push @parts, curl_lines($standin, 'GetMetricData', $body, '/dev/null');
	}
	return @parts;
}

# --- in turns ---

# Runs both so often, in turns; their medians, and the medians of the ratios, as members of %row.
sub in_turns {
	my ($row, $turns, $name, $check, $other, $change) = @_;
	my (@a, @b);
	for (1 .. $turns) {
		push @a, measured({}, @$check);
		push @b, measured($change // {}, @$other);
	}
	for my $what (qw(wall_ms cpu_ms peak_kb)) {
		$row->{$what} = median(map { $_->{$what} } @a);
		$row->{"${name}_$what"} = median(map { $_->{$what} } @b);
		$row->{"${what}_ratio"} = median(map { $a[$_]{$what} / max($b[$_]{$what}, 0.001) } 0 .. $#a);
	}
	return;
}

# All services, or the one that -s names, which takes no list.
sub compare_with_curl {
	my ($services, $scheme, $latency_ms, $name) = @_;
	my $standin = standin_of(account_of($services), $scheme, $latency_ms);
	my @check = check_of($standin->url, $name ? ('-s', $name) : ());
	my @curl = ('curl', '-q', '-K', $name ? keep_file(metric_parts($standin, $name), 'curl-plan') : curl_plan($standin));
	my ($work, $curl_work) = map { work_of($standin, {}, @$_) } \@check, \@curl;
	my ($made, $made_by_curl) = map { JSON::PP->new->canonical->encode($_->{operations}) } $work, $curl_work;
	die "$services services: the check's requests are $made, curl's $made_by_curl\n" if $made ne $made_by_curl;
	my %row = (services => $services, name => $name, scheme => $scheme, latency_ms => $latency_ms, map { ($_ => $work->{$_}, "curl_$_" => $curl_work->{$_}) } qw(requests connections sent received));
	in_turns(\%row, $services > 1000 ? int($pairs / 3) + 1 : $pairs, 'curl', \@check, \@curl);
	if ($latency_ms == 0) {
		$row{instructions} = instructions_of({}, @check);
		$row{curl_instructions} = instructions_of({}, @curl);
	}
	return \%row;
}

sub compare_with_script {
	my ($services, $turns) = @_;
	my $standin = standin_of(account_of($services), 'https', $quick ? 0 : 30);
	my @check = check_of($standin->url);
	my @script = ('/usr/bin/python3', "$FindBin::Bin/script.py", $standin->url, 'prod');
	my %change = (AWS_CA_BUNDLE => $certificate);
	my ($work, $script_work) = (work_of($standin, {}, @check), work_of($standin, \%change, @script));
	my %row = (services => $services, requests => $work->{requests}, script_requests => $script_work->{requests});
	in_turns(\%row, $turns, 'script', \@check, \@script, \%change);
	return \%row;
}

# In reality ECS and CloudWatch are two hosts. What the second one's handshakes take, which begin when there is something
# to ask it: the most that overlapping them with the list could save.
sub second_host {
	my $round_trip_ms = 30;
	my $standin = standin_of(account_of(100), 'https', 0);
	my @relays = map { Relay->start($standin->port, $round_trip_ms) } 1, 2;
	my ($ecs, $cloudwatch) = map { "https://127.0.0.1:$_->{port}" } @relays;
	my (@one, @two);
	for (1 .. $pairs) {
		push @one, measured({}, check_of($ecs));
		push @two, measured({AWS_ENDPOINT_URL_ECS => $ecs, AWS_ENDPOINT_URL_CLOUDWATCH => $cloudwatch}, $plugin, '-c', 'prod', "--ca-bundle=$certificate");
	}
	return {round_trip_ms => $round_trip_ms, one_ms => median(map { $_->{wall_ms} } @one), two_ms => median(map { $_->{wall_ms} } @two)};
}

# --- many at once ---

sub many_at_once {
	my ($name, $account, $change, @arguments) = @_;
	my $standin = standin("$account\n" . account_of(100), '--latency-ms=30');
	my $begin = time;
	my @runs = measured_together($at_once, {%$change, AWS_ENDPOINT_URL_STS => $standin->url}, check_of($standin->url, @arguments));
	my $seconds = time - $begin;
	return {name => $name, checks => $at_once, seconds => $seconds, per_second => $at_once / $seconds, requests => $standin->stats->{requests},
		assumed => $standin->calls('AssumeRole'), peak_kb => max(map { $_->{peak_kb} } @runs), longest_ms => max(map { $_->{wall_ms} } @runs), cpu_ms => median(map { $_->{cpu_ms} } @runs)};
}

# --- the report ---

my %report;
printf "%8s %6s %5s %8s %5s %8s %8s | %9s %9s %6s | %8s %8s %6s | %6s %6s | %8s %8s\n", qw(services scheme ms requests conn KiB-out KiB-in wall curl ratio cpu curl ratio MiB curl Minstr curl);
for my $scheme (qw(http https)) {
	for my $latency_ms (@latencies_ms) {
		for my $services ('named', @sizes) {
			my $row = $services eq 'named' ? compare_with_curl(100, $scheme, $latency_ms, 'service-0050') : compare_with_curl($services, $scheme, $latency_ms);
			push @{$report{curl}}, $row;
			$row->{services} = $services;
			printf "%8s %6s %5d %8d %5d %8.0f %8.0f | %9.1f %9.1f %6.2f | %8.1f %8.1f %6.2f | %6.1f %6.1f | %8s %8s\n", @$row{qw(services scheme latency_ms requests connections)}, $row->{sent} / 1024, $row->{received} / 1024,
				@$row{qw(wall_ms curl_wall_ms wall_ms_ratio cpu_ms curl_cpu_ms cpu_ms_ratio)},
				$row->{peak_kb} / 1024, $row->{curl_peak_kb} / 1024, map { $_ ? sprintf '%.1f', $_ / 1e6 : '' } @$row{qw(instructions curl_instructions)};
		}
	}
}
for my $case ($quick ? ([1, 1]) : ([100, 5], [1000, 1])) {
	my $row = compare_with_script(@$case);
	push @{$report{script}}, $row;
	printf "the Python script, %d services, https: %d requests, %.0f ms, %.0f ms of CPU, %.1f MiB; the check: %d requests, %.1f ms, %.1f ms of CPU, %.1f MiB: %.0f times as fast\n",
		@$row{qw(services script_requests script_wall_ms script_cpu_ms)}, $row->{script_peak_kb} / 1024, @$row{qw(requests wall_ms cpu_ms)}, $row->{peak_kb} / 1024, $row->{script_wall_ms} / $row->{wall_ms};
}
for my $row (Ending::rows($ending)) {
	push @{$report{ending}}, $row;
	printf "the end of a run, %d services x 2 x %d points, %s, values of %d decimals: %.1f M instructions, judging %.1f ms, writing %.1f ms of CPU (copying the points: %.1f ms), %d bytes\n",
		@$row{qw(services points form decimals)}, $row->{instructions} / 1e6, map({ $_ / 1000 } @$row{qw(judge_us report_us copy_us)}), $row->{bytes};
}
$report{second_host} = second_host();
printf "two hosts at a round trip of %d ms: %.1f ms, one host %.1f ms\n", @{$report{second_host}}{qw(round_trip_ms two_ms one_ms)};
printf "%-45s %6.1f M instructions\n", $_->[0], $_->[1] / 1e6 for @{$report{start_up} = [StartUp::costs($plugin)]};
my $role = "arn:aws:iam::123456789012:role/Monitoring";
for my $case (
	['keys at hand', '', {}],
	['a role, keys cached', "role $role", {XDG_CACHE_HOME => tempdir() . '/cache'}, "--role-arn=$role"],
	['a role, --no-cache', "role $role", {}, "--role-arn=$role", '--no-cache'],
) {
	my $many = many_at_once(@$case);
	push @{$report{at_once}}, $many;
	printf "%d checks of 100 services at once, %s: %.1f s, %.0f a second, none failed, %d requests of them %d AssumeRole, the longest %.0f ms, %.1f ms of CPU and at most %.1f MiB each\n",
		@$many{qw(checks name seconds per_second requests assumed longest_ms cpu_ms)}, $many->{peak_kb} / 1024;
}
open my $file, '>', $result_path or die "$result_path: $!\n";
print {$file} JSON::PP->new->canonical->pretty->encode(\%report);
close $file or die "$result_path: $!\n";
