#!/usr/bin/perl
# The check against one curl process that makes the same requests of the same server: signed, over one connection, one
# after the other (the check may open more). They run in turns, A B A B; a ratio is the median of the ratios of the pairs.
#
#	perl -ITESTS/e2e/lib bench.pl MEASURE RESULT.json		(`make bench`)
#
# BENCH_QUICK=1 takes few sizes and pairs, to see that it works. Nothing is asserted about time: a run that fails, or that
# does not make as many requests of each kind as curl, ends it with an error.
#
# What curl is to ask for is learned by walking through the pages once: the stand-in's tokens are random, but stay valid.
# At 0 ms the server's own work is most of the time; 30 ms are what a request to the next region takes.
use strict;
use warnings;
use CheckECS;
use JSON::PP;
use List::Util qw(max min sum);
use POSIX ();
use Time::HiRes qw(time);

my ($measure, $result_path) = @ARGV == 2 ? @ARGV : die "usage: bench.pl MEASURE RESULT.json\n";
my $quick = $ENV{BENCH_QUICK};
my @sizes = $quick ? (1, 100) : (1, 10, 100, 1000, 5000);
my @latencies_ms = $quick ? (0) : (0, 30);
my $pairs = $quick ? 3 : 15;
my $at_once = $quick ? 20 : 500;
my ($key, $certificate) = map { keep_file('', $_) } 'bench-key', 'bench-certificate';
my $plugin = plugin_path();
my %environment = plugin_environment(AWS_REGION => 'eu-west-1');

die "the openssl command makes no certificate\n" if system(qq(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout $key -out $certificate 2>/dev/null));

sub median { my @sorted = sort { $a <=> $b } @_; return @sorted % 2 ? $sorted[$#sorted / 2] : ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2 }

sub account_of {
	my ($services) = @_;
	return "cluster prod region=eu-west-1\n" . join '', map { sprintf "service service-%04d desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n", $_ } 1 .. $services;
}

# --- running ---

sub in_child_environment {
	my ($code) = @_;
	local %ENV = %environment;
	return $code->();
}

# command -> {wall_ms, cpu_ms, peak_kb}; it has to exit with 0.
sub measured {
	my (@command) = @_;
	my $line = in_child_environment(sub {
		open my $pipe, '-|', $measure, @command or die "$measure: $!\n";
		my $text = readline $pipe;
		close $pipe;
		return $text // '';
	});
	my ($status, $wall_us, $cpu_us, $peak_kb) = split ' ', $line;
	die "@command[0 .. 2]...: exit status " . ($status // 'unknown') . "\n" unless defined $status && $status == 0;
	return {wall_ms => $wall_us / 1000, cpu_ms => $cpu_us / 1000, peak_kb => $peak_kb};
}

sub instructions_of {
	my (@command) = @_;
	my $said = keep_file('', 'callgrind-said');
	in_child_environment(sub { system("valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file=$said " . join(' ', map { "'$_'" } @command) . ' >/dev/null 2>&1') });
	my ($count) = CheckECS::slurp($said) =~ /Collected *: *(\d+)/;
	return $count;
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
	die "curl: $operation fails\n" if in_child_environment(sub { system('curl', '-q', '-K', $config) });
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
	my $hour = int(time / 3600) * 3600;
	my $index = 0;
	my @queries = map { queries_of($index++, $_) } @services;
	while (my @batch = splice @queries, 0, 500) {
		my $body = body_file({MetricDataQueries => \@batch, StartTime => $hour - 86400, EndTime => $hour + 3600});
		push @parts, curl_lines($standin, 'GetMetricData', $body, '/dev/null');
	}
	return keep_file(join("next\n", @parts), 'curl-plan');
}

# --- one size ---

sub work_of {
	my ($standin, @command) = @_;
	$standin->reset;
	measured(@command);
	my $stats = $standin->stats;
	return {requests => sum(0, values %{$stats->{operations}}), stats => $stats};
}

sub compare {
	my ($services, $scheme, $latency_ms) = @_;
	my @tls = $scheme eq 'https' ? ("--tls-cert=$certificate", "--tls-key=$key") : ();
	my $standin = standin(account_of($services), "--latency-ms=$latency_ms", @tls);
	my @check = ($plugin, '-c', 'prod', '-t', 60, "--endpoint-url=$standin->{url}", "--ca-bundle=$certificate");
	my @curl = ('curl', '-q', '-K', curl_plan($standin));
	my ($work, $curl_work) = (work_of($standin, @check), work_of($standin, @curl));
	my ($made, $made_by_curl) = map { JSON::PP->new->canonical->encode($_->{stats}{operations}) } $work, $curl_work;
	die "$services services: the check's requests are $made, curl's $made_by_curl\n" if $made ne $made_by_curl;
	my (@a, @b);
	my $turns = $services > 1000 ? int($pairs / 3) + 1 : $pairs;
	for (1 .. $turns) {
		push @a, measured(@check);
		push @b, measured(@curl);
	}
	my %row = (services => $services, scheme => $scheme, latency_ms => $latency_ms, requests => $work->{requests});
	for my $what (qw(wall_ms cpu_ms peak_kb)) {
		$row{$what} = median(map { $_->{$what} } @a);
		$row{"curl_$what"} = median(map { $_->{$what} } @b);
		$row{"${what}_ratio"} = median(map { $a[$_]{$what} / max($b[$_]{$what}, 0.001) } 0 .. $#a);
	}
	if ($latency_ms == 0) {
		$row{instructions} = instructions_of(@check);
		$row{curl_instructions} = instructions_of(@curl);
	}
	return \%row;
}

# --- many at once ---

sub many_at_once {
	my $standin = standin(account_of(100), '--latency-ms=30');
	my @check = ($plugin, '-c', 'prod', '-t', 60, "--endpoint-url=$standin->{url}");
	my ($begin, @pids, @pipes) = time;
	for (1 .. $at_once) {
		my $pid = in_child_environment(sub { open my $pipe, '-|', $measure, @check or die "$measure: $!\n"; push @pipes, $pipe; 1 });
	}
	my @runs = map { [split ' ', readline($_) // '255 0 0 0'] } @pipes;
	my $seconds = time - $begin;
	my $failed = grep { $_->[0] != 0 } @runs;
	die "$failed of $at_once checks at once failed\n" if $failed;
	return {checks => $at_once, seconds => $seconds, per_second => $at_once / $seconds, peak_kb => max(map { $_->[3] } @runs), longest_ms => max(map { $_->[1] / 1000 } @runs)};
}

# --- the report ---

my @rows;
printf "%8s %6s %5s %8s | %9s %9s %6s | %8s %8s %6s | %6s %6s | %8s %8s\n", qw(services scheme ms requests wall curl ratio cpu curl ratio MiB curl Minstr curl);
for my $scheme (qw(http https)) {
	for my $latency_ms (@latencies_ms) {
		for my $services (@sizes) {
			my $row = compare($services, $scheme, $latency_ms);
			push @rows, $row;
			printf "%8d %6s %5d %8d | %9.1f %9.1f %6.2f | %8.1f %8.1f %6.2f | %6.1f %6.1f | %8s %8s\n", @$row{qw(services scheme latency_ms requests wall_ms curl_wall_ms wall_ms_ratio cpu_ms curl_cpu_ms cpu_ms_ratio)},
				$row->{peak_kb} / 1024, $row->{curl_peak_kb} / 1024, map { $_ ? sprintf '%.1f', $_ / 1e6 : '' } @$row{qw(instructions curl_instructions)};
		}
	}
}
my $many = many_at_once();
printf "%d checks of 100 services at once: %.1f s, %.0f a second, none failed, the longest %.0f ms, at most %.1f MiB each\n", @$many{qw(checks seconds per_second longest_ms)}, $many->{peak_kb} / 1024;
open my $file, '>', $result_path or die "$result_path: $!\n";
print {$file} JSON::PP->new->canonical->pretty->encode({rows => \@rows, at_once => $many});
close $file or die "$result_path: $!\n";
