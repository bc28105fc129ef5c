#!/usr/bin/perl
# Names that a shell would take for commands, patterns or several words: a tab in a real terminal, then Enter. What arrives is
# the name, as one word, and nothing else was run.
use strict;
use warnings;
use utf8;
use Encode ();
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Tmux;
use File::Basename qw(dirname);
use Test::More;

my $built = dirname(dirname(plugin_path())) . '/contrib/completion';
my %script = (bash => "$built/bash/check_ecs_bottleneck", zsh => "$built/zsh/_check_ecs_bottleneck");
my $has_zsh = grep { -x "$_/zsh" } qw(/usr/bin /bin /usr/local/bin);

# All of them try to make the file 'x'.
my @names = (
	'$(touch x)', '`touch x`', q(o'brien), 'a b', ' two  blanks ', "a\tb", '-rf', '--help', '*', 'pro?', '[a]x', '~', '~root', 'a;touch x', 'a|touch x',
	'a&touch x', '>x', '<(touch x)', '$HOME', '${HOME}', '"', q('"'), q("'"), 'back\\slash', 'ends\\', '\\\\', 'a!!', '!touch', 'a!$b', '#no', 'a#b', '{a,b}',
	'a=b', 'a:b', 'team/prod', '=ls', '^a^b', '(a)', 'a%b@c', 'é', '名前', 'ü b', '$((1))', q($'\\x41'), q('; touch x; '), q("; touch x; "), "\x{202f}nb", '0', 'default',
	'n' x 1000, q(') x 40);

# Runs in the terminal: a command that keeps its arguments, and the names of a cluster for whoever asks for them.
my $command = <<'SH';
#!/bin/sh
case "$*" in
*'-t 3 -s  ')
	printf '%s\0' "$@" >asked
	printf 'ECS UNKNOWN - 2 clusters in eu-west-1, name one with -c: '
	cat clusters
	exit 3
	;;
esac
printf '%s\0' "$@" >arrived.new
mv arrived.new arrived
SH

my %shell = (
	bash => ['exec bash --noprofile --rcfile ./rc -i', <<'RC'],
PS1='ready> '
set -o history -o histexpand
source "$COMPLETION"
bind 'set enable-bracketed-paste off'
RC
	zsh => ['ZDOTDIR=$PWD/zdot exec zsh -i', <<'RC'],
PS1='ready> '
setopt bang_hist nobeep
zle_bracketed_paste=()
fpath=(${COMPLETION:h} $fpath)
autoload -Uz compinit
compinit -u -D
RC
);

sub start {
	my ($name) = @_;
	my ($exec, $rc) = @{$shell{$name}};
	my $terminal = CheckECS::Tmux->start({
		width => 200, height => 50, env => {COMPLETION => $script{$name}, AWS_SHARED_CREDENTIALS_FILE => './credentials', AWS_CONFIG_FILE => './config'},
		shell => "until test -e begin; do sleep 0.05; done\n$exec\n"});
	my $folder = $terminal->{folder};
	mkdir $_ for "$folder/zdot", "$folder/certificates";
	put("$folder/rc", $rc);
	put("$folder/zdot/.zshrc", $rc);
	put("$folder/check_ecs_bottleneck", $command);
	chmod 0755, "$folder/check_ecs_bottleneck";
	put("$folder/begin", '');
	$terminal->sees("$name is at its prompt", qr/ready>/) or BAIL_OUT("$name does not come to a prompt");
	return $terminal;
}

sub put {
	my ($path, $text) = @_;
	open my $file, '>:raw', "$path.new" or die "$path: $!";
	print {$file} Encode::encode('UTF-8', $text);
	close $file or die "$path: $!";
	rename "$path.new", $path or die "$path: $!";
	return;
}

# Types the line, presses Tab, types what follows, and Enter -> the words that the command was given.
sub arrives {
	my ($terminal, $line, @then) = @_;
	my $folder = $terminal->{folder};
	unlink "$folder/arrived";
	my @keys = map { (';', 'send-keys', /^(?:Tab|Enter)$/ ? $_ : ('-l', '--', Encode::encode('UTF-8', $_))) } 'Tab', @then, 'Enter';
	$terminal->tmux('send-keys', '-l', '--', "./check_ecs_bottleneck $line", @keys);
	$terminal->until(sub { -e "$folder/arrived" });
	my $arrived = $terminal->file('arrived');
	if (!defined $arrived) {
		diag "the screen:\n", $terminal->screen =~ s/\n+\z//r;
		# Whatever was left open.
		$terminal->keys(qw(C-c C-c));
		return ['nothing arrived'];
	}
	return [map { Encode::decode('UTF-8', $_) } split /\0/, $arrived];
}

sub shown {
	my ($text) = @_;
	return length $text > 40 ? substr($text, 0, 37) . '...' : $text =~ s/\t/<tab>/r;
}

sub holds {
	my ($terminal, $what, $got, $wanted) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply($got, $wanted, $what) or diag explain $got;
	if (unlink "$terminal->{folder}/x") {
		fail("$what: nothing was run");
	}
	return;
}

sub profiles {
	my ($terminal, @names) = @_;
	put("$terminal->{folder}/config", join '', map { "[profile $_]\n" } @names);
	return;
}

for my $shell (grep { $_ ne 'zsh' || $has_zsh } qw(bash zsh)) {
	my $terminal = start($shell);
	my $folder = $terminal->{folder};

	# Each alone, with nothing typed of it, so that it begins where it likes; in each way to begin a word.
	for my $name (@names) {
		# ']' ends a section.
		my $profile = $name =~ /\]/ ? 'other' : $name;
		my $quote = $profile =~ /^'/ ? '"' : "'";
		profiles($terminal, "$quote$profile$quote");
		put("$folder/clusters", "$name\n");
		holds($terminal, "$shell: " . shown($name),
			arrives($terminal, '-p ', '-p "', 'Tab', q(-p '), 'Tab', '--profile=', 'Tab', '-c ', 'Tab', '--cluster="', 'Tab'),
			[('-p', $profile) x 3, "--profile=$profile", '-c', $name, "--cluster=$name"]);
	}

	# As they stand in a file without quotes.
	for my $name ('$(touch x)', '`touch x`', q(o'brien), 'a  b') {
		profiles($terminal, $name);
		holds($terminal, "$shell: unquoted section $name", arrives($terminal, '-p '), ['-p', $name]);
	}
	profiles($terminal);
	put("$folder/credentials", "[`touch x`]\n");
	holds($terminal, "$shell: section `touch x` of the credentials", arrives($terminal, '-p '), ['-p', '`touch x`']);
	unlink "$folder/credentials";

	# Of several that begin alike, what they have in common is filled in; the rest is typed.
	profiles($terminal, 'team $(touch x)1', 'team $(touch x)2', q(team $(touch x)'3'), '!b"c', '!b$d', '!b`touch x`');
	holds($terminal, "$shell: -p ${_}team: what three have in common, the rest typed",
		arrives($terminal, "-p ${_}team", '2', 'Tab'), ['-p', 'team $(touch x)2']) for '', '"', q(');
	holds($terminal, "$shell: names that go on with different quoted characters", arrives($terminal, '-p \!', 'x'), ['-p', '!bx']);
	# A second tab shows them.
	$terminal->type('./check_ecs_bottleneck -p t');
	$terminal->keys(qw(Tab Tab Tab));
	$terminal->sees("$shell: the names are shown", qr/touch\\? x\S*1\s.*touch\\? x\S*2\s/s);
	$terminal->keys('C-u');
	holds($terminal, "$shell: still nothing was run", [], []);

	# What a terminal would obey is not offered.
	profiles($terminal, "'\e]0;owned\a'", "'\x{9b}31m'", "'a\cHb'");
	holds($terminal, "$shell: names with control characters", arrives($terminal, '-p '), ['-p']);

	# Words that were typed before are handed on without their quotes, and nothing in them is run.
	put("$folder/clusters", "prod\n");
	holds($terminal, "$shell: quoted words before", arrives($terminal, q(-p 'o'\''brien' -c )), ['-p', q(o'brien), '-c', 'prod']);
	is($terminal->file('asked'), "-p\0o'brien\0-t\0003\0-s\0 \0", "$shell: the clusters of that profile were asked for");
	unlink "$folder/asked";
	$terminal->type('./check_ecs_bottleneck -p "$(touch x)" -c ');
	$terminal->keys('Tab');
	$terminal->type('#typed');
	$terminal->sees("$shell: the line is there", qr/-c (?:prod )?#typed/);
	ok(!-e "$folder/x", "$shell: a tab runs no command of the line");
	$terminal->keys('C-u');

	# Files.
	my $file = '$(touch x)`touch x` o\'brien;.pem';
	put("$folder/certificates/$file", '');
	holds($terminal, "$shell: --ca-bundle ${_}: a file", arrives($terminal, "--ca-bundle${_}certificates/"), [/=/ ? "--ca-bundle=certificates/$file" : ('--ca-bundle', "certificates/$file")])
		for ' ', '=';
	$terminal->stop;
}
done_testing;
