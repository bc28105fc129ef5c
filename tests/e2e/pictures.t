#!/usr/bin/perl
# The pictures of the README: real output, which contrib/pictures/pictures.pl makes again.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my $readme = CheckECS::slurp("$top/README.md");
my @named = $readme =~ m{\]\((contrib/pictures/[a-z]+\.svg)\)}g;
cmp_ok(scalar @named, '>=', 2, 'the README has pictures');

my $folder = keep_file('', 'pictures');
unlink $folder;
mkdir $folder or die "$folder: $!";
my $made = do {
	open my $pipe, '-|', $^X, "$top/contrib/pictures/pictures.pl", plugin_path(), CheckECS::binary('CHECK_ECS_STANDIN'), $folder or die "perl: $!";
	local $/;
	readline $pipe;
};
is_deeply([sort map { s{.*/}{}r } split /\n/, $made], [sort map { s{.*/}{}r } @named], 'they are made again, and no others');

# What does not depend on the hour: the size, and what its rows are named.
sub likeness {
	my ($svg) = @_;
	my ($size) = $svg =~ /<svg [^>]*(width="\d+" height="\d+")/;
	my @rows = map { /\A *([a-z-]+)(?: +(?:[0-9.]+%|no data)| *\z)/ ? $1 : /\A(\$ .*)/ ? $1 : () } $svg =~ />([^<>\n]+)<\/text>/g;
	return [$size, @rows];
}

for my $path (@named) {
	my ($old, $new) = map { my $bytes = CheckECS::slurp($_); utf8::decode($bytes) unless utf8::is_utf8($bytes); $bytes } "$top/$path", "$folder/" . $path =~ s{.*/}{}r;
	is_deeply(likeness($new), likeness($old), "$path shows what the program prints today");
	is(system('python3', '-c', 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])', "$folder/" . $path =~ s{.*/}{}r), 0, "$path is well-formed");
}
my $chart = CheckECS::slurp("$folder/chart.svg");
like($chart, qr{<rect [^>]*fill="#ff6b68"/>\n<text [^>]*>C</text>}, 'what is critical has its letter on red');
like($chart, qr{<rect [^>]*fill="#f0c674"/>\n<text [^>]*>W</text>}, 'what is a warning on yellow');
like($chart, qr{<text [^>]*>100\.2%</text>\n(?:<text [^>]*> +</text>\n)?<rect [^>]*fill="#ff6b68"/>}, 'and its bar has that colour');
done_testing;
