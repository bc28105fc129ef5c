#!/usr/bin/perl
# Whom a run trusts that names no bundle: whoever libcurl was built to trust, found in its folder of certificates where
# that does, else in its bundle; and nobody else.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Certificate;
use CheckECS::Preload;
use Test::More;

plan skip_all => 'a wrapper such as valgrind is no place for a preloaded library' if $ENV{CHECK_ECS_WRAPPER};
my $compiler = $ENV{CC} || 'cc';
my ($version) = qx(printf '#include <curl/curl.h>\nversion LIBCURL_VERSION_NUM\n' | $compiler -E -x c - 2>/dev/null) =~ /^version 0x([0-9a-f]+)/mi;
plan skip_all => 'libcurl before 7.70 does not tell whom it trusts' if defined $version && hex $version < 0x074600;
my $directory = tempdir();
my $library = preload("$FindBin::Bin/preload/trust.c");

# A folder as distributions make them: each certificate under its hash.
sub folder {
	my ($name, @certificates) = @_;
	my $folder = "$directory/$name";
	mkdir $folder or BAIL_OUT("$folder: $!");
	for my $certificate (@certificates) {
		my ($hash) = qx(openssl x509 -hash -noout -in $certificate) =~ /^([0-9a-f]+)$/ or BAIL_OUT('no hash');
		symlink $certificate, "$folder/$hash.0" or BAIL_OUT("$folder: $!");
	}
	return $folder;
}

my ($certificate, $key) = certificate('right', 'IP:127.0.0.1');
my ($other) = certificate('other', 'IP:127.0.0.1');
my $standin = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 3),
	"--tls-cert=$certificate", "--tls-key=$key");
my %folder = (right => folder('folder-right', $certificate), other => folder('folder-other', $other), empty => folder('folder-empty'), missing => '/nonexistent/folder', none => '');
my %file = (right => $certificate, other => $other, missing => '/nonexistent/bundle.pem', none => '');

sub run_with {
	my ($name, $folder, $file, $server, $env, @arguments) = @_;
	return $server->fresh_check({name => $name, env => {
		preloaded($library), TRUST_FOLDER => $folder{$folder}, TRUST_FILE => $file{$file}, %$env}}, '-c', 'prod', @arguments);
}

for my $case (
	['right', 'missing', 'the folder does, and the bundle is not even looked for'],
	['right', 'right', 'both do'],
	['right', 'other', 'the folder alone does'],
	['right', 'none', 'a folder without a bundle'],
	['other', 'right', 'the bundle does where the folder holds others'],
	['empty', 'right', 'the bundle does where the folder holds nothing'],
	['missing', 'right', 'the bundle does where there is no folder'],
	['none', 'right', 'a bundle without a folder'],
) {
	my ($folder, $file, $name) = @$case;
	run_with($name, $folder, $file, $standin, {})->exits('OK');
	is($standin->stats->{requests}, 2, "$name: two requests");
}

for my $case (
	['empty', 'other', 'neither does'],
	['other', 'other', 'both hold others'],
	['other', 'none', 'a folder of others without a bundle'],
	['none', 'other', 'a bundle of others without a folder'],
) {
	my ($folder, $file, $name) = @$case;
	my $run = run_with($name, $folder, $file, $standin, {});
	$run->exits('UNKNOWN');
	$run->says("$name: the message", qr/certificate of 127\.0\.0\.1:\d+ is not accepted/, qr/--ca-bundle/);
	is($standin->stats->{requests}, 0, "$name: no request got through");
}
my $run = run_with('an unusable bundle', 'empty', 'missing', $standin, {});
$run->exits('UNKNOWN');
$run->says('the message', qr/CA file cannot be used/);
is($standin->stats->{requests}, 0, 'no request got through');

# What the user names counts alone.
$run = run_with('--ca-bundle of others', 'right', 'right', $standin, {}, "--ca-bundle=$other");
$run->exits('UNKNOWN');
is($standin->stats->{requests}, 0, 'the folder does not help');
run_with('--ca-bundle', 'other', 'other', $standin, {}, "--ca-bundle=$certificate")->exits('OK');

# A connection that was distrusted is tried again once, not for each request: six list pages, three batches.
my $many = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 600),
	"--tls-cert=$certificate", "--tls-key=$key", '--latency-ms=20');
for my $case (['right', 9, 'the folder does'], ['empty', 10, 'the bundle does']) {
	my ($folder, $starts, $name) = @$case;
	my $counter = keep_file('', 'starts');
	$run = run_with($name, $folder, 'right', $many, {TRUST_STARTS => $counter}, '-vv');
	$run->exits('OK');
	is(-s $counter, $starts, "$name: $starts transfers for nine requests");
	$run->says("$name: nothing is told as a retry", qr/^api: ListServices 6 requests, 0 retries/m, qr/^api: GetMetricData 3 requests, 0 retries/m);
}
done_testing;
