package CheckECS::Preload;
# Libraries that are loaded into the plugin before its own, built from source for the test.
#
#	my $library = preload("$FindBin::Bin/preload/block.c", '-DBLOCK_RESOLVER');
#	$standin->check({env => {preloaded($library)}}, ...);

use strict;
use warnings;
use CheckECS;
use Exporter 'import';
use File::Basename qw(basename);
use Test::More;

our @EXPORT = qw(preload preloaded);

my $serial = 0;

# -> path of the library built from the file, whose name it keeps: fail_alloc knows itself by it
sub preload {
	my ($source, @flags) = @_;
	my $path = sprintf '%s/%d-%s.so', tempdir(), ++$serial, basename($source, '.c');
	system(split(' ', $ENV{CC} || 'cc'), '-shared', '-fPIC', '-O1', @flags, '-o', $path, $source) == 0 or BAIL_OUT("$source: a C compiler is needed");
	return $path;
}

# The variables of a run that it is loaded into; AddressSanitizer would insist on being the first.
sub preloaded {
	my (@libraries) = @_;
	return (LD_PRELOAD => join(' ', @libraries), ASAN_OPTIONS => join(':', grep { defined } $ENV{ASAN_OPTIONS}, 'verify_asan_link_order=0'));
}

1;
