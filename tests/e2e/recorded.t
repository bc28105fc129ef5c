#!/usr/bin/perl
# Answers that others recorded from AWS (tests/vectors/recorded, each file with source and licence), served to the plugin:
# what a person reads has to be what the recording means. Where the recorder kept no times or names, they are filled in;
# times that matter are shifted to today.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

my $folder = ($ENV{CHECK_ECS_SRCDIR} // '.') . '/tests/vectors/recorded';
my $json = JSON::PP->new->canonical->allow_nonref;
my %recorded = map { m{([^/]+)\.json\z} ? ($1 => $json->decode(CheckECS::slurp($_))) : () } glob "$folder/*.json";
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);

for my $name (sort keys %recorded) {
	my $source = $recorded{$name}{source};
	ok($source && $source->{repository} && $source->{commit} && $source->{path} && $source->{licence} eq 'Apache-2.0', "$name: source and licence");
}

sub iso { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }

# The recorded header lines; of those that say when it was, and how long the body is, the time is now.
sub header_lines {
	my ($name) = @_;
	my $headers = $recorded{$name}{headers};
	return map { lc eq 'content-length' ? () : lc eq 'date' ? 'Date: ' . strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime) : "$_: $headers->{$_}" } sort keys %$headers;
}

sub answer {
	my ($name, $body) = @_;
	$body //= $recorded{$name}{body};
	return [$recorded{$name}{status}, ref $body ? $json->encode($body) : $body, {headers => [header_lines($name)]}];
}

# What botocore had parsed, as it was on the wire.
sub xml_error {
	my ($error) = @_;
	return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>$error->{Type}</Type>\n    <Code>$error->{Code}</Code>\n"
		. "    <Message>$error->{Message}</Message>\n  </Error>\n  <RequestId>1</RequestId>\n</ErrorResponse>\n";
}

sub xml {
	my ($name, $value) = @_;
	return join '', map { xml($name, $_) } @$value if ref $value eq 'ARRAY';
	my %members = ref $value ? %$value : ();
	my $attributes = join '', map { /\A@(.*)/ ? " $1=\"$members{$_}\"" : () } sort keys %members;
	my $content = ref $value ? join('', map { /\A@/ ? () : xml($_, $members{$_}) } sort keys %members) : $value // '';
	return "<$name$attributes>$content</$name>";
}

# A recorded answer of GetMetricData for this request: its results are those of the queries, its times lie in the window.
sub metrics {
	my ($name, $request) = @_;
	my $body = $json->decode($json->encode($recorded{$name}{body}));
	my @queries = @{$request->{MetricDataQueries}};
	for my $result (@{$body->{MetricDataResults}}) {
		$result->{Id} = shift(@queries)->{Id};
		$result->{Timestamps} = [map { $request->{EndTime} - 3600 * (1 + $_) } 0 .. $#{$result->{Values}}];
	}
	return answer($name, $body);
}

sub no_metrics {
	my ($request) = @_;
	return [200, $json->encode({MetricDataResults => [map { +{Id => $_->{Id}, Label => 'x', Timestamps => [], Values => [], StatusCode => 'Complete'} } @{$request->{MetricDataQueries}}], Messages => []})];
}

my $plain_arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';

# AWS, with these answers by operation; each an answer, or code that is given the request. Credentials of any kind too.
sub aws {
	my (%says) = @_;
	%says = (ListServices => [200, $json->encode({serviceArns => [$plain_arn]})], GetMetricData => \&no_metrics, %says);
	return CheckECS::Metadata->start(sub {
		my ($method, $path, $headers, $count, $body) = @_;
		my ($operation) = ($headers->{'x-amz-target'} // '') =~ /\.(\w+)\z/;
		my $request = $operation ? $json->decode($body) : {};
		($operation) = $body =~ /Action=(\w+)/ if !$operation;
		$operation //= "$method $path";
		$operation = 'GetRoleCredentials' if $operation =~ /federation/;
		my $says = $says{$operation} // [404, ''];
		return ref $says eq 'CODE' ? $says->($request) : $says;
	});
}

sub check {
	my ($name, $server, $option, @arguments) = @_;
	return run_plugin({name => $name, %{$option // {}}}, "--endpoint-url=$server->{url}", @arguments);
}

# Who signed what was asked of ECS.
sub signers {
	my ($server) = @_;
	my %keys = map { ($_->{headers}{authorization} // '') =~ m{Credential=(\w+)/} ? ($1 => 1) : () } grep { ($_->{headers}{'x-amz-target'} // '') =~ /ListServices/ } $server->requests;
	return join ' ', sort keys %keys;
}

my %expect;

# --- lists ---

$expect{ecs_list_clusters_batch} = sub {
	my $run = check('a list of clusters', aws(ListClusters => answer($_[0])), {env => {AWS_REGION => 'us-east-1'}});
	$run->exits('UNKNOWN');
	$run->says('four names', qr/4 clusters in us-east-1.*-c/, map { qr/\b\Q$_\E\b/ } qw(Default default-cluster test), 'test-comp-environment_Batch_46372d58-df1f-3602-bf52-25989526c72b');
};
$expect{ecs_list_services_both_arns} = sub {
	my $metrics = sub {
		my ($request) = @_;
		return [200, $json->encode({MetricDataResults => [map { +{Id => $_->{Id}, Timestamps => [$request->{EndTime} - 3600], Values => [12.5], StatusCode => 'Complete'} } @{$request->{MetricDataQueries}}]})];
	};
	my $run = check('both forms of ARNs', aws(ListServices => answer($_[0]), GetMetricData => $metrics), {env => {AWS_REGION => 'us-east-1'}}, '-c', 'test');
	$run->exits('OK');
	is_deeply([sort map { s/_(?:cpu|memory)\z//r } @{$run->{details_order}}], [qw(c7n-test c7n-test test-no-tag test-no-tag)], 'both services, two series each');
};
$expect{ecs_list_services_none} = sub {
	my $run = check('an empty list', aws(ListServices => answer($_[0])), {env => {AWS_REGION => 'us-east-1'}}, '-c', 'test');
	$run->exits('UNKNOWN');
	$run->says('no services', qr/no services?\b.*us-east-1/);
};

# --- descriptions ---

# A run over the services of a recorded description, none of which has data.
sub described {
	my ($name, $body, @arguments) = @_;
	$body //= $recorded{$name}{body};
	$body = $json->decode($body) if !ref $body;
	my ($service) = @{$body->{services}};
	my (undef, undef, undef, $region) = split /:/, $service->{serviceArn};
	my ($cluster) = $service->{clusterArn} =~ m{/(.*)};
	my $server = aws(ListServices => [200, $json->encode({serviceArns => [map { $_->{serviceArn} } @{$body->{services}}]})], DescribeServices => answer($name, $body));
	return check($name, $server, {env => {AWS_REGION => $region}}, '-c', $cluster, '-v', @arguments);
}

$expect{ecs_describe_wanted_not_running} = sub {
	# Created long ago, and no task has been started lately: down.
	my $run = described($_[0]);
	$run->exits('CRITICAL');
	$run->says('down', qr/0 of 1 running/);
};
$expect{$_} = sub {
	my $run = described($_[0]);
	$run->exits('OK');
	$run->says('scaled to zero', qr/scaled to zero/);
} for qw(ecs_describe_scaled_to_zero ecs_describe_by_arn);
$expect{ecs_describe_draining} = sub {
	my $run = described($_[0]);
	$run->says('left out, named at -v', qr/\bweb\b.*DRAINING/i);
	unlike($run->{text}, qr/^\[\w+\] web /m, 'no line of its own');
};
$expect{ecs_describe_raw_wire} = sub {
	my $run = described($_[0]);
	$run->exits('UNKNOWN');
	$run->says('runs, but no data', qr/1 wanted, 1 running, no data/);
};
$expect{ecs_describe_two_deployments} = sub {
	my ($name) = @_;
	my $body = $recorded{$name}{body};
	my ($primary) = grep { $_->{status} eq 'PRIMARY' } @{$body->{services}[0]{deployments}};
	my @others = grep { $_->{status} ne 'PRIMARY' } @{$body->{services}[0]{deployments}};
	ok(@others && $others[0]{createdAt} < $primary->{createdAt}, 'two deployments, the PRIMARY one is the newer');
	# The newer one was created so many minutes ago; all other times keep their distance.
	for my $case ([5, 'OK', qr/\bnew\b/], [20, 'UNKNOWN', qr/1 wanted, 1 running, no data/]) {
		my ($minutes, $state, $says) = @$case;
		my $shift = time - 60 * $minutes - $primary->{createdAt};
		my $text = $json->encode($body);
		$text =~ s/("(?:createdAt|updatedAt|startedAt|finishedAt)":)(\d+(?:\.\d+)?)/$1 . ($2 + $shift)/ge;
		my $run = described($name, $text);
		$run->exits($state, "the newer deployment is $minutes minutes old");
		$run->says('its age counts', $says);
	}
};
$expect{ecs_error_cluster_not_found} = sub {
	my $server = aws(ListServices => answer($_[0]), ListClusters => [200, $json->encode({clusterArns => [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } qw(prod stage)]})]);
	my $run = check('a missing cluster', $server, {}, '-c', 'prdo');
	$run->exits('UNKNOWN');
	$run->says('no such cluster, the nearest name', qr/this cluster does not exist in eu-west-1.*\bprod\b/);
};

# --- metrics ---

$expect{cw_json_basic} = sub {
	my ($name) = @_;
	my $run = check('two series', aws(GetMetricData => sub { metrics($name, $_[0]) }), {}, '-c', 'prod');
	$run->exits('OK');
	is_deeply([map { $run->{details}{$_}{value} } qw(api_cpu api_memory)], [41, 23], 'both values');
};
$expect{cw_json_multiple_units} = sub {
	my ($name) = @_;
	my $run = check('a message in a complete result', aws(GetMetricData => sub { metrics($name, $_[0]) }), {}, '-c', 'prod', '-m', 'cpu', '-v');
	$run->exits('CRITICAL');
	is($run->{details}{api_cpu}{value}, 60000, 'its point counts');
	$run = check('a message in a complete result, no thresholds', aws(GetMetricData => sub { metrics($name, $_[0]) }), {}, '-c', 'prod', '-m', 'cpu', '-w~:', '-C~:');
	$run->exits('OK', 'the message is no failure');
};
$expect{cw_json_no_results} = sub {
	my ($name) = @_;
	my $running = $json->encode({services => [{serviceArn => $plain_arn, serviceName => 'api', clusterArn => 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod', status => 'ACTIVE',
		desiredCount => 1, runningCount => 1, pendingCount => 0, schedulingStrategy => 'REPLICA', createdAt => time - 86400 * 30, deployments => [], events => []}], failures => []});
	my $run = check('a metric that does not exist', aws(GetMetricData => sub { metrics($name, $_[0]) }, DescribeServices => [200, $running]), {}, '-c', 'prod', '-m', 'cpu');
	$run->exits('UNKNOWN');
	$run->says('no data', qr/1 wanted, 1 running, no data/);
};
$expect{cw_json_error_invalid_value} = sub {
	my ($name) = @_;
	my $error = $recorded{$name}{body}{Error};
	my $body = $json->encode({__type => "com.amazonaws.cloudwatch.v2010_08_01#$error->{QueryErrorCode}", message => $error->{Message}});
	my $answer = [400, $body, {headers => [header_lines($name), "x-amzn-query-error: $error->{Code};$error->{Type}"]}];
	my $run = check('an invalid value', aws(GetMetricData => $answer), {}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says('code and text', qr/GetMetricData: .*InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime\./);
	unlike($run->{text}, qr/InvalidParameterValueException/, 'the code of the query protocol is the one');
};
$expect{cw_json_error_no_message} = sub {
	my $run = check('an error without a message', aws(GetMetricData => answer($_[0])), {}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says('the code alone', qr/GetMetricData: .*\bResourceNotFound(?![:\w])/);
	like($run->{headline}, qr/GetMetricData: \S*ResourceNotFound \(1 of 1 service not known\)\z/, 'then the count, in brackets: it is not the reason');
};
$expect{cw_query_basic} = sub {
	my ($name) = @_;
	my $body = qq{<?xml version="1.0"?>\n} . xml(%{$recorded{$name}{body}});
	my $server = aws(GetMetricData => answer($name, $body));
	my $run = check('the query protocol', $server, {}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says('what answers there speaks another protocol', qr/GetMetricData: .*is not AWS's JSON: .*query protocol.*check the endpoint URL/);
	is(scalar(grep { ($_->{headers}{'x-amz-target'} // '') =~ /GetMetricData/ } $server->requests), 1, 'not tried again');
};

# --- keys ---

my %keys_are_used = (
	sts_assume_role => ['ASIARCORRECT', sub {
		my ($name) = @_;
		my $body = $recorded{$name}{body} =~ s{<Expiration>.*?</Expiration>}{'<Expiration>' . iso(time + 3600) . '</Expiration>'}er;
		return ({AssumeRole => answer($name, $body)}, sub { return {AWS_ENDPOINT_URL_STS => $_[0]} }, '--no-cache', '--role-arn=arn:aws:iam::123456789012:role/imds-chained-role-test');
	}],
	sts_web_identity => ['ASIARABCDEFGHIJKLMNOP', sub {
		my ($name) = @_;
		my $body = $recorded{$name}{body} =~ s{<Expiration>.*?</Expiration>}{'<Expiration>' . iso(time + 3600) . '</Expiration>'}er;
		my $file = keep_file("eyJhbGciOiJSUzI1NiJ9.token.signature\n");
		return ({AssumeRoleWithWebIdentity => answer($name, $body)},
			sub { return {%none, AWS_ENDPOINT_URL_STS => $_[0], AWS_WEB_IDENTITY_TOKEN_FILE => $file, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/s3-reader'} }, '--no-cache');
	}],
	sso_role_credentials => ['ASIARCORRECT', sub {
		my ($name) = @_;
		my $home = tempdir() . '/recorded-sso';
		make_path("$home/.aws/sso/cache");
		my $start = 'https://example.awsapps.com/start';
		my %file = ('config' => "[default]\nsso_start_url = $start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Reader\n",
			'sso/cache/' . sha1_hex($start) . '.json' => $json->encode({startUrl => $start, region => 'us-east-1', accessToken => 'a-token', expiresAt => iso(time + 3600)}));
		for my $path (keys %file) {
			open my $out, '>', "$home/.aws/$path" or die "$path: $!";
			print {$out} $file{$path};
			close $out or die "$path: $!";
		}
		my $body = $recorded{$name}{body} =~ s/"expiration":\d+/'"expiration":' . 1000 * (time + 3600)/er;
		return ({GetRoleCredentials => answer($name, $body)}, sub { return {%none, HOME => $home, AWS_CONFIG_FILE => undef, AWS_SHARED_CREDENTIALS_FILE => undef, AWS_ENDPOINT_URL_SSO => $_[0]} }, '--no-cache');
	}],
	# A host whose clock is wrong still works: expiry is AWS's to judge.
	container_ecs => ['ASIARCORRECT', sub {
		return ({'GET /v2/credentials/ID' => answer($_[0])}, sub { return {%none, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$_[0]/v2/credentials/ID"} });
	}],
	imds_keys => ['ASIARTEST', sub {
		my $roles = '/latest/meta-data/iam/security-credentials/';
		return ({'PUT /latest/api/token' => answer('imds_token'), "GET $roles" => [200, 'ROLE'], "GET ${roles}ROLE" => answer($_[0])},
			sub { return {%none, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $_[0]} });
	}],
);
for my $name (keys %keys_are_used) {
	$expect{$name} = sub {
		my ($key, $set_up) = @{$keys_are_used{$name}};
		my ($answers, $environment, @arguments) = $set_up->($name);
		my $server = aws(%$answers, GetMetricData => sub { metrics('cw_json_basic', $_[0]) });
		my $run = check("keys of $name", $server, {env => $environment->($server->{url})}, '-c', 'prod', '-vv', @arguments);
		$run->exits('OK');
		is(signers($server), $key, "$name: its keys sign");
		unlike($run->{text}, qr/secretkeycorrect|tokencorrect|testsecret|testtoken|TESTSE/, "$name: nothing secret is printed");
	};
}
# The token is sent with what follows; the case above uses it.
$expect{imds_token} = sub {
	my ($answers, $environment) = $keys_are_used{imds_keys}[1]->('imds_keys');
	my $server = aws(%$answers, GetMetricData => sub { metrics('cw_json_basic', $_[0]) });
	check('the token of instance metadata', $server, {env => $environment->($server->{url})}, '-c', 'prod')->exits('OK');
	my %sent = map { ($_->{headers}{'x-aws-ec2-metadata-token'} // 'none') => 1 } grep { $_->{method} eq 'GET' } $server->requests;
	is_deeply([keys %sent], [$recorded{imds_token}{body}], 'every request for keys brings it');
};
$expect{imds_no_role} = sub {
	my $server = aws('PUT /latest/api/token' => answer('imds_token'), 'GET /latest/meta-data/iam/security-credentials/' => answer($_[0]));
	my $run = check('an instance without a role', $server, {env => {%none, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $server->{url}}}, '-c', 'prod', '-vv');
	$run->exits('UNKNOWN');
	$run->says('it has none', qr/the instance has no role/);
	unlike($run->{text}, qr/XHTML|<html|DOCTYPE/i, 'the page is not shown');
};

# --- refusals of STS ---

$expect{sts_error_malformed_arn} = sub {
	my ($name) = @_;
	my $role = 'arn:aws:iam::123456789012:role/nobody';
	my $server = aws(AssumeRole => answer($name, xml_error($recorded{$name}{body})));
	my $run = check('a malformed ARN', $server, {env => {AWS_ENDPOINT_URL_STS => $server->{url}}}, '-c', 'prod', '--no-cache', "--role-arn=$role");
	$run->exits('UNKNOWN');
	$run->says('the text and the role', qr/AssumeRole.*ValidationError: nothing-valid-in-here is invalid/, qr/\Q$role\E/);
};
$expect{sts_error_invalid_identity_token} = sub {
	my $server = aws(AssumeRoleWithWebIdentity => answer($_[0]));
	my $run = check('a token that is not accepted', $server, {env => {%none, AWS_ENDPOINT_URL_STS => $server->{url}, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/x',
		AWS_WEB_IDENTITY_TOKEN_FILE => keep_file("eyJhbGciOiJSUzI1NiJ9.token.signature\n")}}, '-c', 'prod', '--no-cache');
	$run->exits('UNKNOWN');
	$run->says('not accepted, and why', qr/does not accept the token/, qr/InvalidIdentityToken: No OpenIDConnect provider found in your account for https:/);
};

is_deeply([sort keys %expect], [sort keys %recorded], 'an expectation for each recording, a recording for each expectation');
for my $name (sort grep { $recorded{$_} } keys %expect) {
	subtest $name => sub { $expect{$name}->($name) };
}
done_testing;
