#!/usr/bin/perl
# Answers that AWS should never give: each time the true state or UNKNOWN with a reason, bounded.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;

sub arn { return "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_[0]" }

# One complete result for each query: the value for every query whose service the hash names, else 20.
sub results {
	my ($request, %value) = @_;
	return [map {
		my ($service) = map { $_->{Value} } grep { $_->{Name} eq 'ServiceName' } @{$_->{MetricStat}{Metric}{Dimensions}};
		{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [$value{$service} // 20]}
	} @{$request->{MetricDataQueries}}];
}

# A run against scripted pages of the list and answers of GetMetricData.
sub hostile {
	my ($name, $list, $metrics, @arguments) = @_;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return $list->($request, $count) if $operation eq 'ListServices';
		return $metrics->($request, $count) if $operation eq 'GetMetricData';
		return {services => [], failures => []};
	});
	my $run = $server->check({name => $name}, '-c', 'prod', '-m', 'cpu', @arguments);
	$run->{requests} = {map { $_ => $server->requests($_) } qw(ListServices GetMetricData)};
	$server->stop;
	return $run;
}
my $one = sub { return {serviceArns => [arn('api')]} };
my $fine = sub { return {MetricDataResults => results($_[0])} };
my $hot = sub { return {MetricDataResults => results($_[0], api => 99)} };

my $run = hostile('nothing wrong', $one, $fine);
$run->exits('OK');
$run = hostile('duplicate ARNs', sub { return {serviceArns => [(arn('api')) x 3, arn('web')]} }, $hot);
$run->exits('CRITICAL');
is($run->{summary}{services}{value}, 2, 'duplicate ARNs count once');

# The list.
$run = hostile('a token that repeats', sub { return {serviceArns => [arn('api')], nextToken => 'again'} }, $hot);
$run->exits('CRITICAL', 'a repeating token: the known breach is told');
$run->says('and that the list is incomplete', qr/^\[UNKNOWN\] .*incomplete.*same page/m);
cmp_ok($run->{requests}{ListServices}, '<=', 3, 'and it is not followed for ever');
$run = hostile('tokens in turn', sub { return {serviceArns => [], nextToken => 'ab' x ($_[1] % 2 + 1)} }, $fine, '-t', 30 * time_factor());
$run->exits('UNKNOWN');
$run->says('endless pages are noticed', qr/more than \d+ pages/);
$run = hostile('a second page of another shape', sub { return $_[1] == 1 ? {serviceArns => [arn('api')], nextToken => 't'} : {serviceArns => {}} }, $fine);
$run->exits('UNKNOWN', 'half a list is never OK');
unlike($run->{lines}[0], qr/services=/, 'nor are its services counted');
for my $bad ('x' x 300, 'a/' . 'b' x 300) {
	$run = hostile('a name of ' . length($bad), sub { return $_[1] == 1 ? {serviceArns => [arn('api')], nextToken => 't'} : {serviceArns => [arn($bad)]} }, $hot);
	$run->exits('CRITICAL', 'a name that is too long does not hide the breach before it');
}
$run = hostile('an ARN of something else', sub { return {serviceArns => ['arn:aws:s3:::bucket']} }, $fine);
$run->exits('UNKNOWN');
for my $name ('a|b', "a\nb", "a\e[31mb", "a\x{202e}b", "a'b=c", 'a"b', ' ', "\x{1F600}") {
	$run = hostile('a hostile name', sub { return {serviceArns => [arn($name)]} }, sub { return {MetricDataResults => [map { +{%$_, Values => [99]} } @{results($_[0])}]} });
	$run->exits('CRITICAL', 'a hostile name is judged all the same');
	is($run->{summary}{services}{value}, 1, 'and its perfdata can be read');
}

# The series.
my $again = sub { my ($first, $second) = @_; return sub { return $_[1] == 1 ? {MetricDataResults => $first->($_[0]), NextToken => 't'} : {MetricDataResults => $second->($_[0])} } };
my $with = sub { my %change = @_; return sub { return [map { +{%$_, %change} } @{results($_[0])}] } };
my %lost = (
	'Complete, then PartialData without a token' => $again->($with->(), $with->(StatusCode => 'PartialData', Timestamps => [], Values => [])),
	'PartialData without a token' => sub { return {MetricDataResults => $with->(StatusCode => 'PartialData')->($_[0])} },
	'no StatusCode' => sub { return {MetricDataResults => [map { delete $_->{StatusCode}; $_ } @{results($_[0])}]} },
	'an unknown StatusCode' => sub { return {MetricDataResults => $with->(StatusCode => 'Splendid')->($_[0])} },
	'no result for what was asked' => sub { return {MetricDataResults => []} },
	'a result for what was never asked' => sub { return {MetricDataResults => $with->(Id => 'm77')->($_[0])} },
	'lists of different lengths' => sub { return {MetricDataResults => $with->(Values => [1, 2])->($_[0])} },
	'text for a value' => sub { return {MetricDataResults => $with->(Values => ['20'])->($_[0])} },
	'null for a value' => sub { return {MetricDataResults => $with->(Values => [undef])->($_[0])} },
	'NaN' => sub { return {MetricDataResults => $with->(Values => ['NaN'])->($_[0])} },
	'a point outside the window' => sub { return {MetricDataResults => $with->(Timestamps => [$_[0]{EndTime}])->($_[0])} },
	'a point long ago' => sub { return {MetricDataResults => $with->(Timestamps => [0])->($_[0])} },
	'two values for one period' => sub { return {MetricDataResults => $with->(Timestamps => [($_[0]{EndTime} - 7200) x 2], Values => [50, 5])->($_[0])} },
	'a number out of range' => sub { my $id = $_[0]{MetricDataQueries}[0]{Id}; return qq({"MetricDataResults":[{"Id":"$id","StatusCode":"Complete","Timestamps":[1],"Values":[1e999]}]}) },
	'200 levels' => sub { return '{"MetricDataResults":' . '[' x 200 . ']' x 200 . '}' },
	'half a document' => sub { return '{"MetricDataResults":[{"Id":"m0","StatusC' },
	'a token that repeats' => sub { return {MetricDataResults => results($_[0]), NextToken => 'again'} },
);
for my $name (sort keys %lost) {
	$run = hostile($name, $one, $lost{$name}, '--no-data=ok');
	$run->exits('UNKNOWN', "$name: never OK");
	unlike($run->{lines}[0], qr/without data/, "$name: never called no data");
}
$run = hostile('breach first, nonsense later', $one, $again->(sub { return results($_[0], api => 99) }, sub { return 'nonsense' }));
$run->exits('CRITICAL', 'a known breach of a series that was lost later counts');
$run->says('and the failure stands beside it', qr/the rest is not known/);
$run = hostile('the same point twice', $one, $again->(sub { return results($_[0]) }, sub { return results($_[0]) }));
$run->exits('OK', 'the same point on two pages is one point');
$run = hostile('a remark', $one, sub { return {MetricDataResults => [map { +{%$_, Timestamps => [], Values => []} } @{results($_[0])}], Messages => [{Code => 'MaxMetricsExceeded', Value => 'too many metrics'}]} }, '--no-data=ok');
$run->exits('UNKNOWN', 'series without points beside a call-wide remark are not "no data"');
$run->says('the remark is told', qr/too many metrics/);

# CloudWatch takes back what it gave: until the series has been given anew, what is known counts.
my $paged = sub { return {MetricDataResults => $with->(StatusCode => 'PartialData', Timestamps => [$_[1]], Values => [20])->($_[0]), NextToken => 'u'} };
my %round = (
	'another point and no more' => ['CRITICAL', sub { my ($request, $count) = @_; return $count == 3 ? $paged->($request, $request->{StartTime}) : [403, {__type => 'AccessDenied'}] }],
	'refused then' => ['CRITICAL', sub { return [403, {__type => 'AccessDenied'}] }],
	'and again' => ['CRITICAL', $with->(StatusCode => 'InternalError', Timestamps => [], Values => [])],
	'given as another' => ['OK', sub { return results($_[0]) }],
	'given as another period' => ['OK', sub { return $with->(Timestamps => [$_[0]{StartTime}])->($_[0]) }],
	'given without a point' => ['OK', $with->(Timestamps => [], Values => [])],
	'incomplete then' => ['CRITICAL', $with->(StatusCode => 'PartialData', Timestamps => [], Values => [])],
);
for my $name (sort keys %round) {
	my ($state, $then) = @{$round{$name}};
	$run = hostile("a breach, an internal error, $name", $one, sub {
		my ($request, $count) = @_;
		return {MetricDataResults => $with->(StatusCode => 'PartialData', Values => [99])->($request), NextToken => 't'} if $count == 1;
		return {MetricDataResults => $with->(StatusCode => 'InternalError', Timestamps => [], Values => [])->($request)} if $count == 2;
		my $answer = $then->($request, $count);
		return ref $answer eq 'ARRAY' && ref $answer->[0] ? {MetricDataResults => $answer} : $answer;
	}, '--no-data=ok');
	$run->exits($state);
	$run->says('with the failure beside it', qr/the rest is not known/) if $state eq 'CRITICAL';
}

# More points than a run holds.
$run = hostile('too many points', sub { return {serviceArns => [map { arn("s$_") } 1 .. 2000]} }, $fine, '--window=14d', '--period=60s', '-t', 40 * time_factor());
$run->exits('UNKNOWN');
$run->says('it says what to change', qr/--period/);
done_testing;
