#!/usr/bin/perl
# Makes the pictures of the README: runs the plugin on the demo account in a terminal that tmux plays, and draws
# the screen as SVG.
#
#	perl contrib/pictures/pictures.pl PLUGIN STANDIN DIR
#
# or `make pictures`, which has both built and draws into contrib/pictures/. Needs tmux. The demo account's
# series end now, so the times in a picture are those of its making.
use strict;
use warnings;
use utf8;
use File::Spec;
use File::Temp qw(tempdir);
use Time::HiRes qw(sleep);

binmode STDERR, ':encoding(UTF-8)';

my ($plugin, $standin, $directory) = map { File::Spec->rel2abs($_) } @ARGV == 3 ? @ARGV : die "usage: pictures.pl PLUGIN STANDIN DIR\n";
my $work = tempdir(CLEANUP => 1);
my ($standin_pid, $from_standin, @sockets);
my %environment = (
	HOME => $work, PATH => $ENV{PATH}, LC_ALL => 'C.UTF-8', SHELL => '/bin/sh', AWS_EC2_METADATA_DISABLED => 'true',
	AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', AWS_REGION => 'eu-west-1');
local %ENV = %environment;

# Each picture: its terminal, the arguments as shown, the keys that are pressed, and what has to be seen before it is taken.
my @pictures = (
	{name => 'chart', columns => 124, rows => 34,
		arguments => [qw(-c demo-prod -s api -s checkout -s image-resizer -s nightly-report -s search -s worker)], seen => qr/^ECS CRITICAL .*\n\$/m},
	{name => 'picker', columns => 80, rows => 12, arguments => [], keys => ['-l', 'demo-'], seen => qr/demo-staging/},
);

# --- the terminal ---

sub tmux {
	my ($socket, @words) = @_;
	open my $pipe, '-|:encoding(UTF-8)', 'tmux', '-S', $socket, @words or die "tmux: $!\n";
	my $text = do { local $/; <$pipe> };
	close $pipe or die "tmux @words failed\n";
	return $text // '';
}

sub quoted { return join ' ', map { "'" . s/'/'\\''/gr . "'" } @_ }

sub screen_of {
	my ($picture, $url) = @_;
	my $socket = "$work/$picture->{name}";
	my $shown = join ' ', '$ check_ecs_bottleneck', @{$picture->{arguments}};
	my $script = 'TERM=screen export TERM; printf "%s\n" ' . quoted($shown) . '; ' .
		quoted($plugin, "--endpoint-url=$url", @{$picture->{arguments}}) . '; printf "\$ "; exec sleep 30';
	push @sockets, $socket;
	tmux($socket, '-f', '/dev/null', 'new-session', '-d', '-x', $picture->{columns}, '-y', $picture->{rows}, $script);
	my $pressed = !$picture->{keys};
	for (1 .. 200) {
		sleep 0.05;
		my $text = tmux($socket, 'capture-pane', '-p');
		if (!$pressed && $text =~ $picture->{seen}) {
			tmux($socket, 'send-keys', @{$picture->{keys}});
			$pressed = 1;
			sleep 0.5;
		}
		next unless $pressed && $text =~ $picture->{seen};
		return tmux($socket, 'capture-pane', '-p', '-e');
	}
	die "$picture->{name}: not seen what was to be seen:\n" . tmux($socket, 'capture-pane', '-p');
}

# --- drawing ---

my ($cell_width, $cell_height, $margin) = (8, 17, 12);
my ($paper, $ink) = ('#14181c', '#d4d8dc');
my %colour = (30 => '#5c6370', 31 => '#ff6b68', 32 => '#98c379', 33 => '#f0c674', 34 => '#61afef', 35 => '#c678dd', 36 => '#56b6c2', 37 => $ink);
# Blocks are drawn, as fonts leave gaps between theirs: character -> left, top, width, height in eighths.
my %block = ((map { (chr(0x2590 - $_), [0, 0, $_, 8]) } 1 .. 8), (map { (chr(0x2580 + $_), [0, 8 - $_, 8, $_]) } 1 .. 7));

sub escaped { return $_[0] =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr }

sub styled {
	my ($style, $codes) = @_;
	for my $code (length $codes ? split /;/, $codes : 0) {
		%$style = () if $code == 0;
		$style->{bold} = 1 if $code == 1;
		$style->{underlined} = 1 if $code == 4;
		$style->{reversed} = 1 if $code == 7;
		$style->{ink} = $colour{$code} if $colour{$code};
		$style->{paper} = $colour{$code - 10} if $code >= 40 && $colour{$code - 10};
		delete $style->{{22 => 'bold', 24 => 'underlined', 27 => 'reversed', 39 => 'ink', 49 => 'paper'}->{$code} // ''};
	}
	return;
}

sub rect {
	my ($x, $y, $width, $height, $fill) = @_;
	return sprintf qq(<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>\n), $x, $y, $width, $height, $fill;
}

# A piece of a line in one style, which begins in a column.
sub piece {
	my ($text, $style, $column, $y) = @_;
	my $x = $margin + $column * $cell_width;
	my $fill = $style->{ink} // $ink;
	my $svg = '';
	if ($style->{reversed}) {
		$svg .= rect($x, $y, $cell_width * length $text, $cell_height, $fill);
		$fill = $paper;
	}
	if ($style->{paper}) {
		$svg .= rect($x, $y, $cell_width * length $text, $cell_height, $style->{paper});
		$fill = $paper;
	}
	for my $offset (0 .. length($text) - 1) {
		my $part = $block{substr $text, $offset, 1} or next;
		my ($left, $top, $width, $height) = @$part;
		$svg .= rect($x + ($offset + $left / 8) * $cell_width, $y + $top * $cell_height / 8, $width * $cell_width / 8, $height * $cell_height / 8, $fill);
	}
	my $blocks = join '', keys %block;
	$text =~ s/[$blocks]/ /g;
	return $svg unless $text =~ /\S/;
	my $more = ($style->{bold} ? ' font-weight="bold"' : '') . ($style->{underlined} ? ' text-decoration="underline"' : '');
	return $svg . sprintf qq(<text x="%d" y="%d" fill="%s" textLength="%d"%s xml:space="preserve">%s</text>\n),
		$x, $y + $cell_height - 4, $fill, $cell_width * length $text, $more, escaped($text);
}

sub svg_of {
	my ($screen, $columns) = @_;
	my @lines = split /\n/, $screen =~ s/\s+\z//r;
	my ($width, $height) = ($columns * $cell_width + 2 * $margin, @lines * $cell_height + 2 * $margin);
	my $svg = qq(<svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$height" viewBox="0 0 $width $height" ) .
		qq(font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">\n) . rect(0, 0, $width, $height, $paper);
	my %style;
	for my $row (0 .. $#lines) {
		my $column = 0;
		for my $part (split /(\e\[[0-9;]*m)/, $lines[$row]) {
			if ($part =~ /\A\e\[([0-9;]*)m\z/) {
				styled(\%style, $1);
			} elsif (length $part) {
				$svg .= piece($part, \%style, $column, $margin + $row * $cell_height);
				$column += length $part;
			}
		}
	}
	return "$svg</svg>\n";
}

# --- the whole ---

END {
	local $?;
	for my $socket (@sockets) {
		system("tmux -S '$socket' kill-server 2>/dev/null");
	}
	kill 'TERM', $standin_pid if $standin_pid;
	close $from_standin if $from_standin;
}

$standin_pid = open $from_standin, '-|', $standin, '--max-seconds=120' or die "$standin: $!\n";
my ($url) = (readline($from_standin) // '') =~ /^listening (\S+)/ or die "the stand-in for AWS did not start\n";
for my $picture (@pictures) {
	my $svg = svg_of(screen_of($picture, $url), $picture->{columns});
	open my $file, '>:encoding(UTF-8)', "$directory/$picture->{name}.svg" or die "$directory/$picture->{name}.svg: $!\n";
	print {$file} $svg;
	close $file or die "$directory/$picture->{name}.svg: $!\n";
	print "$directory/$picture->{name}.svg\n";
}
