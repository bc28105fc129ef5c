#!/usr/bin/perl
# Whoever was sent a secret repeats it, in any place of an answer and written in any way: none of it is printed.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::Secrets;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

my $key = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzMpLkQeY8w';
my $token = 'IQoJb3JpZ2luX2VjEJr/' . join('', map { chr(ord('a') + $_ * 7 % 26) . ($_ % 10) } 1 .. 300) . '+Zz9==';
my $here = 'arn:aws:iam::123456789012:role';
my $json = JSON::PP->new->latin1->canonical;
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_MAX_ATTEMPTS => 1);
my %session = (AWS_ACCESS_KEY_ID => 'ASIAEXAMPLEEXAMPLE12', AWS_SECRET_ACCESS_KEY => $key, AWS_SESSION_TOKEN => $token, AWS_MAX_ATTEMPTS => 1);
my @forms = (['-vvv'], ['-v', '--chart=always', '--color=always'], ['-vvv', '--output-format=json']);

# What is repeated next, for servers that were forked before.
my $said = keep_file('', 'said');
sub say_next {
	my ($text) = @_;
	open my $file, '>:raw', $said or die "$said: $!";
	print {$file} $text;
	close $file or die "$said: $!";
	return;
}
sub say_now { return CheckECS::slurp($said) }

sub tells_nothing {
	my ($run, @secrets) = @_;
	is_deeply([CheckECS::Secrets::found(($run->{stdout} // '') . "\n" . ($run->{stderr} // ''), @secrets)], [], "$run->{name}: nothing secret is printed")
		or diag $run->{text};
	return;
}

# Each way in one form of output, in turn: the filter lies before them.
my $turn = 0;
sub run_next {
	my ($name, $env, @arguments) = @_;
	my $form = $forms[$turn++ % @forms];
	my $run = run_plugin({name => "$name, @$form", env => $env, quiet => 1}, '-c', 'prod', @$form, @arguments);
	$run->exits('UNKNOWN');
	return $run;
}

# The oracle itself finds what it is made for.
for my $way (CheckECS::Secrets::ways($key)) {
	my ($name, $text) = @$way;
	$text =~ s/\x{e2}\x{80}\x{8b}|\e\[0m//g;
	isnt(scalar(CheckECS::Secrets::found("ECS UNKNOWN - $text", $key)), 0, "the oracle: $name");
}
is_deeply([CheckECS::Secrets::found('ECS OK - prod: nothing here', $key, $token)], [], 'the oracle: and nothing else');

# --- AWS's errors: in the message, the codes, the headers, names of members, or as a page ---

# A header's value is one line of printable characters.
sub header_text { return $_[0] =~ s/[^ -~]+/ /gr }

my $refusing = CheckECS::Metadata->start(sub {
	my $s = say_now();
	my $word = header_text($s) =~ s/ +/_/gr;
	my %pick = (message => $s, __type => "com.amazonaws#$word", $s => $s, code => $word, Message => $s);
	my @headers = ("x-amzn-errortype: $word:http://x/$word", "x-amzn-query-error: $word;Sender", "x-amzn-requestid: $word",
		"x-amz-retry-after: $word", 'Location: http://' . header_text($s), 'Date: ' . header_text($s), "Server: $word");
	# Which places are used goes with the length, so that each has its turn.
	return [400, $json->encode(\%pick), {headers => length($s) % 2 ? \@headers : [$headers[2]]}];
});
my $paging = CheckECS::Metadata->start(sub { return [502, '<html>' . say_now() . '</html>', {headers => ['x-amzn-errortype: ' . substr(header_text(say_now()), 0, 100)]}] });
for my $secret (['the secret key', $key], ['the session token', $token]) {
	my ($what, $text) = @$secret;
	for my $way (CheckECS::Secrets::ways($text)) {
		my ($name, $written) = @$way;
		say_next($written);
		tells_nothing(run_next("$what, $name", \%session, "--endpoint-url=$refusing->{url}"), $key, $token);
		say_next("$written.");
		tells_nothing(run_next("$what, $name, other places", \%session, "--endpoint-url=$refusing->{url}"), $key, $token);
	}
}
# Nor does a code by which the rules go change for a password that is part of it.
my $throttling = CheckECS::Metadata->start(sub { return [400, $json->encode({__type => 'ThrottlingException', message => 'Rate exceeded, AccessDeniedException'})] });
say_next($token);
tells_nothing(run_next('a page', \%session, "--endpoint-url=$paging->{url}"), $token) for @forms;
my $run = run_plugin({name => 'a key that is like a code', env => {%session, AWS_SECRET_ACCESS_KEY => 'AccessDeniedException/ThrottlingException'}}, '-c', 'prod', '-t', '2',
	"--endpoint-url=$throttling->{url}");
$run->says('still throttling', qr/throttling this account's requests in eu-west-1/, qr/ThrottlingException: Rate exceeded, \*\*\*/);
say_next('the account is asleep');
$run = run_plugin({name => 'what is no secret is told', env => \%session}, '-c', 'prod', "--endpoint-url=$refusing->{url}");
$run->says('the message', qr/the account is asleep/);

# --- CloudWatch's and ECS's words about single series and services ---

my @names = ('api', 'wJalrXUtnFEMI'); # a service that is called like a part of the key stays as it is
my $cluster = CheckECS::Metadata->start(sub {
	my ($method, $path, $headers, undef, $body) = @_;
	my $s = say_now();
	my $target = $headers->{'x-amz-target'} // '';
	my $asked = decode_json($body);
	return [200, $json->encode({serviceArns => [map { "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_" } @names]})] if $target =~ /ListServices/;
	if ($target =~ /DescribeServices/) {
		return [200, $json->encode({failures => [], services => [map { {serviceName => $_, status => $s, desiredCount => 0, runningCount => 0} } @{$asked->{services}}]})];
	}
	my @results = map { {Id => $_->{Id}, StatusCode => $_->{Id} eq 'm0' ? 'Forbidden' : $_->{Id} eq 'm1' ? $s : 'Complete', Timestamps => [], Values => [],
		Messages => [{Code => $s, Value => $s}], Label => $s} } @{$asked->{MetricDataQueries}};
	return [200, $json->encode({MetricDataResults => \@results, ($asked->{StartTime} ? (Messages => [{Code => $s, Value => $s}]) : ())})];
});
for my $way (CheckECS::Secrets::ways($key)) {
	my ($name, $written) = @$way;
	say_next($written);
	$run = run_next("a series, $name", \%session, "--endpoint-url=$cluster->{url}");
	my $text = join "\n", map { $_ // '' } @$run{qw(stdout stderr)};
	like($text, qr/wJalrXUtnFEMI/, "$run->{name}: the service's name stays");
	$text =~ s/wJalrXUtnFEMI(?![\/|%])//g;
	is_deeply([CheckECS::Secrets::found($text, $key, $token)], [], "$run->{name}: nothing secret is printed") or diag $run->{text};
}

# --- those who issue keys ---

my $directory = tempdir();
my $jwt = join '.', map { CheckECS::Secrets::base64($_) =~ tr{+/=}{-_}dr } '{"alg":"RS256","kid":"0123456789"}', '{"sub":"system:serviceaccount:monitoring:check","aud":["sts.amazonaws.com"]}', 'signature' x 20;
my $jwt_file = keep_file("$jwt\n", 'jwt');
my %sso = (accessToken => 'aoaAAAAAGVoZ-access_Token/1', refreshToken => 'aorAAAAAGVoZ-refresh_Token+2', clientSecret => 'eyJraWQiOi-client-Secret-3');
my $config = keep_file(<<~"INI", 'config');
	[profile role]
	role_arn = $here/Monitoring
	source_profile = keys
	[profile keys]
	aws_access_key_id = AKIAEXAMPLEEXAMPLE12
	aws_secret_access_key = $key
	[profile web]
	role_arn = $here/Monitoring
	web_identity_token_file = $jwt_file
	[profile sso]
	sso_session = my-sso
	sso_account_id = 123456789012
	sso_role_name = Reader
	[sso-session my-sso]
	sso_region = eu-west-1
	sso_start_url = https://example.awsapps.com/start
	INI
my $issuer = CheckECS::Metadata->start(sub {
	my ($method, $path, $headers, undef, $body) = @_;
	my $s = say_now();
	my $word = header_text($s) =~ s/ +/_/gr;
	my $xml = $s =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/[^\n\t -~]/?/gr;
	my @headers = ("x-amzn-requestid: $word", "x-amzn-errortype: $word");
	return [400, "<ErrorResponse><Error><Type>$word</Type><Code>$xml</Code><Message>$xml</Message></Error><RequestId>$xml</RequestId></ErrorResponse>", {headers => \@headers}]
		if ($body // '') =~ /^Action/;
	return [400, $json->encode({error => $word, error_description => $s, message => $s, __type => $word, $s => $s}), {headers => \@headers}];
});
my $agent = CheckECS::Metadata->start(sub {
	my ($method, $path) = @_;
	my $s = say_now();
	my $word = header_text($s) =~ s/[^A-Za-z0-9_+=,.\@-]/-/gr;
	return [200, 'AQAEAImds-session_Token-4=='] if $method eq 'PUT';
	return [200, $word] if $path =~ m{/security-credentials/\z};
	return [200, $json->encode({Code => $s, Message => $s, $s => $s})];
});
my $home;
sub fresh_home {
	$home = "$directory/home-" . ++(our $homes);
	make_path("$home/.aws/sso/cache");
	my $at = sub { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) };
	my $file = "$home/.aws/sso/cache/" . sha1_hex('my-sso') . '.json';
	open my $out, '>', $file or die "$file: $!";
	print {$out} encode_json({%sso, expiresAt => $at->(300), clientId => 'client-1', registrationExpiresAt => $at->(86400), startUrl => 'https://example.awsapps.com/start', region => 'eu-west-1'});
	close $out or die "$file: $!";
	return $home;
}
my %asked = map { ("AWS_ENDPOINT_URL_$_" => $issuer->{url}) } qw(STS SSO SSO_OIDC);
my $spilling = keep_file("#!/bin/sh\ncat '$said' >&2\nexit 1\n", 'spilling');
chmod 0755, $spilling;
my $process = keep_file("[profile process]\ncredential_process = $spilling\n", 'process');
my @sources = (
	['STS', $key, {%none, AWS_CONFIG_FILE => $config, %asked}, '-p', 'role'],
	['STS, web identity', $jwt, {%none, AWS_CONFIG_FILE => $config, %asked}, '-p', 'web'],
	(map { ["the portal, $_", $sso{$_}, {%none, AWS_CONFIG_FILE => $config, %asked}, '-p', 'sso'] } sort keys %sso),
	['a container agent', 'agent-Authorization/5', {%none, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}/x", AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-Authorization/5'}],
	['an agent, the path', '2b1c1e8f-5d5c-4fd9-9b3f', {%none, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}/v2/2b1c1e8f-5d5c-4fd9-9b3f"}],
	['instance metadata', 'AQAEAImds-session_Token-4==', {%none, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $agent->{url}}],
	['a credential_process, inherited keys', $key, {%session, AWS_CONFIG_FILE => $process}, '-p', 'process'],
);
my $offset = 0;
for my $source (@sources) {
	my ($what, $secret, $env, @arguments) = @$source;
	my @ways = CheckECS::Secrets::ways($secret);
	for my $i (grep { $_ == 0 || $_ % 3 == $offset % 3 } 0 .. $#ways) {
		my ($name, $written) = @{$ways[$i]};
		say_next($written);
		tells_nothing(run_next("$what, $name", {HOME => fresh_home(), %$env}, '-t', int(4 * time_factor()), @arguments, "--endpoint-url=$refusing->{url}"), $secret);
	}
	$offset++;
}
done_testing;
