package CheckECS::MatrixRun;
# Runs cells of CheckECS::Matrix and says what was not as it has to be.
#
#	my $runner = CheckECS::MatrixRun->new(folder with the preloaded libraries' source);
#	my @remarks = $runner->run($cell);        # none: the cell has survived

use strict;
use warnings;
use CheckECS;
use CheckECS::Certificate;
use CheckECS::Matrix;
use CheckECS::Preload;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use IO::Socket::INET;
use JSON::PP;
use List::Util qw(min);
use POSIX qw(strftime);

my $most_resident_kib = 64 * 1024;
my $role = 'arn:aws:iam::123456789012:role/Monitoring';
# How long a run may take. What ends by itself has a deadline that it does not meet, however busy the host is; pages without end
# are ended by the deadline or by their number.
my %seconds = (true => 8, unknown => 5, time => 3);
my $no_deadline = 60;

sub new {
	my ($class, $preload) = @_;
	my $self = bless {libraries => {}, certificates => {}, servers => [], owner => $$}, $class;
	$self->{libraries}{$_} = preload("$preload/block.c", "-D$_") for qw(FAIL_RESOLVER BLOCK_RESOLVER);
	$self->start_tls;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	$self->{refused} = 'http://127.0.0.1:' . $listener->sockport;
	return $self;
}

# GNU time tells a run's peak memory; a sanitizer's or valgrind's own tells nothing of the plugin's.
sub measures_memory { return -x '/usr/bin/time' && time_factor() == 1 && !$ENV{CHECK_ECS_WRAPPER} }

sub openssl {
	my (@words) = @_;
	my $said = qx(openssl @words 2>&1);
	die "the openssl command fails: $said\n" if $?;
	return;
}

# Servers with certificates that are not to be accepted, each {url, bundle}.
sub start_tls {
	my ($self) = @_;
	$self->{good} = tempdir() . '/good';
	openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1 -keyout $self->{good}.key -out $self->{good}.pem");
	my %address = ('TLS expired' => 'IP:127.0.0.1', 'TLS self-signed' => 'IP:127.0.0.1', 'TLS wrong name' => 'DNS:ecs.example.com', 'TLS 1.1' => 'IP:127.0.0.1');
	for my $name (sort keys %address) {
		my ($file, $key) = map { tempdir() . '/' . ($name =~ s/\W/-/gr) . $_ } '.pem', '.key';
		openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=$address{$name} -keyout $key -out $file");
		expire($file, $key, "$file.old"), rename("$file.old", $file) if $name eq 'TLS expired';
		my $url = $name eq 'TLS 1.1' ? $self->start_old_tls($file, $key) : do {
			push @{$self->{servers}}, standin("cluster prod region=eu-west-1\n", "--tls-cert=$file", "--tls-key=$key");
			$self->{servers}[-1]->url;
		};
		$self->{tls}{$name} = {url => $url, bundle => $name eq 'TLS self-signed' ? undef : $file};
	}
	return;
}

sub start_old_tls {
	my ($self, $file, $key) = @_;
	my $out = keep_file('', 's_server');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $out;
		open STDERR, '>&', \*STDOUT;
		no warnings 'exec';
		exec 'timeout', 3600, 'openssl', 's_server', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0', '-cert', $file, '-key', $key, '-accept', '127.0.0.1:0', '-naccept', '1000', '-www';
		POSIX::_exit(127);
	}
	$self->{old_tls} = $pid;
	for (1 .. 300) {
		return "https://127.0.0.1:$1" if CheckECS::slurp($out) =~ /^ACCEPT \S*:(\d+)/m;
		select undef, undef, undef, 0.1;
	}
	die 'openssl s_server does not start: ' . CheckECS::slurp($out);
}

sub sso_home {
	my ($operation) = @_;
	my $home = keep_file('', 'home') . '.d';
	my $over = $operation eq 'CreateToken';
	make_path("$home/.aws/sso/cache");
	my %file = ('config' => "[default]\nsso_session = my-sso\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
		. "[sso-session my-sso]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
		'sso/cache/' . sha1_hex('my-sso') . '.json' => encode_json({startUrl => 'https://example.awsapps.com/start', region => 'us-east-1',
			accessToken => $over ? 'access-token-old' : 'access-token-1', expiresAt => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + ($over ? -600 : 3600))),
			refreshToken => 'refresh-token-1', clientId => 'client-1', clientSecret => 'client-secret-1', registrationExpiresAt => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 86400))}));
	for my $name (keys %file) {
		open my $out, '>', "$home/.aws/$name" or die "$home/.aws/$name: $!";
		print {$out} $file{$name};
		close $out or die $!;
	}
	return $home;
}

# Environment and arguments that make a run ask for the operation.
sub way_to {
	my ($operation) = @_;
	my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
	return ({}, ) if $operation eq 'ListClusters';
	return ({}, '-c', 'prod', "--role-arn=$role", '--no-cache') if $operation eq 'AssumeRole';
	return ({%none, AWS_ROLE_ARN => $role, AWS_WEB_IDENTITY_TOKEN_FILE => keep_file('web.identity.token')}, '-c', 'prod', '--no-cache') if $operation =~ /Web/;
	return ({%none, HOME => sso_home($operation)}, '-c', 'prod', '--no-cache') if $operation =~ /^(?:GetRole|CreateT)/;
	return ({}, '-c', 'prod');
}

# Leads one host astray: changes the environment, returns further arguments.
sub astray {
	my ($self, $cell, $env) = @_;
	my $tls = $self->{tls}{$cell->{place}};
	$env->{"AWS_ENDPOINT_URL_$cell->{host}"} = $tls ? $tls->{url} : $cell->{place} eq 'refused' ? $self->{refused} : 'http://aws.invalid:1';
	%$env = (%$env, preloaded($self->{libraries}{$cell->{place} =~ /hangs/ ? 'BLOCK_RESOLVER' : 'FAIL_RESOLVER'})) if $cell->{place} =~ /host|resolver/;
	return $tls && $tls->{bundle} ? "--ca-bundle=$tls->{bundle}" : ();
}

# What waits for its deadline waits no longer for a factor; valgrind needs some time to come so far. (libcurl gives up a resolver
# after 5 s, and a byte each 200 ms is a whole answer in the end.)
sub patience {
	my ($cell) = @_;
	return time_factor() if $cell->{outcome} ne 'time';
	return 1 if !$ENV{CHECK_ECS_WRAPPER};
	return ($cell->{place} // '') =~ /hangs/ ? 4 / 3 : min(4, time_factor());
}

# -> what of the run is wrong
sub run {
	my ($self, $cell) = @_;
	my $standin = standin(CheckECS::Matrix::account(@$cell{qw(operation scene)}), $cell->{tls} ? ("--tls-cert=$self->{good}.pem", "--tls-key=$self->{good}.key") : (),
		CheckECS::Matrix::standin_options(@$cell{qw(operation scene)}),
		$cell->{fault} ? "--fault=$cell->{fault}" : (), $cell->{skew} ? "--clock-offset=$cell->{skew}" : ());
	my ($way, @arguments) = way_to($cell->{operation});
	my %env = (%{$standin->identity_environment}, AWS_ENDPOINT_URL_ECS => $standin->url, AWS_ENDPOINT_URL_CLOUDWATCH => $standin->url, %$way, %{$cell->{env}});
	push @arguments, '-m', 'cpu,memory,tasks' if $cell->{tasks};
	push @arguments, $self->astray($cell, \%env) if $cell->{place};
	push @arguments, "--ca-bundle=$self->{good}.pem" if $cell->{tls};
	my $limit = $seconds{$cell->{outcome}} * patience($cell);
	my $deadline = $cell->{outcome} eq 'time' || $cell->{name} =~ /endless/ ? $limit : $no_deadline * time_factor();
	my $memory = keep_file('', 'memory');
	my $measures = measures_memory();
	my $run = run_plugin({name => $cell->{name}, env => \%env, quiet => 1, prefix => $measures ? ['/usr/bin/time', '-f', '%M', '-o', $memory] : []},
		@arguments, '-t', int($deadline + 0.5));
	my @remarks = remarks($cell, $run, $limit);
	if ($measures) {
		my ($kib) = CheckECS::slurp($memory) =~ /^(\d+)\s*\z/m;
		push @remarks, 'peak memory of ' . ($kib // 'unknown') . ' KiB' if !$kib || $kib > $most_resident_kib;
	}
	# What was never met proves nothing.
	push @remarks, 'the stand-in was never asked' if $cell->{fault} && $cell->{fault} !~ /:gone:/ && !$standin->calls($cell->{operation});
	$standin->stop;
	return @remarks ? (@remarks, "stdout: $run->{text}") : ();
}

sub remarks {
	my ($cell, $run, $limit) = @_;
	my @remarks = $run->broken_promises;
	my $healthy = $cell->{scene} eq 'breach' ? 'CRITICAL' : 'OK';
	my $state = $cell->{outcome} eq 'true' ? $healthy : $cell->{scene} eq 'breach' ? 'CRITICAL' : 'UNKNOWN';
	push @remarks, "exit status $run->{exit}, not $state" if $run->{exit} != $EXIT{$state};
	push @remarks, sprintf 'ended after %.2f s, of which %.2f s were its own', @$run{qw(seconds own_seconds)} if $run->{own_seconds} > $limit + 1.5 * time_factor();
	push @remarks, sprintf 'ended after %.2f s already', $run->{seconds} if $cell->{outcome} eq 'time' && $run->{seconds} < $limit - 0.5;
	push @remarks, map { "the text has no $_" } grep { $run->{text} !~ $_ } @{$cell->{words}};
	push @remarks, 'no breach is told of' if $state eq 'CRITICAL' && $run->{text} !~ /^\[CRITICAL\] \w+ (?:cpu|memory) 99\.5%/m;
	push @remarks, 'no failure is told of' if $cell->{outcome} ne 'true' && $state eq 'CRITICAL' && $run->{text} !~ /^\[UNKNOWN\]|not known/m;
	push @remarks, 'a page or a secret is printed' if $run->{text} =~ /<html|<body|<title|access-token|refresh-token|client-secret|web\.identity/i;
	return @remarks;
}

sub stop {
	my ($self) = @_;
	return if $self->{owner} != $$;
	kill 'TERM', $self->{old_tls} if $self->{old_tls};
	waitpid delete $self->{old_tls}, 0 if $self->{old_tls};
	$_->stop for grep { defined } @{$self->{servers}};
	$self->{servers} = [];
	return;
}

sub DESTROY { local ($?, $!, $@); $_[0]->stop }

1;
