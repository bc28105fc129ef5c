#!/usr/bin/perl
# By way of a proxy: a whole check through it, and whatever it does wrong is told as the proxy's doing.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Proxy;
use IO::Socket::INET;
use Test::More;

my $directory = tempdir();
my ($certificate, $key) = ("$directory/proxy.pem", "$directory/proxy.key");
my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=proxy -addext subjectAltName=IP:127.0.0.1 -keyout $key -out $certificate 2>&1);
BAIL_OUT("the openssl command makes no certificate: $said") unless -s $certificate && -s $key;
my $account = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my %server = (https => standin($account, "--tls-cert=$certificate", "--tls-key=$key"), http => standin($account));
my %variable = (https => 'HTTPS_PROXY', http => 'http_proxy');
my $dead = do {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	'127.0.0.1:' . $listener->sockport;
};

# A run against the server of this scheme, by way of what the environment says.
sub by_way {
	my ($scheme, $name, $env, @arguments) = @_;
	my $run = $server{$scheme}->fresh_check({name => "$scheme: $name", env => $env}, '-c', 'prod', "--ca-bundle=$certificate", @arguments);
	unlike($run->{text}, qr/secret-page-text|s3cret|<html/, "$scheme: $name: neither page nor password is printed");
	return $run;
}

sub fails {
	my ($scheme, $name, $env, $patterns, @arguments) = @_;
	my $run = by_way($scheme, $name, $env, '-vvv', @arguments);
	$run->exits('UNKNOWN');
	like($run->{lines}[0], $_, "$scheme: $name: the message") for @$patterns;
	is($server{$scheme}->stats->{requests}, 0, "$scheme: $name: no request got through");
	cmp_ok($run->{seconds}, '<', 11 * time_factor(), "$scheme: $name: in time");
	return $run;
}

my $open = CheckECS::Proxy->start;
my $host = "127.0.0.1:" . $server{https}->port;

# --- what works ---

by_way('https', 'through the proxy', {HTTPS_PROXY => $open->{url}})->exits('OK');
cmp_ok(scalar(my @tunnels = $open->requests), '>=', 1, 'it went by way of the proxy');
is($server{https}->stats->{requests}, 2, 'two requests arrived');
is(scalar(grep { !m{\ACONNECT \Q$host\E HTTP} } $open->requests), 0, 'the proxy sees nothing but CONNECT');
for my $name (qw(https_proxy ALL_PROXY all_proxy)) {
	my $before = () = $open->requests;
	by_way('https', $name, {$name => $open->{url}})->exits('OK');
	cmp_ok(scalar(my @now = $open->requests), '>', $before, "$name: by way of the proxy");
}
{
	my $before = () = $open->requests;
	by_way('http', 'through the proxy', {http_proxy => $open->{url}})->exits('OK');
	cmp_ok(scalar(my @now = $open->requests), '>', $before, 'http: by way of the proxy');
	$before = () = $open->requests;
	by_way('http', 'HTTP_PROXY is not read', {HTTP_PROXY => "http://$dead"})->exits('OK');
	by_way('https', 'http_proxy is for http alone', {http_proxy => "http://$dead"})->exits('OK');
	by_way($_, 'NO_PROXY', {$variable{$_} => "http://$dead", NO_PROXY => '127.0.0.1'})->exits('OK') for qw(https http);
}
my $guarded = CheckECS::Proxy->start(password => 'nagios:s3cret');
for my $scheme (qw(https http)) {
	by_way($scheme, 'with user and password', {$variable{$scheme} => "http://nagios:s3cret\@$guarded->{address}"}, '-vvv')->exits('OK');
}

# --- what does not ---

for my $scheme (qw(https http)) {
	my $v = $variable{$scheme};
	my $server = '127\.0\.0\.1:' . $server{$scheme}->port;
	fails($scheme, 'nobody listens', {$v => "http://nagios:s3cret\@$dead"}, [qr/the proxy \Q$dead ($v)\E/, qr/NO_PROXY/, qr/refused|connect/i, qr/$server/]);
	fails($scheme, 'a proxy that is not known', {$v => 'http://nagios:s3cret@proxy.invalid:3128'},
		[qr/the proxy proxy\.invalid:3128 \(\Q$v\E\)/, qr/resolve/, qr/NO_PROXY/]);
	my $run = fails($scheme, '407', {$v => $guarded->{url}}, [qr/the proxy \Q$guarded->{address} ($v)\E/, qr/wants a user name and a password/, qr/407/, qr/NO_PROXY/]);
	is(scalar(() = $run->{text} =~ /^http: ListServices /mg), 1, "$scheme: 407: not tried again");
	fails($scheme, 'a wrong password', {$v => "http://nagios:s3cretly\@$guarded->{address}"}, [qr/wants a user name and a password/]);
	my $angry = CheckECS::Proxy->start(answer => "HTTP/1.1 403 Forbidden\r\n");
	$run = fails($scheme, 'a page with 403', {$v => $angry->{url}}, [qr/the proxy \Q$angry->{address} ($v)\E/, qr/status 403/, qr/NO_PROXY/]);
	is(scalar(() = $run->{text} =~ /^http: ListServices /mg), 1, "$scheme: 403: not tried again");
	my $lost = CheckECS::Proxy->start(answer => "HTTP/1.1 502 Bad Gateway\r\n");
	fails($scheme, 'a page with 502', {$v => $lost->{url}, AWS_MAX_ATTEMPTS => 2}, [qr/the proxy \Q$lost->{address} ($v)\E/, qr/status 502/]);
	is(scalar(my @tries = $lost->requests), 2, "$scheme: 502: tried again");
	my $hanging = CheckECS::Proxy->start(hang => 1);
	$run = fails($scheme, 'a proxy that hangs', {$v => $hanging->{url}}, [time_factor() == 1 ? qr/timed out after \d+ s/ : qr/timed out after \d+ s|gives no connection/], '-t', ($scheme eq 'https' ? 7 : 2) * time_factor());
	like($run->{lines}[0], qr/the proxy \Q$hanging->{address} ($v)\E/, 'https: a proxy that hangs is named') if $scheme eq 'https' && time_factor() == 1;
	my $closing = CheckECS::Proxy->start(close => 1);
	fails($scheme, 'a proxy that hangs up', {$v => $closing->{url}, AWS_MAX_ATTEMPTS => 1}, [qr/the proxy \Q$closing->{address} ($v)\E/]);
	fails($scheme, 'no URL of a proxy', {$v => 'http://nagios:s3cret@[broken'}, [qr/proxy/, qr/NO_PROXY/]);
	fails($scheme, 'a strange scheme', {$v => 'gopher://nagios:s3cret@127.0.0.1:1'}, [qr/proxy/]);
}

# A failure that is not the proxy's is not blamed on it.
my $run = run_plugin({name => 'NO_PROXY and a dead endpoint', env => {HTTPS_PROXY => $open->{url}, NO_PROXY => '127.0.0.1', AWS_MAX_ATTEMPTS => 1}},
	'-c', 'prod', "--endpoint-url=https://$dead");
unlike($run->{text}, qr/the proxy/, 'a dead endpoint that needs no proxy');
$run = $server{https}->check({name => 'another CA by way of the proxy', env => {HTTPS_PROXY => $open->{url}}}, '-c', 'prod');
$run->says('a certificate behind the proxy is the endpoint\'s', qr/the TLS certificate of \Q$host\E is not accepted/);
my $denying = standin("key AKIDEXAMPLE secret deny=ecs:ListServices\n$account");
$run = $denying->check({name => 'AWS refuses, by way of the proxy', env => {http_proxy => $open->{url}}}, '-c', 'prod');
$run->says('AWS\'s own refusal', qr/not permitted: add the IAM action ecs:ListServices/);
unlike($run->{text}, qr/the proxy/, 'and not the proxy\'s');

done_testing;
