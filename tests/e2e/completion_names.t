#!/usr/bin/perl
# Names that a shell would take for commands, patterns or several words: a tab in a real terminal, then Enter. What arrives is
# the name, as one word, and nothing else was run.
#
# Each tab is a dozen short processes of the shell, each of which waits for a processor of a busy host: several shells work at the
# same time, each on a part of the cases.
use strict;
use warnings;
use utf8;
use Encode ();
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Tmux;
use CheckECS::Workers;
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

# Runs in the terminal: a command that keeps its arguments, and prints the name of a cluster or service for whoever asks for it.
my $command = <<'SH';
#!/bin/sh
case "$*" in
*'-t 3 -s !*')
	printf '%s\0' "$@" >asked
	printf 'ECS UNKNOWN - 2 clusters in eu-west-1, name one with -c: '
	cat clusters
	exit 3
	;;
*'-t 3 -v -s !*')
	echo "ECS UNKNOWN - prod: no service matches -s '!*'"
	printf 'the services of prod: '
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

my $parts = 5; # shells of each kind at a time

# What was seen in a part: [what, whether it is right, the rest for a person].
my @seen;

sub see {
	my ($what, $right, @further) = @_;
	push @seen, [$what, $right ? 1 : 0, @further];
	return $right;
}

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
	shows($terminal, "$name is at its prompt", qr/ready>/);
	return $terminal;
}

# Waits until the screen matches, and sees whether it does.
sub shows {
	my ($terminal, $what, $pattern) = @_;
	return see($what, $terminal->until(sub { $terminal->screen =~ $pattern }), "the screen:\n" . $terminal->screen);
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
		my $screen = $terminal->screen =~ s/\n+\z//r;
		# Whatever was left open.
		$terminal->keys(qw(C-c C-c));
		return ["nothing arrived; the screen:\n$screen"];
	}
	return [map { Encode::decode('UTF-8', $_) } split /\0/, $arrived];
}

sub shown {
	my ($text) = @_;
	return length $text > 40 ? substr($text, 0, 37) . '...' : $text =~ s/\t/<tab>/r;
}

sub holds {
	my ($terminal, $what, $got, $wanted) = @_;
	my $right = join("\0", @$got) eq join("\0", @$wanted) && @$got == @$wanted;
	see($what, $right, join "\n", 'arrived:', @$got, 'not:', @$wanted);
	see("$what: nothing was run", 0) if unlink "$terminal->{folder}/x";
	return;
}

sub profiles {
	my ($terminal, @names) = @_;
	put("$terminal->{folder}/config", join '', map { "[profile $_]\n" } @names);
	return;
}

# The cases of a shell, each to be called with a terminal of it.
sub cases {
	my ($shell) = @_;
	my @cases;
	# Each alone, with nothing typed of it, so that it begins where it likes; in each way to begin a word.
	for my $name (@names) {
		push @cases, sub {
			my ($terminal) = @_;
			# ']' ends a section.
			my $profile = $name =~ /\]/ ? 'other' : $name;
			my $quote = $profile =~ /^'/ ? '"' : "'";
			profiles($terminal, "$quote$profile$quote");
			put("$terminal->{folder}/clusters", "$name\n");
			holds($terminal, "$shell: " . shown($name),
				arrives($terminal, '-p ', '-p "', 'Tab', q(-p '), 'Tab', '--profile=', 'Tab',
					'-c ', 'Tab', '--cluster="', 'Tab', '-s ', 'Tab', '--exclude="', 'Tab'),
				[('-p', $profile) x 3, "--profile=$profile", '-c', $name, "--cluster=$name", '-s', $name, "--exclude=$name"]);
		};
	}

	# As they stand in a file without quotes.
	for my $name ('$(touch x)', '`touch x`', q(o'brien), 'a  b') {
		push @cases, sub {
			my ($terminal) = @_;
			profiles($terminal, $name);
			holds($terminal, "$shell: unquoted section $name", arrives($terminal, '-p '), ['-p', $name]);
		};
	}
	push @cases, sub {
		my ($terminal) = @_;
		profiles($terminal);
		put("$terminal->{folder}/credentials", "[`touch x`]\n");
		holds($terminal, "$shell: section `touch x` of the credentials", arrives($terminal, '-p '), ['-p', '`touch x`']);
		unlink "$terminal->{folder}/credentials";
	};

	# Of several that begin alike, what they have in common is filled in; the rest is typed.
	my @alike = ('team $(touch x)1', 'team $(touch x)2', q(team $(touch x)'3'), '!b"c', '!b$d', '!b`touch x`');
	for my $quote ('', '"', q(')) {
		push @cases, sub {
			my ($terminal) = @_;
			profiles($terminal, @alike);
			holds($terminal, "$shell: -p ${quote}team: what three have in common, the rest typed",
				arrives($terminal, "-p ${quote}team", '2', 'Tab'), ['-p', 'team $(touch x)2']);
		};
	}
	push @cases, sub {
		my ($terminal) = @_;
		profiles($terminal, @alike);
		holds($terminal, "$shell: names that go on with different quoted characters", arrives($terminal, '-p \!', 'x'), ['-p', '!bx']);
		# A second tab shows them.
		$terminal->type('./check_ecs_bottleneck -p t');
		$terminal->keys(qw(Tab Tab Tab));
		shows($terminal, "$shell: the names are shown", qr/touch\\? x\S*1\s.*touch\\? x\S*2\s/s);
		$terminal->keys('C-u');
		holds($terminal, "$shell: still nothing was run", [], []);
	};

	# What a terminal would obey is not offered.
	push @cases, sub {
		my ($terminal) = @_;
		profiles($terminal, "'\e]0;owned\a'", "'\x{9b}31m'", "'a\cHb'");
		holds($terminal, "$shell: names with control characters", arrives($terminal, '-p '), ['-p']);
	};

	# Words that were typed before are handed on without their quotes, and nothing in them is run.
	push @cases, sub {
		my ($terminal) = @_;
		profiles($terminal);
		put("$terminal->{folder}/clusters", "prod\n");
		holds($terminal, "$shell: quoted words before", arrives($terminal, q(-p 'o'\''brien' -c )), ['-p', q(o'brien), '-c', 'prod']);
		my $asked = $terminal->file('asked') // '';
		see("$shell: the clusters of that profile were asked for", $asked eq "-p\0o'brien\0-t\0003\0-s\0!*\0", $asked =~ tr/\0/ /r);
		unlink "$terminal->{folder}/asked";
		$terminal->type('./check_ecs_bottleneck -p "$(touch x)" -c ');
		$terminal->keys('Tab');
		$terminal->type('#typed');
		shows($terminal, "$shell: the line is there", qr/-c (?:prod )?#typed/);
		see("$shell: a tab runs no command of the line", !-e "$terminal->{folder}/x");
		$terminal->keys('C-u');
	};

	# Files.
	my $file = '$(touch x)`touch x` o\'brien;.pem';
	for my $between (' ', '=') {
		push @cases, sub {
			my ($terminal) = @_;
			put("$terminal->{folder}/certificates/$file", '');
			holds($terminal, "$shell: --ca-bundle$between: a file", arrives($terminal, "--ca-bundle${between}certificates/"),
				[$between eq '=' ? "--ca-bundle=certificates/$file" : ('--ca-bundle', "certificates/$file")]);
		};
	}
	return @cases;
}

my @jobs;
for my $shell (grep { $_ ne 'zsh' || $has_zsh } qw(bash zsh)) {
	my @cases = cases($shell);
	for my $part (0 .. $parts - 1) {
		push @jobs, [$shell, @cases[grep { $_ % $parts == $part } 0 .. $#cases]];
	}
}
my @said = in_parallel(scalar @jobs, scalar @jobs, sub {
	my ($shell, @cases) = @{$jobs[$_[0]]};
	@seen = ();
	my $terminal = start($shell);
	my $did = eval { $_->($terminal) for @cases; 1 };
	my $why = $@;
	$terminal->stop;
	die $why unless $did;
	return @seen;
});
for my $n (0 .. $#jobs) {
	for my $result (@{$said[$n] // [['a part that does not tell', 0]]}) {
		my ($what, $right, @further) = ref $result ? @$result : ($result, 0);
		ok($right, $what) or diag @further;
	}
}
done_testing;
