#!/usr/bin/perl
# Answers that AWS should never give: each time the true state or UNKNOWN with a reason, bounded.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Encode qw(decode);
use JSON::PP qw(encode_json decode_json);
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
	my $run = $server->check({name => $name, raw => scalar grep { $_ eq '--output-format=json' } @arguments}, (grep { $_ eq '-c' } @arguments) ? () : ('-c', 'prod'), '-m', 'cpu', @arguments);
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
# Names that ECS does not take, and ARNs of what was not asked about: the run goes on with all others, and is never OK.
my $prefix = 'arn:aws:ecs:eu-west-1:123456789012:service';
my %foreign = ((map { my $name = $_; $name =~ s/[\n\e\x{202e}]/?/g; ("the name '$name'" => [arn($_), qr/name that ECS does not allow: '/]) }
	'a|b', "a\nb", "a\e[31mb", "a\x{202e}b", "a'b=c", 'a"b', ' ', "\x{1F600}", "ap\x{200b}i", 'api ', 'x' x 256, 'a.b', "\x{0430}pi"),
	'another cluster' => ["$prefix/other/api", qr{another cluster: '\Q$prefix\E/other/api'}],
	'another cluster, in capitals' => ["$prefix/PROD/web", qr/another cluster/],
	'a longer cluster' => ["$prefix/prod2/web", qr/another cluster/],
	'another region' => ['arn:aws:ecs:eu-west-2:123456789012:service/prod/web', qr/another region/],
	'no region' => ['arn:aws:ecs::123456789012:service/prod/web', qr/another region/],
	'another partition' => ['arn:aws-cn:ecs:eu-west-1:123456789012:service/prod/web', qr/another region/],
	'another account' => ['arn:aws:ecs:eu-west-1:210987654321:service/prod/web', qr/another account/],
	'no account' => ['arn:aws:ecs:eu-west-1::service/prod/web', qr/not a service's ARN/],
	'a path' => ["$prefix/prod/a/web", qr/not a service's ARN/],
	'an empty cluster' => ["$prefix//web", qr/not a service's ARN/],
	'a cluster' => ['arn:aws:ecs:eu-west-1:123456789012:cluster/web', qr/not a service's ARN/],
	'another AWS service' => ['arn:aws:eks:eu-west-1:123456789012:service/prod/web', qr/not a service's ARN/],
	'a number' => [17, qr/not a string/], 'null' => [undef, qr/not a string/], 'a list' => [[arn('web')], qr/not a string/]);
for my $name (sort keys %foreign) {
	my ($bad, $words) = @{$foreign{$name}};
	my $beside = sub { my ($first, @then) = @_; return sub { return $_[1] == 1 ? {serviceArns => [@$first], nextToken => 't'} : {serviceArns => [@then]} } };
	$run = hostile("$name, nothing breaches", $beside->([arn('web2'), $bad], arn('last')), $fine);
	$run->exits('UNKNOWN', "$name: never OK");
	like($run->{headline}, qr/: the list of services is incomplete: /, "$name: the first line says so");
	$run->says("$name: it is named", qr/^\[UNKNOWN\] the list of services is incomplete: .*not AWS's.*$words/m);
	unlike(decode('UTF-8', $run->{stdout}) =~ s/\n//gr, qr/[\p{Cc}\x{202e}\x{200b}]/, "$name: and does no harm");
	is_deeply($run->{details_order}, [qw(last_cpu web2_cpu)], "$name: all others are looked at");
	unlike($run->{lines}[0], qr/services=/, "$name: and not counted");
	$run = hostile("$name, and a breach", $beside->([arn('web2'), $bad], arn('api')), $hot);
	$run->exits('CRITICAL', "$name: a breach behind it");
	like($run->{headline}, qr/: 1 of at least 2 services /, "$name: of at least so many");
	$run->says("$name: and the failure beside it", qr/^\[UNKNOWN\] .*not AWS's.*$words/m);
}
$run = hostile('only foreign ones', sub { return {serviceArns => [map { arn("a|$_") } 1 .. 50]} }, $fine);
$run->exits('UNKNOWN', 'only foreign ones');
is(scalar(grep { /not AWS's/ } @{$run->{body}}), 1, 'only foreign ones: told once below the first line');
is($run->{requests}{GetMetricData}, 0, 'only foreign ones: nothing is asked about them');
$run = hostile('both forms of ARN', sub { return {serviceArns => ["$prefix/api", arn('web'), arn('api')]} }, $hot);
$run->exits('CRITICAL', 'short and long ARNs');
is($run->{summary}{services}{value}, 2, 'short and long ARNs: a service counts once');
$run = hostile('an account that is known', sub { return {serviceArns => [arn('api')]} }, $fine, '-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod');
$run->exits('OK', 'the account of -c');
$run = hostile('another than that of -c', sub { return {serviceArns => ['arn:aws:ecs:eu-west-1:210987654321:service/prod/api']} }, $fine, '-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod');
$run->exits('UNKNOWN', 'another account than that of -c');
for my $bad (qw(null {} "x" 17)) {
	$run = hostile("serviceArns $bad", sub { return qq({"serviceArns":$bad}) }, $fine);
	$run->exits('UNKNOWN', "serviceArns $bad is not an empty list");
}
$run = hostile('a nextToken that is a number', sub { return {serviceArns => [arn('api')], nextToken => 17} }, $hot);
$run->exits('CRITICAL', 'a nextToken that is a number');
$run->says('a nextToken that is a number: told', qr/^\[UNKNOWN\] the list of services is incomplete: .*nextToken is not a string/m);

# The series.
my $again = sub { my ($first, $second) = @_; return sub { return $_[1] == 1 ? {MetricDataResults => $first->($_[0]), NextToken => 't'} : {MetricDataResults => $second->($_[0])} } };
my $with = sub { my %change = @_; return sub { return [map { +{%$_, %change} } @{results($_[0])}] } };
my $number = sub { my ($text) = @_; return sub { my $answer = encode_json({MetricDataResults => $with->(Values => [-1])->($_[0])}); return $answer =~ s/"Values":\[-1\]/"Values":[$text]/r } };
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
	'values without times' => sub { return {MetricDataResults => [map { delete $_->{Timestamps}; $_ } @{results($_[0])}]} },
	'times without values' => sub { return {MetricDataResults => [map { delete $_->{Values}; $_ } @{results($_[0])}]} },
	'true for a value' => sub { return {MetricDataResults => $with->(Values => [JSON::PP::true()])->($_[0])} },
	'text for a time' => sub { return {MetricDataResults => $with->(Timestamps => [$_[0]{EndTime} - 7200 . ''])->($_[0])} },
	'a value that a double holds as 0' => $number->('1e-400'),
	'a value of 1e308' => $number->('1e308'),
	'a value of 1e10' => $number->('1e10'),
	'a value below 0' => $number->('-0.001'),
	'Infinity' => $number->('"Infinity"'),
	'-Infinity' => $number->('"-Infinity"'),
	'a status of other letters' => sub { return {MetricDataResults => $with->(StatusCode => 'complete')->($_[0])} },
	'an id with a zero before it' => sub { return {MetricDataResults => [map { $_->{Id} =~ s/m/m0/; $_ } @{results($_[0])}]} },
	'a result that is a list' => sub { return {MetricDataResults => [[]]} },
	'no results at all' => sub { return '{}' },
	'null for the results' => sub { return {MetricDataResults => undef} },
	'Messages that are no list' => sub { return {MetricDataResults => results($_[0]), Messages => {}} },
	'Messages of a result that are no list' => sub { return {MetricDataResults => $with->(Messages => 'x')->($_[0])} },
	'no points, but a message' => sub { return {MetricDataResults => $with->(Timestamps => [], Values => [], Messages => [{Code => 'Odd', Value => 'something is odd'}])->($_[0])} },
);
for my $name (sort keys %lost) {
	$run = hostile($name, $one, $lost{$name}, '--no-data=ok');
	$run->exits('UNKNOWN', "$name: never OK");
	unlike($run->{lines}[0], qr/without data/, "$name: never called no data");
	unlike($run->{stdout}, qr/\d{20}/, "$name: nor printed in full");
}

# What is good in an answer counts beside what is not: of two services one breaches, the fault is the other's, the page's or its own.
my $two = sub { return {serviceArns => [arn('api'), arn('web')]} };
my $both = sub { return {MetricDataResults => results($_[0], api => $_[1])} };
my $spoil = sub { my ($change) = @_; return sub { my ($request, $hot) = @_; my $answer = $both->($request, $hot); $change->($answer, $request); return $answer } };
my $as_text = sub { my ($from, $to) = @_; return sub { return encode_json($both->(@_)) =~ s/$from/$to/r } };
my %beside = (
	'a NextToken that is a number' => [$spoil->(sub { $_[0]{NextToken} = 17 }), qr/NextToken is not a string/],
	'a number out of range' => [$as_text->(qr/"Values":\[20\]/, '"Values":[1e999]'), qr/out of range/],
	'a number too small' => [$as_text->(qr/"Values":\[20\]/, '"Values":[1e-999]'), qr/out of range/],
	'a time out of range' => [$spoil->(sub { $_[0]{MetricDataResults}[1]{Timestamps} = [1e300] }), qr/out of range/],
	'a result without Id' => [$spoil->(sub { delete $_[0]{MetricDataResults}[1]{Id} }), qr/without an Id/],
	'a result that is null' => [$spoil->(sub { unshift @{$_[0]{MetricDataResults}}, undef }), qr/without an Id/],
	'a result that nobody asked for' => [$spoil->(sub { unshift @{$_[0]{MetricDataResults}}, {%{$_[0]{MetricDataResults}[0]}, Id => 'm5'} }), qr/not asked for/],
	'a result twice' => [$spoil->(sub { unshift @{$_[0]{MetricDataResults}}, {%{$_[0]{MetricDataResults}[0]}, Values => [20]} }), qr/a series twice/],
	'the same result twice' => [$spoil->(sub { push @{$_[0]{MetricDataResults}}, $_[0]{MetricDataResults}[0] }), qr/a series twice/],
	'one period with two values' => [$spoil->(sub { my $r = $_[0]{MetricDataResults}[0]; $r->{Timestamps} = [($r->{Timestamps}[0]) x 3]; $r->{Values} = [50, $r->{Values}[0], 49] }), qr/two different values/],
	'more values than times' => [$spoil->(sub { push @{$_[0]{MetricDataResults}[0]{Values}}, 5 }), qr/differ in length/],
	'a value of 1e308 beside it' => [$spoil->(sub { my $r = $_[0]{MetricDataResults}[0]; unshift @{$r->{Timestamps}}, $r->{Timestamps}[0] - 3600; unshift @{$r->{Values}}, 1e308 }), qr/cannot be a utilisation/],
	'a point from another time' => [$spoil->(sub { my $r = $_[0]{MetricDataResults}[0]; unshift @{$r->{Timestamps}}, 5; unshift @{$r->{Values}}, 20 }), qr/outside the window/],
	'null for a value' => [$spoil->(sub { $_[0]{MetricDataResults}[1]{Values} = [undef] }), qr/not a number/],
	'points with a status of its own' => [$spoil->(sub { $_[0]{MetricDataResults}[0]{StatusCode} = 'Splendid' }), qr/status that this check does not recognise/],
	'points that are Forbidden' => [$spoil->(sub { $_[0]{MetricDataResults}[0]{StatusCode} = 'Forbidden' }), qr/not permitted/],
	'points beside an internal error' => [$spoil->(sub { $_[0]{MetricDataResults}[0]{StatusCode} = 'InternalError' }), qr/internal error/],
	'a message of a code that nobody knows' => [$spoil->(sub { $_[0]{Messages} = [{Code => 'Dwindled', Value => "there was <m\e[31more>"}] }), qr/there was .*more.* \(Dwindled\)/],
	'a message without a code' => [$spoil->(sub { $_[0]{Messages} = [{Value => 'there was more'}] }), qr/there was more \(no code\)/],
	'a message without words' => [$spoil->(sub { $_[0]{Messages} = [{}] }), qr/recognise: no text/],
	'a message that is null' => [$spoil->(sub { $_[0]{Messages} = [undef] }), qr/recognise: no text/],
	'a message that time was cut off' => [$spoil->(sub { $_[0]{Messages} = [{Code => 'MaxQueryTimeRangeExceeded', Value => 'too long'}] }), qr/too long/],
);
for my $name (sort keys %beside) {
	my ($answer, $words) = @{$beside{$name}};
	my @arguments = $name =~ /internal/ ? ('-t', 3 * time_factor()) : ();
	$run = hostile("$name, a breach", $two, sub { return $answer->($_[0], 99) }, @arguments);
	$run->exits('CRITICAL', "$name: the breach counts");
	like($run->{text} =~ s/\AECS.*\n//r, $words, "$name: the fault beside it");
	$run = hostile("$name, no breach", $two, sub { return $answer->($_[0], 30) }, '--no-data=ok', @arguments);
	$run->exits('UNKNOWN', "$name: never OK without it");
	$run->says("$name: it is told", $words);
}
$run = hostile('below', $two, $spoil->(sub { my $r = $_[0]{MetricDataResults}[0]; $r->{Timestamps} = [($r->{Timestamps}[0]) x 2]; $r->{Values} = [3, 60] }), '-w', '~:', '-C', '10:');
$run->exits('CRITICAL', 'of two values the one that breaches counts, be it the lower one');
$run->says('below: it is shown', qr/^\[CRITICAL\] api cpu 3\.0% .*below 10%/m);

# A name twice in one object: which of the two is meant nobody knows.
my $twice = sub { my ($from, $to) = @_; return sub { my $text = encode_json($_[0]); $text =~ s/$from/$to/ or die "no $from in $text"; return $text } };
my $page = {serviceArns => [arn('api')]};
my %doubled = (
	'nextToken' => [sub { return '{"nextToken":null,' . substr(encode_json($page), 1, -1) . ',"nextToken":"t"}' }, $fine],
	'serviceArns' => [sub { return '{"serviceArns":[],' . substr encode_json($page), 1 }, $fine],
	'Values' => [$one, sub { return $twice->(qr/"Values":/, '"Values":[20],"Values":')->($hot->($_[0])) }],
	'Values, by an escape' => [$one, sub { return $twice->(qr/"Values":/, '"Values":[20],"\\u0056alues":')->($hot->($_[0])) }],
	'StatusCode' => [$one, sub { return $twice->(qr/"StatusCode":/, '"StatusCode":"Complete","StatusCode":')->({MetricDataResults => $with->(StatusCode => 'InternalError')->($_[0])}) }],
	'MetricDataResults' => [$one, sub { return $twice->(qr/\A\{/, '{"MetricDataResults":[],')->($fine->($_[0])) }],
	'NextToken' => [$one, sub { return $twice->(qr/\A\{/, '{"NextToken":null,"NextToken":"t",')->($fine->($_[0])) }],
);
for my $name (sort keys %doubled) {
	$run = hostile("$name twice", @{$doubled{$name}}, '--no-data=ok');
	$run->exits('UNKNOWN', "$name twice");
	$run->says("$name twice: told", qr/not AWS's .*two members with the same name/);
}

# What AWS may send, in whatever order and form.
$run = hostile('odd forms', $one, sub {
	my ($r) = @{results($_[0])};
	my $t = $_[0]{EndTime};
	return qq({"Messages":null,"NextToken":null,"MetricDataResults":[{"Values":[-0,2.5e1,1E1,30],"Label":"x","Timestamps":[) . join(',', $t - 10800, $t - 7200.0 . '.75', ($t - 14400) / 1e9 . 'E9', $t - 18000) . qq(],"Id":"$r->{Id}","StatusCode":"Complete","Messages":null}]});
}, '-v');
$run->exits('OK', 'times out of order, with fractions and exponents; -0');
is($run->{details}{api_cpu}{value}, 30, 'odd forms: the peak');
$run->says('odd forms: all points', qr/0 of 4 points breach/);
$run = hostile('a high value', $one, sub { return {MetricDataResults => results($_[0], api => 84_000_000)} });
$run->exits('CRITICAL', 'a task that reserves little may use much more');
$run->says('a high value', qr/84000000\.0%/);

# Messages that say nothing against the values are told, and change nothing.
my $said = sub { my (%message) = @_; return sub { return {MetricDataResults => $with->(Messages => $message{result} // [])->($_[0]), Messages => $message{call} // []} } };
my $units = [{Code => 'MultipleUnits', Value => "Multiple units returned: '[Percent, None]'"}];
for my $format ('multi-line', 'json') {
	my @format = $format eq 'json' ? ('--output-format=json') : ();
	for my $case (['one about series', {result => $units}, qr/CloudWatch's message about api cpu and 1 more series: Multiple units returned: '\[Percent, None\]' \(MultipleUnits\)/],
		['one about the call', {call => [{Code => 'MaxMetricsExceeded', Value => 'Maximum number of allowed metrics exceeded'}]}, qr/CloudWatch's message: Maximum number of allowed metrics exceeded \(MaxMetricsExceeded\)/]) {
		my ($name, $messages, $words) = @$case;
		$run = hostile("$name, $format", $two, $said->(%$messages), @format);
		is($run->{exit}, 0, "$name, $format: does not change the state");
		like($run->{stdout}, $words, "$name, $format: is told");
		is_deeply([grep { /$words/ } @{decode_json($run->{stdout})->{errors}}], [decode_json($run->{stdout})->{errors}[0]], "$name, $format: among the errors") if @format;
	}
}
$run = hostile('breach first, nonsense later', $one, $again->(sub { return results($_[0], api => 99) }, sub { return 'nonsense' }));
$run->exits('CRITICAL', 'a known breach of a series that was lost later counts');
$run->says('and the failure stands beside it', qr/the rest is not known/);
$run = hostile('the same point twice', $one, $again->(sub { return results($_[0]) }, sub { return results($_[0]) }));
$run->exits('OK', 'the same point on two pages is one point');
$run = hostile('a remark', $one, sub { return {MetricDataResults => [map { +{%$_, Timestamps => [], Values => []} } @{results($_[0])}], Messages => [{Code => 'MaxMetricsExceeded', Value => 'too many metrics'}]} }, '--no-data=ok');
$run->exits('UNKNOWN', 'series without points beside a call-wide remark are not "no data"');
$run->says('the remark is told', qr/too many metrics/);

# A series that CloudWatch had an internal error with is asked for again: no later answer takes a known breach back.
my $paged = sub { return {MetricDataResults => $with->(StatusCode => 'PartialData', Timestamps => [$_[1]], Values => [20])->($_[0]), NextToken => 'u'} };
my %round = (
	'another point and no more' => ['CRITICAL', sub { my ($request, $count) = @_; return $count == 3 ? $paged->($request, $request->{StartTime}) : [403, {__type => 'AccessDenied'}] }],
	'refused then' => ['CRITICAL', sub { return [403, {__type => 'AccessDenied'}] }],
	'and again' => ['CRITICAL', $with->(StatusCode => 'InternalError', Timestamps => [], Values => [])],
	'given as another' => ['CRITICAL', sub { return results($_[0]) }, 1],
	'given as another period' => ['CRITICAL', sub { return $with->(Timestamps => [$_[0]{StartTime}])->($_[0]) }, 1],
	'given without a point' => ['CRITICAL', $with->(Timestamps => [], Values => []), 1],
	'incomplete then' => ['CRITICAL', $with->(StatusCode => 'PartialData', Timestamps => [], Values => [])],
);
for my $name (sort keys %round) {
	my ($state, $then, $whole) = @{$round{$name}};
	$run = hostile("a breach, an internal error, $name", $one, sub {
		my ($request, $count) = @_;
		return {MetricDataResults => $with->(StatusCode => 'PartialData', Values => [99])->($request), NextToken => 't'} if $count == 1;
		return {MetricDataResults => $with->(StatusCode => 'InternalError', Timestamps => [], Values => [])->($request)} if $count == 2;
		my $answer = $then->($request, $count);
		return ref $answer eq 'ARRAY' && ref $answer->[0] ? {MetricDataResults => $answer} : $answer;
	}, '--no-data=ok');
	$run->exits($state);
	$run->says('with the failure beside it', qr/the rest is not known/) if !$whole;
}

# More points than a run holds.
$run = hostile('too many points', sub { return {serviceArns => [map { arn("s$_") } 1 .. 2000]} }, $fine, '--window=14d', '--period=60s', '-t', 40 * time_factor());
$run->exits('UNKNOWN');
$run->says('it says what to change', qr/--period/);
# One word like a tag makes Icinga Web take the whole output for HTML: '<' and '>' become brackets in text, wherever the text comes
# from, and stay in JSON.
my $tag = '<script src="x">';
my $standin = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n");
my @tagged = (
	['an option', undef, ["--no-such-option=$tag"]], ['a value of an option', undef, ['-w', $tag, '-c', 'prod']], ['a pattern', $standin, ['-c', 'prod', '-s', $tag]],
	['several patterns', $standin, ['-c', 'prod', '-s', "$tag*", '-s', '*', '-v']], ['a cluster', $standin, ['-c', "a${tag}b"]], ['a region', undef, ['-c', 'prod', '-r', $tag]],
	['a profile', undef, ['-c', 'prod', '-p', $tag]], ['an ini file', undef, ["--extra-opts=\@/nowhere/$tag.ini"]], ['an endpoint', undef, ['-c', 'prod', "--endpoint-url=$tag"]],
	['a word that is left over', undef, [$tag]], ['-vvv', $standin, ['-c', 'prod', '-vvv', '-s', $tag]],
);
for my $operation (qw(ListServices GetMetricData)) {
	my $server = CheckECS::Scripted->start(sub {
		my ($asked) = @_;
		return [400, {__type => 'AccessDeniedException', message => "User: $tag is not authorized"}] if $asked eq $operation;
		return {serviceArns => [map { "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_" } qw(api web)]};
	});
	push @tagged, ["a message of $operation", $server, ['-c', 'prod', '-vvv']];
}
my $told = CheckECS::Scripted->start(sub {
	my ($asked, $request) = @_;
	return {serviceArns => ["arn:aws:ecs:eu-west-1:123456789012:service/prod/api"]} if $asked eq 'ListServices';
	return {services => [{serviceName => 'api', status => 'ACTIVE', desiredCount => 3, runningCount => 0, deployments => [],
		events => [{message => "(service api) was unable to place a task because $tag", createdAt => time - 60}]}], failures => []} if $asked eq 'DescribeServices';
	return {Messages => [{Code => 'Odd', Value => $tag}], MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [], Values => []} } @{$request->{MetricDataQueries}}]};
});
push @tagged, ['an event and a message', $told, ['-c', 'prod']];
for my $case (@tagged) {
	my ($name, $server, $arguments) = @$case;
	my @words = (($server ? "--endpoint-url=$server->{url}" : ()), @$arguments);
	my $text = run_plugin({name => "a tag in $name"}, @words);
	unlike($text->{text}, qr/[<>]/, "a tag in $name: none in text");
	my $json = run_plugin({name => "a tag in $name, JSON", raw => 1}, @words, '--output-format=json');
	next if $text->{text} !~ /script src/;
	like($text->{text}, qr/\(script src="?x"?\)|\(script src/, "a tag in $name: in brackets");
	like($json->{text}, qr/<script src=\\"x\\">/, "a tag in $name: JSON keeps it");
}
cmp_ok(scalar(grep { $_ } map { my ($name, $server, $arguments) = @$_;
	run_plugin({name => "once more: $name"}, ($server ? "--endpoint-url=$server->{url}" : ()), @$arguments)->{text} =~ /\(script src/ } @tagged), '>=', 9, 'most of these are quoted at all');

done_testing;
