package CheckECS::Tmux;
# Runs of the plugin by a shell in a terminal that tmux plays: keys are sent, the screen is read.
#
#	my $terminal = CheckECS::Tmux->start({env => {...}, width => 80, height => 24, redirection => '2>x',
#		prefix => [words before the plugin's command], shell => its script, term => TERM,
#		log => 1 keeps all bytes that the terminal gets in the file 'log'}, arguments...);
#	$terminal->sees(qr/which one/, 'the list is there');
#	$terminal->keys(qw(Down Enter));
#	my $run = $terminal->finish;                          # {exit, screen, text}
#
# Each has a server and a socket of its own, which end with the object, and after 15 minutes whatever happens.

use strict;
use warnings;
use CheckECS;
use Encode ();
use Test::More;
use Time::HiRes qw(sleep time);

my %living;

# The plugin's command, then what it left of the terminal. Signals from keys reach the shell, too.
my $shell = <<'SH';
trap : INT QUIT HUP TERM
stty -a >before
sh -c 'echo $$ >pid; exec "$@"' sh "$@" REDIRECTION
echo $? >exit.new
stty -a >after
mv exit.new exit
echo '=the shell again='
exec sleep 120
SH

sub start {
	my ($class, $option, @arguments) = @_;
	my $folder = CheckECS::keep_file('', 'terminal');
	unlink $folder;
	mkdir $folder or die "$folder: $!";
	my $self = bless {folder => $folder, socket => "$folder/s", owner => $$}, $class;
	BAIL_OUT("the name $self->{socket} is too long for a socket: set TMPDIR") if length $self->{socket} > 100;
	my $redirection = $option->{redirection} // '';
	my $script = $option->{shell} // $shell;
	$script =~ s/REDIRECTION/$redirection/;
	open my $file, '>', "$folder/script" or die "$folder/script: $!";
	my $wait = $option->{log} ? "until test -e go; do sleep 0.05; done\n" : '';
	print {$file} "cd $folder || exit\nTERM='" . ($option->{term} // 'screen') . "' export TERM\n$wait$script";
	close $file or die "$folder/script: $!";
	$self->{environment} = {plugin_environment(LC_ALL => 'C.UTF-8', SHELL => '/bin/sh', %{$option->{env} // {}})};
	my @command = ('timeout', '--foreground', 900, 'sh', "$folder/script", @{$option->{prefix} // []}, plugin_command(), '-t', int(10 * time_factor()), @arguments);
	$living{$self->{socket}} = $self;
	$self->tmux('-f', '/dev/null', 'new-session', '-d', '-x', $option->{width} // 80, '-y', $option->{height} // 24,
		join ' ', map { "'" . s/'/'\\''/gr . "'" } @command);
	if ($option->{log}) {
		$self->tmux('pipe-pane', "cat >>$folder/log");
		$self->until(sub { -e "$folder/log" });
		open my $go, '>', "$folder/go" or die "$folder/go: $!";
	}
	return $self;
}

sub tmux {
	my ($self, @words) = @_;
	my $pid = open my $out, '-|';
	defined $pid or die "fork: $!";
	if (!$pid) {
		%ENV = %{$self->{environment}};
		open STDIN, '<', '/dev/null';
		open STDERR, '>>', "$self->{folder}/tmux-errors";
		no warnings 'exec';
		exec 'tmux', '-u', '-S', $self->{socket}, @words;
		POSIX::_exit(127);
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	BAIL_OUT('tmux is missing: this test needs it') if $? >> 8 == 127;
	return $text;
}

sub screen { return Encode::decode('UTF-8', $_[0]->tmux('capture-pane', '-p')) }

# The same with escape sequences for what is marked.
sub marked_screen { return Encode::decode('UTF-8', $_[0]->tmux('capture-pane', '-p', '-e')) }

sub keys { my ($self, @keys) = @_; $self->tmux('send-keys', @keys); return }
sub type { my ($self, $text) = @_; $self->tmux('send-keys', '-l', '--', $text); return }
sub resize { my ($self, $width, $height) = @_; $self->tmux('resize-window', '-x', $width, '-y', $height); return }
sub ask { my ($self, $format) = @_; my $text = $self->tmux('display-message', '-p', $format); chomp $text; return $text }

sub file {
	my ($self, $name) = @_;
	my $path = "$self->{folder}/$name";
	return -e $path ? CheckECS::slurp($path) : undef;
}

# Waits until the code says so; false after 15 s or so (times the factor).
sub until {
	my ($self, $met) = @_;
	# Turns, not seconds: on a busy host each of them lasts longer, as does what is waited for.
	for (1 .. 300 * time_factor()) {
		return 1 if $met->();
		sleep 0.05;
	}
	return $met->();
}

# Asserts that the screen comes to match all of the patterns, and none of those after 'not'.
sub sees {
	my ($self, $name, @patterns) = @_;
	my ($screen, @wanted, @unwanted) = ('');
	my $list = \@wanted;
	for my $pattern (@patterns) {
		if (ref $pattern) { push @$list, $pattern } else { $list = \@unwanted }
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $seen = $self->until(sub {
		$screen = $self->screen;
		return !grep({ $screen !~ $_ } @wanted) && !grep { $screen =~ $_ } @unwanted;
	});
	return ok($seen, $name) || diag "the screen:\n$screen";
}

# The line that is pointed at.
sub pointed_at {
	my ($self) = @_;
	my ($name) = $self->screen =~ /^> (\S+)/m;
	return $name // '';
}

sub pid {
	my ($self) = @_;
	$self->until(sub { ($self->file('pid') // '') =~ /\d\n/ });
	my $pid = $self->file('pid') // '';
	chomp $pid;
	return $pid;
}

# Waits for the plugin's end: {exit, screen} and, where the modes of the terminal are not what they were, {modes}.
sub finish {
	my ($self) = @_;
	my $ended = $self->until(sub { defined $self->file('exit') });
	my %run = (exit => $self->file('exit') // 'none', screen => '', modes => '');
	chomp $run{exit};
	if ($ended && !$self->{gone}) {
		$self->until(sub { $self->screen =~ /=the shell again=/ });
		$run{screen} = $self->screen;
		my ($before, $after) = map { ($self->file($_) // '') =~ s/(?:rows|columns) \d+; //gr } qw(before after);
		$run{modes} = "before: $before\nafter: $after" if $before ne $after || $before !~ /icanon/;
		$run{cursor} = $self->ask('#{cursor_flag}#{alternate_on}#{keypad_flag}');
	}
	$self->stop;
	return \%run;
}

sub stop {
	my ($self) = @_;
	return unless $self->{owner} == $$ && delete $living{$self->{socket}};
	local ($?, $!, $@);
	$self->tmux('kill-server');
	return;
}

sub DESTROY { $_[0]->stop }

END {
	my $status = $?;
	$_->stop for values %living;
	$? = $status;
}

1;
