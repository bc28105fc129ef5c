#!/usr/bin/perl
# Text that is made to break out of a plugin's result, from every place that text comes from: off a terminal one result that
# plugin readers read, at a terminal no control character and no escape sequence.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::Proxy;
use CheckECS::Scripted;
use CheckECS::Terminal;
use Digest::SHA qw(sha1_hex);
use Encode ();
use File::Path qw(make_path);
use JSON::PP;
use Test::More;

# What a terminal obeys, what readers cut at, what turns the text around; and without end.
my $line = "n|a'b\"c=1;2 \e[31mred\e]0;title\a\e[2J\x7f\x{9b}31m\x{202e}\x{2066}\x{200f}\x{feff}|x=1";
my $nasty = "$line\r\nECS OK - fine | x=1\n$line" . 'y' x 10_000;
my ($line_bytes, $nasty_bytes) = map { Encode::encode('UTF-8', $_) } $line, $nasty;
my $xml = $nasty =~ s/[\x00-\x08\x0b-\x1f]/&#x9b;/gr;
$xml =~ s/"/&quot;/g;
my $xml_bytes = Encode::encode('UTF-8', $xml);

SKIP: {
	skip 'Monitoring::Plugin is not there (Debian: libmonitoring-plugin-perl): nobody else reads the perfdata', 1
		unless $CheckECS::Result::second_reader;
	my $result = CheckECS::Result->new(stdout => "ECS OK - x\n", name => 'a number read differently', exit => 0, signal => 0);
	$result->read_again('a=2;;;0', {a => {value => 1, unit => '', min => 0}}, ['a']);
	is(scalar @{$result->{violations}}, 1, 'the second reader looks at every run, and a difference shows');
}

# One run off a terminal, one at one, with what is given. WANTED: the states that may come of it.
sub survives {
	my ($name, $wanted, $env, @arguments) = @_;
	my @words = ((grep { /^(?:--cluster=|no-cluster)/ } @arguments) ? () : ('-c', 'prod'), '-m', 'cpu', '-vvv', '--no-cache', grep { $_ ne 'no-cluster' } @arguments);
	my $run = run_plugin({name => $name, env => $env}, @words);
	like($run->{state} // 'none', qr/\A(?:$wanted)\z/, "$name: the state") or $run->show;
	unlike($run->{text}, qr/y{1000}/, "$name: shortened");
	unlike($run->{text}, qr/^ECS OK - fine/m, "$name: no second first line");
	# With a terminal for standard input a person would be asked which cluster it shall be: that is for picker.t.
	$run = CheckECS::Terminal::run($env, ' </dev/null', @words);
	my @verdicts = $run->{text} =~ /^ECS (\w+) - /mg;
	is($run->{exit}, @verdicts == 1 ? $EXIT{$verdicts[0]} // -1 : "@verdicts", "$name, at a terminal: one line alone is the verdict, and says the exit status");
	# The colours of the charts are the plugin's own.
	$run->{text} =~ s/\e\[(?:0|1|31|33|36|30;43|30;46|1;37;41)m//g;
	unlike($run->{text}, qr/[^\P{Cc}\n]|[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200e}\x{200f}\x{feff}]/, "$name, at a terminal: no control character");
}

# --- what ECS and CloudWatch say ---

sub arn { return "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_[0]" }
sub complete {
	my ($request, %change) = @_;
	return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [99], %change} }
		@{$request->{MetricDataQueries}}]};
}
my %silent = (Timestamps => [], Values => []);

# OPERATION answers as told, the others as they should.
sub scripted {
	my ($name, $wanted, $special, @arguments) = @_;
	my %usual = (
		ListServices => sub { return {serviceArns => [arn('api')]} },
		GetMetricData => sub { return complete($_[0], $special->{DescribeServices} ? %silent : ()) },
		DescribeServices => sub { return {services => [], failures => []} },
		ListClusters => sub { return {clusterArns => []} },
	);
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		return ($special->{$operation} // $usual{$operation})->($request);
	});
	survives($name, $wanted, {}, "--endpoint-url=$server->{url}", @arguments);
	$server->stop;
}
my %one = (serviceName => 'api', serviceArn => arn('api'), status => 'ACTIVE', desiredCount => 2, runningCount => 0, createdAt => 1.5e9, deployments => []);
scripted('service names', 'UNKNOWN', {ListServices => sub { return {serviceArns => [map { arn($_) } $line, "$line\n2", '|', "\e", "z\e]"]} }});
scripted('an endless service name', 'UNKNOWN', {ListServices => sub { return {serviceArns => [arn($nasty)]} }});
scripted('the state of a service', 'UNKNOWN|OK', {DescribeServices => sub { return {services => [{%one, status => $nasty}], failures => []} }});
# Only a status that is told takes a service out; only a change that was is new, and what is wanted and does not run is down.
for my $case (['no status', 'UNKNOWN', status => undef], ['an empty status', 'UNKNOWN', status => ''], ['a status that is a number', 'UNKNOWN', status => 1],
	['created in milliseconds', 'CRITICAL', createdAt => 1.5e12], ['a deployment of tomorrow', 'CRITICAL', deployments => [{createdAt => time + 86_400}]],
	['a task set of tomorrow', 'CRITICAL', taskSets => [{updatedAt => time + 86_400}]]) {
	my ($name, $wanted, %change) = @$case;
	# Beside it stands one that is well: were it left out, all would be.
	scripted($name, $wanted, {
		ListServices => sub { return {serviceArns => [map { arn($_) } qw(api web)]} },
		GetMetricData => sub {
			my ($request) = @_;
			my $answer = complete($request, Values => [20]);
			for my $i (0 .. $#{$request->{MetricDataQueries}}) {
				my ($service) = grep { $_->{Name} eq 'ServiceName' } @{$request->{MetricDataQueries}[$i]{MetricStat}{Metric}{Dimensions}};
				@{$answer->{MetricDataResults}[$i]}{keys %silent} = values %silent if $service->{Value} eq 'api';
			}
			return $answer;
		},
		DescribeServices => sub { return {services => [{%one, %change}], failures => []} },
	});
}
scripted('why a service failed', 'UNKNOWN|OK', {DescribeServices => sub { return {services => [], failures => [{arn => arn('api'), reason => $nasty, detail => $nasty}]} }});
scripted('the state of a deployment', 'CRITICAL', {DescribeServices => sub { return {services => [{%one, deployments => [{status => $nasty, rolloutState => $nasty}]}]} }});
scripted('names of clusters', 'UNKNOWN', {ListClusters => sub { return {clusterArns => [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } $line, "b$line"]} }}, 'no-cluster');
for my $operation (qw(ListServices GetMetricData DescribeServices)) {
	scripted("an error of $operation", 'UNKNOWN', {$operation => sub { return [400, {__type => $nasty, message => $nasty}] }});
	scripted("an access error of $operation", 'UNKNOWN', {$operation => sub { return [403, {__type => 'AccessDeniedException', Message => $nasty}] }});
	scripted("an error of $operation that is no JSON", 'UNKNOWN', {$operation => sub { return [400, $nasty_bytes] }});
	scripted("headers of $operation", 'UNKNOWN', {$operation => sub {
		return [400, {message => 'no'}, map { "$_: $line_bytes" } qw(x-amzn-RequestId x-amzn-ErrorType Date Retry-After Content-Encoding)] }});
}
scripted('the name of the only cluster', 'UNKNOWN', {ListClusters => sub { return {clusterArns => ["arn:aws:ecs:eu-west-1:123456789012:cluster/$line"]} }}, 'no-cluster');
scripted('an ARN that is none', 'UNKNOWN', {ListClusters => sub { return {clusterArns => [$nasty]} }}, 'no-cluster');
scripted('an error of ListClusters', 'UNKNOWN', {ListClusters => sub { return [400, {__type => $nasty, message => $nasty}] }}, 'no-cluster');
scripted('a cluster that is not found', 'UNKNOWN', {ListServices => sub { return [400, {__type => 'ClusterNotFoundException', message => $nasty}] }});
scripted('remarks of CloudWatch', 'CRITICAL|UNKNOWN', {GetMetricData => sub {
	return {%{complete($_[0], Messages => [{Code => $nasty, Value => $nasty}])}, Messages => [{Code => $nasty, Value => $nasty}]} }});
scripted('a status of CloudWatch', 'UNKNOWN', {GetMetricData => sub { return complete($_[0], StatusCode => $nasty, Label => $nasty, Id => $nasty) }});

# --- who issues keys ---

my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my $dead = '--endpoint-url=http://127.0.0.1:1';
sub issued {
	my ($name, $env, $script) = @_;
	my $server = CheckECS::Metadata->start($script);
	survives($name, 'UNKNOWN', $env->($server), $dead);
	$server->stop;
}
my $error = "<ErrorResponse><Error><Type>Sender</Type><Code>$xml_bytes</Code><Message>$xml_bytes</Message></Error><RequestId>$xml_bytes</RequestId></ErrorResponse>";
for my $answer (['an error of STS', $error], ['an error of STS that is no XML', $nasty_bytes]) {
	issued($answer->[0], sub { return {AWS_ENDPOINT_URL_STS => $_[0]{url}, AWS_CONFIG_FILE =>
		keep_file("[default]\nrole_arn=arn:aws:iam::123456789012:role/R\ncredential_source=Environment\n", 'config')} }, sub { return [400, $answer->[1]] });
}
my $start_url = 'https://example.awsapps.com/start';
sub sso_home {
	my ($server) = @_;
	my $home = tempdir() . '/sso-home';
	make_path("$home/.aws/sso/cache");
	my %file = ('config' => "[default]\nsso_start_url=$start_url\nsso_region=eu-west-1\nsso_account_id=123456789012\nsso_role_name=Reader\n",
		'sso/cache/' . sha1_hex($start_url) . '.json' => '{"startUrl":"' . $start_url . '","region":"eu-west-1","accessToken":"t","expiresAt":"2099-01-01T00:00:00Z"}');
	for my $name (keys %file) {
		open my $out, '>', "$home/.aws/$name" or die "$name: $!";
		print {$out} $file{$name};
	}
	return {%none, HOME => $home, AWS_ENDPOINT_URL_SSO => $server->{url}};
}
issued('an error of SSO', \&sso_home, sub { return [403, encode_json({__type => $nasty, message => $nasty})] });
issued('keys of SSO with another shape', \&sso_home, sub { return [200, encode_json({roleCredentials => {accessKeyId => $nasty}})] });
my $imds = sub { return {%none, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $_[0]{url}} };
my $meta = sub {
	my ($role, $keys) = @_;
	return sub {
		my ($method, $path) = @_;
		return [200, 'token'] if $method eq 'PUT';
		return $path =~ m{/security-credentials/?\z} ? [200, $role] : $keys;
	};
};
issued('a role of instance metadata', $imds, $meta->($line_bytes, [404, $nasty_bytes]));
issued('an endless role of instance metadata', $imds, $meta->($nasty_bytes, [404, $nasty_bytes]));
issued('an error of instance metadata', $imds, $meta->('role', [200, encode_json({Code => $nasty, Message => $nasty})]));
issued('an error of a container agent', sub { return {%none, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$_[0]{url}/x"} },
	sub { return [400, encode_json({code => $nasty, message => $nasty})] });
my $said = keep_file($nasty_bytes, 'said');
my $program = keep_file("#!/bin/sh\ncat '$said' >&2\nexit 1\n", 'program');
chmod 0700, $program;
survives('standard error of credential_process', 'UNKNOWN', {%none, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process=$program\n", 'config')}, $dead);
$program = keep_file("#!/bin/sh\ncat '$said'\n", 'program');
chmod 0700, $program;
survives('standard output of credential_process', 'UNKNOWN', {%none, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process=$program\n", 'config')}, $dead);

# --- files, environment, command line ---

survives('the name of a profile', 'UNKNOWN', {AWS_PROFILE => $nasty_bytes}, $dead);
survives('the name of a profile in a file', 'UNKNOWN', {%none, AWS_CONFIG_FILE =>
	keep_file("[default]\nrole_arn=arn:aws:iam::123456789012:role/R\nsource_profile=$line_bytes\n", 'config')}, $dead);
survives('values of a profile', 'UNKNOWN', {%none, AWS_CONFIG_FILE => keep_file("[default]\nregion=$line_bytes\nrole_arn=$line_bytes\n", 'config')}, $dead);
survives('a file that is none', 'UNKNOWN', {%none, AWS_CONFIG_FILE => keep_file($nasty_bytes, 'config')}, $dead);
my $folder = tempdir() . "/" . Encode::encode('UTF-8', "f|\e[31m\n\x{202e}");
mkdir $folder or die "$folder: $!";
for my $variable (qw(AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE AWS_WEB_IDENTITY_TOKEN_FILE)) {
	survives("$variable: a folder", 'UNKNOWN', {%none, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/R', $variable => $folder}, '--endpoint-url=https://127.0.0.1:1');
}
for my $variable (qw(AWS_REGION AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS AWS_RETRY_MODE AWS_CA_BUNDLE AWS_ROLE_ARN AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN
	AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_USE_FIPS_ENDPOINT
	AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE AWS_STS_REGIONAL_ENDPOINTS HOME AWS_CONFIG_FILE http_proxy TZ LANG)) {
	my $keys = $variable =~ /CONTAINER|EC2/;
	survives("the value of $variable", 'UNKNOWN', {$keys ? (%none, AWS_EC2_METADATA_DISABLED => undef) : (),
		$variable =~ /REGIONAL/ ? (AWS_ROLE_ARN => 'arn:aws:iam::1:role/R') : (), $variable => $nasty_bytes},
		$variable eq 'AWS_ENDPOINT_URL' ? () : $dead);
}
for my $option (qw(--cluster --warning --critical --service --exclude --metric --window --period --statistic --breaches --no-data --region --profile
	--role-arn --external-id --endpoint-url --ca-bundle --timeout --timeout-result --perfdata --extra-opts --nonsense --no-cache)) {
	survives("the value of $option", 'UNKNOWN', {}, "$option=$nasty_bytes", $option eq '--endpoint-url' ? () : $dead);
}
survives('an unknown option', 'UNKNOWN', {}, "--$nasty_bytes");
survives('unknown letters', 'UNKNOWN', {}, "-\e|");
survives('an operand', 'UNKNOWN', {}, $nasty_bytes);
survives('keys of an ini file', 'UNKNOWN', {}, '--extra-opts=s@' . keep_file("[s]\n$line_bytes=1\n", 'ini'));

# --- proxies ---

my $proxy = CheckECS::Proxy->start(answer => "HTTP/1.1 403 $line_bytes\r\nServer: $line_bytes\r\nX-Amzn-RequestId: $line_bytes\r\n");
survives("a proxy's answer, scheme $_", 'UNKNOWN', {"${_}_proxy" => $proxy->{url}}, "--endpoint-url=$_://ecs.invalid") for qw(http https);
$proxy->stop;

done_testing;
