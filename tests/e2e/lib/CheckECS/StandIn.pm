package CheckECS::StandIn;
# One running AWS stand-in. It ends with the object, and after --max-seconds whatever happens.

use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IPC::Open2;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

my %living;

sub start {
	my ($class, %self) = @_;
	pipe my $reader, my $writer or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my $errors = POSIX::open($self{errors}, POSIX::O_WRONLY());
		POSIX::dup2(fileno $writer, 1);
		POSIX::dup2($errors, 2) if defined $errors;
		no warnings 'exec';
		exec {$self{program}} $self{program}, "--account=$self{account}", '--max-seconds=' . int(900 * CheckECS::time_factor()), @{$self{arguments}};
		POSIX::_exit(127);
	}
	close $writer;
	my $object = bless {%self, pid => $pid, owner => $$, output => $reader}, $class;
	$living{$pid} = 1;
	my $line = '';
	while ($line !~ /\n/ && IO::Select->new($reader)->can_read(30 * CheckECS::time_factor())) {
		last unless sysread $reader, $line, 200, length $line;
	}
	if ($line !~ m{\Alistening (https?)://(127\.0\.0\.1):(\d+)\n\z}) {
		my $errors = $object->errors;
		$object->stop;
		BAIL_OUT("the stand-in did not start: it printed '$line', on stderr: $errors");
	}
	@$object{qw(scheme host port url)} = ($1, $2, $3, "$1://$2:$3");
	return $object;
}

# What an account file needs for tests of identities: put it before the clusters.
sub identity_lines {
	my ($class) = @_;
	return <<~'ACCOUNT';
		account 123456789012
		key AKIDEXAMPLE secret user=nagios
		key AKIDALICE alice/Secret+1 user=alice
		key AKIDDENIED denied user=denied deny=sts:AssumeRole,ecs:ListClusters
		key ASIAOLD old token=old/Token+1== expires=-1m
		role arn:aws:iam::123456789012:role/Monitoring
		role arn:aws:iam::123456789012:role/path/Trusting trusts=AKIDALICE max-duration=7200
		role arn:aws:iam::210987654321:role/Chained trusts=arn:aws:iam::123456789012:role/Monitoring max-duration=43200
		role arn:aws:iam::210987654321:role/External external-id=shared:id/1
		role arn:aws:iam::123456789012:role/Brief lifetime=2
		role arn:aws:iam::123456789012:role/Blind deny=ecs:ListClusters
		web-identity web.identity.token roles=arn:aws:iam::123456789012:role/Monitoring
		web-identity web.identity.old state=expired
		web-identity web.identity.bad state=rejected
		sso-role 123456789012 Reader
		sso-role 123456789012 Blink lifetime=2
		sso-token access-token-1 expires=+1h
		sso-token access-token-old expires=-1m
		sso-client client-1 client-secret-1
		sso-client client-old client-secret-old expires=-1d
		sso-refresh refresh-token-1 client=client-1
		ACCOUNT
}

# Environment that sends all calls about identities here; ECS and CloudWatch go by --endpoint-url.
sub identity_environment {
	my ($self, %more) = @_;
	return {(map { ("AWS_ENDPOINT_URL_$_" => $self->{url}) } qw(STS SSO SSO_OIDC)), %more};
}

# What the calls of an operation asked for, oldest first: {status, key, region, RoleArn, RoleSessionName, ExternalId,
# DurationSeconds, role_name, account_id, clientId, grantType}, each where it was given.
sub identity_calls {
	my ($self, $operation) = @_;
	return map { {%{$_->{parameters} // {}}, map { defined $_->[1] ? @$_ : () } [status => $_->{status}], [key => $_->{key}], [region => $_->{region}]} }
		grep { ($_->{operation} // '') eq $operation } @{$self->log};
}

sub url { return $_[0]{url} }
sub pid { return $_[0]{pid} }
sub port { return $_[0]{port} }

sub errors {
	my ($self) = @_;
	open my $file, '<', $self->{errors} or return '';
	local $/;
	return scalar <$file> // '';
}

# A run of the plugin against this server.
sub check {
	my ($self, @arguments) = @_;
	my $option = ref $arguments[0] eq 'HASH' ? shift @arguments : {};
	return CheckECS::run_plugin($option, "--endpoint-url=$self->{url}", @arguments);
}

# The same after the counters were zeroed.
sub fresh_check {
	my ($self, @arguments) = @_;
	$self->reset;
	return $self->check(@arguments);
}

# A run that has to work, every request signed with KEY.
sub check_signed_by {
	my ($self, $key, $name, $env, @arguments) = @_;
	my $run = $self->fresh_check({name => $name, env => $env}, '-c', 'prod', @arguments);
	$run->exits('OK');
	my %used = map { ($_->{key} // '') => 1 } @{$self->log};
	is_deeply([sort keys %used], [$key], "$name: signed with $key");
	return $run;
}

sub stats { return decode_json($_[0]->http(GET => '/_standin/stats')) }
sub log { return decode_json($_[0]->http(GET => '/_standin/log')) }
sub reset { $_[0]->http(POST => '/_standin/reset'); return }

# Lets go what --hold holds, now and later.
sub release { $_[0]->http(POST => '/_standin/release'); return }

# Orders and chances as at the start; what --hold names is held again.
sub restart { $_[0]->http(POST => '/_standin/restart'); return }

# Waits until so many requests of the operation have come, or CODE says yes to the statistics. False when it never comes,
# or the process that is to bring it about has ended.
sub await_calls {
	my ($self, $operation, $count, $pid) = @_;
	return $self->await_stats(sub { $_[0]{operations}{$operation} >= $count }, $pid);
}

sub await_stats {
	my ($self, $code, $pid, $seconds) = @_;
	my $until = time + ($seconds // 30) * CheckECS::time_factor();
	while (time < $until) {
		my $over = defined $pid && CheckECS::has_ended($pid);
		return 1 if $code->($self->stats);
		return 0 if $over;
		sleep 0.005;
	}
	return 0;
}

# From now on every session that is open, or only those of one role by its name, is refused with an error of that type.
sub refuse {
	my ($self, $type, $role) = @_;
	$self->http(POST => "/_standin/refuse/$type" . (defined $role ? "/$role" : ''));
	return;
}

sub calls {
	my ($self, $operation) = @_;
	return $self->stats->{operations}{$operation} // 0;
}

sub http {
	my ($self, $method, $path) = @_;
	my $request = "$method $path HTTP/1.1\r\nHost: $self->{host}:$self->{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	local $SIG{ALRM} = sub { die "the stand-in does not answer $method $path\n" };
	alarm 30 * CheckECS::time_factor();
	my $answer = $self->{scheme} eq 'https' ? $self->exchange_tls($request) : $self->exchange($request);
	alarm 0;
	my ($head, $body) = split /\r\n\r\n/, $answer, 2;
	die "no answer to $method $path\n" unless defined $body && $head =~ m{\AHTTP/1\.[01] 200\b};
	return $body unless $head =~ /^transfer-encoding:\s*chunked/im;
	my $whole = '';
	while ($body =~ s/\A([0-9a-fA-F]+)[^\r\n]*\r\n//) {
		my $length = hex $1 or last;
		$whole .= substr $body, 0, $length, '';
		$body =~ s/\A\r\n//;
	}
	return $whole;
}

sub exchange {
	my ($self, $request) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => $self->{host}, PeerPort => $self->{port}, Proto => 'tcp')
		or die "connecting to the stand-in: $!\n";
	print {$socket} $request;
	$socket->flush;
	local $/;
	return scalar <$socket> // '';
}

# The control interface of a TLS server: the openssl command carries the bytes.
sub exchange_tls {
	my ($self, $request) = @_;
	my $pid = open2(my $from, my $to, "openssl s_client -quiet -connect $self->{host}:$self->{port} 2>/dev/null");
	print {$to} $request;
	$to->flush;
	my $answer = do { local $/; scalar <$from> // '' };
	close $to;
	waitpid $pid, 0;
	return $answer;
}

sub stop {
	my ($self) = @_;
	return unless $self->{pid} && $self->{owner} == $$ && delete $living{$self->{pid}};
	local ($?, $!, $@);
	kill 'TERM', $self->{pid};
	my $begin = time;
	while (waitpid($self->{pid}, WNOHANG) == 0) {
		kill 'KILL', $self->{pid} if time - $begin > 5 * CheckECS::time_factor();
		sleep 0.005;
	}
	$self->{status} = $?;
	return;
}

sub DESTROY { $_[0]->stop }

END {
	my $status = $?;
	kill 'TERM', $_ for keys %living;
	$? = $status;
}

1;
