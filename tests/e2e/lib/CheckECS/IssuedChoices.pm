package CheckECS::IssuedChoices;
# The table of CheckECS::Choices goes on: keys that STS and IAM Identity Center issue, and what the CLI left on disk.

use strict;
use warnings;
use CheckECS::Choices qw(row ecs keys_of static printed $no_region $imds);

my $arn = 'arn:aws:iam::123456789012:role/';
my $lenient = 'any case will do: its own comment says so';

# A call to AssumeRole: assume('a', 'AKIDX', region => ..., host => ..., token => ..., more => 'ExternalId=...').
sub assume {
	my ($role, $key, %option) = @_;
	my $region = $option{region} // 'eu-west-1';
	my $host = $option{host} // "sts.$region.amazonaws.com";
	return "AssumeRole $host $key sts/$region" . ($option{token} ? " token=$option{token}" : '') . " RoleArn=$arn$role" . ($option{more} ? " $option{more}" : '');
}

# A call to AssumeRoleWithWebIdentity with the text of the token file.
sub exchange {
	my ($role, $token, %option) = @_;
	my $host = $option{host} // 'sts.' . ($option{region} // 'eu-west-1') . '.amazonaws.com';
	return "AssumeRoleWithWebIdentity $host unsigned RoleArn=$arn$role" . ($option{session} ? " RoleSessionName=$option{session}" : '') . " WebIdentityToken=$token";
}

# The call to ECS with issued keys.
sub issued { my ($id, @option) = @_; return ecs($id, token => "of-$id", @option) }

sub rows { return (roles(), chains(), sources(), role_endpoints(), web_identity(), sso(), left_by_the_cli()) }

sub roles {
	my $base = "[base]\n" . static('BASE');
	my $leads = sub {
		my ($name, $lines, $calls, @more) = @_;
		return row($name, {config => "[profile p]\nrole_arn = ${arn}a\n$lines", credentials => $base, options => [qw(--profile p)]}, $calls, @more);
	};
	my $usual = [assume('a', 'AKIDBASE'), issued('ASIAROLEa')];
	my $source = "source_profile = base\n";
	my $role = {config => "[profile p]\nrole_arn = ${arn}a\n$source", credentials => $base};
	return (
		$leads->('a role', $source, $usual),
		$leads->('a role with external id, session name and duration', "${source}external_id = x:1\nrole_session_name = named-s\nduration_seconds = 1800\n",
			[assume('a', 'AKIDBASE', more => 'RoleSessionName=named-s ExternalId=x:1 DurationSeconds=1800'), issued('ASIAROLEa')]),
		$leads->('a role whose duration is no number', "${source}duration_seconds = long\n", [], aws => $usual, why => 'what is written and cannot be done is an error'),
		$leads->('a role before keys of the config file', $source . static('OWN'), $usual),
		$leads->('a role before credential_process', $source . printed('PROCESS'), $usual),
		row('a role before keys of the credentials file', {%$role, credentials => "${base}[p]\n" . static('OWN'), options => [qw(--profile p)]}, $usual),
		row('a role that is written in the credentials file', {credentials => "${base}[p]\nrole_arn = ${arn}a\n$source", options => [qw(--profile p)]}, $usual),
		row('a role of AWS_PROFILE', {%$role, env => {AWS_PROFILE => 'p'}}, $usual),
		row('a role of the default profile', {config => "[default]\nrole_arn = ${arn}a\n$source", credentials => $base}, $usual),
		row('the environment before a role of AWS_PROFILE', {%$role, env => {AWS_PROFILE => 'p', keys_of('ENV')}}, [ecs('AKIDENV')]),
		row('a role by option before the environment', {%$role, env => {keys_of('ENV')}, options => [qw(--profile p)]}, $usual),
		row('a role before instance metadata', {%$role, env => {%$imds, AWS_PROFILE => 'p'}}, $usual),
		$leads->('a role without a source', '', []),
		$leads->('a role with two sources', "${source}credential_source = Environment\n", []),
		$leads->('a role whose source is nowhere', "source_profile = ghost\n", []),
		$leads->('a role whose source has no keys', "source_profile = q\n[profile q]\nregion = us-east-1\n", []),
		$leads->('a role that needs a code', "${source}mfa_serial = arn:aws:iam::123456789012:mfa/u\n", []),
	);
}

sub chains {
	my $base = "[base]\n" . static('BASE');
	my $leads = sub {
		my ($name, $config, $calls, @more) = @_;
		return row($name, {config => "[profile p]\nrole_arn = ${arn}a\n$config", credentials => $base, options => [qw(--profile p)]}, $calls, @more);
	};
	my $by = sub { my ($key, @option) = @_; return [assume('a', $key, @option), issued('ASIAROLEa')] };
	return (
		$leads->('a role by a role', "source_profile = q\n[profile q]\nrole_arn = ${arn}b\nsource_profile = base\nexternal_id = of-q\n",
			[assume('b', 'AKIDBASE', more => 'ExternalId=of-q'), @{$by->('ASIAROLEb', token => 'of-ASIAROLEb')}]),
		$leads->('a role by a role by a role', "source_profile = q\n[profile q]\nrole_arn = ${arn}b\nsource_profile = r\n[profile r]\nrole_arn = ${arn}c\nsource_profile = base\n",
			[assume('c', 'AKIDBASE'), assume('b', 'ASIAROLEc', token => 'of-ASIAROLEc'), @{$by->('ASIAROLEb', token => 'of-ASIAROLEb')}]),
		$leads->('a source with keys and a role: its keys', "source_profile = q\n[profile q]\nrole_arn = ${arn}b\nsource_profile = base\n" . static('Q'), $by->('AKIDQ')),
		$leads->('a role by the keys of its own profile', "source_profile = p\n" . static('OWN'), $by->('AKIDOWN')),
		$leads->('a role by itself', "source_profile = p\n", []),
		$leads->('two roles by each other', "source_profile = q\n[profile q]\nrole_arn = ${arn}b\nsource_profile = p\n", []),
		$leads->('a role by credential_process', "source_profile = q\n[profile q]\n" . printed('PROCESS'), $by->('AKIDPROCESS')),
		row('a role by web identity of a profile',
			{config => "[profile p]\nrole_arn = ${arn}a\nsource_profile = q\n[profile q]\nrole_arn = ${arn}w\nweb_identity_token_file = {home}/t\n",
				files => {t => 'TOKEN'}, options => [qw(--profile p)]}, [exchange('w', 'TOKEN'), @{$by->('ASIAWEBw', token => 'of-ASIAWEBw')}]),
		row('a role whose source would be in the environment', {config => "[profile p]\nrole_arn = ${arn}a\nsource_profile = q\n[profile q]\nregion = us-east-1\n",
			env => {AWS_PROFILE => 'p', AWS_WEB_IDENTITY_TOKEN_FILE => '{home}/t', AWS_ROLE_ARN => "${arn}w"}, files => {t => 'TOKEN'}}, []),
	);
}

sub sources {
	my $from = sub { my ($source) = @_; return "[profile p]\nrole_arn = ${arn}a\ncredential_source = $source\n" };
	my %option = (options => [qw(--profile p)]);
	my $by = sub { my ($key, @option) = @_; return [assume('a', $key, @option), issued('ASIAROLEa')] };
	return (
		row('credential_source Environment', {%option, config => $from->('Environment'), env => {keys_of('ENV')}}, $by->('AKIDENV')),
		row('credential_source Environment with a token', {%option, config => $from->('Environment'), env => {keys_of('ENV'), AWS_SESSION_TOKEN => 'T'}},
			$by->('AKIDENV', token => 'T')),
		row('credential_source Environment without keys there', {%option, config => $from->('Environment')}, []),
		row('credential_source Ec2InstanceMetadata', {%option, config => $from->('Ec2InstanceMetadata'), env => $imds}, $by->('ASIAINSTANCE', token => 'instance')),
		row('credential_source EcsContainer', {%option, config => $from->('EcsContainer'), env => {AWS_CONTAINER_CREDENTIALS_FULL_URI => '{agent}/keys'}},
			$by->('ASIAAGENT', token => 'agent')),
		row('credential_source in small letters', {%option, config => $from->('environment'), env => {keys_of('ENV')}}, $by->('AKIDENV'), aws => [], why => $lenient),
		row('credential_source that nobody knows', {%option, config => $from->('SharedCredentials'), credentials => "[default]\n" . static('FILE')}, []),
	);
}

sub role_endpoints {
	my $config = "[profile p]\nrole_arn = ${arn}a\nsource_profile = base\n";
	my $base = "[base]\nregion = us-east-1\n" . static('BASE');
	my $leads = sub {
		my ($name, $env, $lines, $calls, @more) = @_;
		return row($name, {env => $env, config => $config . $lines, credentials => $base, options => [qw(--profile p)]}, $calls, @more);
	};
	my %east = (AWS_REGION => 'us-east-1');
	my $plain = [assume('a', 'AKIDBASE', region => 'us-east-1'), issued('ASIAROLEa', region => 'us-east-1')];
	return (
		$leads->('a role is asked for in the region of its profile', $no_region, "region = us-east-2\n",
			[assume('a', 'AKIDBASE', region => 'us-east-2'), issued('ASIAROLEa', region => 'us-east-2')]),
		$leads->('a source\'s region does not count', $no_region, '', []),
		row('a role and --region', {config => $config, credentials => $base, options => [qw(--profile p --region us-west-2)]},
			[assume('a', 'AKIDBASE', region => 'us-west-2'), issued('ASIAROLEa', region => 'us-west-2')]),
		row('a role and --endpoint-url', {config => $config, credentials => $base, options => [qw(--profile p --endpoint-url https://ecs.example.com)]},
			[assume('a', 'AKIDBASE'), issued('ASIAROLEa', host => 'ecs.example.com')]),
		$leads->('a role and FIPS', {%east, AWS_USE_FIPS_ENDPOINT => 'true'}, '',
			[assume('a', 'AKIDBASE', region => 'us-east-1', host => 'sts-fips.us-east-1.amazonaws.com'),
				issued('ASIAROLEa', region => 'us-east-1', host => 'ecs-fips.us-east-1.amazonaws.com')]),
		$leads->('a role in China', {AWS_REGION => 'cn-north-1'}, '',
			[assume('a', 'AKIDBASE', region => 'cn-north-1', host => 'sts.cn-north-1.amazonaws.com.cn'),
				issued('ASIAROLEa', region => 'cn-north-1', host => 'ecs.cn-north-1.amazonaws.com.cn')]),
		$leads->('AWS_STS_REGIONAL_ENDPOINTS=regional', {%east, AWS_STS_REGIONAL_ENDPOINTS => 'regional'}, '', $plain),
		$leads->('AWS_STS_REGIONAL_ENDPOINTS=legacy', {%east, AWS_STS_REGIONAL_ENDPOINTS => 'legacy'}, '',
			[assume('a', 'AKIDBASE', region => 'us-east-1', host => 'sts.amazonaws.com'), issued('ASIAROLEa', region => 'us-east-1')],
			aws => $plain, why => 'version 2 of the CLI has no such switch; what is set is honoured, as in the SDKs'),
		$leads->('AWS_ENDPOINT_URL_STS', {%east, AWS_ENDPOINT_URL_STS => 'https://sts.example.com'}, '',
			[assume('a', 'AKIDBASE', region => 'us-east-1', host => 'sts.example.com'), issued('ASIAROLEa', region => 'us-east-1')],
			aws => $plain, why => 'the CLI knows it since 2.13'),
	);
}

sub web_identity {
	my %env = (AWS_WEB_IDENTITY_TOKEN_FILE => '{home}/t', AWS_ROLE_ARN => "${arn}e");
	my %token = (files => {t => 'TOKEN', u => 'OTHER'});
	my $profile = "[profile p]\nrole_arn = ${arn}w\nweb_identity_token_file = {home}/u\nrole_session_name = named-p\n";
	my $usual = [exchange('e', 'TOKEN'), issued('ASIAWEBe')];
	my $of_profile = [exchange('w', 'OTHER', session => 'named-p'), issued('ASIAWEBw')];
	return (
		row('web identity of the environment', {%token, env => {%env}}, $usual),
		row('web identity with a session name', {%token, env => {%env, AWS_ROLE_SESSION_NAME => 'named-e'}}, [exchange('e', 'TOKEN', session => 'named-e'), issued('ASIAWEBe')]),
		row('web identity before files', {%token, env => {%env}, credentials => "[default]\n" . static('FILE')}, $usual),
		row('web identity before a container agent', {%token, env => {%env, AWS_CONTAINER_CREDENTIALS_FULL_URI => '{agent}/keys'}}, $usual),
		row('the environment before web identity', {%token, env => {%env, keys_of('ENV')}}, [ecs('AKIDENV')]),
		row('web identity of a profile', {%token, config => $profile, options => [qw(--profile p)]}, $of_profile),
		row('a profile by option: not the environment\'s web identity', {%token, env => {%env}, config => $profile, options => [qw(--profile p)]}, $of_profile),
		row('a profile by option without web identity', {%token, env => {%env}, credentials => "[p]\n" . static('P'), options => [qw(--profile p)]}, [ecs('AKIDP')]),
		row('web identity of AWS_PROFILE, the environment first key by key', {%token, env => {AWS_PROFILE => 'p', AWS_ROLE_ARN => "${arn}e"}, config => $profile},
			[exchange('e', 'OTHER', session => 'named-p'), issued('ASIAWEBe')]),
		row('a role of the profile without a source, with a token file of the environment', {%token, env => {AWS_PROFILE => 'p', AWS_WEB_IDENTITY_TOKEN_FILE => '{home}/t'},
			config => "[profile p]\nrole_arn = ${arn}w\n"}, []),
		row('a token file without a role', {%token, env => {AWS_WEB_IDENTITY_TOKEN_FILE => '{home}/t'}, credentials => "[default]\n" . static('FILE')}, []),
		row('a token file that is missing', {env => {%env}, credentials => "[default]\n" . static('FILE')}, []),
		row('a line end behind the token', {files => {t => "TOKEN\n"}, env => {%env}}, $usual,
			aws => [exchange('e', 'TOKEN\n'), issued('ASIAWEBe')], why => 'no token ends with a line end, many files do'),
		row('web identity in another region', {%token, env => {%env, AWS_REGION => 'us-west-2'}},
			[exchange('e', 'TOKEN', region => 'us-west-2'), issued('ASIAWEBe', region => 'us-west-2')]),
	);
}

sub sso {
	my $url = 'https://example.awsapps.com/start';
	my $role = "sso_account_id = 123456789012\nsso_role_name = Reader\n";
	my $old = "[profile p]\n${role}sso_region = us-east-2\nsso_start_url = $url\n";
	my $session = "[sso-session my-sso]\nsso_region = us-east-2\nsso_start_url = $url\n";
	my $new = "[profile p]\n${role}sso_session = my-sso\n";
	my $file = sub {
		my ($name, $expires) = @_;
		return {".aws/sso/cache/$name.json" => qq({"startUrl":"$url","region":"us-east-2","accessToken":"BEARER-$expires","expiresAt":"$expires-01-01T00:00:00Z"})};
	};
	# SHA-1 of the start URL and of the session's name.
	my ($of_url, $of_session) = qw(e8be5486177c5b5392bd9aa76563515b29358e6e 0ad374308c5a4e22f723adf10145eafad7c4031c);
	my $calls = ['GetRoleCredentials portal.sso.us-east-2.amazonaws.com unsigned bearer=BEARER-2099 account_id=123456789012 role_name=Reader', issued('ASIASSOReader')];
	my $by_q = "[profile p]\nrole_arn = ${arn}a\nsource_profile = q\n";
	my @by_sso = ($calls->[0], assume('a', 'ASIASSOReader', token => 'of-ASIASSOReader'), issued('ASIAROLEa'));
	my $leads = sub {
		my ($name, $config, $files, $wanted, @more) = @_;
		return row($name, {config => $config, files => $files, options => [qw(--profile p)]}, $wanted, @more);
	};
	return (
		$leads->('SSO, old form', $old, $file->($of_url, 2099), $calls),
		$leads->('SSO, new form', $new . $session, $file->($of_session, 2099), $calls),
		$leads->('SSO, new form, region and address repeated', "${new}sso_region = us-east-2\nsso_start_url = $url\n$session", $file->($of_session, 2099), $calls),
		$leads->('SSO, new form, another region in the profile', "${new}sso_region = us-east-1\n$session", $file->($of_session, 2099), []),
		$leads->('SSO, new form, a session that is nowhere', $new, $file->($of_session, 2099), []),
		$leads->('SSO, old form, a token that expired', $old, $file->($of_url, 2020), []),
		$leads->('SSO, new form, a token that expired', $new . $session, $file->($of_session, 2020), []),
		$leads->('SSO without a token', $new . $session, {}, []),
		$leads->('SSO without a role', "[profile p]\nsso_account_id = 1\nsso_region = us-east-2\nsso_start_url = $url\n" . static('OWN'), $file->($of_url, 2099), []),
		$leads->('SSO before credential_process and the config file', $old . printed('PROCESS') . static('OWN'), $file->($of_url, 2099), $calls),
		row('SSO before the credentials file', {config => $old, credentials => "[p]\n" . static('P'), files => $file->($of_url, 2099), options => [qw(--profile p)]}, $calls),
		$leads->('a role by SSO, old form', $old =~ s/profile p/profile q/r . $by_q, $file->($of_url, 2099), \@by_sso),
		$leads->('a role by SSO, new form', $new =~ s/profile p/profile q/r . $session . $by_q, $file->($of_session, 2099), \@by_sso,
			aws => [], why => 'the CLI of early 2023 breaks with an error of Python'),
	);
}

sub left_by_the_cli {
	my $cached = sub {
		my ($expires) = @_;
		return qq({"Credentials":{"AccessKeyId":"ASIACACHED","SecretAccessKey":"secret","SessionToken":"cached","Expiration":"$expires-01-01T00:00:00UTC"}});
	};
	my $role = {config => "[profile p]\nrole_arn = ${arn}RoleA\nsource_profile = base\n", credentials => "[base]\n" . static('BASE'), options => [qw(--profile p)]};
	# SHA-1 of {"RoleArn": "arn:aws:iam::123456789012:role/RoleA"}; SHA-256 of the session's name.
	my $path = '.aws/cli/cache/330942beff5b0648244cebd8031e0bfca87ac4a0.json';
	my $login = '.aws/login/cache/4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json';
	my $left = '{"accessToken":{"accessKeyId":"ASIALOGIN","secretAccessKey":"secret","sessionToken":"login","accountId":"012345678910","expiresAt":"2099-01-01T00:00:00Z"},'
		. '"refreshToken":"r","clientId":"c","dpopKey":"k","idToken":"i"}';
	my $session = "[profile p]\nlogin_session = arn:aws:sts::012345678910:assumed-role/Admin/admin\n";
	my @younger = (why => 'the CLI knows login_session since November 2025');
	return (
		row('a role whose keys the CLI has kept', {%$role, files => {$path => $cached->(2099)}}, [ecs('ASIACACHED', token => 'cached')]),
		row('a role whose kept keys expired', {%$role, files => {$path => $cached->(2020)}}, [assume('RoleA', 'AKIDBASE'), issued('ASIAROLERoleA')]),
		row('a login session', {config => $session, files => {$login => $left}, options => [qw(--profile p)]}, [ecs('ASIALOGIN', token => 'login')], aws => [], @younger),
		row('a login session before the config file', {config => $session . static('OWN'), files => {$login => $left}, options => [qw(--profile p)]},
			[ecs('ASIALOGIN', token => 'login')], aws => [ecs('AKIDOWN')], @younger),
		row('the credentials file before a login session', {config => $session, credentials => "[p]\n" . static('P'), files => {$login => $left}, options => [qw(--profile p)]},
			[ecs('AKIDP')]),
	);
}

1;
