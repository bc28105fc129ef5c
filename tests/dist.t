#!/usr/bin/perl
# The release archive holds every file that git tracks, as it is, and nothing else but what autoreconf makes: `make check-dist`.
use strict;
use warnings;
use File::Temp;
use Test::More;

# What only serves a clone.
my %left_out = map { $_ => 1 } qw(.ci/run .gitignore tests/fuzz/.gitattributes);
# What autoreconf makes; build-aux/ besides.
my %made = map { $_ => 1 } qw(Makefile.in aclocal.m4 config.h.in configure);
# What make dist adds for cross compilers.
my @for_cross = map { "contrib/completion/shipped/$_" } qw(_check_ecs_bottleneck check_ecs_bottleneck);

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $archive = $ENV{CHECK_ECS_ARCHIVE} // '';

sub output_of {
	my (@command) = @_;
	open my $out, '-|', @command or return;
	local $/ = "\0";
	my @lines = <$out>;
	close $out or return;
	chomp @lines;
	return @lines;
}

# quickstart.sh hands the list to the copy that it makes of a clone, which has no git folder.
sub tracked {
	if (my $list = $ENV{CHECK_ECS_TRACKED}) {
		open my $in, '<', $list or die "$list: $!";
		chomp(my @names = <$in>);
		return @names;
	}
	return unless -e "$top/.git";
	return output_of('git', '-C', $top, 'ls-files', '-z');
}

plan skip_all => 'git does not tell what is tracked: this is neither a clone, nor the copy of one that quickstart.sh makes' unless grep { defined } my @tracked = tracked();
ok(-s $archive, "there is an archive '$archive'") or BAIL_OUT('make check-dist makes the archive and sets CHECK_ECS_ARCHIVE');

my $folder = File::Temp->newdir('check_ecs.XXXXXX', TMPDIR => 1);
is(system('tar', '-xJf', $archive, '-C', "$folder"), 0, 'tar reads it');
my ($root, @others) = glob "$folder/*";
is(scalar @others, 0, 'all is in one folder');

my @held = grep { s{^\Q$root\E/}{} } output_of('find', $root, '(', '-type', 'f', '-o', '-type', 'l', ')', '-print0');
my %held = map { $_ => 1 } @held;
my %wanted = map { $_ => 1 } grep { !$left_out{$_} } @tracked;
cmp_ok(scalar keys %wanted, '>', 1000, 'the tracked files are found');
is_deeply([sort grep { !$held{$_} } keys %wanted], [], 'every tracked file is in the archive');
is_deeply([grep { !-s "$root/$_" } @for_cross], [], 'the files of completion are, for cross compilers');
$made{$_} = 1 for @for_cross;
is_deeply([sort grep { !$wanted{$_} && !$made{$_} && !m{^build-aux/} } @held], [], 'nothing else is');
is_deeply([sort grep { $held{$_} } keys %left_out], [], 'what serves a clone alone is not');

my @differ = grep { system('cmp', '-s', "$top/$_", "$root/$_") != 0 } grep { $held{$_} } sort keys %wanted;
is_deeply(\@differ, [], 'each as it is in the tree');
is_deeply([grep { (-x "$top/$_" || 0) != (-x "$root/$_" || 0) } grep { $held{$_} } sort keys %wanted], [], 'and as executable');
done_testing;
