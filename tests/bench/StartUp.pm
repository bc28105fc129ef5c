package StartUp;
# What the parts of a start cost, in instructions (callgrind): differences between runs for 100 services that differ in one
# thing.

use strict;
use warnings;
use Bench;
use CheckECS;

sub copied {
	my ($name, @files) = @_;
	return keep_file(join("\n", map { CheckECS::slurp($_) } @files), $name);
}

# A trust store like the distribution's, with our certificate in it: the variables for the preloaded library.
sub store {
	my ($bundle) = @_;
	my ($certificate) = certificate();
	my $library = tempdir() . '/trust.so';
	system(split(' ', $ENV{CC} || 'cc'), '-shared', '-fPIC', '-O1', '-o', $library, "$ENV{CHECK_ECS_SRCDIR}/tests/e2e/preload/trust.c") == 0 or die "no trust.so\n";
	my $folder = tempdir() . '/folder';
	mkdir $folder;
	my ($hash) = qx(openssl x509 -hash -noout -in $certificate) =~ /^([0-9a-f]+)$/;
	symlink $_, "$folder/" . s{.*/}{}r for glob '/etc/ssl/certs/*.0';
	symlink $certificate, "$folder/$hash.0";
	return (LD_PRELOAD => $library, TRUST_FOLDER => $folder, TRUST_FILE => copied('bundle', $bundle, $certificate));
}

# What it takes to find a host in the hosts file, where this user may have one of his own; undef elsewhere. A name server
# takes its own time on top.
sub lookup {
	my ($url, $plain, @check) = @_;
	my $hosts = keep_file("127.0.0.1 localhost aws.example\n", 'hosts');
	local @Bench::launcher = ('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', $hosts);
	return if system("@Bench::launcher[0 .. 3] true 2>/dev/null") != 0;
	return instructions_of({}, @check, '--endpoint-url=' . $url =~ s/127\.0\.0\.1/aws.example/r) - $plain;
}

# -> [[what, instructions], ...]
sub costs {
	my ($plugin) = @_;
	my ($certificate) = certificate();
	my $account = account_of(100);
	my @servers = map { standin_of($account, $_, 0) } qw(http https);
	my @check = ($plugin, '-c', 'prod');
	my $plain = instructions_of({}, @check, "--endpoint-url=" . $servers[0]->url);
	my @tls = (@check, "--endpoint-url=" . $servers[1]->url);
	my $secure = instructions_of({}, @tls, "--ca-bundle=$certificate");
	my @costs = (['a whole run, http', $plain], ['a whole run, https, one certificate trusted', $secure]);
	push @costs, ['the program is linked and reads its options', instructions_of({}, $plugin, '-V')];
	push @costs, ['TLS: set-up, handshake, encryption', $secure - $plain];
	push @costs, ["of these OpenSSL's configuration file", $secure - instructions_of({OPENSSL_CONF => '/dev/null'}, @tls, "--ca-bundle=$certificate")];
	my $lookup = lookup($servers[0]->url, $plain, @check);
	push @costs, ['a host that is found in the hosts file', $lookup] if defined $lookup;
	my $config = keep_file(join('', map { "[profile p$_]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/r$_\nsource_profile = default\n" } 1 .. 200), 'config');
	push @costs, ['a config file of 200 profiles', instructions_of({AWS_CONFIG_FILE => $config}, @check, "--endpoint-url=" . $servers[0]->url) - $plain];
	my ($bundle) = grep { -r } '/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt';
	if ($bundle) {
		my %store = store($bundle);
		push @costs, ['trust from the bundle of the system', instructions_of({%store, TRUST_FOLDER => ''}, @tls) - $secure];
		push @costs, ['trust from its folder', instructions_of(\%store, @tls) - $secure];
	}
	return @costs;
}

1;
