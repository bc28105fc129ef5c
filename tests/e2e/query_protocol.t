#!/usr/bin/perl
# A custom endpoint that knows CloudWatch by the older query protocol alone, or not at all: its errors are XML or a page.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;

my $arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';
my $hint = qr/: check the endpoint URL, and whether what answers there speaks AWS's JSON protocol/;

sub xml {
	my ($code, $message) = @_;
	return "<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">\n  <Error>\n    <Type>Sender</Type>\n    <Code>$code</Code>\n"
		. "    <Message>$message</Message>\n  </Error>\n  <RequestId>85d2bb1f</RequestId>\n</ErrorResponse>\n";
}

# GetMetricData meets these answers, then a right one.
sub server {
	my (@answers) = @_;
	return CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return {serviceArns => [$arn]} if $operation eq 'ListServices';
		return $answers[$count - 1] if $count <= @answers;
		return {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 3600], Values => [12.5]} } @{$request->{MetricDataQueries}}]};
	});
}

# Throttling is waited for, even where XML says so; attempts count as usual where they do.
my $throttling = [400, xml('Throttling', 'Rate exceeded')];
for my $case (['once', 1], ['twice', 2]) {
	my ($name, $times) = @$case;
	my $server = server(($throttling) x $times);
	$server->check({name => "Throttling in XML, $name"}, '-c', 'prod', '-t', 30 * time_factor())->exits('OK');
	is($server->requests('GetMetricData'), 1 + $times, "$name: tried again");
}
my $server = server(($throttling) x 9);
my $run = $server->check({name => 'Throttling in XML, one attempt', env => {AWS_MAX_ATTEMPTS => 1}}, '-c', 'prod');
$run->exits('UNKNOWN');
$run->says('it is called throttling', qr/AWS is throttling this account's requests in eu-west-1: check less often/, qr/^AWS says: Throttling: Rate exceeded$/m);
is($server->requests('GetMetricData'), 1, 'one attempt');

# Other errors are read, too.
for my $case (
	['InvalidAction', 400, xml('InvalidAction', 'The action GetMetricData is not valid for this web service.'), qr/does not know this call \(InvalidAction: The action GetMetricData .*\)$hint/],
	['MissingAction', 400, xml('MissingAction', 'The request must contain the parameter Action'), qr/does not know this call \(MissingAction: .*\)$hint/],
	['UnknownOperationException', 400, xml('UnknownOperationException', 'none'), qr/does not know this call \(UnknownOperationException: none\)$hint/],
	['UnknownOperationException in JSON', 404, {__type => 'com.amazon.coral.service#UnknownOperationException'}, qr/does not know this call \(UnknownOperationException\)$hint/],
	['AccessDenied', 403, xml('AccessDenied', 'User: arn:aws:iam::123456789012:user/x is not authorized to perform: cloudwatch:GetMetricData because no session policy allows the cloudwatch:GetMetricData action'),
		qr/not permitted: the session policy does not allow cloudwatch:GetMetricData/],
	['InvalidClientTokenId', 403, xml('InvalidClientTokenId', 'The security token included in the request is invalid.'), qr/AWS does not accept access key .*InvalidClientTokenId/],
	['InvalidParameterValue', 400, xml('InvalidParameterValue', 'no'), qr/GetMetricData: \S+ answered with InvalidParameterValue: no$/m],
	['a page', 404, '<!DOCTYPE html><html><title>Not Found</title></html>', qr/GetMetricData: \S+ answered with HTTP status 404$hint/],
	['nothing', 405, '', qr/GetMetricData: \S+ answered with HTTP status 405$hint/],
	['not implemented', 501, '{}', qr/GetMetricData: \S+ answered with HTTP status 501$hint/],
	['an answer in XML', 200, '<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"/>', qr/is not AWS's JSON: it is XML, of the older query protocol$hint/],
	['a page with status 200', 200, '<html><body>sign in</body></html>', qr/is not AWS's \(not valid JSON.*\): a proxy or login page may have answered/],
) {
	my ($name, $status, $body, $says) = @$case;
	my $odd = server(([$status, $body]) x 9);
	my $odd_run = $odd->check({name => $name}, '-c', 'prod', '-m', 'cpu');
	$odd_run->exits('UNKNOWN');
	$odd_run->says("$name: the message", $says);
	unlike($odd_run->{text}, qr/<html|<Error|<title/i, "$name: no page is printed");
	cmp_ok($odd->requests('GetMetricData'), '<=', 2, "$name: not tried over and over");
}

# What is transient by its status stays so.
my $shaky = server([503, xml('ServiceUnavailable', 'again')]);
$shaky->check({name => 'ServiceUnavailable in XML'}, '-c', 'prod')->exits('OK');
is($shaky->requests('GetMetricData'), 2, 'ServiceUnavailable in XML: tried again');
done_testing;
