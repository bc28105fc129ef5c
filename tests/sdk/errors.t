#!/usr/bin/perl
# Errors of the stand-in, as AWS's SDK for JavaScript, botocore and the plugin read them: `make check-sdk`. What the SDK has to make of
# each is written here, from the service models and from AWS's lists of common errors: code, class (an error of the model has one
# of its own), whose fault it is, and whether another attempt makes sense.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use Recorder;
use Sdk;
use Test::More;

plan skip_all => 'make check-sdk installs the SDK and runs this' unless $ENV{CHECK_ECS_SDK};

my $account = CheckECS::StandIn->identity_lines . <<~'ACCOUNT';
	key AKIDPOOR poor user=poor deny=ecs:ListServices,cloudwatch:GetMetricData
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT

my %series = (Id => 'q1', MetricStat => {Metric => {Namespace => 'AWS/ECS', MetricName => 'CPUUtilization',
	Dimensions => [{Name => 'ClusterName', Value => 'prod'}, {Name => 'ServiceName', Value => 'api'}]}, Period => 300, Stat => 'Maximum'});
my $start = int(time / 3600) * 3600 - 7200;
my $role = 'arn:aws:iam::123456789012:role/Monitoring';
my %list = (client => 'ecs', command => 'ListServices', input => {cluster => 'prod'});
my %metrics = (client => 'cloudwatch', command => 'GetMetricData', input => {MetricDataQueries => [\%series], StartTime => $start, EndTime => $start + 3600});
my %assume = (client => 'sts', command => 'AssumeRole', input => {RoleArn => $role, RoleSessionName => 'named'});
my %web = (client => 'sts', command => 'AssumeRoleWithWebIdentity', input => {RoleArn => $role, RoleSessionName => 'named', WebIdentityToken => 'web.identity.token'});
sub with { my ($call, %members) = @_; return (%$call, input => {%{$call->{input}}, %members}) }

my $token_file = keep_file('web.identity.token', 'token');
my %assumes = (plugin => ["--role-arn=$role"]);
my %by_web = (change => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_ROLE_ARN => $role, AWS_WEB_IDENTITY_TOKEN_FILE => $token_file}, plugin => []);
my %poor = (keys => ['AKIDPOOR', 'poor'], plugin => []);

# Each: what it is; the SDK's call; then
#	fault     of the stand-in, for all calls of that operation
#	keys      other keys than good ones
#	wanted    [code, class, status, fault, throttling or transient]
#	query     the code that the header x-amzn-query-error gives
#	code      the code on the wire, where the SDK gives the error another name
#	plugin    arguments of a run that meets the same; change: of its environment. Its message has the code.
my @cases = (
	['ECS is throttled', {%list}, fault => 'throttle', wanted => ['ThrottlingException', 'ECSServiceException', 400, 'client', 'throttling'], plugin => []],
	['ECS fails', {%list}, fault => '500', wanted => ['ServerException', 'ServerException', 500, 'server', 'transient'], plugin => []],
	['ECS: status 429 alone', {%list}, fault => '429', wanted => [undef, 'ECSServiceException', 429, 'client', 'throttling'], plugin => []],
	['ECS: status 502 alone', {%list}, fault => '502', wanted => [undef, 'ECSServiceException', 502, 'server', 'transient'], plugin => []],
	['ECS: status 504 alone', {%list}, fault => '504', wanted => [undef, 'ECSServiceException', 504, 'server', 'transient'], plugin => []],
	['ECS: expired keys', {%list}, fault => 'expired', wanted => ['ExpiredTokenException', 'ECSServiceException', 400, 'client'], plugin => []],
	['ECS: not permitted', {%list}, %poor, wanted => ['AccessDeniedException', 'AccessDeniedException', 400, 'client']],
	['ECS: a wrong secret', {%list}, keys => ['AKIDEXAMPLE', 'wrong'], wanted => ['InvalidSignatureException', 'ECSServiceException', 403, 'client'], plugin => []],
	['ECS: an unknown key', {%list}, keys => ['AKIDNOBODY', 'secret'], wanted => ['UnrecognizedClientException', 'ECSServiceException', 400, 'client'], plugin => []],
	['ECS: a cluster that is not there', {with(\%list, cluster => 'nosuch')}, wanted => ['ClusterNotFoundException', 'ClusterNotFoundException', 400, 'client']],
	['ECS: eleven services', {client => 'ecs', command => 'DescribeServices', input => {cluster => 'prod', services => [map { "s$_" } 1 .. 11]}},
		wanted => ['InvalidParameterException', 'InvalidParameterException', 400, 'client']],
	['ECS: no service', {client => 'ecs', command => 'DescribeServices', input => {cluster => 'prod', services => []}}, wanted => ['InvalidParameterException', 'InvalidParameterException', 400, 'client']],
	['ECS: an invented token', {with(\%list, nextToken => 'invented')}, wanted => ['InvalidParameterException', 'InvalidParameterException', 400, 'client']],
	['ECS: a page of 101', {with(\%list, maxResults => 101)}, wanted => ['InvalidParameterException', 'InvalidParameterException', 400, 'client']],
	['CloudWatch is throttled', {%metrics}, fault => 'throttle', wanted => ['Throttling', 'CloudWatchServiceException', 400, 'client', 'throttling'], query => 'Throttling', plugin => []],
	['CloudWatch fails', {%metrics}, fault => '500', wanted => ['InternalServiceFault', 'InternalServiceFault', 500, 'server', 'transient'], plugin => []],
	['CloudWatch: status 503 with a page', {%metrics}, fault => '503', wanted => [undef, undef, 503, undef, 'transient'], plugin => []],
	['CloudWatch: expired keys', {%metrics}, fault => 'expired', wanted => ['ExpiredTokenException', 'CloudWatchServiceException', 400, 'client'], plugin => []],
	['CloudWatch: not permitted', {%metrics}, keys => ['AKIDPOOR', 'poor'], wanted => ['AccessDeniedException', 'CloudWatchServiceException', 400, 'client']],
	['CloudWatch: a wrong secret', {%metrics}, keys => ['AKIDEXAMPLE', 'wrong'], wanted => ['InvalidSignatureException', 'CloudWatchServiceException', 403, 'client']],
	['CloudWatch: a start after the end', {with(\%metrics, StartTime => $start + 7200)}, wanted => ['InvalidParameterValueException', 'InvalidParameterValueException', 400, 'client'], query => 'InvalidParameterValue'],
	['CloudWatch: an Id with a capital', {with(\%metrics, MetricDataQueries => [{%series, Id => 'Q1'}])}, wanted => ['ValidationException', 'ValidationException', 400, 'client'], query => 'ValidationError'],
	['CloudWatch: an order that is none', {with(\%metrics, ScanBy => 'Upwards')}, wanted => ['ValidationException', 'ValidationException', 400, 'client']],
	['STS is throttled', {%assume}, fault => 'throttle', wanted => ['Throttling', 'STSServiceException', 400, 'client', 'throttling'], %assumes],
	['STS fails', {%assume}, fault => '500', wanted => ['InternalFailure', 'STSServiceException', 500, 'server', 'transient'], %assumes],
	['STS: expired keys', {%assume}, fault => 'expired', wanted => ['ExpiredToken', 'STSServiceException', 403, 'client'], %assumes],
	['STS: not permitted', {%assume}, keys => ['AKIDDENIED', 'denied'], wanted => ['AccessDenied', 'STSServiceException', 403, 'client'], %assumes],
	['STS: a role that is not there', {with(\%assume, RoleArn => 'arn:aws:iam::123456789012:role/Nobody')}, wanted => ['AccessDenied', 'STSServiceException', 403, 'client'], plugin => ['--role-arn=arn:aws:iam::123456789012:role/Nobody']],
	['STS: no ARN', {with(\%assume, RoleArn => 'this is not an arn at all')}, wanted => ['ValidationError', 'STSServiceException', 400, 'client']],
	['STS: a wrong secret', {%assume}, keys => ['AKIDEXAMPLE', 'wrong'], wanted => ['SignatureDoesNotMatch', 'STSServiceException', 403, 'client'], %assumes],
	['STS: an unknown key', {%assume}, keys => ['AKIDNOBODY', 'secret'], wanted => ['InvalidClientTokenId', 'STSServiceException', 403, 'client'], %assumes],
	['STS: switched off in the region', {%assume}, fault => 'disabled', wanted => ['RegionDisabledException', 'RegionDisabledException', 403, 'client'], %assumes],
	['a web identity: expired', {%web}, fault => 'expired', wanted => ['ExpiredTokenException', 'ExpiredTokenException', 400, 'client'], %by_web],
	['a web identity: its provider is away', {%web}, fault => 'idp', wanted => ['IDPCommunicationErrorException', 'IDPCommunicationErrorException', 400, 'client', 'transient'], code => 'IDPCommunicationError', %by_web],
	['a web identity: a token of nobody', {with(\%web, WebIdentityToken => 'web.identity.other')}, wanted => ['InvalidIdentityTokenException', 'InvalidIdentityTokenException', 400, 'client'], code => 'InvalidIdentityToken'],
	['a web identity: rejected', {with(\%web, WebIdentityToken => 'web.identity.bad')}, wanted => ['IDPRejectedClaimException', 'IDPRejectedClaimException', 403, 'client'], code => 'IDPRejectedClaim'],
);

my (@standins, @recorders, @calls);
for my $case (@cases) {
	my ($name, $call, %more) = @$case;
	push @standins, standin($account, map { "--fault=$call->{command}:$_" } $more{fault} // ());
	push @recorders, Recorder->start($standins[-1]->port);
	my ($id, $secret) = @{$more{keys} // ['AKIDEXAMPLE', 'secret']};
	push @calls, {%$call, endpoint => $recorders[-1]{url}, keys => {accessKeyId => $id, secretAccessKey => $secret}};
}
my $said = sdk_calls({AWS_MAX_ATTEMPTS => 1}, @calls);
my @exchanges = map { my @all = $_->take; @all == 1 ? {%{$all[0]}, bad_request => 1} : BAIL_OUT('one call, but requests: ' . @all) } @recorders;
my $judged = botocore_judges(@exchanges);

for my $i (0 .. $#cases) {
	my ($name, $call, %more) = @{$cases[$i]};
	my $error = $said->{results}[$i]{error} // {};
	my ($code, $class, $status, $fault, $again) = @{$more{wanted}};
	my %got = (status => $error->{status}, throttling => !!$error->{throttling}, transient => !!$error->{transient},
		defined $code ? (name => $error->{name}) : (), defined $class ? (class => $error->{class}) : (), defined $fault ? (fault => $error->{fault}) : ());
	my %wanted = (status => $status, throttling => ($again // '') eq 'throttling', transient => ($again // '') eq 'transient',
		defined $code ? (name => $code) : (), defined $class ? (class => $class) : (), defined $fault ? (fault => $fault) : ());
	is_deeply(\%got, \%wanted, "$name: the SDK reads " . ($code // "status $status")) or diag explain $error, $exchanges[$i]{answer};
	my ($id) = map { $_->[1] } grep { lc $_->[0] eq 'x-amzn-requestid' } @{$exchanges[$i]{answer_headers}};
	is($error->{request_id}, $id, "$name: and the request's id") if defined $code;
	is($error->{query_code}, $more{query}, "$name: and the code of the query protocol") if $more{query};
	my $result = $judged->{results}[$i];
	is_deeply($result->{faults}, [], "$name: botocore knows the error");
	my $wire = $more{query} // $more{code} // $code;
	is($result->{parsed}{code}, $wire, "$name: botocore reads the same code") if defined $wire;
	is($result->{parsed}{message}, $error->{message}, "$name: and message") if defined $wire;
	next unless $more{plugin};
	my %environment = (AWS_MAX_ATTEMPTS => 1, AWS_ENDPOINT_URL => $standins[$i]->url, %{$more{change} // {}});
	@environment{qw(AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY)} = @{$more{keys}} if $more{keys};
	my $run = run_plugin({name => $name, env => \%environment}, '--no-cache', '-t', 3, '-c', 'prod', '-v', @{$more{plugin}});
	my $word = $wire // $status;
	is($run->{exit}, $EXIT{UNKNOWN}, "$name: the plugin does not know");
	like($run->{stdout}, qr/\b\Q$word\E\b/, "$name: and names it ($word)");
}
diag scalar(@cases) . ' errors, botocore ' . $judged->{botocore};
done_testing;
