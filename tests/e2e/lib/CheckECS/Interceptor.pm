package CheckECS::Interceptor;
# A proxy on loopback behind which there is no network: it answers for every https host itself, with a certificate of its
# own authority, and notes who was asked for what with whose keys. It verifies no signature: the stand-in does that.
#
#	my $interceptor = CheckECS::Interceptor->start;
#	... a program with $interceptor->environment, that is https_proxy and AWS_CA_BUNDLE ...
#	my @calls = $interceptor->calls;     # since the last reset: one line of text a request, see describe()
#
# ECS has no services. STS and the SSO portal issue keys whose id tells how they were come by: see issue().
# The portal refuses bearer tokens with 2020 in them.
# The openssl command does the TLS, one process a connection. All ends with the object, and after 600 s whatever happens.

use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(strftime);
use Time::HiRes qw(sleep);

my %living;

sub start {
	my ($class) = @_;
	my $directory = CheckECS::tempdir() . '/interceptor';
	mkdir $directory or die "$directory: $!";
	my $self = bless {directory => $directory, owner => $$, log => CheckECS::keep_file('', 'calls')}, $class;
	$self->openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -keyout authority.key -out authority.pem');
	$self->openssl('req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=host -keyout host.key -out host.csr');
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16, ReuseAddr => 1) or die "listen: $!";
	$self->{port} = $listener->sockport;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		$SIG{ALRM} = 'DEFAULT';
		$SIG{CHLD} = 'IGNORE';
		alarm 1200 * CheckECS::time_factor();
		while (1) {
			my $connection = $listener->accept or next;
			next if fork;
			alarm 60;
			$SIG{CHLD} = 'DEFAULT';
			$SIG{PIPE} = 'IGNORE';
			eval { $self->serve($connection); 1 } or $self->note("broken: $@");
			POSIX::_exit(0);
		}
	}
	setpgrp $pid, $pid;
	$living{$pid} = 1;
	$self->{pid} = $pid;
	return $self;
}

sub environment {
	my ($self) = @_;
	return (https_proxy => "http://127.0.0.1:$self->{port}", AWS_CA_BUNDLE => "$self->{directory}/authority.pem");
}

sub calls { return map { s/\s+\z//r } split /\n/, CheckECS::slurp($_[0]{log}) }

sub reset {
	my ($self) = @_;
	open my $file, '>', $self->{log} or die "$self->{log}: $!";
	close $file;
	return;
}

sub note {
	my ($self, $line) = @_;
	$line =~ s/\s+/ /g;
	open my $file, '>>', $self->{log} or die "$self->{log}: $!";
	syswrite $file, "$line\n";
	close $file;
	return;
}

# --- TLS ---

sub openssl {
	my ($self, $words) = @_;
	my $said = qx(cd '$self->{directory}' && openssl $words 2>&1);
	die "openssl $words: $said" if $?;
	return;
}

# -> the certificate file of a host, made at first need
sub certificate {
	my ($self, $host) = @_;
	my $path = "$self->{directory}/$host.pem";
	return $path if -e $path;
	open my $file, '>', "$path.$$.cnf" or die "$path.$$.cnf: $!";
	print {$file} "subjectAltName=DNS:$host\n";
	close $file;
	my $serial = 1 + int rand 1e9;
	$self->openssl("x509 -req -in host.csr -CA authority.pem -CAkey authority.key -set_serial $serial -days 2 -extfile '$path.$$.cnf' -out '$path.$$'");
	rename "$path.$$", $path or die "$path: $!";
	return $path;
}

# An openssl process that serves one TLS connection of the host -> {socket: the bytes on the wire, in, out: what is inside}.
# It cannot tell the port it was given for port 0, so it gets one that was free a moment ago; another if that was taken.
sub terminate {
	my ($self, $host) = @_;
	my $certificate = $self->certificate($host);
	for (1 .. 5) {
		my $port = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1, ReuseAddr => 1)->sockport;
		my $tls = $self->server_process("127.0.0.1:$port", $certificate);
		for (1 .. 500 * CheckECS::time_factor()) {
			return $tls if $tls->{socket} = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
			last if waitpid($tls->{pid}, POSIX::WNOHANG()) != 0;
			sleep 0.005;
		}
	}
	die 'openssl s_server does not listen: ' . CheckECS::slurp("$self->{directory}/openssl.log");
}

sub server_process {
	my ($self, $address, $certificate) = @_;
	my @command = (qw(openssl s_server -quiet -naccept 1 -accept), $address, '-cert', $certificate, '-key', "$self->{directory}/host.key");
	pipe my $inside, my $in or die "pipe: $!";
	pipe my $out, my $outside or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		POSIX::dup2(fileno $inside, 0);
		POSIX::dup2(fileno $outside, 1);
		my $errors = POSIX::open("$self->{directory}/openssl.log", POSIX::O_WRONLY() | POSIX::O_CREAT() | POSIX::O_APPEND(), 0600);
		POSIX::dup2($errors, 2) if defined $errors;
		alarm 60;
		no warnings 'exec';
		exec @command;
		POSIX::_exit(127);
	}
	return {pid => $pid, in => $in, out => $out};
}

sub serve {
	my ($self, $client) = @_;
	my $head = '';
	while ($head !~ /\r\n\r\n/) {
		return unless sysread $client, $head, 1, length $head;
	}
	my ($host, $port) = $head =~ m{\ACONNECT ([A-Za-z0-9.-]+):(\d+) HTTP/1\.[01]\r\n} or die "not a CONNECT: $head";
	$host .= ":$port" if $port != 443;
	my $tls = $self->terminate($host =~ s/:.*//r);
	syswrite $client, "HTTP/1.1 200 Connection established\r\n\r\n";
	my $select = IO::Select->new($client, $tls->{socket}, $tls->{out});
	my $text = '';
	RELAY: while (1) {
		for my $ready ($select->can_read) {
			my $n = sysread $ready, my $bytes, 65536;
			last RELAY unless $n;
			if ($ready == $client) { write_all($tls->{socket}, $bytes) }
			elsif ($ready == $tls->{socket}) { write_all($client, $bytes) }
			else {
				$text .= $bytes;
				while (my $request = take_request(\$text)) {
					write_all($tls->{in}, $self->answer($host, $request));
				}
			}
		}
	}
	kill 'KILL', $tls->{pid};
	waitpid $tls->{pid}, 0;
	return;
}

sub write_all {
	my ($to, $bytes) = @_;
	while (length $bytes) {
		my $n = syswrite $to, $bytes or return;
		substr $bytes, 0, $n, '';
	}
	return;
}

# Takes one whole request off the text -> {method, path, query, headers, body}
sub take_request {
	my ($text) = @_;
	my ($head) = $$text =~ /\A(.*?\r\n)\r\n/s or return;
	my ($line, @lines) = split /\r\n/, $head;
	my %headers = map { /\A([^:]+):\s*(.*?)\s*\z/ ? (lc $1 => $2) : () } @lines;
	my $length = $headers{'content-length'} // 0;
	return if length $$text < length($head) + 2 + $length;
	my $body = substr $$text, length($head) + 2, $length;
	substr $$text, 0, length($head) + 2 + $length, '';
	my ($method, $path, $query) = $line =~ m{\A(\w+) ([^\s?]+)(?:\?(\S*))? HTTP/1\.1\z} or die "not a request: $line";
	return {method => $method, path => $path, query => form($query), headers => \%headers, body => $body};
}

sub form {
	my ($text) = @_;
	my %form;
	for my $pair (split /&/, $text // '') {
		my ($name, $value) = map { tr/+/ /r =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger } split /=/, $pair, 2;
		$form{$name} = $value // '';
	}
	return \%form;
}

# --- AWS ---

sub answer {
	my ($self, $host, $request) = @_;
	my $target = $request->{headers}{'x-amz-target'} // '';
	my ($operation, $parameters) = $target =~ /\.(\w+)\z/ ? ($1, {})
		: ($request->{headers}{'content-type'} // '') =~ /form-urlencoded/ ? do { my $form = form($request->{body}); ($form->{Action} // '', $form) }
		: $request->{path} eq '/federation/credentials' ? ('GetRoleCredentials', $request->{query})
		: ("$request->{method} $request->{path}", {});
	$self->note(describe($host, $operation, $parameters, $request->{headers}));
	return reply(200, 'application/x-amz-json-1.1', '{"serviceArns":[]}') if $operation eq 'ListServices';
	return reply(200, 'text/xml', sts_answer($operation, issue($operation, $parameters))) if $operation =~ /\AAssumeRole(?:WithWebIdentity)?\z/;
	return reply(401, 'application/json', '{"__type":"UnauthorizedException","message":"Session token not found or invalid"}')
		if ($request->{headers}{'x-amz-sso_bearer_token'} // '') =~ /2020/;
	return reply(200, 'application/json', portal_answer(issue($operation, $parameters))) if $operation eq 'GetRoleCredentials';
	return reply(400, 'application/x-amz-json-1.1', '{"__type":"UnknownOperationException"}');
}

# One line on a request: the operation, the host, then what there is of: key, service/region of the signature, session
# token, and the parameters that matter. Session names that a program makes up are left out: they differ, and may.
sub describe {
	my ($host, $operation, $parameters, $headers) = @_;
	my ($key, $region, $service) = ($headers->{authorization} // '') =~ m{Credential=([^/\s]+)/\d{8}/([^/]*)/([^/]*)/aws4_request};
	my @words = ($operation, $host, defined $key ? ($key, "$service/$region") : 'unsigned');
	push @words, "token=$headers->{'x-amz-security-token'}" if defined $headers->{'x-amz-security-token'};
	push @words, "bearer=$headers->{'x-amz-sso_bearer_token'}" if defined $headers->{'x-amz-sso_bearer_token'};
	for my $name (qw(RoleArn RoleSessionName ExternalId DurationSeconds WebIdentityToken account_id role_name)) {
		my $value = $parameters->{$name} // next;
		next if $name eq 'RoleSessionName' && $value !~ /\Anamed/;
		push @words, "$name=" . $value =~ s/\n/\\n/gr;
	}
	return join ' ', @words;
}

# Key id and token after the last part of the role's name: ASIAROLEx for AssumeRole, ASIAWEBx, ASIASSOx.
sub issue {
	my ($operation, $parameters) = @_;
	my ($name) = ($parameters->{RoleArn} // $parameters->{role_name} // '') =~ m{(\w+)\z};
	my $id = {AssumeRole => 'ASIAROLE', AssumeRoleWithWebIdentity => 'ASIAWEB', GetRoleCredentials => 'ASIASSO'}->{$operation} . ($name // '');
	return {id => $id, secret => 'secret', token => "of-$id", expires => time + 3600};
}

sub sts_answer {
	my ($operation, $keys) = @_;
	my $expires = strftime '%Y-%m-%dT%H:%M:%SZ', gmtime $keys->{expires};
	return <<~"XML";
		<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
		  <${operation}Result>
		    <Credentials>
		      <AccessKeyId>$keys->{id}</AccessKeyId>
		      <SecretAccessKey>$keys->{secret}</SecretAccessKey>
		      <SessionToken>$keys->{token}</SessionToken>
		      <Expiration>$expires</Expiration>
		    </Credentials>
		    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
		  </${operation}Result>
		  <ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>
		</${operation}Response>
		XML
}

sub portal_answer {
	my ($keys) = @_;
	return encode_json({roleCredentials => {accessKeyId => $keys->{id}, secretAccessKey => $keys->{secret}, sessionToken => $keys->{token},
		expiration => 1000 * $keys->{expires}}});
}

sub reply {
	my ($status, $type, $body) = @_;
	return "HTTP/1.1 $status Said\r\nContent-Type: $type\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
}

sub stop {
	my ($self) = @_;
	return unless $self->{pid} && $self->{owner} == $$ && delete $living{$self->{pid}};
	kill 'KILL', -$self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

sub DESTROY { local ($?, $!, $@); $_[0]->stop }

END {
	my $status = $?;
	kill 'KILL', -$_ for keys %living;
	$? = $status;
}

1;
