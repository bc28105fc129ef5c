#!/usr/bin/perl
# The release archive is the same to the byte wherever it is made: `make check-dist`. A second one is made here from the first, in another
# directory, with another umask, locale, time zone and time of files; the two have one checksum.
use strict;
use warnings;
use Digest::SHA;
use File::Basename qw(basename);
use File::Find;
use File::Temp;
use Test::More;

my $archive = $ENV{CHECK_ECS_ARCHIVE} // '';
BAIL_OUT('make check-dist makes the archive and sets CHECK_ECS_ARCHIVE') unless -s $archive;
my $stem = basename($archive, '.tar.xz');
my $folder = File::Temp->newdir('check_ecs-other-place.XXXXXX', TMPDIR => 1);

sub sum { my ($path) = @_; return -s $path ? Digest::SHA->new(256)->addfile($path)->hexdigest : "no $path" }

# Runs a line of shell: its status and what it printed.
sub ran {
	my ($line) = @_;
	my $text = qx((cd '$folder' && $line) 2>&1 </dev/null);
	return ($?, $text);
}

my ($status, $text) = ran("tar -xJf '$archive'");
is($status, 0, 'the archive is unpacked') or diag $text;
my ($epoch) = (stat "$folder/$stem/configure.ac")[9];
my @times;
find({no_chdir => 1, wanted => sub { push @times, (lstat)[9] if -f }}, "$folder/$stem");
is_deeply([grep { $_ != $epoch } @times], [], 'all files in it have one time');
($status, $text) = ran(qq{tar -tvJf '$archive' | awk '{ print \$1, \$2 }' | sort -u});
is($text, "-rw-r--r-- 0/0\n-rwxr-xr-x 0/0\ndrwxr-xr-x 0/0\n", 'one owner, and modes that no umask decides');

# configure thinks that it is used for another host: then nothing has to be compiled for the archive.
my %other = (TZ => 'Asia/Kolkata', LC_ALL => (grep { /^tr_TR/ } qx(locale -a 2>/dev/null))[0] // 'C', XZ_OPT => '-1', TAR_OPTIONS => '', SOURCE_DATE_EPOCH => $epoch);
chomp %other;
local @ENV{keys %other} = values %other;
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};
($status, $text) = ran("umask 077 && mkdir build && cd build && '../$stem/configure' --build=x86_64-linux-gnu --host=x86_64-other-linux-gnu CC=cc && make dist");
is($status, 0, 'another one is made from it') or diag $text =~ s/\A.*(?=.{3000}\z)//sr;
is(sum("$folder/build/$stem.tar.xz"), sum($archive), 'both are the same to the byte');
done_testing;
