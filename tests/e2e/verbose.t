#!/usr/bin/perl
# -v, -vv, -vvv: every series, how the run was configured, every request; never a secret.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Terminal;
use Test::More;

my $secret = 'Zq8SecretNeverPrinted/+x';
my $standin = standin(<<~"ACCOUNT");
	key AKIAVERBOSE7EXAMPLE $secret
	cluster prod region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.2 points=300:97.5
	service db desired=3 running=3
		cpu flat=11.1 since=600
		memory flat=22.2
	ACCOUNT
my %keys = (AWS_ACCESS_KEY_ID => 'AKIAVERBOSE7EXAMPLE', AWS_SECRET_ACCESS_KEY => $secret);
my @arguments = ('-c', 'prod', '--no-data=ok');

my $plain = $standin->check({env => \%keys}, @arguments);
my @levels = map { $standin->check({env => \%keys}, @arguments, $_) } qw(-v -vv -vvv);
for my $run ($plain, @levels) {
	$run->exits('CRITICAL');
	is($run->{lines}[0], $plain->{lines}[0], 'the first line is the same at every verbosity');
	like($run->{lines}[-1], qr/^account 123456789012, eu-west-1, Maximum per 1h, /, 'the context line stays the last');
	unlike($run->{text}, qr/\Q$secret\E/, 'the secret is not printed');
	unlike($run->{text}, qr/AKIAVERBOSE7EXAMPLE/, 'the access key id is not printed in full');
}
is($standin->check({env => \%keys}, @arguments, '-v', '-v')->{lines}[0], $plain->{lines}[0], '-v -v');

my $series = $levels[0]->series;
my $points = points_asked(window_of($standin));
is(scalar(keys %{$plain->series}), 1, 'without -v only what is not OK');
is_deeply([sort keys %$series], ['db cpu', 'db memory', 'web cpu', 'web memory'], 'with -v every series');
is($series->{'web cpu'}{state}, 'OK', 'an OK series');
is($series->{'web cpu'}{peak}, '34.4', 'its peak');
like($series->{'web cpu'}{at} // '', qr/^\d{4}-\d\d-\d\d \d\d:00Z$/, 'when it was');
is($series->{'web cpu'}{points}, $points, 'how many points were received');
is($series->{'web cpu'}{breached}, 0, 'how many of them breached');
is(length($series->{'web cpu'}{sparkline} // ''), $points, 'a sparkline');
is($series->{'web memory'}{pattern}, 'spike', 'for how long the critical one breached');

my @cpu = ($series->{'db cpu'}{sparkline} // '') =~ /(.)/g;
is(scalar @cpu, $points, 'a cell for each period also where points are missing');
is($cpu[0], '·', 'no point, no bar');
isnt($cpu[-1], '·', 'a bar where there is one');
is(scalar(grep { $_ ne '·' } @cpu), $series->{'db cpu'}{points}, 'a bar for each point received');

my $second = $levels[1]{text};
like($second, qr/environment/i, '-vv: where the credentials came from');
like($second, qr/AWS_REGION/, '-vv: where the region came from');
like($second, qr/--endpoint-url|\Q@{[$standin->url]}\E/, '-vv: where the endpoint came from');
like($second, qr/ListServices.*\b1\b/, '-vv: requests of ListServices');
like($second, qr/GetMetricData 2 requests\b/, '-vv: requests of GetMetricData, the closer look being the second');
like($second, qr/\b6\b.*metrics?\b|metrics?\b.*\b6\b/i, '-vv: the metrics billed: four, and two of the closer look');
unlike($plain->{text}, qr/ListServices/, 'nothing of that without -vv');
# 4 metrics at 2,592,000 / 60 runs a month are 172,800, which cost 1.73 USD; 6 cost 2.59.
$standin->check({env => \%keys}, @arguments, '-vv', '--interval=60s')->says('... with the closer look', qr/^billed: 6 metrics .*\b2\.59 USD a month/m);
$standin->check({env => \%keys}, @arguments, '-vv', '--interval=60s', '--detail=none')->says('--interval: the cost of a month', qr/^billed: 4 metrics .*\b1\.73 USD a month/m);
unlike($second, qr/USD/, 'none without it');
unlike($levels[0]{text}, qr/ListServices/, 'nor with -v');

# Off a terminal how the run was configured stands after the links, before the context; links are for what is not OK alone.
for my $run ($plain, @levels) {
	my @body = @{$run->{body}};
	is_deeply([map { m{\A(\S+ \S+): https://} } @body], ['web memory'], "$run->{name}: the link of the series that is not OK, no other");
	my ($link) = grep { $body[$_] =~ m{: https://} } 0 .. $#body;
	is(scalar(grep { /\A\[/ } @body[$link .. $#body]), 0, "$run->{name}: no line of a series after it");
	is(scalar(grep { /ListServices|environment/ } @body[0 .. $link]), 0, "$run->{name}: nor how the run was configured before it");
}
# At a terminal it comes before what scrolls: the charts.
my $shown = CheckECS::Terminal::run(\%keys, '', '--endpoint-url=' . $standin->url, @arguments, '-vv');
my ($set_up, $chart) = map { my $pattern = $_; my @rows = split /\n/, $shown->{text}; (grep { $rows[$_] =~ $pattern } 0 .. $#rows)[0] } qr/ListServices/, qr/^CPU +peak/;
ok(defined $set_up && defined $chart && $set_up < $chart, 'at a terminal the set-up comes before the charts') or diag $shown->{text};

my @third = grep { /ListServices|GetMetricData/ } @{$levels[2]{lines}};
my @second = grep { /ListServices|GetMetricData/ } @{$levels[1]{lines}};
is(scalar @third, @second + 3, '-vvv: a line more for each of the three requests');

my $named = $standin->check({env => {%keys, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_REGION => undef,
	AWS_SHARED_CREDENTIALS_FILE => keep_file("[ops]\naws_access_key_id=AKIAVERBOSE7EXAMPLE\naws_secret_access_key=$secret\n"),
	AWS_CONFIG_FILE => keep_file("[profile ops]\nregion = eu-west-1\n")}}, @arguments, '-vv', '-p', 'ops');
$named->exits('CRITICAL', 'keys and region from a profile');
$named->says('-vv names the profile', qr/\bops\b/);
unlike($named->{text}, qr/\Q$secret\E|AKIAVERBOSE7EXAMPLE/, 'and no key');

my $refused = $standin->check({env => {%keys, AWS_SECRET_ACCESS_KEY => "x$secret"}}, @arguments, '-vvv');
$refused->exits('UNKNOWN', 'a wrong secret at -vvv');
unlike($refused->{text}, qr/\Q$secret\E|AKIAVERBOSE7EXAMPLE/, 'prints no key either');
$refused->says('-vvv has the line of the failed request', qr/ListServices.*\b403\b|\b403\b.*ListServices/);

done_testing;
