#!/usr/bin/perl
# Systems other than Linux, as far as a host with Linux can tell: the files that differ there compile without a warning with what
# configure finds on FreeBSD and macOS, which lack getauxval and prctl, and may not declare environ.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/e2e/lib";
use CheckECS;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/..";
my $compiler = $ENV{CHECK_ECS_CC} || 'cc';
my ($config) = grep { -e } (($ENV{CHECK_ECS_PLUGIN} // '') =~ s{plugins/[^/]*\z}{config.h}r);
plan skip_all => 'there is no config.h beside the plugin: run by make check' unless $config;
my $here = CheckECS::slurp($config);

# The same configuration with other answers to some questions.
sub config_with {
	my (%answer) = @_;
	my $text = $here;
	for my $name (sort keys %answer) {
		$text =~ s{^(?:#define $name\b.*|/\* #undef $name \*/)$}{defined $answer{$name} ? "#define $name $answer{$name}" : "/* $name */"}em
			or BAIL_OUT("config.h says nothing of $name");
	}
	return $text;
}

for my $system (
	['as found here', {}, ''],
	['FreeBSD, macOS', {HAVE_GETAUXVAL => undef, HAVE_ISSETUGID => 1, HAVE_SYS_PRCTL_H => undef, HAVE_DECL_ENVIRON => 0}, 'int issetugid(void);'],
	['neither getauxval nor issetugid', {HAVE_GETAUXVAL => undef, HAVE_ISSETUGID => undef, HAVE_SYS_PRCTL_H => undef}, ''],
) {
	my ($what, $answers, $declared) = @$system;
	my $directory = tempdir() . "/$what" =~ s/[^\/\w.]/-/gr;
	mkdir $directory or BAIL_OUT("$directory: $!");
	open my $out, '>', "$directory/config.h" or die;
	print {$out} config_with(%$answers), "$declared\n";
	close $out or die;
	for my $file (qw(lib/base/child.c lib/harness/process.c)) {
		my $said = qx($compiler -std=gnu11 -Wall -Wextra -Wconversion -Wmissing-prototypes -Werror -I'$directory' -I'$top/lib' -c -o '$directory/o.o' '$top/$file' 2>&1);
		is($?, 0, "$what: $file compiles") or diag $said;
	}
	my $symbols = qx(nm -u '$directory/o.o');
	is($symbols =~ /\bgetauxval\b/ ? 1 : 0, defined $answers->{HAVE_GETAUXVAL} || ($here =~ /^#define HAVE_GETAUXVAL/m && !exists $answers->{HAVE_GETAUXVAL}) ? 1 : 0, "$what: getauxval is called where it is");
	is($symbols =~ /\bissetugid\b/ ? 1 : 0, $answers->{HAVE_ISSETUGID} || ($here =~ /^#define HAVE_ISSETUGID/m && $here !~ /^#define HAVE_GETAUXVAL/m && !exists $answers->{HAVE_ISSETUGID}) ? 1 : 0, "$what: issetugid is");
}
done_testing;
