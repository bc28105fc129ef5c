#!/usr/bin/perl
# What lies beside the known faults of answers and secrets: pages in any order with --breaches, lists and programs that
# repeat secrets, stale series while ECS is asked, contradictions in ECS's word, floods of messages, odd keys of ini files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use CheckECS::Secrets;
use Test::More;

sub arn { return "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_[0]" }
my %listed = (ListServices => sub { return {serviceArns => [arn('api')]} });

sub scripted {
	my ($name, $script, $env, @arguments) = @_;
	my %script = (%listed, %$script);
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return $script{$operation} ? $script{$operation}->($request, $count) : {services => [], failures => []};
	});
	my $run = run_plugin({name => $name, env => $env, raw => scalar grep { /json/ } @arguments}, "--endpoint-url=$server->{url}", '-c', 'prod', '-m', 'cpu', '--no-cache', @arguments);
	$server->stop;
	return $run;
}

# --- one breach of two wanted, in pages and rounds whose points do not lie side by side ---

# Pages: lists of [index, value]; the last one's status is as given.
sub pages {
	my (@pages) = @_;
	return sub {
		my ($request, $count) = @_;
		my ($status, $more, @points) = @{$pages[$count - 1] // ['Forbidden', 0]}; # the closer look is refused
		my $start = $request->{StartTime};
		return {MetricDataResults => [{Id => 'm0', StatusCode => $status, Timestamps => [map { $start + 3600 * $_->[0] } @points], Values => [map { $_->[1] } @points]}],
			$more ? (NextToken => "page $count") : ()};
	};
}
my @rest = map { [$_, 10] } grep { $_ != 5 && $_ != 10 && $_ != 2 } 0 .. 24;
my $run = scripted('pages that do not lie side by side', {GetMetricData => pages(['PartialData', 1, [5, 99]], ['PartialData', 1, [10, 10], [2, 10]], ['Complete', 0, @rest])}, {}, '--breaches=2');
$run->exits('OK', 'one breach, two wanted');
is($run->{summary}{services}{value}, 1, 'and the whole report');
$run = scripted('the same with two breaches', {GetMetricData => pages(['PartialData', 1, [5, 99]], ['PartialData', 1, [10, 99], [2, 10]], ['Complete', 0, @rest])}, {}, '--breaches=2');
$run->exits('CRITICAL', 'two breaches, two wanted');
my @first = map { [$_, $_ == 8 ? 99 : 10] } reverse grep { $_ != 12 && $_ != 3 } 0 .. 24;
my @again = map { [$_, $_ == 8 ? 99 : 10] } reverse 0 .. 24;
$run = scripted('a round after an internal error', {GetMetricData => pages(['InternalError', 0, @first], ['PartialData', 1, @again[0 .. 12]], ['Complete', 0, @again[13 .. 24]])}, {}, '--breaches=2');
$run->exits('OK', 'one breach, told twice');

# --- a breach long ago, and the rest is lost ---

$run = scripted('old points, then Forbidden', {GetMetricData => pages(['Forbidden', 0, [3, 99], [4, 99]])}, {});
$run->exits('CRITICAL');
$run->says('it is not said to last', qr/api cpu 99\.0% .*, 2 in a row, last at \S+(?: \S+)?Z, the rest is not known/);
unlike($run->{text}, qr/still above/, 'nor to be still above');

# --- secrets in what a list refuses, and in what a program says ---

my $token = 'IQoJb3JpZ2luX2VjEJr' . join '', map { chr(ord('a') + $_ * 7 % 26) . ($_ % 10) } 1 .. 40;
my $key = 'wJalrXUtnFEMI7K7MDENG2bPxRfiCYzMpLkQeY8w';
my %session = (AWS_ACCESS_KEY_ID => 'ASIAEXAMPLEEXAMPLE12', AWS_SECRET_ACCESS_KEY => $key, AWS_SESSION_TOKEN => $token);
sub hides {
	my ($name, $run, @secrets) = @_;
	is_deeply([CheckECS::Secrets::found("$run->{stdout}\n$run->{stderr}", @secrets)], [], "$name: nothing secret is printed") or diag $run->{text};
}
for my $text ($token, $key, arn("$token.x"), "arn:aws:ecs:$token:123456789012:service/prod/api", "arn:aws:ecs:eu-west-1:$key:service/prod/api") {
	for my $form ([], ['-vvv', '--output-format=json']) {
		$run = scripted('a list that repeats a secret', {ListServices => sub { return {serviceArns => [$text]} }}, \%session, @$form);
		$run->exits('UNKNOWN') unless @$form;
		hides('a list', $run, $token, $key);
	}
}
$run = scripted('a list of clusters', {ListClusters => sub { return {clusterArns => [$token]} }, ListServices => sub { return [400, {__type => 'ClusterNotFoundException', message => 'no'}] }}, \%session);
hides('a list of clusters', $run, $token, $key);
for my $variable (qw(HTTPS_PROXY https_proxy http_proxy HTTP_PROXY ALL_PROXY all_proxy)) {
	my $program = keep_file("#!/bin/sh\necho \"cannot reach \$$variable\" >&2\nexit 1\n", 'program');
	chmod 0700, $program;
	my $config = keep_file("[default]\ncredential_process = $program\n", 'config');
	my %env = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => $config);
	for my $proxy ('http://user:SuperSecretPw123@127.0.0.1:9', 'http://user:SuperSecretPw123', 'http://user:SuperSecretPw123@127.0.0.1:none') {
		$run = run_plugin({name => "a program that tells of $variable", env => {%env, $variable => $proxy}}, '-c', 'prod', '--endpoint-url=http://127.0.0.1:1', '-vv');
		$run->exits('UNKNOWN');
		hides("$variable=$proxy", $run, 'SuperSecretPw123');
	}
}

# --- ini files ---

for my $case (["- = hunter2Secret99\n", qr/line 2: the key begins with '-'/], ["--cluster = hunter2Secret99\n", qr/line 2: the key begins with '-'/],
	["c2VjcmV0cGFzc3dvcmQ=\n", qr/line 2: this is not an option/], ["c2VjcmV0cGFzc3dvcmQ==\n", qr/line 2: this is not an option/]) {
	my ($lines, $says) = @$case;
	my $ini = keep_file("[check_ecs_bottleneck]\n$lines", 'odd.ini');
	$run = run_plugin({name => "an ini file with $lines"}, "--extra-opts=\@$ini", '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says('it names file and line', qr/\Q$ini\E/);
	$run->says('and what is wrong', $says);
	unlike($run->{text}, qr/hunter2|c2VjcmV0/, 'and quotes nothing of the line');
}
my $ini = keep_file("[check_ecs_bottleneck]\nregion = hunter2-secret-1\n", 'region.ini');
$run = run_plugin({name => 'a region of an ini file'}, "--extra-opts=\@$ini", '-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod');
$run->exits('UNKNOWN');
unlike($run->{text}, qr/hunter2/, 'a region that contradicts is not quoted');

# --- ECS's word ---

my $old = time - 10 * 86_400;
my %one = (serviceName => 'api', serviceArn => arn('api'), clusterArn => 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod', status => 'ACTIVE', desiredCount => 0, runningCount => 0,
	createdAt => $old, deployments => [{status => 'PRIMARY', desiredCount => 0, createdAt => $old, rolloutState => 'COMPLETED'}], events => []);
sub described {
	my ($name, $wanted, %change) = @_;
	my %said = (%one, %change);
	delete @said{grep { !defined $said{$_} } keys %said};
	my $run = scripted($name, {GetMetricData => pages(['Complete', 0]), DescribeServices => sub { return {services => [\%said], failures => []} }}, {});
	$run->exits($wanted, $name);
}
described('scaled to zero', 'OK');
described('INACTIVE with running tasks', 'UNKNOWN', status => 'INACTIVE', desiredCount => 3, runningCount => 3);
described('a deployment that wants tasks', 'UNKNOWN', deployments => [{%{$one{deployments}[0]}, desiredCount => 3}]);
described('an unknown rolloutState', 'UNKNOWN', deployments => [{%{$one{deployments}[0]}, rolloutState => 'PAUSED'}]);
described('two PRIMARY deployments', 'UNKNOWN', deployments => [($one{deployments}[0]) x 2]);
described('without ARN, deployments and events', 'UNKNOWN', serviceArn => undef, clusterArn => undef, deployments => undef, events => undef);
described('another path in its ARN', 'UNKNOWN', serviceArn => arn('other/api'));
described('another partition', 'UNKNOWN', serviceArn => arn('api') =~ s/arn:aws/arn:aws-cn/r);
described('another cluster\'s ARN', 'UNKNOWN', clusterArn => 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod/x');

# --- more messages than anybody reads: the breach beside them counts, in time ---

$run = scripted('a flood of messages', {GetMetricData => sub {
	my ($request) = @_;
	my @flood = map { +{Code => "Code$_", Value => "message $_"} } 1 .. 30_000;
	return {MetricDataResults => [{Id => 'm0', StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [99], Messages => \@flood}], Messages => \@flood};
}}, {}, '-t', 10 * time_factor());
$run->exits('CRITICAL');
$run->says('it is told', qr/more messages than CloudWatch sends/);
done_testing;
