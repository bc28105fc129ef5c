#!/usr/bin/perl
# Region and endpoints from option, environment and profile.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster prod region=us-east-1
	service web desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster prod region=ap-south-1
	service db desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $config = keep_file("[default]\nregion = us-east-1\n[profile asia]\nregion = ap-south-1\n[profile bare]\noutput = json\n", 'config');
my %none = (AWS_REGION => undef, AWS_CONFIG_FILE => $config);
my $keys = keep_file("[asia]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n[bare]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n");

sub in_region {
	my ($region, $name, $env, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => {AWS_SHARED_CREDENTIALS_FILE => $keys, %$env}}, '-c', 'prod', @arguments);
	$run->exits('OK');
	is_deeply([grep { $_ ne $region } map { $_->{region} } @{$standin->log}], [], "$name: signed for $region");
	like($run->{context} // '', qr/^account 123456789012, \Q$region\E, /, "$name: the context line says so");
	return;
}
in_region('eu-west-1', 'AWS_REGION', {AWS_CONFIG_FILE => $config});
in_region('us-east-1', 'the default profile', {%none});
in_region('ap-south-1', 'AWS_PROFILE', {%none, AWS_PROFILE => 'asia'});
in_region('ap-south-1', '-p', {%none}, '-p', 'asia');
in_region('eu-west-1', 'AWS_REGION beats the profile', {%none, AWS_REGION => 'eu-west-1'}, '-p', 'asia');
in_region('eu-west-1', 'AWS_DEFAULT_REGION beats the profile', {%none, AWS_DEFAULT_REGION => 'eu-west-1'}, '-p', 'asia');
in_region('eu-west-1', 'AWS_REGION beats AWS_DEFAULT_REGION', {%none, AWS_REGION => 'eu-west-1', AWS_DEFAULT_REGION => 'us-east-1'});
in_region('us-east-1', 'an empty AWS_REGION is unset', {%none, AWS_REGION => ''});
in_region('us-east-1', '-r beats all', {AWS_CONFIG_FILE => $config, AWS_DEFAULT_REGION => 'ap-south-1'}, '-r', 'us-east-1');
in_region('us-east-1', '--region', {}, '--region=us-east-1');
my $arn = 'arn:aws:ecs:ap-south-1:123456789012:cluster/prod';
{
	my $run = $standin->fresh_check({name => 'an ARN beats environment and profile'}, '-c', $arn);
	$run->exits('OK');
	is_deeply($run->{details_order}, [qw(db_cpu db_memory)], 'the cluster of that region');
	like($run->{headline}, qr/ - prod: /, 'the name, not the ARN, is shown');
}
# The stand-in's is a custom endpoint, which FIPS forbids: so the wish for FIPS has counted.
for (['the same region', 'ap-south-1', 'OK'], ['the same one with FIPS', 'fips-ap-south-1', 'UNKNOWN', qr/FIPS/],
	['another one', 'fips-us-east-1', 'UNKNOWN', qr/contradicts the cluster's ARN/], ['none at all', 'ap south', 'UNKNOWN', qr/is not a valid region name/]) {
	my ($name, $region, $state, @says) = @$_;
	my $run = $standin->fresh_check({name => "an ARN and -r, $name"}, '-c', $arn, '-r', $region);
	$run->exits($state);
	$run->says("an ARN and -r, $name: why", @says) if @says;
}
for my $case (['EU-WEST-1', qr/small letters/], ['eu-west-1a', qr/availability zone/], ['aws-global', qr/not a region/]) {
	my ($region, $why) = @$case;
	my $run = $standin->fresh_check({name => "an ARN in $region"}, '-c', "arn:aws:ecs:$region:123456789012:cluster/prod");
	$run->exits('UNKNOWN');
	$run->says("an ARN in $region: why", qr/region in the cluster's ARN .*$why/);
	is($standin->stats->{requests}, 0, "an ARN in $region: no request");
}
my $run = $standin->fresh_check({name => 'no region', env => {%none, AWS_SHARED_CREDENTIALS_FILE => $keys}}, '-c', 'prod', '-p', 'bare');
$run->exits('UNKNOWN');
$run->says('a profile without region does not take the default one\'s', qr/region/i);
is($standin->stats->{requests}, 0, 'no region: no request');

# What was copied along with a value.
for my $case (['-r', "eu-west-1 "], ['-r', "eu-west-1\n"], ['-r', '"eu-west-1"'], ['-c', "prod "], ['-c', "prod\n"], ['-c', "'prod'"], ['-c', "$arn\n"],
	['--role-arn', "arn:aws:iam::123456789012:role/Monitoring "], ['--role-arn', '"arn:aws:iam::123456789012:role/Monitoring"']) {
	my ($option, $value) = @$case;
	my $shown = $value =~ s/\n/\\n/r;
	$run = run_plugin({name => "$option '$shown'"}, ($option eq '-c' ? () : ('-c', 'prod')), $option, $value, '--endpoint-url=' . $standin->url);
	$run->exits('UNKNOWN');
	$run->says("$option '$shown': what to do", $value =~ /["']/ ? qr/; remove the quotes around it/ : qr/; remove the blank or line break at its end/);
}

# Names that no region has, from a place that is not quoted.
for my $case (['Ireland', qr/the value of AWS_REGION is not a valid region name; write one such as eu-west-1$/m],
	['eu-west', qr/the value of AWS_REGION is not a valid region name; write it with its number, as in eu-west-1; did you mean eu-west-1, eu-west-2/]) {
	my ($name, $says) = @$case;
	$run = $standin->fresh_check({name => "AWS_REGION=$name", env => {AWS_REGION => $name}}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says("AWS_REGION=$name: why", $says);
	is($standin->stats->{requests}, 0, "AWS_REGION=$name: no request");
}

# Endpoints. run_plugin gives no --endpoint-url of its own.
my $url = $standin->url;
my $dead = 'http://127.0.0.1:1';

sub reaches {
	my ($name, $env, @arguments) = @_;
	$standin->reset;
	run_plugin({name => $name, env => {AWS_SHARED_CREDENTIALS_FILE => $keys, %$env}}, '-c', 'prod', @arguments)->exits('OK');
	is_deeply([map { $standin->calls($_) } qw(ListServices GetMetricData)], [1, 1], "$name: both services reached");
	return;
}
reaches('--endpoint-url', {}, "--endpoint-url=$url");
reaches('--endpoint-url with a slash', {}, "--endpoint-url=$url/");
reaches('AWS_ENDPOINT_URL', {AWS_ENDPOINT_URL => $url});
reaches('--endpoint-url beats AWS_ENDPOINT_URL', {AWS_ENDPOINT_URL => $dead, AWS_ENDPOINT_URL_ECS => $dead, AWS_ENDPOINT_URL_CLOUDWATCH => $dead}, "--endpoint-url=$url");
reaches('one for each service', {AWS_ENDPOINT_URL_ECS => $url, AWS_ENDPOINT_URL_CLOUDWATCH => $url});
reaches('those beat the general one', {AWS_ENDPOINT_URL => $dead, AWS_ENDPOINT_URL_ECS => $url, AWS_ENDPOINT_URL_CLOUDWATCH => $url});
reaches('one and the general one', {AWS_ENDPOINT_URL => $url, AWS_ENDPOINT_URL_ECS => $url});
reaches('an empty one is unset', {AWS_ENDPOINT_URL => $url, AWS_ENDPOINT_URL_ECS => ''});
reaches('endpoint_url of the profile', {AWS_CONFIG_FILE => keep_file("[default]\nendpoint_url = $url\n")});
reaches('a services section', {AWS_CONFIG_FILE => keep_file(
	"[default]\nservices = local\nendpoint_url = $dead\n[services local]\necs =\n  endpoint_url = $url\ncloudwatch =\n  endpoint_url = $url\n")});
reaches('the environment beats the profile', {AWS_ENDPOINT_URL => $url, AWS_CONFIG_FILE => keep_file("[default]\nendpoint_url = $dead\n")});
reaches('the option holds with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', {AWS_IGNORE_CONFIGURED_ENDPOINT_URLS => 'true', AWS_ENDPOINT_URL => $dead}, "--endpoint-url=$url");
for my $case (['AWS_ENDPOINT_URL_CLOUDWATCH', 'GetMetricData'], ['AWS_ENDPOINT_URL_ECS', 'ListServices']) {
	my ($variable, $operation) = @$case;
	$standin->reset;
	$run = run_plugin({name => "$variable is dead", env => {AWS_ENDPOINT_URL => $url, $variable => $dead}}, '-c', 'prod');
	$run->exits('UNKNOWN');
	is($standin->calls($operation), 0, "$variable: $operation went elsewhere");
}
for my $value ('nonsense', 'http:/h') {
	$run = run_plugin({name => "AWS_ENDPOINT_URL=$value", env => {AWS_ENDPOINT_URL => $value}}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says("AWS_ENDPOINT_URL=$value", qr{AWS_ENDPOINT_URL: the URL is not valid; write https://HOST\[:PORT\]$}m);
}
$run = run_plugin({name => 'a services section that is missing', env => {AWS_CONFIG_FILE => keep_file("[default]\nservices = ghost\nendpoint_url = $dead\n")}}, '-c', 'prod', '-t', 5);
$run->exits('UNKNOWN');
$run->says('it is named', qr/has no section \[services NAME\]/);

# An http proxy of the environment is not used for loopback by surprise: no_proxy is heeded.
reaches('no_proxy', {http_proxy => $dead, no_proxy => '127.0.0.1'}, "--endpoint-url=$url");

done_testing;
