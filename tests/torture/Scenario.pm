package Scenario;
# What the torture scripts let the plugin do, and what may come of it. The true state of each scenario is WARNING.
#
# plain: a role, two list pages, two metric batches, one retry, over HTTP. https: one list page and one batch over TLS.
# sso: an expired token of IAM Identity Center is renewed, then the role's keys. web: keys for a web identity token.
# container: keys of a container's agent. imds: the region and the keys of an instance's role from its metadata.
# bundle: as https, with a trust store of the system whose folder does not do, so that the handshake begins anew with its bundle.
# chart, json: one list page and one batch over HTTP, shown in the other forms.
use strict;
use warnings;
use utf8;
use FindBin;
use CheckECS;
use CheckECS::Certificate;
use CheckECS::Metadata;
use CheckECS::Preload;
use CheckECS::StandIn;
use Digest::SHA qw(sha1_hex);
use File::Basename qw(basename);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);

my $STATE_BYTES = 16 + 4000;
my $OURS = qr/\A(?:plugin|libcjson|libcurl)/;
my $library;

sub services {
	my ($count) = @_;
	return join '', map { sprintf "service svc-%03d desired=1 running=1\n\tcpu flat=%d\n\tmemory flat=40\n\tebs flat=10\n", $_, $_ == 3 ? 90 : 20 } 1 .. $count;
}

sub plain {
	my $standin = standin("role arn:aws:iam::123456789012:role/Monitor\ncluster prod region=eu-west-1\n" . services(170),
		'--page-size=100', '--fault=ListServices:503:1', '--seed=1', '--max-seconds=7200');
	my $config = keep_file("[profile by-role]\nrole_arn = arn:aws:iam::123456789012:role/Monitor\nsource_profile = base\n"
		. "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n", 'config');
	my %env = (AWS_CONFIG_FILE => $config, AWS_PROFILE => 'by-role', AWS_ENDPOINT_URL => $standin->url, AWS_ACCESS_KEY_ID => undef,
		AWS_SECRET_ACCESS_KEY => undef);
	return ($standin, \%env, '-c', 'prod', '-m', 'cpu,memory,ebs', '--window=2h', '--no-cache', '-vvv');
}

# -> (stand-in for one list page and one batch, environment)
sub few {
	my (@arguments) = @_;
	my $standin = standin("cluster prod region=eu-west-1\n" . services(3), '--seed=1', '--max-seconds=7200', @arguments);
	return ($standin, {AWS_ENDPOINT_URL => $standin->url});
}

# -> (stand-in, environment, certificate)
sub tls {
	my ($certificate, $key) = certificate('torture', 'IP:127.0.0.1');
	return (few("--tls-cert=$certificate", "--tls-key=$key"), $certificate);
}

sub https {
	my ($standin, $env, $certificate) = tls();
	return ($standin, $env, '-c', 'prod', "--ca-bundle=$certificate");
}

sub bundle {
	my ($standin, $env, $certificate) = tls();
	my $folder = tempdir() . '/no-certificates';
	make_path($folder);
	return ($standin, {%$env, LD_PRELOAD => preload("$FindBin::Bin/../e2e/preload/trust.c"), TRUST_FOLDER => $folder, TRUST_FILE => $certificate}, '-c', 'prod');
}

sub chart { return (few(), '-c', 'prod', '--chart=always') }

sub json { return (few(), '-c', 'prod', '-vv', '--output-format=json', {is_json => 1}) }

sub identity_standin {
	my (@arguments) = @_;
	my $standin = standin(CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\n" . services(3), '--seed=1', '--max-seconds=7200', @arguments);
	my $env = $standin->identity_environment(AWS_ENDPOINT_URL => $standin->url, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
	return ($standin, $env);
}

sub write_to {
	my ($path, $text) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print {$file} $text;
	close $file or die "$path: $!";
	return;
}

sub sso {
	my ($standin, $env) = identity_standin('--keep-refresh-tokens');
	my $home = tempdir() . '/sso';
	make_path("$home/.aws/sso/cache");
	my $start_url = 'https://example.awsapps.com/start';
	write_to("$home/.aws/config", "[default]\nsso_session = my-sso\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
		. "[sso-session my-sso]\nsso_region = us-east-1\nsso_start_url = $start_url\n");
	my $path = "$home/.aws/sso/cache/" . sha1_hex('my-sso') . '.json';
	my $at = sub { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) };
	my $token = sprintf '{"startUrl": "%s", "region": "us-east-1", "accessToken": "access-token-old", "expiresAt": "%s", "refreshToken": "refresh-token-1", '
		. '"clientId": "client-1", "clientSecret": "client-secret-1", "registrationExpiresAt": "%s"}', $start_url, $at->(-60), $at->(86400);
	my $prepare = sub { unlink $path; write_to($path, $token) };
	return ($standin, {%$env, HOME => $home}, '-c', 'prod', '--no-cache', {prepare => $prepare});
}

sub web {
	my ($standin, $env) = identity_standin();
	my $file = keep_file("web.identity.token\n", 'token');
	return ($standin, {%$env, AWS_WEB_IDENTITY_TOKEN_FILE => $file, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/Monitoring'}, '-c', 'prod', '--no-cache');
}

my $keys = '{"Code": "Success", "AccessKeyId": "ASIDSESSION", "SecretAccessKey": "secret", "Token": "session-token", "Expiration": "2099-01-01T00:00:00Z"}';

# A run whose keys come from a server of the host's own network, which SAYS what by "METHOD path".
sub with_metadata {
	my ($variables, %says) = @_;
	my $standin = standin("key ASIDSESSION secret token=session-token\ncluster prod region=eu-west-1\n" . services(3), '--seed=1', '--max-seconds=7200');
	my $server = CheckECS::Metadata->start(sub {
		my ($method, $path) = @_;
		return exists $says{"$method $path"} ? [200, $says{"$method $path"}] : [404, ''];
	});
	my %env = (AWS_ENDPOINT_URL => $standin->url, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, $variables->($server->{url}));
	return ($standin, \%env, '-c', 'prod', '--no-cache', {prepare => sub { $server->reset }});
}

sub container {
	return with_metadata(sub { (AWS_CONTAINER_CREDENTIALS_FULL_URI => "$_[0]/keys", AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-token') }, 'GET /keys' => $keys);
}

sub imds {
	my $role = '/latest/meta-data/iam/security-credentials/';
	return with_metadata(sub { (AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $_[0], AWS_REGION => undef) },
		'PUT /latest/api/token' => 'imds-token', "GET $role" => 'prod-role', "GET ${role}prod-role" => $keys,
		'GET /latest/meta-data/placement/region' => 'eu-west-1');
}

my %scenarios = (plain => \&plain, https => \&https, sso => \&sso, web => \&web, container => \&container, imds => \&imds,
	bundle => \&bundle, chart => \&chart, json => \&json);

sub new {
	my ($class, $name) = @_;
	my $make = $scenarios{$name} or die "no scenario $name; there are: @{[sort keys %scenarios]}\n";
	$library = preload("$FindBin::Bin/fail_alloc.c");
	my ($standin, $env, @arguments) = $make->();
	my $more = ref $arguments[-1] ? pop @arguments : {};
	return bless {standin => $standin, env => $env, arguments => \@arguments, %$more}, $class;
}

# The scenario's environment; further libraries are preloaded before its own.
sub plain_environment {
	my ($self, @libraries) = @_;
	my @all = (@libraries, $self->{env}{LD_PRELOAD} // ());
	return (%{$self->{env}}, @all ? (LD_PRELOAD => join ' ', @all) : ());
}

# A run of the scenario: options of run_plugin, further arguments. The state that a JSON document tells is the run's.
sub run {
	my ($self, $option, @further) = @_;
	my $run = run_plugin({quiet => 1, raw => $self->{is_json}, %$option}, @{$self->{arguments}}, @further);
	return $run if !$self->{is_json};
	my $document = eval { JSON::PP->new->utf8->decode($run->{stdout}) };
	$run->violated('not one JSON object on one line') if ref $document ne 'HASH' || $run->{stdout} !~ /\A\{[^\n]*\}\n\z/;
	$run->{state} = ref $document eq 'HASH' ? $document->{state} : undef;
	return $run;
}

# Before each run: the stand-in's faults and the files that a run changes are as at first.
sub rearm {
	my ($self) = @_;
	$self->{standin}->http(POST => '/_standin/rearm');
	$self->{prepare}->() if $self->{prepare};
	return;
}

sub stop { $_[0]{standin}->stop; return }

# The changes to the environment of a run whose allocation number POINT is refused; further ones as given.
sub environment {
	my ($self, $point, %further) = @_;
	$self->{state} = keep_file("\0" x $STATE_BYTES, 'state');
	return ($self->plain_environment($library), TORTURE_STATE => $self->{state}, TORTURE_AT => $point, TORTURE_NO_PAUSE => 1,
		TORTURE_PROGRAM => basename(plugin_path()), %further);
}

# -> (allocations counted, allocations refused, trace) of the last run
sub counts {
	my ($self) = @_;
	open my $file, '<:raw', $self->{state} or die "$self->{state}: $!";
	read $file, my ($bytes), $STATE_BYTES;
	return unpack 'QQZ*', $bytes;
}

sub complaints {
	my ($run) = @_;
	my @bad = @{$run->{violations}};
	push @bad, 'it did not end' if $run->{killed};
	push @bad, "exit status $run->{exit}" if $run->{exit} > 3;
	push @bad, 'state ' . ($run->{state} // 'none') unless ($run->{state} // '') =~ /\A(?:WARNING|UNKNOWN)\z/;
	push @bad, 'exit status and text differ' if ($EXIT{$run->{state} // ''} // -1) != $run->{exit};
	push @bad, 'text on standard error: ' . substr($run->{stderr}, 0, 1500) if ($run->{stderr} // '') ne '';
	return @bad;
}

# -> a word for the count, and text when it is worth showing. TRACE: who met the fault, or where it crashed.
sub judge {
	my ($self, $run, $met, $trace) = @_;
	if ($run->{signal} && !$run->{killed}) {
		(undef, undef, $trace) = $self->counts;
		my @frames = grep { !/\A(?:libc\.so|ld-linux|signal|\?)/ } split /\n/, $trace;
		my $innermost = $frames[0] // 'unknown';
		return ('BROKEN', "the trace names the library that takes it: $trace") if $innermost =~ /fail_alloc|\A\d+-/;
		(my $module = $innermost) =~ s/[.+].*//;
		return ($innermost =~ $OURS ? "CRASHED in $module" : "crashed below in $module", "signal $run->{signal}: " . join ' ', split /\n/, $trace);
	}
	my @bad = complaints($run);
	return ('BROKEN', join('; ', @bad) . '; printed: ' . substr($run->{text}, 0, 300) . " $trace") if @bad;
	return ('not reached', '') if !$met;
	return ($run->{state} eq 'WARNING' ? 'true state' : 'UNKNOWN', '');
}

1;
