#!/usr/bin/perl
# The manual says what the program does: options and defaults of --help and the man page agree, and the man page's
# ENVIRONMENT holds the variables that the sources read. e2e/readme.t has the pages.
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

# Options in the order of --help: {spelling => "-c, --cluster=NAME|ARN", text => "the cluster (default: ...)"}.
sub options_of_help {
	my ($text) = @_;
	my @options;
	for my $line (split /\n/, $text) {
		if ($line =~ /^ (-\w, |    )(--[\w-]+\S*)(?:\s+(\S.*))?$/) {
			my ($letter, $name, $what) = ($1, $2, $3);
			$letter =~ s/^\s+$//;
			push @options, {spelling => "$letter$name", text => $what // ''};
		} elsif (@options && $line =~ /^ {20,}(\S.*)$/) {
			$options[-1]{text} .= " $1";
		} else {
			last if @options;
		}
	}
	return @options;
}

# The same of the man page, whose entries are .TP, a tag line and text.
sub options_of_page {
	my ($text) = @_;
	my (undef, @entries) = split /^\.TP.*\n/m, section_of($text, 'OPTIONS');
	my @options;
	for my $entry (@entries) {
		my ($tag, $body) = split /\n/, plain($entry), 2;
		$body =~ s/\s+/ /g;
		push @options, {spelling => $tag, text => $body};
	}
	return @options;
}

my ($help, $status) = output_of($plugin, '--help');
is($status, 3, '--help exits with status 3');
my @help = options_of_help($help);
my $manual = slurp($page);
my @manual = options_of_page($manual);
cmp_ok(scalar @help, '>', 10, 'the options of --help are found');

# Options and their defaults.
is_deeply([map { $_->{spelling} } @manual], [map { $_->{spelling} } @help],
	'the man page has the options of --help, spelled alike, in that order');
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

# Environment variables.
my %read_by;
for my $path (map { glob "$top/$_" } 'lib/*/*.c', 'lib/aws/*/*.c', 'plugins/*.c', 'plugins/*.d/*/*.c') {
	my $code = slurp($path);
	$read_by{$_} = $path for $code =~ /"(AWS_[A-Z0-9_]+)"/g, $code =~ /\benv_(?:get|is_true)\("(\w+)"/g;
}
my %in_manual = map { $_ => 1 } section_of($manual, 'ENVIRONMENT') =~ /\b([A-Z][A-Z0-9_]{3,})\b/g;
cmp_ok(scalar(grep { /^AWS_/ } keys %read_by), '>', 10, 'the variables that the sources read are found');
is_deeply([sort grep { !$in_manual{$_} } keys %read_by], [], 'ENVIRONMENT has every variable that is read');
is_deeply([sort grep { /^AWS_/ && !$read_by{$_} } keys %in_manual], [], 'ENVIRONMENT has no AWS_ variable that nothing reads');

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
