package CheckECS::Choices;
# What environment, files and options lead to, as a table: CheckECS::Choices->rows.
#
# A row: what it is called, the situation, and the calls that have to follow (none: the search fails). Where the AWS CLI
# does something else, `aws` has its calls ([]: it fails) and `why` the reason; without them both have to do the same.
#
# A situation: env (changes to the environment; AWS_REGION=eu-west-1 and no keys to begin with), config and credentials
# (texts for ~/.aws), files ({path below HOME => text}), options (words that both programs take). In all of these
# {home}, {imds}, {agent} and {dead} stand for HOME, the two metadata servers and a port where nobody listens.

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(row ecs keys_of static printed $no_region $imds);

our $no_region = {AWS_REGION => undef};
our $imds = {AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => '{imds}/'};

sub row {
	my ($name, $situation, $calls, %differs) = @_;
	return {name => $name, %$situation, calls => $calls, %differs};
}

# The call to ECS with such a key: ecs('AKIDX', region => ..., host => ..., token => ...).
sub ecs {
	my ($key, %option) = @_;
	my $region = $option{region} // 'eu-west-1';
	my $host = $option{host} // "ecs.$region.amazonaws.com";
	return "ListServices $host $key ecs/$region" . ($option{token} ? " token=$option{token}" : '');
}

sub keys_of { return (AWS_ACCESS_KEY_ID => "AKID$_[0]", AWS_SECRET_ACCESS_KEY => 'secret') }
sub static { return "aws_access_key_id = AKID$_[0]\naws_secret_access_key = secret\n" }
sub printed { return qq(credential_process = /bin/echo '{"Version":1,"AccessKeyId":"AKID$_[0]","SecretAccessKey":"secret"}'\n) }

sub rows {
	return (environment(), files(), readings(), profiles(), regions(), partitions(), endpoints(), processes(), taken(), metadata());
}

sub environment {
	my $file = "[default]\n" . static('FILE') . "[p]\n" . static('P');
	return (
		row('keys in the environment', {env => {keys_of('ENV')}}, [ecs('AKIDENV')]),
		row('the environment beats the default profile', {env => {keys_of('ENV')}, credentials => $file}, [ecs('AKIDENV')]),
		row('the environment beats AWS_PROFILE', {env => {keys_of('ENV'), AWS_PROFILE => 'p'}, credentials => $file}, [ecs('AKIDENV')]),
		row('--profile beats the environment', {env => {keys_of('ENV')}, credentials => $file, options => [qw(--profile p)]}, [ecs('AKIDP')]),
		row('keys of the environment, region of AWS_PROFILE',
			{env => {keys_of('ENV'), %$no_region, AWS_PROFILE => 'p'}, config => "[profile p]\nregion = us-east-2\n"}, [ecs('AKIDENV', region => 'us-east-2')]),
		row('a session token', {env => {keys_of('ENV'), AWS_SESSION_TOKEN => 'new'}}, [ecs('AKIDENV', token => 'new')]),
		row('AWS_SECURITY_TOKEN alone', {env => {keys_of('ENV'), AWS_SECURITY_TOKEN => 'old'}}, [ecs('AKIDENV', token => 'old')]),
		row('two tokens', {env => {keys_of('ENV'), AWS_SESSION_TOKEN => 'new', AWS_SECURITY_TOKEN => 'old'}}, [ecs('AKIDENV', token => 'new')],
			aws => [ecs('AKIDENV', token => 'old')], why => 'an old variable left behind must not break newer keys; the other SDKs agree'),
		row('an empty token', {env => {keys_of('ENV'), AWS_SESSION_TOKEN => ''}}, [ecs('AKIDENV')]),
		row('a lone key id', {env => {AWS_ACCESS_KEY_ID => 'AKIDENV'}, credentials => $file}, []),
		row('a lone secret', {env => {AWS_SECRET_ACCESS_KEY => 'secret'}, credentials => $file}, [ecs('AKIDFILE')]),
		row('an empty key id', {env => {AWS_ACCESS_KEY_ID => '', AWS_SECRET_ACCESS_KEY => 'secret'}, credentials => $file}, [ecs('AKIDFILE')]),
		row('keys that expired', {env => {keys_of('ENV'), AWS_CREDENTIAL_EXPIRATION => '2020-01-01T00:00:00Z'}, credentials => $file}, []),
		row('keys that will expire', {env => {keys_of('ENV'), AWS_CREDENTIAL_EXPIRATION => '2099-01-01T00:00:00Z'}}, [ecs('AKIDENV')]),
		row('nothing at all', {}, []),
	);
}

sub files {
	my $both = {credentials => "[p]\n" . static('SHARED'), config => "[profile p]\nregion = us-east-2\n" . static('CONFIG') . "aws_session_token = T\n"};
	return (
		row('the credentials file', {credentials => "[default]\n" . static('FILE')}, [ecs('AKIDFILE')]),
		row('the config file', {config => "[default]\n" . static('FILE')}, [ecs('AKIDFILE')]),
		row('keys of one file, region of the other; no token of the other', {%$both, env => $no_region, options => [qw(--profile p)]},
			[ecs('AKIDSHARED', region => 'us-east-2')]),
		row('half keys are not completed from the other file', {%$both, credentials => "[p]\naws_access_key_id = AKIDSHARED\n", options => [qw(--profile p)]}, []),
		row('half keys in the config file', {config => "[default]\naws_access_key_id = AKIDFILE\n"}, []),
		row('a token in the credentials file', {credentials => "[default]\n" . static('FILE') . "aws_session_token = T\n"}, [ecs('AKIDFILE', token => 'T')]),
		row('aws_security_token alone', {credentials => "[default]\n" . static('FILE') . "aws_security_token = T\n"}, [ecs('AKIDFILE', token => 'T')]),
		row('aws_security_token in the config file', {config => "[default]\n" . static('FILE') . "aws_security_token = T\n"}, [ecs('AKIDFILE', token => 'T')]),
		row('AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE with ~',
			{env => {%$no_region, AWS_CONFIG_FILE => '~/c', AWS_SHARED_CREDENTIALS_FILE => '~/k'}, config => "[default]\nregion = us-west-1\n",
				files => {c => "[default]\nregion = us-east-2\n", k => "[default]\n" . static('K')}}, [ecs('AKIDK', region => 'us-east-2')]),
		row('no HOME', {env => {HOME => undef, AWS_CONFIG_FILE => '{home}/c', AWS_SHARED_CREDENTIALS_FILE => '{home}/k'},
			files => {c => '', k => "[default]\n" . static('K')}}, [ecs('AKIDK')]),
		row('files that are missing', {env => {AWS_CONFIG_FILE => '{home}/c', AWS_SHARED_CREDENTIALS_FILE => '{home}/k'}}, []),
		row('the environment with a broken file', {env => {keys_of('ENV')}, config => "[default\nregion\n"}, []),
	);
}

# How a line is read.
sub readings {
	my $lenient = 'the other SDKs read it so; the CLI refuses or misreads the file';
	my $keys = "[default]\n" . static('FILE');
	return (
		row('a section twice', {config => "[default]\nregion = us-east-2\n[default]\n" . static('FILE'), env => $no_region},
			[ecs('AKIDFILE', region => 'us-east-2')], aws => [], why => $lenient),
		row('a key twice', {config => "${keys}region = us-east-1\nregion = us-east-2\n", env => $no_region},
			[ecs('AKIDFILE', region => 'us-east-2')], aws => [], why => $lenient),
		row('a comment behind a value', {config => "${keys}region = us-east-2 # Ohio\n", env => $no_region},
			[ecs('AKIDFILE', region => 'us-east-2')], aws => [], why => $lenient),
		row('# without a blank before it', {config => "${keys}region = us-east-2#Ohio\n", env => $no_region}, []),
		row('comments on lines of their own', {config => "# one\n; two\n$keys# three\nregion = us-east-2\n", env => $no_region},
			[ecs('AKIDFILE', region => 'us-east-2')]),
		row('quotes stay', {config => "${keys}region = \"us-east-2\"\n", env => $no_region}, []),
		row('names of keys in capitals', {credentials => "[default]\nAWS_ACCESS_KEY_ID=AKIDFILE\nAws_Secret_Access_Key=secret\n"}, [ecs('AKIDFILE')]),
		row('line ends of Windows', {credentials => $keys =~ s/\n/\r\n/gr}, [ecs('AKIDFILE')]),
		row('nothing behind the last line', {credentials => $keys =~ s/\n\z//r}, [ecs('AKIDFILE')]),
		row('lines that belong to no section', {config => "${keys}s3 =\n  region = us-west-1\nregion = us-east-2\n", env => $no_region},
			[ecs('AKIDFILE', region => 'us-east-2')]),
	);
}

sub profiles {
	my $file = "[default]\n" . static('FILE') . "[p]\n" . static('P') . "[q]\n" . static('Q');
	my $later = {config => "[default]\nregion = us-east-1\n[profile default]\nregion = us-east-2\n", env => $no_region, credentials => $file};
	return (
		row('AWS_PROFILE', {env => {AWS_PROFILE => 'p'}, credentials => $file}, [ecs('AKIDP')]),
		row('AWS_DEFAULT_PROFILE', {env => {AWS_DEFAULT_PROFILE => 'q'}, credentials => $file}, [ecs('AKIDQ')]),
		row('AWS_PROFILE before AWS_DEFAULT_PROFILE', {env => {AWS_PROFILE => 'p', AWS_DEFAULT_PROFILE => 'q'}, credentials => $file}, [ecs('AKIDP')]),
		row('--profile before AWS_PROFILE', {env => {AWS_PROFILE => 'p'}, credentials => $file, options => [qw(--profile q)]}, [ecs('AKIDQ')]),
		row('an empty AWS_PROFILE', {env => {AWS_PROFILE => ''}, credentials => $file}, [ecs('AKIDFILE')],
			aws => [], why => 'an empty variable counts as unset, everywhere alike'),
		row('a profile that is nowhere', {credentials => $file, options => [qw(--profile ghost)]}, []),
		row('AWS_PROFILE that is nowhere', {env => {AWS_PROFILE => 'ghost'}, credentials => $file}, []),
		row('[NAME] in the config file', {config => "[p]\n" . static('P'), options => [qw(--profile p)]}, []),
		row('[profile NAME] in the credentials file', {credentials => "[profile p]\n" . static('P'), options => [qw(--profile p)]}, []),
		row('[profile default] behind [default]', $later, [ecs('AKIDFILE', region => 'us-east-2')]),
		row('[profile default] before [default]', {%$later, config => "[profile default]\nregion = us-east-2\n[default]\nregion = us-east-1\n"},
			[ecs('AKIDFILE', region => 'us-east-2')], aws => [ecs('AKIDFILE', region => 'us-east-1')], why => 'the other SDKs: [profile default] always wins'),
		row('a quoted name', {config => "[profile \"a b\"]\n" . static('P'), options => ['--profile', 'a b']}, [ecs('AKIDP')]),
		row('blanks inside the brackets', {config => "[ profile p ]\n" . static('P'), options => [qw(--profile p)]}, [ecs('AKIDP')],
			aws => [], why => 'the other SDKs take it'),
	);
}

sub regions {
	my $keys = {keys_of('ENV')};
	my $config = "[default]\nregion = us-east-1\n[profile p]\nregion = us-east-2\n[profile bare]\noutput = json\n";
	my $leads = sub {
		my ($name, $region, $env, %more) = @_;
		return row($name, {env => {%$keys, %$no_region, %$env}, config => $config, %more}, $region ? [ecs('AKIDENV', region => $region)] : []);
	};
	return (
		$leads->('AWS_REGION', 'eu-west-1', {AWS_REGION => 'eu-west-1'}),
		$leads->('AWS_DEFAULT_REGION', 'eu-west-2', {AWS_DEFAULT_REGION => 'eu-west-2'}),
		$leads->('AWS_REGION before AWS_DEFAULT_REGION', 'eu-west-1', {AWS_REGION => 'eu-west-1', AWS_DEFAULT_REGION => 'eu-west-2'}),
		$leads->('the region of the default profile', 'us-east-1', {}),
		$leads->('the region of AWS_PROFILE', 'us-east-2', {AWS_PROFILE => 'p'}),
		$leads->('--region before all', 'us-west-2', {AWS_REGION => 'eu-west-1', AWS_PROFILE => 'p'}, options => [qw(--region us-west-2)]),
		$leads->('a profile without a region takes no other one\'s', undef, {AWS_PROFILE => 'bare'}),
		$leads->('a region with a blank', undef, {AWS_REGION => 'eu west 1'}),
		$leads->('a region that is a host', undef, {AWS_REGION => 'example.com/'}),
		row('an empty AWS_REGION', {env => {%$keys, AWS_REGION => ''}, config => $config}, [ecs('AKIDENV', region => 'us-east-1')],
			aws => [], why => 'an empty variable counts as unset, everywhere alike'),
	);
}

sub partitions {
	my $leads = sub {
		my ($name, $region, $host, $env, %more) = @_;
		my %differs = map { $_ => delete $more{$_} } grep { defined $more{$_} } qw(aws why);
		$differs{aws} = [ecs('AKIDENV', region => $region, host => $differs{aws})] if $differs{aws};
		return row($name, {env => {keys_of('ENV'), AWS_REGION => $region, %$env}, %more}, [ecs('AKIDENV', region => $region, host => $host)], %differs);
	};
	my %fips = (AWS_USE_FIPS_ENDPOINT => 'true');
	my %dual = (AWS_USE_DUALSTACK_ENDPOINT => 'true');
	my $newer = 'a partition younger than the CLI of 2022; its host as in the partition table of 2026';
	return (
		$leads->('China', 'cn-north-1', 'ecs.cn-north-1.amazonaws.com.cn', {}),
		$leads->('China, dual-stack', 'cn-north-1', 'ecs.cn-north-1.api.amazonwebservices.com.cn', {%dual}),
		$leads->('GovCloud', 'us-gov-west-1', 'ecs.us-gov-west-1.amazonaws.com', {}),
		$leads->('GovCloud, FIPS', 'us-gov-west-1', 'ecs-fips.us-gov-west-1.amazonaws.com', {%fips}),
		$leads->('iso', 'us-iso-east-1', 'ecs.us-iso-east-1.c2s.ic.gov', {}),
		$leads->('iso-b', 'us-isob-east-1', 'ecs.us-isob-east-1.sc2s.sgov.gov', {}),
		$leads->('the European sovereign cloud', 'eusc-de-east-1', 'ecs.eusc-de-east-1.amazonaws.eu', {}, aws => 'ecs.eusc-de-east-1.amazonaws.com', why => $newer),
		$leads->('a region that nobody knows', 'xx-future-7', 'ecs.xx-future-7.amazonaws.com', {}),
		$leads->('FIPS', 'us-east-1', 'ecs-fips.us-east-1.amazonaws.com', {%fips}),
		$leads->('FIPS, in capitals', 'us-east-1', 'ecs-fips.us-east-1.amazonaws.com', {AWS_USE_FIPS_ENDPOINT => 'TRUE'}),
		$leads->('FIPS, 1 is not true', 'us-east-1', 'ecs.us-east-1.amazonaws.com', {AWS_USE_FIPS_ENDPOINT => '1'}),
		$leads->('FIPS of the profile', 'us-east-1', 'ecs-fips.us-east-1.amazonaws.com', {}, config => "[default]\nuse_fips_endpoint = true\n"),
		$leads->('FIPS, the environment first', 'us-east-1', 'ecs.us-east-1.amazonaws.com', {AWS_USE_FIPS_ENDPOINT => 'false'},
			config => "[default]\nuse_fips_endpoint = true\n"),
		$leads->('dual-stack', 'us-east-1', 'ecs.us-east-1.api.aws', {%dual}),
		$leads->('dual-stack of the profile', 'us-east-1', 'ecs.us-east-1.api.aws', {}, config => "[default]\nuse_dualstack_endpoint = true\n"),
		$leads->('FIPS and dual-stack', 'us-east-1', 'ecs-fips.us-east-1.api.aws', {%fips, %dual}),
		row('fips-REGION', {env => {keys_of('ENV'), AWS_REGION => 'fips-us-east-1'}}, [ecs('AKIDENV', region => 'us-east-1', host => 'ecs-fips.us-east-1.amazonaws.com')]),
		row('REGION-fips', {env => {keys_of('ENV'), AWS_REGION => 'us-east-1-fips'}}, [ecs('AKIDENV', region => 'us-east-1', host => 'ecs-fips.us-east-1.amazonaws.com')]),
	);
}

# The later part is in the published rules (config-vectors.json, "endpoints"), but not in the CLI of 2022.
sub endpoints {
	my $plain = ecs('AKIDENV');
	my $elsewhere = ecs('AKIDENV', host => 'ecs.example.com');
	my $profile = "[default]\nendpoint_url = https://all.example.com\nservices = s\n[services s]\necs =\n  endpoint_url = https://ecs.example.com\n";
	my @younger = (aws => [$plain], why => 'the CLI knows it since 2.13');
	my $leads = sub { my ($name, $env, $config, @rest) = @_; return row($name, {env => {keys_of('ENV'), %$env}, config => $config}, @rest) };
	return (
		row('--endpoint-url', {env => {keys_of('ENV')}, options => ['--endpoint-url', 'https://ecs.example.com']}, [$elsewhere]),
		$leads->('AWS_ENDPOINT_URL', {AWS_ENDPOINT_URL => 'https://ecs.example.com'}, '', [$elsewhere], @younger),
		$leads->('AWS_ENDPOINT_URL_ECS first', {AWS_ENDPOINT_URL => 'https://all.example.com', AWS_ENDPOINT_URL_ECS => 'https://ecs.example.com'}, '', [$elsewhere], @younger),
		$leads->('an empty AWS_ENDPOINT_URL', {AWS_ENDPOINT_URL => '', AWS_ENDPOINT_URL_ECS => ''}, '', [$plain]),
		$leads->('a services section', {}, $profile, [$elsewhere], @younger),
		$leads->('the environment before a services section', {AWS_ENDPOINT_URL => 'https://env.example.com'}, $profile,
			[ecs('AKIDENV', host => 'env.example.com')], @younger),
		$leads->('endpoint_url of the profile', {}, $profile =~ s/ecs =/sts =/r, [ecs('AKIDENV', host => 'all.example.com')], @younger),
		$leads->('endpoints that are to be ignored', {}, $profile =~ s/^(services)/ignore_configured_endpoint_urls = true\n$1/mr, [$plain]),
		$leads->('a services section that is missing', {}, "[default]\nservices = zz\n", [], @younger),
	);
}

sub processes {
	my $none = "[default]\ncredential_process = /bin/false\n";
	return (
		row('credential_process', {config => "[default]\n" . printed('PROCESS')}, [ecs('AKIDPROCESS')]),
		row('credential_process with a token', {config => "[default]\n" . printed('PROCESS') =~ s/\}'/,"SessionToken":"T"}'/r}, [ecs('AKIDPROCESS', token => 'T')]),
		row('the credentials file before credential_process', {config => "[default]\n" . printed('PROCESS'), credentials => "[default]\n" . static('FILE')}, [ecs('AKIDFILE')]),
		row('credential_process before the config file', {config => "[default]\n" . printed('PROCESS') . static('FILE')}, [ecs('AKIDPROCESS')]),
		row('the environment before credential_process', {env => {keys_of('ENV')}, config => $none}, [ecs('AKIDENV')]),
		row('credential_process that fails', {config => $none . static('FILE')}, []),
		row('credential_process of another version', {config => "[default]\n" . printed('PROCESS') =~ s/:1,/:2,/r}, []),
		row('credential_process: no shell', {config => "[default]\ncredential_process = /bin/echo \$HOME | /bin/cat\n"}, []),
		row('credential_process that printed expired keys', {config => "[default]\n" . printed('PROCESS') =~ s/\}'/,"Expiration":"2020-01-01T00:00:00Z"}'/r}, []),
	);
}

# What 0.1.0 refused although the CLI takes it.
sub taken {
	my $attempts = sub { my ($value, @rest) = @_; return row("AWS_MAX_ATTEMPTS=$value", {env => {keys_of('ENV'), AWS_MAX_ATTEMPTS => $value}}, @rest) };
	my $trust = sub { my ($name, $env, $config) = @_; return row("$name with ~", {env => {%$env}, config => "[default]\n$config" . static('FILE'), files => {'ca.pem' => '{authority}'}}, [ecs('AKIDFILE')]) };
	my $until = sub { my ($time, @rest) = @_; return row("credential_process, Expiration $time", {config => "[default]\n" . printed('PROCESS') =~ s/\}'/,"SessionToken":"T","Expiration":"$time"}'/r}, @rest) };
	my $process = [ecs('AKIDPROCESS', token => 'T')];
	return (
		$attempts->(200, [ecs('AKIDENV')]), $attempts->(0, [], says => [qr/AWS_MAX_ATTEMPTS is not a whole number of at least 1/]), $attempts->('many', []), $attempts->('1.5', []),
		$trust->('AWS_CA_BUNDLE', {AWS_CA_BUNDLE => '~/ca.pem'}, ''), $trust->('ca_bundle', {AWS_CA_BUNDLE => undef}, "ca_bundle = ~/ca.pem\n"),
		$until->('2099-01-01 00:00:00+00:00', $process), $until->('20990101T000000Z', $process), $until->('2099-01-01t00:00:00z', $process), $until->('2020-01-01 00:00:00+00:00', []),
		$until->('tomorrow', []),
		row('a blank behind the region', {env => {keys_of('ENV'), AWS_REGION => 'eu-west-1 '}}, [], says => [qr/AWS_REGION is not a valid region name; remove the blank or line break/]),
		row('a line end behind the region', {env => {keys_of('ENV'), AWS_REGION => "eu-west-1\n"}}, [], says => [qr/AWS_REGION is not a valid region name; remove the blank or line break/]),
		row('quotes around the key id in the environment', {env => {keys_of('ENV'), AWS_ACCESS_KEY_ID => '"AKIDENV"'}}, [], aws => [ecs('"AKIDENV"')],
			why => 'the CLI sends the quotes along, and AWS does not know the key', says => [qr/environment: the access key id is in quotes; remove the quotes/]),
	);
}

sub metadata {
	my %agent = (AWS_CONTAINER_CREDENTIALS_FULL_URI => '{agent}/keys');
	my $file = "[default]\n" . static('FILE');
	return (
		row('a container agent', {env => {%agent}}, [ecs('ASIAAGENT', token => 'agent')]),
		row('a container agent that wants a token', {env => {%agent, AWS_CONTAINER_AUTHORIZATION_TOKEN => 'let-me-in'}}, [ecs('ASIAADMITTED', token => 'agent')]),
		row('a container agent before instance metadata', {env => {%agent, %$imds}}, [ecs('ASIAAGENT', token => 'agent')]),
		row('a container agent that fails: no instance metadata', {env => {%$imds, AWS_CONTAINER_CREDENTIALS_FULL_URI => '{agent}/nothing'}}, []),
		row('a container agent at a foreign host', {env => {AWS_CONTAINER_CREDENTIALS_FULL_URI => 'http://example.com/keys'}}, []),
		row('files before a container agent', {env => {%agent}, credentials => $file}, [ecs('AKIDFILE')]),
		row('instance metadata', {env => {%$imds}}, [ecs('ASIAINSTANCE', token => 'instance')]),
		row('instance metadata names the region', {env => {%$imds, %$no_region}}, [ecs('ASIAINSTANCE', token => 'instance', region => 'us-west-2')]),
		row('region of the profile before instance metadata', {env => {%$imds, %$no_region}, config => "[default]\nregion = us-east-2\n"},
			[ecs('ASIAINSTANCE', token => 'instance', region => 'us-east-2')]),
		row('instance metadata of the profile', {env => {AWS_EC2_METADATA_DISABLED => undef}, config => "[default]\nec2_metadata_service_endpoint = {imds}/\n"},
			[ecs('ASIAINSTANCE', token => 'instance')]),
		row('instance metadata for a profile without keys', {env => {%$imds, AWS_PROFILE => 'p'}, config => "[profile p]\noutput = json\n"},
			[ecs('ASIAINSTANCE', token => 'instance')]),
		row('instance metadata switched off', {env => {%$imds, AWS_EC2_METADATA_DISABLED => 'True'}}, []),
		row('instance metadata, no slash at the end', {env => {%$imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => '{imds}'}}, [ecs('ASIAINSTANCE', token => 'instance')],
			aws => [], why => 'the CLI puts path and address together as they are'),
		row('files before instance metadata', {env => {%$imds}, credentials => $file}, [ecs('AKIDFILE')]),
		row('expired keys of instance metadata', {env => {%$imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => '{imds}/expired/'}}, [ecs('ASIAEXPIRED', token => 'instance')]),
		row('instance metadata that nobody answers', {env => {%$imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => '{dead}/'}}, []),
	);
}

1;
