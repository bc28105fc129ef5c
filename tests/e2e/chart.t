#!/usr/bin/perl
# Bar charts: rows as the arithmetic of the contract makes them (25 cells for 110 %, eighths), labels, and what a terminal adds.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Terminal;
use CheckECS::Tmux;
use Test::More;

# The rule, written down once more: whole cells, then eighths, cut off; a thin line for nothing; clipped above 110 %.
sub expected_bar {
	my ($pct) = @_;
	return '█' x 24 . '»' if $pct > 110;
	my $eighths = int($pct * 8 / (110 / 25));
	my @part = ('', qw(▏ ▎ ▍ ▌ ▋ ▊ ▉));
	my $bar = '█' x int($eighths / 8) . $part[$eighths % 8];
	return length $bar ? $bar : '▏';
}

# Names -> what they have in common up to a - or _, unless that were a whole name.
sub expected_prefix {
	my (@names) = @_;
	return '' if @names < 2;
	my @candidates = sort { length $b <=> length $a } $names[0] =~ /[-_]/ ? map { substr $names[0], 0, $_ } grep { substr($names[0], $_ - 1, 1) =~ /[-_]/ } 1 .. length $names[0] : ();
	for my $candidate (@candidates) {
		return $candidate unless grep { index($_, $candidate) != 0 || $_ eq $candidate } @names;
	}
	return '';
}

sub expected_rows {
	my ($services, $metric) = @_;
	my @names = sort keys %$services;
	my $prefix = expected_prefix(@names);
	my ($widest) = sort { $b <=> $a } map { length($_) - length $prefix } @names;
	my @rows = length $prefix ? ("$metric, of $prefix...:") : ("$metric:");
	for my $name (@names) {
		my $value = $services->{$name}{$metric};
		my $label = sprintf '%*s ▏ ', $widest, substr $name, length $prefix;
		push @rows, $label . (defined $value ? sprintf('%4.1f%% ', $value) . expected_bar($value) : 'no data ▏');
	}
	return @rows;
}

# --- 200 accounts' worth of clusters, the same in every run ---

srand 20261124;
my @values = (0, 0.54, 0.56, 4.4, 8.8, 55, 79.9, 80, 95, 99.9, 100, 105.6, 110, 110.5, 250);
my @words = qw(api web worker billing image resizer db cache mail queue);
my (%cluster, $account);
for my $n (1 .. 200) {
	my %services;
	my $begin = $n % 3 == 0 ? '' : join('', map { $words[rand @words] . (rand() < 0.5 ? '-' : '_') } 1 .. 1 + rand 2);
	for (1 .. 1 + int rand 6) {
		my $name = $begin . $words[rand @words] . (rand() < 0.5 ? '' : '-' . $words[rand @words]);
		# No value whose first decimal hides on which side of a threshold it is: such print more of them.
		my $value = sub { rand() < 0.3 ? $values[rand @values] : sprintf '%.1f', rand 120 };
		$services{$name} = {cpu => $value->(), memory => rand() < 0.1 ? undef : $value->()};
	}
	$cluster{"c$n"} = \%services;
	$account .= "cluster c$n region=eu-west-1\n";
	for my $name (sort keys %services) {
		$account .= "service $name desired=1 running=1\n";
		$account .= "\t$_ flat=$services{$name}{$_}\n" for grep { defined $services{$name}{$_} } qw(cpu memory);
	}
}
my $many = standin($account);
my $different = 0;
for my $name (sort keys %cluster) {
	my $run = $many->check({quiet => 1}, '-c', $name, '--chart=always', '--color=never', '-w', '~:', '-C', '~:');
	my @wanted = map { expected_rows($cluster{$name}, $_) } qw(cpu memory);
	my @rows = grep { !/^\[UNKNOWN\]|^headroom: / } @{$run->{body}};
	next if "@rows" eq "@wanted";
	$different++;
	is_deeply(\@rows, \@wanted, "the rows of $name");
}
is($different, 0, 'the rows of 200 clusters');

# --- what a terminal adds ---

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service shop-api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5 points=300:100.2
	service shop-web desired=1 running=1
		cpu flat=34.4
		memory flat=88.8
	service shop-idle desired=0 running=0
	cluster empty region=eu-west-1
	cluster lone region=eu-west-1
	service shop-api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my ($red, $yellow) = ("\e[31m", "\e[33m");

sub at_terminal {
	my ($change, @arguments) = @_;
	my $run = CheckECS::Terminal::run($change, '', '--endpoint-url=' . $standin->url, @arguments);
	utf8::decode($run->{raw});
	return $run;
}

sub row {
	my ($run, $pattern) = @_;
	my ($row) = grep { /$pattern/ } split /\n/, $run->{text};
	return $row // '';
}

my $run = at_terminal({}, '-c', 'prod');
is($run->{exit}, 2, 'the exit status is kept');
like($run->{text}, qr/^ECS CRITICAL - prod: 2 of 3 services with problems in 24 h: shop-api memory 100\.2% at .*Z, \+1 more\n/m, 'the first line stays');
like($run->{text}, qr/^cpu, of shop-\.\.\.:\n *api ▏ .*\n *idle ▏ .*\n *web ▏ .*\nmemory, of shop-\.\.\.:\n *api ▏ /m, 'a section for each metric, rows by name, their beginning in the heading');
like(row($run, '^ *api .*100\.2%'), qr/\Q$red\E100\.2% █+╎█+┃/, 'critical is red, the thresholds are marks in the bar');
like(row($run, '^ *web .*88\.8%'), qr/\Q$yellow\E 88\.8% █+╎█*[▏▎▍▌▋▊▉]? *┃ *\e\[0m/, 'warning is yellow, and the next threshold stands beyond the bar');
unlike(row($run, '^ *api .*34\.4%'), qr/\e/, 'no colour where all is well');
like(row($run, '^ *api .*100\.2%'), qr/ \d\d-\d\d \d\d:00Z(?: |$)/, 'the time of the peak');
like(row($run, 'idle'), qr/ no data ▏ scaled to zero, no data$/, 'why there is no data');
like($run->{text}, qr{^api https://eu-west-1\.console\.aws\.amazon\.com/cloudwatch/}m, 'where to click next');
unlike($run->{text}, qr/\[CRITICAL\]/, 'no lines of series');
my @long = grep { !/https:|^ECS|^account/ && length(s/\e\[\d+m//gr) >= 80 } split /\n/, $run->{text};
is_deeply(\@long, [], 'no row is wider than the terminal');

unlike(at_terminal({NO_COLOR => '1'}, '-c', 'prod')->{raw}, qr/\e\[3/, 'NO_COLOR');
like(at_terminal({NO_COLOR => ''}, '-c', 'prod')->{raw}, qr/\e\[31m/, 'NO_COLOR, but empty');
unlike(at_terminal({TERM => 'dumb'}, '-c', 'prod')->{raw}, qr/\e\[3/, 'TERM=dumb');
like(at_terminal({NO_COLOR => '1'}, '-c', 'prod', '--color=always')->{raw}, qr/\e\[31m/, '--color=always');
unlike(at_terminal({}, '-c', 'prod', '--color=never')->{raw}, qr/\e\[3/, '--color=never');
like(at_terminal({}, '-c', 'prod', '--chart=never')->{text}, qr/^\[CRITICAL\] shop-api memory 100\.2% at /m, '--chart=never');
$run = at_terminal({LC_ALL => 'C'}, '-c', 'prod');
unlike($run->{raw}, qr/[^\x00-\x7f]/, 'ASCII where the locale is not UTF-8');
like(row($run, '^ *api .*100\.2%'), qr/api : \Q$red\E100\.2% #+;#+!/, 'with bars and marks');
like(at_terminal({}, '-c', 'lone')->{text}, qr/^cpu:\n *shop-api ▏  34\.4% █/m, 'a lone service keeps its whole name');

# --- the width of real terminals, read from their screens ---

sub on_screen {
	my ($width) = @_;
	my $terminal = CheckECS::Tmux->start({width => $width, height => 30}, '--endpoint-url=' . $standin->url, '-c', 'prod');
	return $terminal->finish->{screen};
}

my ($wide, $usual, $narrow) = map { my ($row) = grep { /^ *api ▏ 100/ } split /\n/, on_screen($_); $row // '' } 150, 80, 40;
like($wide, qr/ \d\d-\d\d \d\d:00Z [▁▂▃▄▅▆▇█·]{25} 1 of 25, \d h ago$/, 'all there is to say in a wide terminal');
like($usual, qr/┃.* \d\d-\d\d \d\d:00Z 1 of 25, \d h ago$/, 'without the sparkline in a usual one');
like($narrow, qr/╎█+┃\S* *(?:\d\d-\d\d \d\d:00Z)?$/, 'little but the bar in a narrow one');
ok(length $narrow < 40 && length $usual < 80 && length $wide < 150, 'in one line each');

# --- off a terminal ---

$run = $standin->check('-c', 'prod');
is_deeply([grep { /▏/ } @{$run->{lines}}], [], 'no chart off a terminal');
$run = $standin->check('-c', 'prod', '--chart=always');
unlike($run->{text}, qr/\e/, 'nor colours');
is_deeply([@{$run->{body}}[0 .. 3]], ['cpu, of shop-...:', ' api ▏ 34.4% ' . expected_bar(34.4), 'idle ▏ no data ▏', ' web ▏ 34.4% ' . expected_bar(34.4)], 'these columns alone');
ok($run->{details_order}, 'the perfdata stay');
like($standin->check({quiet => 1, raw => 1}, '-c', 'prod', '--chart=always', '--color=always')->{text}, qr/\e\[31m100\.2% █+/, 'colours through a pipe, if asked for');
$run = $standin->check('-c', 'empty', '--chart=always');
$run->exits('UNKNOWN', 'an empty cluster');
like($run->{lines}[0], qr/no services in this cluster/, 'is told of');
for my $option (qw(chart color)) {
	$run = $standin->check('-c', 'prod', "--$option=alwys");
	$run->exits('UNKNOWN', "--$option with a misspelt word");
	like($run->{lines}[0], qr/--$option=alwys is not valid; use auto, always or never; did you mean always\?/, 'is told what to use');
}
$run = $standin->check('-c', 'prod', '--chart=always', '--max-output=1000');
ok(length($run->{raw} // $run->{text}) <= 1000, 'a chart stays within --max-output');
done_testing;
