package Sdk;
# Two clients beside the plugin: AWS's SDK for JavaScript makes calls, botocore's service models judge what was recorded.
#
# Environment: CHECK_ECS_SDK (directory with node_modules), CHECK_ECS_NODE and CHECK_ECS_SDK_PYTHON (programs).

use strict;
use warnings;
use CheckECS;
use Exporter 'import';
use JSON::PP;
use List::Util qw(max);
use MIME::Base64 qw(encode_base64);
use Test::More;

our @EXPORT = qw(sdk_calls botocore_judges operation_of members_of same_requests unused_differences header);

my $json = JSON::PP->new->canonical->utf8->allow_nonref;

# Gives a program a file to read -> what it printed, decoded. ENVIRONMENT is all that it has.
sub run_json {
	my ($input, $environment, @command) = @_;
	my ($in, $out, $err) = (keep_file($json->encode($input), 'in'), keep_file('', 'out'), keep_file('', 'err'));
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = %$environment;
		no warnings 'exec';
		open STDIN, '<', $in and open STDOUT, '>', $out and open STDERR, '>', $err and exec {$command[0]} @command;
		POSIX::_exit(127);
	}
	waitpid $pid, 0;
	my $result = $? == 0 ? eval { $json->decode(CheckECS::slurp($out)) } : undef;
	BAIL_OUT("@command ended with status $?: " . CheckECS::slurp($err)) unless $result;
	return $result;
}

# sdk_calls(\%change of the environment, call, ...) -> {versions, results}: see calls.mjs. The environment is that of a run of the
# plugin with the same change.
sub sdk_calls {
	my ($change, @calls) = @_;
	my %environment = plugin_environment(NODE_NO_WARNINGS => 1, %$change);
	return run_json(\@calls, \%environment, $ENV{CHECK_ECS_NODE}, "$ENV{CHECK_ECS_SRCDIR}/tests/sdk/calls.mjs", "--sdk=$ENV{CHECK_ECS_SDK}");
}

# botocore_judges(exchange, ...) -> {botocore, results}: see validate.py.
sub botocore_judges {
	return run_json(\@_, \%ENV, $ENV{CHECK_ECS_SDK_PYTHON}, "$ENV{CHECK_ECS_SRCDIR}/tests/sdk/validate.py");
}

sub header {
	my ($exchange, $name) = @_;
	my @values = map { $_->[1] } grep { lc $_->[0] eq $name } @{$exchange->{headers}};
	return @values > 1 ? "twice: @values" : $values[0];
}

sub operation_of {
	my ($exchange) = @_;
	return $1 if (header($exchange, 'x-amz-target') // '') =~ /\.(\w+)\z/;
	return $1 if $exchange->{body} =~ /(?:\A|&)Action=(\w+)/;
	return $exchange->{path} =~ s/\?.*//sr =~ s{\A/service/\w+/operation/}{}r;
}

sub form {
	my ($text) = @_;
	my %form;
	for my $pair (split /&/, $text) {
		my ($name, $value) = map { tr/+/ /r =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger } split /=/, $pair, 2;
		$form{$name} = exists $form{$name} ? 'twice' : $value;
	}
	return \%form;
}

# The members of a request, with what is free made alike: the order of services and series, the Ids of the series (which are put
# in place of the metric and service they are for), and tokens, which differ in each call: EARLIER are the exchanges before it.
sub members_of {
	my ($exchange, @earlier) = @_;
	my ($path, $query) = split /\?/, $exchange->{path}, 2;
	return {query => form($query // '')} if $exchange->{method} eq 'GET';
	return form($exchange->{body}) if (header($exchange, 'content-type') // '') =~ /form-urlencoded/;
	my $body = (header($exchange, 'content-type') // '') eq 'application/cbor' ? sdk_calls({}, {decode => encode_base64($exchange->{body}, '')})->{results}[0]{decoded}
		: $json->decode($exchange->{body});
	my ($previous) = grep { operation_of($_) eq operation_of($exchange) } reverse @earlier;
	for my $name (grep { defined $body->{$_} } qw(nextToken NextToken)) {
		my $token = $previous ? eval { $json->decode($previous->{answer})->{$name} } : undef;
		$body->{$name} = 'of the page before' if defined $token && $token eq $body->{$name};
	}
	$body->{services} = [sort @{$body->{services}}] if $body->{services};
	if (my $queries = $body->{MetricDataQueries}) {
		for my $query (@$queries) {
			my $metric = $query->{MetricStat}{Metric};
			$query->{Id} = join ' ', $metric->{MetricName}, map { "$_->{Name}=$_->{Value}" } @{$metric->{Dimensions}};
		}
		$body->{MetricDataQueries} = [sort { $a->{Id} cmp $b->{Id} } @$queries];
	}
	return $body;
}

# Headers that differ on purpose, each with the reason. They have to differ somewhere: unused_differences tells which do not.
my %differs = (
	'accept' => 'libcurl says that it takes anything, the SDK says nothing',
	'amz-sdk-invocation-id' => 'counts attempts for AWS; no service asks for it',
	'amz-sdk-request' => 'the same',
	'connection' => 'the SDK spells out what HTTP/1.1 does anyway',
	'user-agent' => 'each says who it is',
	'x-amz-content-sha256' => 'only S3 asks for it; the signature covers the hash of the body all the same',
	'x-amz-user-agent' => 'the SDK names itself again, for what runs in browsers',
	'AssumeRole content-type' => 'the charset is what botocore and the AWS CLI send',
	'AssumeRoleWithWebIdentity content-type' => 'the same',
);
my %used;

sub unused_differences { return grep { !$used{$_} } sort keys %differs }

# What a header says, without what is a request's own: the time, the signature, tokens of sessions (ISSUED: answers so far).
sub meaning {
	my ($exchange, $name, $issued) = @_;
	my $value = header($exchange, $name) // return 'nothing';
	if ($name eq 'authorization') {
		my ($key, $scope, $signed) = $value =~ m{\AAWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/(\S+), SignedHeaders=(\S+), Signature=[0-9a-f]{64}\z} or return $value;
		my %signed = map { $_ => 1 } split /;/, $signed;
		my @bare = grep { !$signed{$_} } grep { /\A(?:host|content-type|x-amz-.*|x-amzn-.*)\z/ } map { lc $_->[0] } @{$exchange->{headers}};
		$key = 'of a session' if $key =~ /\AASIA/ && $issued =~ /\b\Q$key\E\b/;
		return join ' ', "key $key, scope $scope", map { "$_ is not signed" } @bare;
	}
	return 'a time' if $name eq 'x-amz-date' && $value =~ /\A\d{8}T\d{6}Z\z/;
	return 'of a session' if $name =~ /\Ax-amz-(?:security-token|sso_bearer_token)\z/ && index($issued, $value) >= 0;
	return 'of the body' if $name eq 'content-length' && $value == length $exchange->{body};
	return $value;
}

sub header_differences {
	my ($operation, $ours, $theirs, $issued) = @_;
	my %names = map { lc $_->[0] => 1 } @{$ours->{headers}}, @{$theirs->{headers}};
	my @differences;
	for my $name (sort keys %names) {
		my ($our, $their) = (meaning($ours, $name, $issued->[0]), meaning($theirs, $name, $issued->[1]));
		next if $our eq $their;
		my ($purpose) = grep { $differs{$_} } $name, "$operation $name";
		$purpose ? $used{$purpose}++ : push @differences, "$name: ours $our, the SDK's $their";
	}
	return @differences;
}

# Two lists of exchanges ask for the same: as many calls of each operation, and one by one the same method, path, members and
# headers, but for those that differ on purpose.
sub same_requests {
	my ($name, $ours, $theirs) = @_;
	my %calls;
	for my $side (0, 1) {
		push @{$calls{operation_of($_)}[$side]}, $_ for @{($ours, $theirs)[$side]};
	}
	my @issued = map { join "\n", map { $_->{answer} } @$_ } $ours, $theirs;
	for my $operation (sort keys %calls) {
		my @pair = map { $_ // [] } @{$calls{$operation}}[0, 1];
		is(scalar @{$pair[0]}, scalar @{$pair[1]}, "$name: as many calls of $operation (" . @{$pair[1]} . ')');
		for my $i (0 .. max(0, map { $#$_ } @pair)) {
			my ($our, $their) = map { $_->[$i] } @pair;
			next unless $our && $their;
			my $which = "$name: $operation" . ($i ? ', page ' . ($i + 1) : '');
			my @asked = map { {method => $pair[$_][$i]{method}, path => $pair[$_][$i]{path} =~ s/\?.*//sr, members => members_of($pair[$_][$i], @{$pair[$_]}[0 .. $i - 1])} } 0, 1;
			is_deeply(@asked, "$which: the same members") or diag explain \@asked;
			is_deeply([header_differences($operation, $our, $their, \@issued)], [], "$which: the same headers");
		}
	}
	return;
}

1;
