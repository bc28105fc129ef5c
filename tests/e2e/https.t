#!/usr/bin/perl
# TLS: the certificate is checked against the right bundle, always.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Certificate;
use Test::More;

my $directory = tempdir();

my $account = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my ($certificate, $key) = certificate('right', 'IP:127.0.0.1');
my ($other) = certificate('other', 'IP:127.0.0.1');
my $standin = standin($account, "--tls-cert=$certificate", "--tls-key=$key");
like($standin->url, qr/^https:/, 'the server speaks TLS');

$standin->check({name => '--ca-bundle'}, '-c', 'prod', "--ca-bundle=$certificate")->exits('OK');
is($standin->stats->{requests}, 2, 'two requests over TLS');
$standin->check({name => 'AWS_CA_BUNDLE', env => {AWS_CA_BUNDLE => $certificate}}, '-c', 'prod')->exits('OK');
my $config = keep_file("[default]\nca_bundle = $certificate\n");
$standin->check({name => 'ca_bundle of the profile', env => {AWS_CONFIG_FILE => $config}}, '-c', 'prod')->exits('OK');
$standin->check({name => '--ca-bundle beats AWS_CA_BUNDLE', env => {AWS_CA_BUNDLE => $other}}, '-c', 'prod', "--ca-bundle=$certificate")->exits('OK');
$standin->check({name => 'AWS_CA_BUNDLE beats the profile', env => {AWS_CONFIG_FILE => keep_file("[default]\nca_bundle = $other\n"), AWS_CA_BUNDLE => $certificate}},
	'-c', 'prod')->exits('OK');
my $both = keep_file(join '', map { open my $file, '<', $_ or die; <$file> } $other, $certificate);
$standin->check({name => 'a bundle of two'}, '-c', 'prod', "--ca-bundle=$both")->exits('OK');

sub refused {
	my ($name, $option, $patterns, @arguments) = @_;
	$standin->reset;
	my $run = $standin->check({name => $name, %$option}, '-c', 'prod', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request got through");
	cmp_ok($run->{own_seconds}, '<', 11 * time_factor(), "$name: in time");
	return;
}

my $tls = qr/certificate|TLS|SSL/i;
refused('without the CA', {}, [$tls]);
refused('another CA', {}, [$tls], "--ca-bundle=$other");
refused('another CA in AWS_CA_BUNDLE', {env => {AWS_CA_BUNDLE => $other}}, [$tls]);
refused('a bundle that does not exist', {}, [qr{/nonexistent/ca\.pem}], '--ca-bundle=/nonexistent/ca.pem');
refused('AWS_CA_BUNDLE does not exist', {env => {AWS_CA_BUNDLE => '/nonexistent/ca.pem'}}, [qr{/nonexistent/ca\.pem}]);
my $garbage = keep_file("this is no certificate\n", 'garbage.pem');
refused('a bundle without a certificate', {}, [qr/garbage\.pem|certificate|bundle|CA/], "--ca-bundle=$garbage");
refused('a directory as bundle', {}, [qr/\Q$directory\E|certificate|bundle|CA/], "--ca-bundle=$directory");

refused('an empty bundle', {}, [qr/CA file cannot be used/, qr/--ca-bundle/], '--ca-bundle=' . keep_file('', 'empty.pem'));
refused('a key for a bundle', {}, [qr/CA file cannot be used/, qr/--ca-bundle/], "--ca-bundle=$key");
$standin->check({name => 'an empty AWS_CA_BUNDLE is unset', env => {AWS_CA_BUNDLE => '', AWS_CONFIG_FILE => $config}}, '-c', 'prod')->exits('OK');

# A CA of yesterday: the message says what is wrong with it, not just that something is.
my ($young, $old_key) = certificate('young', 'IP:127.0.0.1');
my $old = "$directory/old.pem";
expire($young, $old_key, $old);
my $expired = standin($account, "--tls-cert=$old", "--tls-key=$old_key");
my $late = $expired->check({name => 'an expired CA'}, '-c', 'prod', "--ca-bundle=$old");
$late->exits('UNKNOWN');
$late->says('an expired CA: the message', qr/is not accepted \(.*expired/, qr/--ca-bundle/);
is($expired->stats->{requests}, 0, 'an expired CA: no request got through');

my ($elsewhere, $elsewhere_key) = certificate('elsewhere', 'IP:127.0.0.2,DNS:ecs.example.com');
my $wrong_host = standin($account, "--tls-cert=$elsewhere", "--tls-key=$elsewhere_key");
my $run = $wrong_host->check({name => 'a certificate of another host'}, '-c', 'prod', "--ca-bundle=$elsewhere");
$run->exits('UNKNOWN');
$run->says('the message says so', $tls);
is($wrong_host->stats->{requests}, 0, 'no request got through');

# http to a TLS port, and a scheme that does not fit.
$run = run_plugin({name => 'http to a TLS port'}, '--endpoint-url=http://127.0.0.1:' . $standin->port, '-c', 'prod');
$run->exits('UNKNOWN');

# Faults in the middle of TLS answers.
for my $fault ('ListServices:half:1', 'GetMetricData:reset:1') {
	my $faulty = standin($account, "--tls-cert=$certificate", "--tls-key=$key", "--fault=$fault");
	$faulty->check({name => $fault}, '-c', 'prod', "--ca-bundle=$certificate")->exits('OK');
}
my $hanging = standin($account, "--tls-cert=$certificate", "--tls-key=$key", '--fault=*:hang');
$run = $hanging->check({name => 'hang over TLS'}, '-c', 'prod', "--ca-bundle=$certificate", '-t', 2);
$run->exits('UNKNOWN');
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'hang over TLS: in time');

done_testing;
