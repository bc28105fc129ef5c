#!/usr/bin/perl
# README.md and the pages of contrib/doc: short lines, short sentences, options and files that exist, commands that say where a
# test runs them, and output that is the program's own. tests/packaging/readme.t runs the commands. Sentences of NEWS and of the
# documents for developers are short, too.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../packaging/lib";
use CheckECS;
use CheckECS::Page;
use File::Basename qw(dirname);
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my @pages = map { CheckECS::Page->read($top, $_) } 'README.md', 'contrib/iam/README.md', map { s{^\Q$top\E/}{}r } sort glob "$top/contrib/doc/*.md";
cmp_ok(scalar @pages, '>=', 8, 'the pages are found');

# --- words ----------------------------------------------------------------------------------------------------------

is_deeply(CheckECS::Page->sentences("One two. Three `a. b` four\nfive? [Six](x.md): seven.\n\n- eight\n  nine\n- ten\n"),
	['One two.', 'Three CODE four five?', 'Six: seven.', 'eight nine', 'ten'], 'sentences are told apart');
is_deeply(CheckECS::Page->sentences("One `` a`b. `` two:\n\n    sh x # y.\n    sh z\n\nThree ``` `c` ``` four.\n"), ['One CODE two:', 'Three CODE four.'], 'so are code and its blocks');
for my $page (@pages) {
	is_deeply([grep { length > 130 } split /\n/, $page->{text}], [], "$page->{path}: no line over 130 characters");
	my @sentences = @{$page->sentences};
	cmp_ok(scalar @sentences, '>', 5, "$page->{path} has sentences");
	is_deeply([grep { (() = /\S*\w\S*/g) > 35 } @sentences], [], "$page->{path}: no sentence over 35 words");
}

# Documents for developers have wider tables; a point of NEWS begins with an asterisk.
for my $path (qw(NEWS ARCHITECTURE.md CONTRIBUTING.md tests/README.md)) {
	my $page = CheckECS::Page->read($top, $path);
	my @sentences = @{CheckECS::Page->sentences($page->{text} =~ s/^  \* /- /mgr)};
	cmp_ok(scalar @sentences, '>', 50, "$path has sentences");
	is_deeply([grep { (() = /\S*\w\S*/g) > 35 } @sentences], [], "$path: no sentence over 35 words");
}

# --- what they name -------------------------------------------------------------------------------------------------

my $plugin = plugin_path();
my $help = join '', map { scalar `'$plugin' $_` } '--help', '--help=all';
my %known = map { $_ => 1 } $help =~ /(?<![\w-])(--?[A-Za-z][\w-]*)/g;
cmp_ok(scalar keys %known, '>', 30, 'the options of --help are found');
for my $page (@pages) {
	# What stands with other programs (aws, configure, tar) is theirs.
	my @named = map { /(?<![\w-])(--[a-z][\w-]+)/g } grep { !/\b(?:configure|aws|make)\b/ } $page->{text} =~ /`([^`\n]+)`/g, map { $_->{text} =~ /^.*check_ecs_bottleneck .*$/mg } $page->blocks('sh', 'text');
	my %other = map { $_ => 1 } qw(--libexecdir --datadir --without-ncurses);
	is_deeply([grep { !$known{$_} && !$other{$_} } @named], [], "$page->{path}: every option exists");
	my @links = map { s/#.*//r } grep { !/^https?:/ } $page->{text} =~ /\]\(([^)]+)\)/g;
	is_deeply([grep { $_ ne '' && !-e "$top/" . dirname($page->{path}) . "/$_" } @links], [], "$page->{path}: every link leads to a file");
	for my $link ($page->{text} =~ /\]\(([^)]+#[^)]+)\)/g) {
		my ($file, $place) = split /#/, $link;
		my $target = CheckECS::slurp("$top/" . dirname($page->{path}) . ($file eq '' ? "/../$page->{path}" : "/$file"));
		my @places = map { lc(s/[^\w -]//gr) =~ tr/ /-/r } $target =~ /^#+ (.+)$/mg;
		ok((grep { $_ eq $place } @places), "$page->{path}: $link leads to a heading");
	}
	is_deeply([grep { my ($found) = grep { -e } glob "$top/$_"; !$found } $page->{text} =~ m{(?<![\w/.])(contrib/[\w./-]*(?:\*\.\w+|\w))}g], [], "$page->{path}: every file of contrib exists");
}
my ($readme) = grep { $_->{path} eq 'README.md' } @pages;
is_deeply([grep { my $doc = $_->{path}; $doc =~ m{^contrib/doc/} && index($readme->{text}, "]($doc)") < 0 } @pages], [], 'the README leads to each page');

# --- commands -------------------------------------------------------------------------------------------------------

for my $page (@pages) {
	is_deeply([map { $_->{text} } grep { !defined $_->{how} || $_->{how} !~ /\A(?:run: (?:clone|host|shell|nagios|nrpe)|syntax: aws)\z/ } $page->blocks('sh')],
		[], "$page->{path}: each block of commands says where a test runs it");
	unlike($page->{text}, qr/^(?: {4}|\t)(?:\$ |sudo |sh |make )/m, "$page->{path}: commands stand in blocks of their own");
}
SKIP: {
	my @commands = map { $_->commands } grep { ($_->{how} // '') eq 'syntax: aws' } map { $_->blocks('sh') } @pages;
	cmp_ok(scalar @commands, '>=', 3, 'there are commands of the AWS CLI');
	skip 'the AWS CLI is not installed', scalar @commands unless grep { -x "$_/aws" } split /:/, $ENV{PATH};
	local %ENV = (%ENV, HOME => tempdir(), AWS_EC2_METADATA_DISABLED => 'true', AWS_DEFAULT_REGION => 'eu-west-1', AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'x', AWS_MAX_ATTEMPTS => 1);
	for my $command (@commands) {
		# The CLI checks the words before it tries to connect.
		like(scalar `cd '$top' && $command --endpoint-url http://127.0.0.1:1 2>&1`, qr/^Could not connect to the endpoint URL/m, $command);
	}
}

# --- output ---------------------------------------------------------------------------------------------------------

# Of a backtest: not how often and how long, the strips and their times, and the blanks between columns.
sub masked_past {
	my ($text) = @_;
	$text =~ s/[·▄█?]{3,}/STRIP/g;
	$text =~ s/(?:[0-9]{2}:[0-9]{2}Z\s*){2,}/TIMES /g;
	$text =~ s/[0-9]+ times?, (?:[0-9]+ (?:d|h|min) ?)+/TIMES /g;
	$text =~ s/alarmed [0-9]+ times?(.*?)\(api [0-9]+, worker [0-9]+\), (?:[0-9]+ (?:h|min) )+/alarmed$1/g;
	$text =~ s/ {2,}/ /g;
	return $text;
}

# What does not depend on the hour: not the dates and times, how many items they leave room for in the first line, how often a
# series breached, and its sparkline.
sub masked {
	my ($text) = @_;
	$text =~ s/\n {4}(?=\S)/ /g;
	$text =~ s/(^\$ check_ecs_bottleneck \S+ \S+ --backtest.*?^```$)/masked_past($1)/gmes;
	$text =~ s/ at (?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}Z//g;
	$text =~ s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}Z/TIME/g;
	$text =~ s/(services with problems in 24 h: [^,|]+),[^|]*/$1 /g;
	$text =~ s/(, above [0-9.]+%) .*$/$1/mg;
	return $text;
}
my $made = do {
	open my $pipe, '-|:encoding(UTF-8)', $^X, "$top/contrib/doc/output.pl", plugin_path(), CheckECS::binary('CHECK_ECS_STANDIN'), "$top/README.md" or die "perl: $!";
	local $/;
	readline $pipe;
};
my @shown = grep { ($_->{how} // '') =~ /^output: / } $readme->blocks('text');
cmp_ok(scalar @shown, '>=', 1, 'the README shows output');
like($shown[0]{text}, qr/^\$ check_ecs_bottleneck .*\nECS CRITICAL - demo-prod: /, 'that of a run');
is(masked($made), masked($readme->{text}), 'and it is what the program prints (make readme writes it)');
done_testing;
