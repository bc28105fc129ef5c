package CheckECS::Packages;
# What the tests of the packages share.
#
#	needs(lintian => 'lintian');                       # ends the test unless the programs are there
#	my $file = built('deb', qr/\.deb$/);               # from the folder CHECK_ECS_PACKAGES
#	my ($status, $text) = said('dpkg-deb', '-c', $file);

use strict;
use warnings;
use utf8;
use CheckECS;
use Exporter 'import';
use File::Find;
use POSIX ();
use Test::More;

our @EXPORT = qw(needs built said may_chroot as_root inside files_of);

sub needs {
	my (%package) = @_;
	my %missing;
	for my $program (keys %package) {
		$missing{$package{$program}} = 1 unless grep { -x "$_/$program" } qw(/usr/bin /usr/sbin /bin /sbin);
	}
	return unless %missing;
	plan tests => 1;
	fail('packages are missing: ' . join(' ', sort keys %missing) . '; sh contrib/quickstart.sh deps packaging installs them');
	exit 1;
}

sub built {
	my ($kind, $pattern) = @_;
	my $folder = $ENV{CHECK_ECS_PACKAGES} // BAIL_OUT('CHECK_ECS_PACKAGES is not set; make check-packages sets it');
	my @found = grep { $_ =~ $pattern } glob "$folder/$kind/*";
	is(scalar @found, 1, "one package was built: @found") or BAIL_OUT("nothing to look at in $folder/$kind");
	return $found[0];
}

# Runs a program: (exit status, everything it printed).
sub said {
	my (@command) = @_;
	my $path = keep_file('', 'said');
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', $path or die;
		open STDERR, '>&', \*STDOUT or die;
		exec { $command[0] } @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	my $status = $? >> 8 || $?;
	open my $file, '<:encoding(UTF-8)', $path or die "$path: $!";
	local $/ = undef;
	return ($status, scalar <$file>);
}

# Root here, or in a user namespace of its own where the host allows that, else only what fakeroot can pretend.
my $way = $> == 0 ? 'root' : system('unshare -r true 2>/dev/null') == 0 ? 'namespace' : 'fakeroot';

sub may_chroot { return $way ne 'fakeroot' }

# The words that make a command believe it is root.
sub as_root {
	return () if $way eq 'root';
	return $way eq 'namespace' ? ('/usr/bin/unshare', '-r') : ('/usr/bin/fakeroot');
}

# The words that run an absolute path with ROOT as the root of all files. Where that is forbidden the program runs on the
# host's libraries.
sub inside {
	my ($root, $program, @arguments) = @_;
	if ($way eq 'fakeroot') {
		note 'no chroot for this user: the program runs from its place below the test root, on the libraries of this host';
		return ("$root$program", @arguments);
	}
	return (as_root(), '/usr/sbin/chroot', $root, $program, @arguments);
}

# Every path below ROOT with its size, but for the package system's own books.
sub files_of {
	my ($root) = @_;
	my %found;
	find({no_chdir => 1, wanted => sub {
		(my $name = $_) =~ s/^\Q$root\E//;
		$found{$name} = -l $_ ? readlink : -d _ ? 'folder' : -s _ unless $name =~ m{^/var(?:/|$)};
	}}, $root);
	return \%found;
}

1;
