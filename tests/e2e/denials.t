#!/usr/bin/perl
# Whoever is refused by AWS reads why: AWS's words with names as long as it allows, its reason at their end, and advice
# that follows the reason. tests/unit/test_denial.c has the whole table; here is what a person sees of it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::Scripted;
use Test::More;

my $name = 'check-ecs-bottleneck-monitoring-role-of-the-platform-team-eu-001';
my $session = "arn:aws:sts::123456789012:assumed-role/$name/$name";
my $cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/" . 'payments-and-settlement-' x 8;
my $foreign = 'arn:aws:ecs:eu-west-1:999999999999:cluster/prod';
my $role = "arn:aws:iam::999999999999:role/teams/platform/$name";
my %reason = (
	'no identity-based policy' => [' because no identity-based policy allows the %s action', qr/add the IAM action %s for access key/],
	'an explicit deny' => [' with an explicit deny in an identity-based policy', qr/an identity-based policy denies %s for .*: remove that Deny/],
	'a service control policy' => [' with an explicit deny in a service control policy', qr/a service control policy denies %s .*an administrator of the AWS organization/],
	'a resource control policy' => [' with an explicit deny in a resource control policy', qr/a resource control policy denies %s .*an administrator of the AWS organization/],
	'a permissions boundary' => [' because no permissions boundary allows the %s action', qr/the permissions boundary does not allow %s/],
	'a session policy' => [' because no session policy allows the %s action', qr/the session policy does not allow %s .*where these keys are issued/],
	'a resource-based policy' => [' because no resource-based policy allows the %s action', qr/the resource's policy does not allow %s/],
	'a VPC endpoint policy' => [' because no VPC endpoint policy allows the %s action', qr/the policy of the VPC endpoint does not allow %s/],
);

sub in { my ($text, $action) = @_; $text =~ s/%s/$action/g; return $text }

sub denied { my ($action, $resource, $reason) = @_; return {__type => 'AccessDeniedException', Message => "User: $session is not authorized to perform: $action on resource: $resource" . in($reason, $action)} }

# A server that refuses one operation with this answer.
sub refusing {
	my ($refused, $answer) = @_;
	return CheckECS::Scripted->start(sub {
		my ($operation) = @_;
		return $answer if $operation eq $refused;
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']};
	});
}

for my $name (sort keys %reason) {
	my ($words, $advice) = @{$reason{$name}};
	for my $case (['ListServices', 'ecs:ListServices', $cluster], ['GetMetricData', 'cloudwatch:GetMetricData', '*']) {
		my ($operation, $action, $resource) = @$case;
		my $server = refusing($operation, [400, denied($action, $resource, $words)]);
		my $run = $server->check({name => "$operation: $name"}, '-c', 'prod');
		$run->exits('UNKNOWN');
		my $pattern = in("$advice", $action);
		$run->says("$operation: $name: advice and AWS's reason", qr/$pattern/, qr/^AWS says: AccessDeniedException: .*\Q@{[in($words, $action)]}\E$/m);
		is($server->requests($operation), 1, "$operation: $name: asked once");
	}
}

# An ARN of an account that is not the keys': both are named, whichever way AWS says so.
for my $answer (
	denied('ecs:ListServices', $foreign, $reason{'a resource-based policy'}[0]),
	{__type => 'InvalidParameterException', message => 'Identifier is for 999999999999. Your accountId is 123456789012'},
) {
	my $run = refusing('ListServices', [400, $answer])->check({name => "another account: $answer->{__type}"}, '-c', $foreign);
	$run->exits('UNKNOWN');
	$run->says("another account: $answer->{__type}: both", qr/ecs:ListServices is asked for in account 999999999999, but .* is of 123456789012: use keys or a role of 999999999999/);
}

# The stand-in says it so by itself.
{
	my $run = standin("cluster prod region=eu-west-1\n")->check({name => 'an ARN of another account'}, '-c', $foreign);
	$run->exits('UNKNOWN');
	$run->says('both accounts', qr/in account 999999999999, but .* is of 123456789012: use keys or a role of 999999999999/);
}

# The region, the account's registration, the partition.
my %matter = (
	'UnrecognizedClientException in a region that may have to be switched on' => ['UnrecognizedClientException', 'The security token included in the request is invalid.',
		'eu-south-2', qr/in eu-south-2: check key and session token, their partition, and that the account has this region switched on/],
	'UnrecognizedClientException in another partition' => ['UnrecognizedClientException', 'The security token included in the request is invalid.',
		'cn-north-1', qr/in cn-north-1: check key and session token, and that they are of partition aws-cn$/m],
	'OptInRequired' => ['OptInRequired', 'You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.',
		'eu-south-2', qr/the account of access key .* cannot use .*: switch region eu-south-2 on/],
	'SubscriptionRequiredException' => ['SubscriptionRequiredException', 'The AWS Access Key Id needs a subscription for the service',
		'eu-west-1', qr/the account of access key .* cannot use .*complete the account's registration with AWS/],
);
for my $name (sort keys %matter) {
	my ($code, $message, $region, $says) = @{$matter{$name}};
	my $server = refusing('ListServices', [400, {__type => $code, message => $message}]);
	my $run = $server->check({name => $name}, '-c', 'prod', '-r', $region);
	$run->exits('UNKNOWN');
	$run->says("$name: what it may be", $says, qr/\Q$code: @{[substr $message, 0, 40]}\E/);
	cmp_ok($server->requests('ListServices'), '<=', 2, "$name: not tried over and over");
}

# STS: the role's ARN and the caller's are long as well.
my $xml = sub {
	my ($code, $message) = @_;
	return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>$code</Code><Message>$message</Message></Error><RequestId>1</RequestId></ErrorResponse>";
};
my %sts = (
	'nothing said' => ['', qr/allow it in the caller's policy and in the role's trust policy/],
	'no identity-based policy' => [' because no identity-based policy allows the sts:AssumeRole action', qr/add the IAM action sts:AssumeRole for access key/],
	'the trust policy' => [' because no role trust policy allows the sts:AssumeRole action', qr/the role's trust policy does not allow sts:AssumeRole/],
	'a service control policy' => [' with an explicit deny in a service control policy', qr/a service control policy denies sts:AssumeRole/],
);
for my $name (sort keys %sts) {
	my ($words, $advice) = @{$sts{$name}};
	my $server = CheckECS::Metadata->start(sub { [403, $xml->('AccessDenied', "User: $session is not authorized to perform: sts:AssumeRole on resource: $role$words")] });
	my $run = run_plugin({name => "AssumeRole: $name", env => {AWS_ENDPOINT_URL_STS => $server->{url}}}, '-c', 'prod', '--no-cache', "--role-arn=$role");
	$run->exits('UNKNOWN');
	$run->says("AssumeRole: $name: advice and AWS's reason", $advice, qr/\Q@{[$words || substr($role, -20)]}\E\)/);
}
done_testing;
