package CheckECS::Proxy;
# A small HTTP proxy on loopback: CONNECT tunnels, and plain requests with an absolute URL handed on.
#
#	my $proxy = CheckECS::Proxy->start;                         # lets everything through
#	my $proxy = CheckECS::Proxy->start(password => 'user:pw');  # those only who say this, others get 407
#	my $proxy = CheckECS::Proxy->start(answer => "HTTP/1.1 403 ...");   # instead of anything else
#	                                                            # with page => 'text' as its body
#	my $proxy = CheckECS::Proxy->start(hang => 1);              # or close => 1
#	my $proxy = CheckECS::Proxy->start(refuse_after => 1, endless => "HTTP/1.1 407 ...");   # then lines and a body without end
#	$proxy->requests;                                           # the first lines of what it was asked
#
# A process for each connection; it ends with the object.

use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use MIME::Base64;

my %living;

sub start {
	my ($class, %manner) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16, ReuseAddr => 1) or die "listen: $!";
	my $log = CheckECS::keep_file('', 'proxy-requests');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		$SIG{CHLD} = 'IGNORE';
		$SIG{ALRM} = 'DEFAULT';
		alarm 900 * CheckECS::time_factor();
		while (1) {
			my $connection = $listener->accept or next;
			next if fork;
			alarm 300;
			serve($connection, $log, %manner);
			POSIX::_exit(0);
		}
	}
	$living{$pid} = 1;
	my $address = '127.0.0.1:' . $listener->sockport;
	return bless {pid => $pid, owner => $$, address => $address, url => "http://$address", log => $log}, $class;
}

sub serve {
	my ($client, $log, %manner) = @_;
	my $head = '';
	while ($head !~ /\r\n\r\n/) {
		return unless sysread $client, $head, 1, length $head;
	}
	my ($line) = $head =~ /\A([^\r\n]*)/;
	open my $file, '>>', $log or die "$log: $!";
	print {$file} "$line\n";
	close $file;
	return if $manner{close};
	return endless($client, $manner{endless}) if $manner{endless} && CheckECS::slurp($log) =~ tr/\n// > $manner{refuse_after};
	sleep 100 if $manner{hang};
	my $said = $head =~ /^Proxy-Authorization: Basic (\S+)/mi ? decode_base64($1) : '';
	return refuse($client, $manner{answer}, $manner{page}) if $manner{answer};
	return refuse($client, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n")
		if defined $manner{password} && $said ne $manner{password};
	my ($host, $rest);
	if ($line =~ m{\ACONNECT (\S+) HTTP/1\.1\z}) {
		$host = $1;
	} elsif ($line =~ m{\A(\w+) http://([^/ ]+)(\S*) HTTP/1\.1\z}) {
		$host = $2;
		my $path = $3 eq '' ? '/' : $3;
		$rest = "$1 $path HTTP/1.1\r\n" . substr $head, length($line) + 2;
		$rest =~ s/^Proxy-[^\r]*\r\n//gmi;
		$rest =~ s/\r\n/\r\nConnection: close\r\n/;
	} else {
		return refuse($client, "HTTP/1.1 400 Bad Request\r\n");
	}
	my $server = IO::Socket::INET->new(PeerAddr => $host) or return refuse($client, "HTTP/1.1 502 Bad Gateway\r\n");
	syswrite $client, "HTTP/1.1 200 Connection established\r\n\r\n" unless defined $rest;
	syswrite $server, $rest if defined $rest;
	return carry($client, $server);
}

sub refuse {
	my ($client, $lines, $page) = @_;
	$page //= '<html><body>Proxy page, secret-page-text</body></html>';
	my $length = length $page;
	# All of the request is read before the connection ends: a reset would swallow the answer.
	syswrite $client, "${lines}Content-Type: text/html\r\nContent-Length: $length\r\nConnection: close\r\n\r\n$page";
	shutdown $client, 1;
	1 while sysread $client, my $rest, 65536;
	return;
}

sub endless {
	my ($client, $lines) = @_;
	local $SIG{PIPE} = 'IGNORE';
	syswrite $client, "${lines}Content-Type: text/html\r\nContent-Length: 999999999999\r\n\r\n";
	1 while syswrite $client, 'x' x 65536;
	return;
}

sub carry {
	my ($client, $server) = @_;
	my $select = IO::Select->new($client, $server);
	while (my @ready = $select->can_read(60)) {
		for my $from (@ready) {
			return unless sysread $from, my $bytes, 65536;
			my $to = $from == $client ? $server : $client;
			while (length $bytes) {
				my $n = syswrite $to, $bytes or return;
				substr $bytes, 0, $n, '';
			}
		}
	}
}

sub requests { return split /\n/, CheckECS::slurp($_[0]{log}) }

sub stop {
	my ($self) = @_;
	return unless $self->{owner} == $$ && delete $living{$self->{pid}};
	kill 'KILL', -$self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

sub DESTROY { local ($?, $!, $@); $_[0]->stop }

1;
