#!/usr/bin/perl
# Bar charts: in a file or pipe the rows of the Python script that this plugin replaces, byte for byte; what a terminal adds.
# Screens of a given size are screens.t's.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Terminal;
use Test::More;

# The bar as the script computes it, in its own steps:
#	increment = 110 / 25
#	bar_chunks, remainder = divmod(int(value * 8 / increment), 8)
#	bar = '█' * bar_chunks
#	if remainder > 0: bar += chr(ord('█') + (8 - remainder))
#	bar = bar or '▏'
sub bar_of_script {
	my ($value) = @_;
	my $increment = 110 / 25;
	my $eighths = int($value * 8 / $increment);
	my ($chunks, $remainder) = (int($eighths / 8), $eighths % 8);
	my $bar = '█' x $chunks;
	$bar .= chr(ord('█') + (8 - $remainder)) if $remainder > 0;
	return length $bar ? $bar : '▏';
}

# The contract departs from it above 110 % alone: the bar ends in its last cell, visibly.
sub expected_bar {
	my ($value) = @_;
	my $bar = bar_of_script($value);
	return $value > 110 ? substr($bar, 0, 24) . '»' : $bar;
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

# A row of it: the label left-aligned, the value rounded to one decimal in five columns.
sub expected_rows {
	my ($services, $metric) = @_;
	my @names = sort keys %$services;
	my $prefix = expected_prefix(@names);
	my ($widest) = sort { $b <=> $a } map { length($_) - length $prefix } @names;
	my @rows = length $prefix ? ("$metric, of $prefix...:") : ("$metric:");
	for my $name (@names) {
		my $value = $services->{$name}{$metric};
		my $label = sprintf '%-*s ▏ ', $widest, substr $name, length $prefix;
		push @rows, $label . (defined $value ? sprintf('%5.1f%% ', $value) . expected_bar($value) : 'no data ▏');
	}
	return @rows;
}

# --- 201 data sets, three in each of 67 clusters, the same in every run ---

srand 20261124;
my @values = (0, 0.54, 0.56, 4.4, 8.8, 34.45, 55, 79.9, 79.96, 80, 80.04, 95, 95.04, 99.9, 99.96, 100, 105.6, 109.99, 110, 110.0001, 110.5, 250, 1000, 12345.6);
my @words = qw(api web worker billing image resizer db cache mail queue);
my @metrics = qw(cpu ebs memory);
my (%cluster, $account);
for my $n (1 .. 67) {
	my %services;
	my $begin = $n % 3 == 0 ? '' : join('', map { $words[rand @words] . (rand() < 0.5 ? '-' : '_') } 1 .. 1 + rand 2);
	for (1 .. 1 + int rand 25) {
		my $name = $begin . $words[rand @words] . (rand() < 0.3 ? '' : '-' . $words[rand @words]) . (rand() < 0.5 ? '' : int rand 100);
		my $value = sub { rand() < 0.3 ? $values[rand @values] : sprintf rand() < 0.5 ? '%.1f' : '%.2f', rand 120 };
		$services{$name} = {cpu => $value->(), memory => rand() < 0.1 ? undef : $value->(), ebs => $value->()};
	}
	$cluster{"c$n"} = \%services;
	$account .= "cluster c$n region=eu-west-1\n";
	for my $name (sort keys %services) {
		$account .= "service $name desired=1 running=1\n";
		$account .= "\t$_ flat=$services{$name}{$_}\n" for grep { defined $services{$name}{$_} } @metrics;
	}
}
my $many = standin($account);
my ($different, $rows) = (0, 0);
for my $name (sort keys %cluster) {
	my $run = $many->check({quiet => 1}, '-c', $name, '--chart=always', '--color=never', '-m', join ',', @metrics);
	my @wanted = map { expected_rows($cluster{$name}, $_) } @metrics;
	my @rows = grep { !/^\[UNKNOWN\]|^headroom: / } @{$run->{body}};
	$rows += @rows - @metrics;
	next if "@rows" eq "@wanted";
	$different++;
	is_deeply(\@rows, \@wanted, "the rows of $name");
}
is($different, 0, 'the rows of 201 data sets');
cmp_ok($rows, '>', 1500, 'of which there are many');

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
my ($red, $yellow, $c, $w) = ("\e[31m", "\e[33m", "\e[1;37;41mC\e[0m", "\e[30;43mW\e[0m");

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
like($run->{text}, qr/\n\nECS CRITICAL - prod: 2 of 3 services [a-z0-9\s]+:\s+shop-api\s+memory\s+100\.2%[^|]*\n\z/, 'the verdict is last');
like($run->{text}, qr/^account 123456789012, eu-west-1, Maximum per 1h, 24h until \d{4}-\d\d-\d\d \d\d:00Z\n\nCPU, of shop-\.\.\.   +peak  0 +50 +80 +95 +110\n  (?:api|web) .*\n  (?:api|web) .*\n\nMEMORY, of shop-\.\.\. /m,
	'what is shown, then a section for each metric; the beginning of names in the heading');
like($run->{text}, qr/^MEMORY.*\n\Q$c\E api .*\n\Q$w\E web .*\n/m, 'the highest peak comes first, whatever the name; a letter tells the state');
like(row($run, ' api .*100\.2%'), qr/\e\[1m100\.2%\e\[0m  \Q$red\E█+╎█+┃/, 'critical is red, the thresholds are marks in the bar');
like(row($run, ' web .*88\.8%'), qr/\e\[1m88\.8%\e\[0m  \Q$yellow\E█+╎█*[▏▎▍▌▋▊▉]? *┃ *\e\[0m/, 'warning is yellow, and the next threshold stands beyond the bar');
unlike(row($run, ' api .*34\.4%'), qr/\e/, 'no colour where all is well');
like(row($run, ' api .*100\.2%'), qr/ 5 min, at \d\d:\d\dZ$/, 'for how long it breached, and when');
like($run->{text}, qr/^NO DATA, of shop-\.\.\.\n  idle  +scaled to zero, no data\n/m, 'why there is no data');
unlike($run->{text}, qr/https:|\[CRITICAL\]/, 'no URLs, and no lines of series');
unlike($run->{raw}, qr/\e\]/, 'no links in a terminal that is not known to show them');
my @bars = map { /%\S* +((?:\e\[\d+m)?[█▏▎▍▌▋▊▉╎┃ ]+)/ ? $1 =~ s/\e\[\d+m//gr : () } split /\n/, $run->{text};
my %place = map { index($_, '╎') => 1 } @bars;
cmp_ok((keys %place)[0], '>=', int(80 * 30 / 110), 'bars have at least 30 cells for 110 %: there the mark of 80 % stands');
is_deeply([scalar @bars, scalar keys %place], [4, 1], 'in one column of all bars, whether a value has two digits or three');
my @long = grep { length(s/\e\[[\d;]+m//gr) >= 80 } split /\n/, $run->{text};
is_deeply(\@long, [], 'no row is wider than the terminal');

$run = at_terminal({}, '-c', 'prod', '-v');
like($run->{text}, qr{\n\nshop-api memory: https://eu-west-1\.console\.aws\.amazon\.com/cloudwatch/\S+\nshop-web memory: https://\S+\n\nECS CRITICAL}, 'with -v the links of what is not OK, below the charts');
$run = at_terminal({}, '-c', 'prod', '-vv');
like($run->{text}, qr/\A[^\n]+\n.*^credentials: .*^account 123456789012, .*^CPU/ms, 'how the run was set up comes before what scrolls');
like($run->{text}, qr/\n\nECS CRITICAL(?:[^\n]+\n)+\z/, 'and the verdict stays last');

unlike(at_terminal({NO_COLOR => '1'}, '-c', 'prod')->{raw}, qr/\e\[/, 'NO_COLOR');
like(at_terminal({NO_COLOR => '1'}, '-c', 'prod')->{text}, qr/^C api .*\nW web /m, 'the letters tell the state');
like(at_terminal({NO_COLOR => ''}, '-c', 'prod')->{raw}, qr/\e\[31m/, 'NO_COLOR, but empty');
unlike(at_terminal({TERM => 'dumb'}, '-c', 'prod')->{raw}, qr/\e/, 'TERM=dumb');
like(at_terminal({NO_COLOR => '1'}, '-c', 'prod', '--color=always')->{raw}, qr/\e\[31m/, '--color=always');
unlike(at_terminal({}, '-c', 'prod', '--color=never')->{raw}, qr/\e\[/, '--color=never');
like(at_terminal({}, '-c', 'prod', '--chart=never')->{text}, qr/^\[CRITICAL\] shop-api memory 100\.2% at /m, '--chart=never');
$run = at_terminal({LC_ALL => 'C'}, '-c', 'prod');
unlike($run->{raw}, qr/[^\x00-\x7f]/, 'ASCII where the locale is not UTF-8');
like(row($run, ' api .*100\.2%'), qr/api .*  \Q$red\E#+;#+!/, 'with bars and marks');
like(at_terminal({}, '-c', 'lone')->{text}, qr/^CPU +peak.*\n  shop-api +34\.4%  █/m, 'a lone service keeps its whole name');
like(at_terminal({}, '-c', 'empty')->{text}, qr/\Aeu-west-1, .*\n\nECS UNKNOWN - empty: no services in this cluster.*\n/, 'an empty cluster');

# --- names as links ---

my %unknown = (VTE_VERSION => '', TERM_PROGRAM => '', TERM => 'xterm');
my $link = qr{\e\]8;;https://eu-west-1\.console\.aws\.amazon\.com/cloudwatch/[\x21-\x7e]+\e\\api\e\]8;;\e\\};
for my $case (
	['VTE of 0.50', 1, VTE_VERSION => '5000'], ['a newer VTE', 1, VTE_VERSION => '7006'], ['an older VTE', 0, VTE_VERSION => '4803'], ['not a version', 0, VTE_VERSION => '5000x'],
	['iTerm', 1, TERM_PROGRAM => 'iTerm.app'], ['WezTerm', 1, TERM_PROGRAM => 'WezTerm'], ['Visual Studio Code', 1, TERM_PROGRAM => 'vscode'], ['Apple Terminal', 0, TERM_PROGRAM => 'Apple_Terminal'],
	['kitty', 1, TERM => 'xterm-kitty'], ['Alacritty', 1, TERM => 'alacritty'], ['foot', 1, TERM => 'foot'],
	['a dumb terminal with an inherited VTE_VERSION', 0, VTE_VERSION => '7006', TERM => 'dumb'], ['the console likewise', 0, VTE_VERSION => '7006', TERM => 'linux'],
) {
	my ($name, $wanted, %change) = @$case;
	my $raw = at_terminal({%unknown, %change}, '-c', 'prod')->{raw};
	$wanted ? like($raw, qr/\n\S* $link +\S*100/, "$name: names are links") : unlike($raw, qr/\e\]/, "$name: no links");
}
unlike(at_terminal({%unknown, VTE_VERSION => 7006}, '-c', 'prod', '--links=never')->{raw}, qr/\e\]/, '--links=never');
like(at_terminal({%unknown}, '-c', 'prod', '--links=always')->{raw}, $link, '--links=always');
unlike(at_terminal({%unknown, VTE_VERSION => 7006}, '-c', 'prod', '--chart=never', '--links=always')->{raw}, qr/\e\]/, 'no links but in charts');

# --- off a terminal ---

$run = $standin->check('-c', 'prod');
is_deeply([grep { /▏/ } @{$run->{lines}}], [], 'no chart off a terminal');
$run = $standin->check('-c', 'prod', '--chart=always');
unlike($run->{text}, qr/\e/, 'nor colours');
is_deeply([@{$run->{body}}[0 .. 3]], ['cpu, of shop-...:', 'api  ▏  34.4% ' . expected_bar(34.4), 'idle ▏ no data ▏', 'web  ▏  34.4% ' . expected_bar(34.4)], 'these columns alone');
ok($run->{details_order}, 'the perfdata stay');
like($standin->check({quiet => 1, raw => 1}, '-c', 'prod', '--chart=always', '--color=always')->{text}, qr/\e\[31m100\.2% █+/, 'colours through a pipe, if asked for');
$run = $standin->check('-c', 'empty', '--chart=always');
$run->exits('UNKNOWN', 'an empty cluster');
like($run->{lines}[0], qr/no services in this cluster/, 'is told of');
for my $option (qw(chart color links)) {
	$run = $standin->check('-c', 'prod', "--$option=alwys");
	$run->exits('UNKNOWN', "--$option with a misspelt word");
	like($run->{lines}[0], qr/--$option=alwys is not valid; use auto, always or never; did you mean always\?/, 'is told what to use');
}
unlike($standin->check({env => {VTE_VERSION => '7006'}}, '-c', 'prod', '--chart=always')->{text}, qr/\e/, 'no links through a pipe');
like($standin->check({quiet => 1, raw => 1}, '-c', 'prod', '--chart=always', '--links=always')->{text}, qr/^$link  ▏ 100\.2% /m, 'links through a pipe, if asked for');
$run = $standin->check('-c', 'prod', '--chart=always', '--max-output=1000');
ok(length($run->{raw} // $run->{text}) <= 1000, 'a chart stays within --max-output');
done_testing;
