#!/usr/bin/perl
# STS in a region that the account has switched off: what is said, and whether its advice works. AWS_ENDPOINT_URL_STS
# names the host of another region, which takes signatures for its own region alone.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::Scripted;
use Test::More;

my $role = 'arn:aws:iam::123456789012:role/monitoring';
my $data = CheckECS::Scripted->start(sub {
	my ($operation, $request) = @_;
	return {serviceArns => ['arn:aws:ecs:eu-south-2:123456789012:service/prod/api']} if $operation eq 'ListServices';
	return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 3600], Values => [12.5]} } @{$request->{MetricDataQueries}}]};
});

sub xml { my ($code, $message) = @_; return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>$code</Code><Message>$message</Message></Error><RequestId>1</RequestId></ErrorResponse>" }

# STS as AWS has it, by way of a proxy: each host takes signatures for its own region alone, and eu-south-2 is switched off.
sub sts {
	return CheckECS::Metadata->start(sub {
		my ($method, $path, $headers) = @_;
		my ($host) = $path =~ m{\Ahttp://([^/]+)/};
		my ($own) = ($host // '') =~ /\Asts\.(.+)\.amazonaws\.com\z/;
		$own //= 'us-east-1' if ($host // '') eq 'sts.amazonaws.com';
		my ($signed) = ($headers->{authorization} // '') =~ m{Credential=\w+/\d+/([^/]+)/sts/aws4_request};
		return [403, xml('SignatureDoesNotMatch', "Credential should be scoped to a valid region, not '$signed'.")] if !$own || $signed ne $own;
		return [403, xml('RegionDisabledException', 'STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.')] if $own eq 'eu-south-2';
		return [200, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAFROMROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>tttttttt</SessionToken>"
			. "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"];
	});
}

for my $case (
	['the region that is switched off', 'sts.eu-south-2.amazonaws.com', 'UNKNOWN',
		qr/AssumeRole: STS is disabled for eu-south-2 in this account: enable that region in IAM's account settings, or set AWS_ENDPOINT_URL_STS to the endpoint of another one \(RegionDisabledException: STS is not activated/],
	['another region', 'sts.eu-west-1.amazonaws.com', 'OK', qr/./],
	['the global endpoint', 'sts.amazonaws.com', 'OK', qr/./],
) {
	my ($name, $host, $state, $says) = @$case;
	my $proxy = sts();
	my $run = $data->check({name => "STS of $name", env => {AWS_REGION => 'eu-south-2', http_proxy => $proxy->{url}, NO_PROXY => '127.0.0.1', no_proxy => '127.0.0.1', AWS_ENDPOINT_URL_STS => "http://$host"}},
		'-c', 'prod', '--no-cache', "--role-arn=$role");
	$run->exits($state);
	$run->says("STS of $name: the text", $says);
	my @asked = $proxy->requests;
	is(scalar @asked, 1, "STS of $name: asked once");
	is($asked[0]{path}, "http://$host/", "STS of $name: at its host");
}
done_testing;
