package CheckECS::Packages;
# What the tests of the packages share.
#
#	needs(lintian => 'lintian');                       # ends the test unless the programs are there
#	my $file = built('deb', qr/\.deb$/);               # from the folder CHECK_ECS_PACKAGES
#	my ($status, $text) = said('dpkg-deb', '-c', $file);
#	my ($root) = root_for($file);                      # what the package depends on, and nothing else
#	dpkg($root, '--install', $file);

use strict;
use warnings;
use utf8;
use CheckECS;
use Exporter 'import';
use File::Find;
use File::Path qw(make_path);
use POSIX ();
use Test::More;

our @EXPORT = qw(needs installed built said may_chroot as_root root_for dpkg inside files_of);

sub installed {
	my ($program) = @_;
	return scalar grep { -x "$_/$program" } qw(/usr/bin /usr/sbin /bin /sbin);
}

sub needs {
	my (%package) = @_;
	my %missing = map { $package{$_} => 1 } grep { !installed($_) } keys %package;
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

# What dpkg knows of an installed package: its field, or nothing.
sub field {
	my ($package, $field) = @_;
	my ($status, $text) = said('dpkg-query', '-W', '-f', "\${db:Status-Status} $field\n", $package);
	return $status == 0 && $text =~ /\Ainstalled (.*)/s ? $1 : undef;
}

# The first of the alternatives that is installed here, for each thing that a field asks for.
sub asked_for {
	my ($text) = @_;
	return map { (grep { defined field($_, '') } map { /([a-z0-9][a-z0-9+.-]+)/ } split /\|/)[0] // () } split /,/, $text;
}

# A root of files for the Debian package in FILE: the packages that it depends on as they are installed here, and dpkg's books
# of them. Returns its path and their names.
sub root_for {
	my ($package) = @_;
	my $root = tempdir() . '/root';
	make_path("$root/var/lib/dpkg/info", "$root/var/lib/dpkg/updates", map { "$root/usr/$_" } qw(bin sbin lib lib64));
	for my $folder (qw(bin sbin lib lib64)) {
		-l "/$folder" ? symlink "usr/$folder", "$root/$folder" : mkdir "$root/$folder";
	}
	my (%in, $books, @paths);
	my @wanted = asked_for((said('dpkg-deb', '-f', $package, 'Depends'))[1]);
	while (defined(my $one = shift @wanted)) {
		next if $in{$one}++;
		push @wanted, asked_for(field($one, '${Depends}, ${Pre-Depends}'));
		push @paths, grep { !-d $_ && (-e $_ || -l $_) } split /\n/, (said('dpkg-query', '-L', $one))[1];
		$books .= (said('dpkg-query', '-s', $one))[1] . "\n";
		for my $list (glob "/var/lib/dpkg/info/$one.list /var/lib/dpkg/info/$one:*.list") {
			said('cp', $list, "$root/var/lib/dpkg/info/") if -e $list;
		}
	}
	said('cp', '/var/lib/dpkg/info/format', "$root/var/lib/dpkg/info/") if -e '/var/lib/dpkg/info/format';
	for (['var/lib/dpkg/status', $books], ['paths', join "\n", @paths]) {
		open my $file, '>:utf8', "$root/$_->[0]" or die "$root/$_->[0]: $!";
		print {$file} $_->[1];
		close $file or die;
	}
	my (undef, $text) = said('sh', '-c', 'cd "$1" && tar -C / -chf - -T paths 2>/dev/null | tar -xf - --keep-directory-symlink --no-same-owner', 'sh', $root);
	note $text if $text ne '';
	unlink "$root/paths";
	return ($root, sort keys %in);
}

# dpkg at work on a root: (exit status, everything it printed). It refuses to work without programs that are in root's PATH only.
sub dpkg {
	my ($root, @words) = @_;
	local $ENV{PATH} = "$ENV{PATH}:/usr/sbin:/sbin";
	return said(as_root(), 'dpkg', "--root=$root", '--log=' . tempdir() . '/dpkg.log', '--path-include=/usr/share/*', @words);
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
