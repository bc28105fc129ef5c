package CheckECS::Page;
# A page of documentation as tests see it: its prose, and its blocks of commands.
#
#	my $page = CheckECS::Page->read($top, 'README.md');
#	@{$page->sentences}                                  # code, tables and blocks left out
#	for my $block ($page->blocks('sh')) {                # those fenced by ```sh
#		$block->{how};                                   # "run: clone", of the comment <!-- run: clone --> before it
#		$block->commands;                                # without comments and blank lines
#	}

use strict;
use warnings;
use utf8;

sub read {
	my ($class, $top, $path) = @_;
	open my $in, '<:encoding(UTF-8)', "$top/$path" or die "$top/$path: $!";
	local $/ = undef;
	return bless {path => $path, text => scalar <$in>}, $class;
}

sub blocks {
	my ($self, @languages) = @_;
	my $languages = join '|', @languages;
	my @blocks;
	while ($self->{text} =~ /^(?:<!-- ([^\n]+) -->\n)?```($languages)\n(.*?)^```$/mgs) {
		push @blocks, bless {page => $self->{path}, how => $1, language => $2, text => $3}, 'CheckECS::Page::Block';
	}
	return @blocks;
}

# Of a page, or of a text.
sub sentences {
	my ($self, $text) = @_;
	$text //= $self->{text};
	$text =~ s/^```.*?^```$/\n/mgs;
	$text =~ s/<!--.*?-->//gs;
	# Indented lines behind a blank one are a block, too.
	$text =~ s/\n\n(?: {4}\S.*\n)+/\n\n/g;
	# A cell of a table is a text of its own.
	$text =~ s/^\|(.*)\|$/"\n\n" . join("\n\n", split m{\|}, $1) . "\n\n"/mge;
	$text =~ s/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/CODE/gs;
	$text =~ s/!?\[([^\]]*)\]\([^)]*\)/$1/g;
	my @sentences;
	for my $paragraph (split /\n\s*\n|\n(?=\s*(?:-|[0-9]+\.) )|^#.*$/m, $text) {
		$paragraph =~ s/^\s*(?:-|[0-9]+\.|#+) //;
		$paragraph =~ tr/*//d;
		$paragraph =~ s/\s+/ /g;
		push @sentences, grep { /\w/ } map { s/^ | $//gr } split /(?<=[.?!])(?= )/, $paragraph;
	}
	return \@sentences;
}

package CheckECS::Page::Block;

sub commands {
	my ($self) = @_;
	return grep { /\S/ } map { s/\s+#.*//r } split /\n/, $self->{text} =~ s/\\\n/ /gr;
}

1;
