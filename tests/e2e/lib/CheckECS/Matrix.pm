package CheckECS::Matrix;
# Every operation of AWS's that a run asks for, times every fault: what has to come of it, as data.
#
#	CheckECS::Matrix::cells()    # -> ({name, operation, fault, scene, outcome, words, ...})
#
# Outcomes, from the contract: "true" is the state that the account is in; "unknown" is UNKNOWN, or the
# breach that was known before, with the reason in words; "time" is the same, at the deadline and not before.

use strict;
use warnings;
use CheckECS::StandIn;
use Exporter 'import';
our @EXPORT_OK = qw(cells operations kinds);

# What the message says beside the fault's own words, where a fault names no other: the operation and the host.
my $host = qr/127\.0\.0\.1:\d+/;
my $login = qr/run aws sso login/;

# pages: it is asked for page by page. numbers: its answer holds some. json: it is JSON. breach: a scene where a breach
# is known before. host: the name in AWS_ENDPOINT_URL_... if this operation is the first one there. action: for IAM.
my %operation = (
	ListClusters => {pages => 1, json => 1, aws => 1, host => 'ECS', action => 'ecs:ListClusters'},
	ListServices => {pages => 1, json => 1, aws => 1, host => 'ECS', breach => 1, action => 'ecs:ListServices'},
	DescribeServices => {json => 1, aws => 1, numbers => 1, breach => 1, action => 'ecs:DescribeServices', patience => 0},
	GetMetricData => {pages => 1, json => 1, aws => 1, numbers => 1, host => 'CLOUDWATCH', breach => 1, action => 'cloudwatch:GetMetricData'},
	AssumeRole => {host => 'STS', action => 'sts:AssumeRole'},
	AssumeRoleWithWebIdentity => {host => 'STS', action => 'sts:AssumeRoleWithWebIdentity'},
	GetRoleCredentials => {json => 1, numbers => 1, host => 'SSO'},
	CreateToken => {json => 1, numbers => 1, host => 'SSO_OIDC'},
);
$operation{$_}{name} = $_ for keys %operation;
# Running tasks are asked for with patience, and beside the series.
my %of_tasks = (%{$operation{DescribeServices}}, patience => 1, breach => 0, tasks => 1);

my $foreign = qr/is not AWS's \(.+\): a proxy or login page/;
my $throttled = qr{throttling this account's requests in [^\s:]+(?: \(.*\))?: check less often};
my $later = qr/cannot answer now/;
my $cut = qr/the answer from $host was cut off \(/;
my $moved = qr/answered with HTTP status 30[127]: a proxy or login page/;
my $large = qr/is larger than \d+ (?:MiB|KiB)/;
my $late = qr/timed out after \d+ s, (?:.*: )?waiting for \w+ from $host/;
my $trust = qr/certificate of \S+ is not accepted \(.*check --ca-bundle/;

# A fault of the stand-in: [KIND, how many requests meet it (0: all), outcome, words, where it makes sense].
# For all requests two attempts are allowed, but where the outcome is "time".
my @kinds = (
	['throttle', 1, 'true'], ['throttle', 0, 'time', $throttled, sub { $_[0]{patience} // 1 }], ['throttle', 2, 'unknown', $throttled, undef, 2],
	['429', 1, 'true'], ['429', 0, 'time', $throttled, sub { $_[0]{patience} // 1 }], ['429', 2, 'unknown', $throttled, undef, 2],
	(map { [$_, 1, 'true'], [$_, 0, 'unknown', $later] } 500, 502, 503, 504),
	(map { [$_, 1, 'true'], [$_, 0, 'unknown', $cut] } qw(reset rst rst-headers rst-body cut-headers half)),
	['gone', 0, 'unknown', qr/cannot connect to $host \(.+\): check network/],
	['hang', 0, 'time', $late], ['trickle', 0, 'time', $late], ['long-length', 0, 'time', $late],
	['short-length', 0, 'unknown', $foreign], ['gzip', 0, 'unknown', $foreign],
	(map { [$_, 0, 'unknown', $moved] } qw(redirect 302 307)),
	(map { [$_, 0, 'unknown', $foreign] } qw(garbage empty shape deep)),
	['huge', 0, 'unknown', $large],
	['null', 0, 'unknown', $foreign, sub { $_[0]{json} }],
	['nan', 0, 'unknown', $foreign, sub { $_[0]{numbers} }],
	['text-numbers', 0, 'unknown', $foreign, sub { $_[0]{numbers} && $_[0]{name} ne 'DescribeServices' }],
	['text-numbers', 0, 'unknown', qr/what DescribeServices says of it is not clear: a desiredCount that is not a count/, sub { $_[0]{name} eq 'DescribeServices' }],
	['same-token', 0, 'unknown', qr/keeps answering with the same page/, sub { $_[0]{pages} }],
	['endless-pages', 0, 'unknown', qr/more than \d+ pages|timed out/, sub { $_[0]{pages} }],
	['duplicate', 0, 'true', undef, sub { $_[0]{aws} && $_[0]{name} ne 'GetMetricData' }],
	['duplicate', 0, 'unknown', $foreign, sub { $_[0]{name} eq 'GetMetricData' }],
	['foreign', 0, 'unknown', $foreign, sub { $_[0]{name} =~ /^List|^GetMetricData$/ }],
	['foreign', 0, 'unknown', qr/is not AWS's \(a service that was not asked about\)/, sub { $_[0]{name} eq 'DescribeServices' }],
	['lengths', 0, 'unknown', $foreign, sub { $_[0]{name} eq 'GetMetricData' }],
	['internal', 1, 'true', undef, sub { $_[0]{name} eq 'GetMetricData' }],
	['internal', 0, 'unknown', qr/internal error/, sub { $_[0]{name} eq 'GetMetricData' }],
	['forbidden', 0, 'unknown', qr/cloudwatch:GetMetricData/, sub { $_[0]{name} eq 'GetMetricData' }],
	['doctype', 0, 'unknown', $foreign, sub { $_[0]{name} =~ /^Assume/ }],
	['idp', 1, 'true', undef, sub { $_[0]{name} =~ /Web/ }], ['idp', 0, 'unknown', qr/cannot reach the token's identity provider/, sub { $_[0]{name} =~ /Web/ }],
	['disabled', 0, 'unknown', qr/STS is disabled/, sub { $_[0]{name} =~ /^Assume/ }],
	['denied', 0, 'unknown', qr/not permitted|not assigned|AccessDenied|Forbidden/],
	['expired', 0, 'unknown', qr/expired|does not accept the SSO token/],
);

# Faults of the way to a host, met by the first operation there: [name, outcome, words].
my @places = (
	['refused', 'unknown', qr/cannot connect to $host \(.+\): check network/], ['no such host', 'unknown', qr/cannot resolve aws\.invalid\S* .*check the region.*DNS/],
	['a resolver that hangs', 'time', qr/timed out after \d+ s, (?:.*: )?waiting for \w+ from aws\.invalid/],
	['TLS expired', 'unknown', $trust], ['TLS self-signed', 'unknown', $trust], ['TLS wrong name', 'unknown', $trust], ['TLS 1.1', 'unknown', qr/cannot make a TLS connection .*TLS 1\.2/],
);

# What goes wrong below HTTP, or makes it end, goes another way over TLS: what of @kinds is tried there as well, and with which operations.
my $below = qr/^(?:50[03]|reset|rst|rst-headers|rst-body|cut-headers|half|gone|hang|trickle|long-length|short-length|gzip|redirect|garbage|empty|huge)$/;
my $over_tls = qr/^(?:ListServices|GetMetricData)$/;

# What a message has to hold beside the words: operation and host, or the permission.
sub required {
	my ($kind, $operation) = @_;
	return [$kind eq 'denied' && $operation->{name} =~ /^Get/ ? qr/have it assigned/ : $login] if ($operation->{host} // '') =~ /^SSO/ && $kind =~ /^(?:denied|expired)$/;
	return [qr/\Q$operation->{action}\E/] if $kind eq 'denied';
	return [qr/token file|renew them/] if $kind eq 'expired';
	return [] if $kind =~ /^(?:internal|forbidden|foreign|disabled|idp)$/;
	return [qr/\b$operation->{name}\b/];
}

# -> list of cells. fault: for the stand-in; tls: which it meets over TLS; place: the way to the host; skew: seconds that the clock is off.
sub cells {
	my @cells;
	for my $operation ((map { $operation{$_} } sort keys %operation), \%of_tasks) {
		for my $kind (@kinds) {
			my ($name, $count, $outcome, $words, $sense, $attempts) = @$kind;
			next if $sense && !$sense->($operation);
			($outcome, $words) = ('unknown', $throttled) if $outcome eq 'true' && $name =~ /^(?:throttle|429)$/ && !($operation->{patience} // 1);
			$attempts = 2 if !$count && $outcome ne 'time';
			for my $scene ('plain', $operation->{breach} ? 'breach' : ()) {
				my $skip = $scene eq 'breach' && $operation->{pages} ? 1 : 0;
				# Nothing is asked of CloudWatch while the list is waited for, nor of a host that is gone.
				next if $skip && $operation->{name} eq 'ListServices' && ($outcome eq 'time' || $name eq 'gone');
				# What a first page has said in vain cannot be known before.
				next if $skip && $name =~ /^(?:internal|forbidden)$/;
				push @cells, {
					name => join(' ', $operation->{name}, $operation->{tasks} ? 'for tasks' : (), $name, $count == 1 ? 'once' : $count ? "$count times" : 'always', $scene eq 'breach' ? 'with a breach' : ()),
					operation => $operation->{name}, tasks => $operation->{tasks}, fault => "$operation->{name}:$name:" . ($count || '') . ":$skip", scene => $scene,
					outcome => $outcome, words => [grep { defined } $words, $outcome eq 'true' ? () : @{required($name, $operation)}],
					env => {$attempts ? (AWS_MAX_ATTEMPTS => $attempts) : ()},
				};
				push @cells, {%{$cells[-1]}, name => "$cells[-1]{name} over TLS", tls => 1}
					if $scene eq 'plain' && $name =~ $below && $operation->{name} =~ $over_tls;
			}
		}
		for my $place ($operation->{host} ? @places : ()) {
			push @cells, {
				name => "$operation->{name} $place->[0]", operation => $operation->{name}, place => $place->[0], host => $operation->{host}, scene => 'plain',
				outcome => $place->[1], words => [$place->[2], qr/\b$operation->{name}\b/], env => {AWS_MAX_ATTEMPTS => 1},
			};
		}
		for my $skew (420, -420) {
			next if $operation->{tasks};
			push @cells, {name => "$operation->{name} clock off by $skew s", operation => $operation->{name}, skew => $skew, scene => 'plain', outcome => 'true', words => [], env => {}};
		}
	}
	return @cells;
}

sub operations { return sort keys %operation }
sub kinds { my %seen; return grep { !$seen{$_}++ } (map { $_->[0] } @kinds, @places), 'clock' }

# Clusters of a scene: what is right with them, and what of them is in trouble.
sub account {
	my ($operation, $scene) = @_;
	my $percent = $scene eq 'breach' ? 99.5 : 34.4;
	my $series = "\tcpu flat=$percent\n\tmemory flat=$percent\n";
	my $silent = $operation eq 'DescribeServices' ? "service idle desired=0 running=0\n" : '';
	return CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\nservice api desired=3 running=3\n$series"
		. "service web desired=1 running=1\n$series$silent";
}

# Options of the stand-in that make what a scene needs: pages, so that one of them is known before the fault.
sub standin_options {
	my ($operation, $scene) = @_;
	# With rotation an answer that is lost takes the token with it.
	return '--keep-refresh-tokens' if $operation eq 'CreateToken';
	return () if $scene ne 'breach';
	return $operation eq 'ListServices' ? '--page-size=1' : $operation eq 'GetMetricData' ? '--max-datapoints=30' : ();
}

1;
