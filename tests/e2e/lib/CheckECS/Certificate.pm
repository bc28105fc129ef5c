package CheckECS::Certificate;
# A new self-signed certificate in the test's temporary directory.
#
#	my ($file, $key) = certificate('right', 'IP:127.0.0.1');    # its name, subjectAltName
#	expire($file, $key, $old);                                   # the same of yesterday, in another file

use strict;
use warnings;
use CheckECS;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(certificate expire);

sub certificate {
	my ($name, $address) = @_;
	my ($file, $key) = map { tempdir() . "/$name.$_" } qw(pem key);
	my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name -addext subjectAltName=$address -keyout $key -out $file 2>&1);
	BAIL_OUT("the openssl command makes no certificate: $said") unless -s $file && -s $key;
	return ($file, $key);
}

# OpenSSL before 3.4 takes a negative number of days, and has no -not_after; from 3.4 on it is the other way round.
sub expire {
	my ($file, $key, $old) = @_;
	my $said = '';
	for my $validity ('-days -1', '-not_before 20200101000000Z -not_after 20200102000000Z') {
		$said .= qx(openssl x509 -in $file -signkey $key $validity -out $old 2>&1);
		return if $? == 0 && -s $old;
		unlink $old;
	}
	BAIL_OUT("the openssl command makes no expired certificate: $said");
}

1;
