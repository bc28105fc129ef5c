package CheckECS::Certificate;
# A new self-signed certificate in the test's temporary directory.
#
#	my ($file, $key) = certificate('right', 'IP:127.0.0.1');    # its name, subjectAltName

use strict;
use warnings;
use CheckECS;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(certificate);

sub certificate {
	my ($name, $address) = @_;
	my ($file, $key) = map { tempdir() . "/$name.$_" } qw(pem key);
	my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name -addext subjectAltName=$address -keyout $key -out $file 2>&1);
	BAIL_OUT("the openssl command makes no certificate: $said") unless -s $file && -s $key;
	return ($file, $key);
}

1;
