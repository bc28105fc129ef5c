#!/usr/bin/perl
# The manual says what the program does: groups, options and defaults of --help=all and of the man page agree, no sentence of the
# page is long, and its ENVIRONMENT holds the variables that the sources read. e2e/readme.t has the pages.
use strict;
use warnings;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $plugin = $ENV{CHECK_ECS_PLUGIN} // './plugins/check_ecs_bottleneck';
my $page = "$top/plugins/check_ecs_bottleneck.8";

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or BAIL_OUT("$path: $!");
	local $/;
	return scalar <$in>;
}

# Runs a program; returns its output and its exit status.
sub output_of {
	my (@command) = @_;
	open my $out, '-|', @command or BAIL_OUT("$command[0]: $!");
	local $/;
	my $text = <$out> // '';
	close $out;
	BAIL_OUT("$command[0] ended by signal " . ($? & 127)) if $? & 127;
	return ($text, $? >> 8);
}

# roff without its font changes and escapes.
sub plain {
	my ($text) = @_;
	my %special = (aq => "'", lq => '"', rq => '"');
	$text =~ s/\\f(?:[BIRP]|\([A-Z]{2}|\[[A-Z]*\])//g;
	$text =~ s{\\\((\w\w)}{$special{$1} // "\\($1"}ge;
	$text =~ s/\\e/\\/g;
	$text =~ s/\\&//g;
	$text =~ s/\\-/-/g;
	return $text;
}

sub section_of {
	my ($text, $name) = @_;
	my ($body) = $text =~ /^\.SH "?\Q$name\E"?\n(.*?)(?=^\.SH |\z)/ms;
	return $body // '';
}

# Options in the order of --help=all: {group => "What to check", spelling => "-c, --cluster=NAME|ARN", text => "the cluster (default: ...)"}.
sub options_of_help {
	my ($text) = @_;
	my (@options, $group);
	for my $line (split /\n/, $text) {
		if ($line =~ /^([A-Z][\w ]*):$/) {
			$group = $1;
		} elsif ($line =~ /^ (-\w, |    )(--[\w-]+\S*)(?:\s+(\S.*))?$/) {
			my ($letter, $name, $what) = ($1, $2, $3);
			$letter =~ s/^\s+$//;
			push @options, {group => $group // 'none', spelling => "$letter$name", text => $what // ''};
		} elsif (@options && $line =~ /^ {20,}(\S.*)$/) {
			$options[-1]{text} .= " $1";
		} elsif ($line ne '') {
			last if @options;
		}
	}
	return @options;
}

# The same of the man page: a .SS a group, whose entries are .TP, a tag line and text.
sub options_of_page {
	my ($text) = @_;
	my (undef, @groups) = split /^\.SS "?(.*?)"?\n/m, section_of($text, 'OPTIONS');
	my @options;
	while (my ($group, $body) = splice @groups, 0, 2) {
		my (undef, @entries) = split /^\.TP.*\n/m, $body;
		for my $entry (@entries) {
			my ($tag, $what) = split /\n/, plain($entry), 2;
			$what =~ s/\s+/ /g;
			push @options, {group => $group, spelling => $tag, text => $what};
		}
	}
	return @options;
}

my ($help, $status) = output_of($plugin, '--help=all');
is($status, 3, '--help=all exits with status 3');
my @help = options_of_help($help);
my $manual = slurp($page);
my @manual = options_of_page($manual);
cmp_ok(scalar @help, '>', 10, 'the options of --help are found');

# Options and their defaults.
is_deeply([map { $_->{spelling} } @manual], [map { $_->{spelling} } @help],
	'the man page has the options of --help=all, spelled alike, in that order');
is_deeply([map { "$_->{group}: $_->{spelling}" } @manual], [map { "$_->{group}: $_->{spelling}" } @help], 'and in the same groups');
cmp_ok(scalar keys %{{map { $_->{group} => 1 } @help}}, '>', 4, 'groups are found');
my %entry = map { $_->{spelling} => $_->{text} } @manual;
my $defaults = 0;
for my $option (@help) {
	my ($default) = $option->{text} =~ /\(default: ([^)]+)\)/ or next;
	my $text = $entry{$option->{spelling}} // '';
	like($text, qr/\bDefault: \Q$default\E(?![\w:,])/, "$option->{spelling}: the man page has the default $default");
	$defaults++;
}
cmp_ok($defaults, '>', 5, 'defaults are found in --help');
for my $option (@manual) {
	my ($default) = $option->{text} =~ /\bDefault: (.+?)\.(?: |$)/ or next;
	my ($help_option) = grep { $_->{spelling} eq $option->{spelling} } @help;
	like($help_option->{text} // '', qr/\(default: \Q$default\E\)/, "$option->{spelling}: --help has the default $default too");
}

# What is repeatable, and other deadlines than the usual one.
is_deeply([map { $_->{spelling} } grep { $_->{text} =~ /\brepeatable\b/ } @help], [map { $_->{spelling} } grep { $_->{text} =~ /(?:^| )Repeatable\b/ } @manual],
	'--help=all and the man page call the same options repeatable');
my ($deadline) = grep { $_->{spelling} =~ /^-t, / } @help;
like($deadline->{text}, qr/60 seconds for --backtest, 120 for --advise=all/, '--help=all has the deadlines of other jobs');
like($entry{$deadline->{spelling}}, qr/With --backtest it is 60 seconds and with --advise=all 120,/, 'and so has the man page');

# Environment variables.
my %read_by;
for my $path (map { glob "$top/$_" } 'lib/*/*.c', 'lib/aws/*/*.c', 'lib/aws/*/*/*.c', 'plugins/*.c', 'plugins/*.d/*/*.c', 'plugins/*.d/*/*/*.c') {
	my $code = slurp($path);
	$read_by{$_} = $path for $code =~ /"(AWS_[A-Z0-9_]+)"/g, $code =~ /\benv_(?:get|is_true)\("(\w+)"/g;
}
my %in_manual = map { $_ => 1 } section_of($manual, 'ENVIRONMENT') =~ /\b([A-Z][A-Z0-9_]{3,})\b/g;
cmp_ok(scalar(grep { /^AWS_/ } keys %read_by), '>', 10, 'the variables that the sources read are found');
is_deeply([sort grep { !$in_manual{$_} } keys %read_by], [], 'ENVIRONMENT has every variable that is read');
is_deeply([sort grep { /^AWS_/ && !$read_by{$_} } keys %in_manual], [], 'ENVIRONMENT has no AWS_ variable that nothing reads');

# Sentences: in the source each ends at the end of a line. [line, sentence].
sub sentences_of_page {
	my ($text) = @_;
	my (@sentences, $begun);
	my ($number, $current, $is_table, $is_tag) = (0, '');
	my $end = sub { push @sentences, [$begun, $current] if $current ne ''; $current = '' };
	for my $line (split /\n/, $text) {
		$number++;
		next if $line =~ /^\.\\"/;
		$is_table = $1 eq 'nf' if $line =~ /^\.(nf|fi)\b/;
		if ($is_table || $is_tag || $line =~ /^\.(?:fi|TP|TH|SH|SS|IP|PP|RS|RE|br)\b/) {
			$is_tag = $line =~ /^\.TP\b/;
			$end->();
			next;
		}
		if ($line =~ s/^\.(?:BR|RB|IR|RI) +//) {
			$line = join '', map { $_ // () } $line =~ /"([^"]*)"|(\S+)/g;
		}
		$line =~ s/^\.[BI] +//;
		$begun = $number if $current eq '';
		$current .= ($current eq '' ? '' : ' ') . plain($line);
		$end->() if $current =~ /[.?!]"?\)?$/;
	}
	$end->();
	return @sentences;
}

my @sentences = sentences_of_page($manual);
cmp_ok(scalar @sentences, '>', 200, 'sentences are found');
my @long = grep { (() = $_->[1] =~ /\S+/g) > 35 } @sentences;
is_deeply(\@long, [], 'no sentence has more than 35 words') or diag map { "line $_->[0]: $_->[1]\n" } @long;
unlike(plain($manual), qr/\b(?:anew|folders?)\b/, 'plain words: again, directory');
is_deeply([grep { /[.?!] [A-Z][a-z]+ / && !/\b(?:vs|e\.g|i\.e)\. / } map { $_->[1] } @sentences], [], 'one sentence a line of the source, so that all are counted');

# The version, and the page as groff sees it.
my ($version) = output_of($plugin, '--version');
my ($in_title) = $manual =~ /^\.TH .*"(check_ecs_bottleneck [^"]+)"/m;
is(($in_title // '') . "\n", $version, "the man page's title has the version");

SKIP: {
	my ($groff) = grep { -x $_ } map { "$_/groff" } split /:/, $ENV{PATH} // '';
	skip 'groff is not installed, so the man page was not rendered', 1 unless $groff;
	my ($warnings, $groff_status) = output_of('/bin/sh', '-c', '"$1" -man -ww -z -Tutf8 "$2" 2>&1', 'sh', $groff, $page);
	is("$warnings$groff_status", '0', 'groff renders the man page without a warning');
}
done_testing;
