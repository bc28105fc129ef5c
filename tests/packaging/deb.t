#!/usr/bin/perl
# The Debian package: what lintian says, what is in it, and its life in a root that has nothing but what it depends on.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages;
use File::Path qw(make_path);
use Test::More;

needs('dpkg-deb' => 'dpkg', lintian => 'lintian', fakeroot => 'fakeroot', unshare => 'util-linux');
my $name = 'monitoring-plugins-ecs-bottleneck';
my $plugin = '/usr/lib/nagios/plugins/check_ecs_bottleneck';
my $package = built('deb', qr{/\Q$name\E_[^/]*\.deb$});
my $changes = built('deb', qr/\.changes$/);

my ($status, $text) = said('lintian', '--allow-root', '--fail-on', 'error,warning', $changes);
is($status, 0, 'lintian has no errors and no warnings') or diag $text;

# --- content --------------------------------------------------------------------------------------------------------

($status, $text) = said('dpkg-deb', '-c', $package);
my %mode = map { /^(\S+) root\/root\s.* \.(\/\S*)$/ ? ($2 => $1) : () } split /\n/, $text;
is(scalar(keys %mode), scalar(split /\n/, $text), 'everything belongs to root');
is($mode{$plugin}, '-rwxr-xr-x', 'the plugin, without setuid');
my $doc = "/usr/share/doc/$name";
for my $path (qw(/usr/share/man/man8/check_ecs_bottleneck.8.gz /usr/share/bash-completion/completions/check_ecs_bottleneck
	/usr/share/zsh/vendor-completions/_check_ecs_bottleneck), map { "$doc/$_" } qw(README.md.gz changelog.gz changelog.Debian.gz copyright)) {
	is($mode{$path}, '-rw-r--r--', $path);
}
my $top = $ENV{CHECK_ECS_SRCDIR};
my @examples = map { s{^\Q$top\E/contrib/}{}r } glob "$top/contrib/{iam,icinga2,nagios,nrpe}/* $top/contrib/*.schema.json";
ok(@examples > 10, 'there are examples');
is_deeply([grep { !$mode{"$doc/examples/$_"} } @examples], [], 'all of them are in the package');
is_deeply([grep { !m{^/$|^/usr(?:/(?:lib|share)(?:/|$)|/$)} } keys %mode], [], 'nothing lies outside of /usr/lib and /usr/share');

# --- a root with what the package depends on, from the files of this host -------------------------------------------

sub field { my ($said, $answer) = said('dpkg-query', '-W', '-f', '${db:Status-Status} ' . $_[1] . "\n", $_[0]); return $said ? '' : $answer }

# The first of the alternatives that is installed here, for each thing that the field asks for.
sub asked_for {
	my ($field) = @_;
	return map { (grep { field($_, '') =~ /^installed/ } map { /([a-z0-9][a-z0-9+.-]+)/ } split /\|/)[0] // () } split /,/, $field;
}

my $root = tempdir() . '/root';
make_path("$root/var/lib/dpkg/info", "$root/var/lib/dpkg/updates", map { "$root/usr/$_" } qw(bin sbin lib lib64));
for my $folder (qw(bin sbin lib lib64)) {
	-l "/$folder" ? symlink "usr/$folder", "$root/$folder" : mkdir "$root/$folder";
}
my (%in, $books, @paths);
my @wanted = asked_for((said('dpkg-deb', '-f', $package, 'Depends'))[1]);
while (defined(my $one = shift @wanted)) {
	next if $in{$one}++;
	push @wanted, asked_for(field($one, '${Depends}, ${Pre-Depends}') =~ s/^installed//r);
	push @paths, grep { !-d $_ && (-e $_ || -l $_) } split /\n/, (said('dpkg-query', '-L', $one))[1];
	$books .= (said('dpkg-query', '-s', $one))[1] . "\n";
	for my $list (glob "/var/lib/dpkg/info/$one.list /var/lib/dpkg/info/$one:*.list") {
		said('cp', $list, "$root/var/lib/dpkg/info/") if -e $list;
	}
}
ok($in{libc6} && $in{libcurl4}, 'the package depends on ' . keys(%in) . ' packages in all');
said('cp', '/var/lib/dpkg/info/format', "$root/var/lib/dpkg/info/") if -e '/var/lib/dpkg/info/format';
for (['var/lib/dpkg/status', $books], ['paths', join "\n", @paths]) {
	open my $file, '>:utf8', "$root/$_->[0]" or die "$root/$_->[0]: $!";
	print {$file} $_->[1];
	close $file or die;
}
($status, $text) = said('sh', '-c', 'cd "$1" && tar -C / -chf - -T paths 2>/dev/null | tar -xf - --keep-directory-symlink --no-same-owner', 'sh', $root);
unlink "$root/paths";
ok(-e "$root/lib64/ld-linux-x86-64.so.2" || glob("$root/lib/ld-linux*"), 'the root has a loader') or diag $text;

# --- installed, used, removed ---------------------------------------------------------------------------------------

my @dpkg = (as_root(), 'dpkg', "--root=$root", '--log=' . tempdir() . '/dpkg.log', '--path-include=/usr/share/*');
my $before = files_of($root);
($status, $text) = said(@dpkg, '--install', $package);
is($status, 0, 'dpkg installs it: nothing it depends on is missing') or diag $text;

my %environment = plugin_environment();
sub used {
	local %ENV = %environment;
	return said(inside($root, $plugin, @_));
}
($status, $text) = used('-V');
is($status, 3, '-V: the status of the guidelines');
like($text, qr/\Acheck_ecs_bottleneck v?\d+\.\d+\.\d+/, '-V: the name and the version');
($status, $text) = used('-h');
is($status, 3, '-h: the status');
like($text, qr/--cluster=/, '-h: the options');

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=97.1
		memory flat=34.4
	ACCOUNT
($status, $text) = used('-c', 'prod', '--endpoint-url=' . $standin->url);
is($status, $EXIT{CRITICAL}, 'a check: CRITICAL');
like($text, qr/\AECS CRITICAL - prod: .*api cpu 97\.1%/, 'a check: what and where');

($status, $text) = said(@dpkg, '--purge', $name);
is($status, 0, 'dpkg removes it') or diag $text;
is_deeply(files_of($root), $before, 'nothing of it is left, and nothing else is gone');
is_deeply([glob "$root/var/lib/dpkg/info/$name*"], [], 'nor in the books of dpkg');
done_testing;
