package CheckECS::KeptCells;
# What can happen to a run that knows of a breach, as a table: where it is by then, times what happens there.
#
#	my $cells = CheckECS::KeptCells->new($preloaded_sources);
#	my @names = $cells->names;               # all of them, always in the same order
#	my @remarks = $cells->run($number);      # none: the cell has held
#
# Whatever happens, the run ends no milder than what it knew. States of the timeout, forms of the output and the breach's
# state rotate through the cells, each with each in the end.

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Kept;
use CheckECS::Preload;
use Time::HiRes qw(sleep time);

my $role = 'arn:aws:iam::123456789012:role/Monitoring';

# Where the run is when it knows, by the operation that it waits for: what the stand-in needs for that, and the operation's
# number of requests that prove it.
my %place = (
	'the next page' => {operation => 'GetMetricData', skip => 1, requests => 2, services => 120, metrics => 1, options => ['--max-datapoints=1000']},
	# The first two requests are those of the two batches; the third comes when a page of either has been decoded.
	'the second batch' => {operation => 'GetMetricData', skip => 1, requests => 3, services => 600, metrics => 1, options => ['--max-datapoints=2000']},
	'the next page of the list' => {operation => 'ListServices', skip => 3, requests => 4, services => 400, metrics => 2, options => ['--page-size=100', '--max-datapoints=5000', '--hold=ListServices:1:3'],
		also => sub { $_[0]{operations}{GetMetricData} >= 2 }},
	'ECS\'s word on what is silent' => {operation => 'DescribeServices', skip => 0, requests => 1, services => 100, metrics => 1, silent => 1},
	# Two calls are made at once; the third one comes when one of them has been decoded.
	'ECS\'s further words on running tasks' => {operation => 'DescribeServices', skip => 1, requests => 3, services => 60, metrics => 0, arguments => ['-m', 'tasks']},
	'new keys of a role' => {operation => 'AssumeRole', skip => 1, requests => 2, services => 120, metrics => 1, options => ['--max-datapoints=1000', '--fault=GetMetricData:expired:1:1'], arguments => ["--role-arn=$role", '--no-cache']},
	'new keys of a program' => {services => 120, metrics => 1, options => ['--max-datapoints=1000', '--fault=GetMetricData:expired:1:1'], program => 1},
);

# Faults of the stand-in, and for which operations.
my $any = qr/./;
my $list_or_metrics = qr/^(?:ListServices|GetMetricData)$/;
my @faults = (
	(map { [$_, $any] } qw(throttle 429 500 502 503 504 reset rst rst-headers rst-body cut-headers half gone hang trickle long-length short-length gzip redirect 302 307 garbage empty
		shape deep huge denied expired)),
	(map { [$_, qr/^(?!Assume)/] } qw(null nan text-numbers duplicate foreign)),
	['same-token', $list_or_metrics], ['endless-pages', $list_or_metrics],
	(map { [$_, qr/^GetMetricData$/] } qw(lengths internal forbidden)),
	['doctype', qr/^Assume/], ['disabled', qr/^Assume/],
);

# What happens while the answer is waited for: [name, code that changes the cell].
my @events = (
	(map { my $signal = $_; ["SIG$signal", sub { $_[0]{event} = sub { kill $signal, $_[0] }; $_[0]{soon} = 2 }] } qw(TERM INT HUP QUIT USR1 USR2 XCPU VTALRM PROF IO PWR)),
	# These end no run: it goes on.
	(map { my $signal = $_; ["SIG$signal", sub { $_[0]{event} = sub { kill $signal, $_[0] } }] } qw(PIPE XFSZ CHLD WINCH URG CONT)),
	['SIGALRM from outside', sub { $_[0]{event} = sub { kill 'ALRM', $_[0] } }],
	['SIGTERM and SIGINT at once', sub { $_[0]{event} = sub { kill 'STOP', $_[0]; kill $_, $_[0] for qw(TERM INT); kill 'CONT', $_[0] }; $_[0]{soon} = 2 }],
	['50 signals', sub { $_[0]{event} = sub { my ($pid) = @_; for (1 .. 25) { kill $_, $pid for qw(TERM USR1); sleep 0.002 } }; $_[0]{soon} = 2 }],
	(map { my $signal = $_; ["SIG$signal across the deadline", sub { stopped($_[0], $signal) }] } qw(STOP TSTP TTIN)),
	['stopped across the deadline, then SIGTERM', sub { stopped($_[0], 'STOP', 'TERM') }],
	['SIGTERM, then stopped for two seconds', sub {
		my ($cell) = @_;
		$cell->{event} = sub { my ($pid) = @_; kill 'TERM', $pid; kill 'STOP', $pid; sleep 2; kill 'CONT', $pid };
		$cell->{late} = 2;
	}],
	['a call that blocks', sub { blocked($_[0]) }],
	['a call that blocks, and SIGTERM', sub { blocked($_[0], 'TERM') }],
	(map { my $ms = $_; ["a slow host, $ms ms each", sub { slow($_[0], $ms, 0) }], ["a host that is slow from the deadline on, $ms ms each", sub { slow($_[0], $ms, 1) }] } 1, 30, 3000),
	(map { my $n = $_; ["no memory once, $n", sub { no_memory($_[0], $n) }], ["no memory any more, $n", sub { no_memory($_[0], $n, TORTURE_AND_ALL_AFTER => 1) }] } 1 .. 6, 8, 11, 15, 20, 30, 45, 70, 100, 150, 250),
	(map { my ($name, @limit) = @$_; ["limited: $name", sub { limited($_[0], $name eq 'file size', @limit) }] } ['descriptors', '--nofile=3:3'], ['file size', '--fsize=0:0'], ['memory', '--as=1000000:1000000'], ['data', '--data=1000:1000']),
	(map { my $reader = $_; ["output: $reader", sub { $_[0]{reader} = $reader; $_[0]{fills} = 0 }], ["output: $reader, and SIGTERM", sub { $_[0]{reader} = $reader; $_[0]{event} = sub { kill 'TERM', $_[0] } }] } qw(never closed full)),
);

my @timeouts = qw(unknown ok warning critical);
my @forms = qw(text json chart);
my @known = qw(CRITICAL WARNING);

sub stopped {
	my ($cell, $signal, @then) = @_;
	$cell->{event} = sub {
		my ($pid, $begin) = @_;
		kill $signal, $pid;
		until_after($begin, $cell->{seconds} + 1);
		kill $_, $pid for @then;
		kill 'CONT', $pid;
	};
	$cell->{late} = 1;
	return;
}

sub blocked {
	my ($cell, @then) = @_;
	my $flag = keep_file("\0", 'flag');
	$cell->{env} = {%{$cell->{env}}, preloaded($cell->{libraries}{block}), BLOCK_FLAG => $flag};
	$cell->{event} = sub { my ($pid) = @_; set_flag($flag); sleep 0.1; kill $_, $pid for @then };
	$cell->{blocked} = 1;
	return;
}

sub slow {
	my ($cell, $ms, $at_deadline) = @_;
	my $flag = keep_file("\0", 'slow');
	$cell->{env} = {%{$cell->{env}}, preloaded($cell->{libraries}{slow}), SLOW_FLAG => $flag, SLOW_EACH_MS => $ms};
	$cell->{event} = sub { my ($pid, $begin) = @_; until_after($begin, $cell->{seconds} - 0.05) if $at_deadline; set_flag($flag) };
	# An allocation within libcurl makes such a call of it.
	$cell->{blocked} = 1 if $ms >= 1000;
	return;
}

sub no_memory {
	my ($cell, $at, %more) = @_;
	my $flag = keep_file("\0", 'flag');
	$cell->{env} = {%{$cell->{env}}, preloaded($cell->{libraries}{fail}), TORTURE_STATE => keep_file("\0" x 4096, 'state'), TORTURE_KINDS => 'own,json,curl,libc', TORTURE_AT => $at,
		TORTURE_FLAG => $flag, %more};
	$cell->{event} = sub { set_flag($flag) };
	return;
}

sub limited {
	my ($cell, $unwritten, @limit) = @_;
	$cell->{unwritten} = $unwritten;
	$cell->{event} = sub { my ($pid) = @_; system('prlimit', "--pid=$pid", @limit) == 0 or die "prlimit @limit fails\n" };
	return;
}

# What of it cannot be tried here, as a pattern of names.
sub untried {
	return $ENV{CHECK_ECS_WRAPPER} || $ENV{ASAN_OPTIONS} ? qr/memory|limited|blocks|slow/ : system('prlimit --version >/dev/null 2>&1') ? qr/limited/ : qr/(?!)/;
}

sub new {
	my ($class, $preload, $torture) = @_;
	my $self = bless {libraries => {slow => preload("$preload/slow.c"), block => preload("$preload/block.c", '-DBLOCK_POLL_FLAG'), fail => preload("$torture/fail_alloc.c")}}, $class;
	my $turn = 0;
	my $untried = untried();
	for my $known (@known) {
		for my $place (sort keys %place) {
			my $operation = $place{$place}{operation} // '';
			my @faults_here = $place{$place}{program} ? map { [$_, undef, $_] } qw(fails junk silence) : map { [$_->[0], $_->[0]] } grep { $operation =~ $_->[1] } @faults;
			for my $happens (@faults_here, @events) {
				for my $variant (0 .. 1) {
					my $n = $turn++;
					my $timeout = $timeouts[$n % 4];
					my $form = $forms[($n + int($n / 4)) % 3];
					push @{$self->{cells}}, {name => "$place, $happens->[0]; $known known, -t :$timeout, $form", place => $place, happens => $happens, known => $known, timeout => $timeout, form => $form};
				}
			}
		}
	}
	@{$self->{cells}} = grep { $_->{name} !~ $untried } @{$self->{cells}};
	return $self;
}

sub names { return map { $_->{name} } @{$_[0]{cells}} }
sub group { my ($self, $n) = @_; my $event = ref $self->{cells}[$n]{happens}[1]; return $event ? 'events' : 'faults' }

# A program that gives keys, the second time only as told.
sub program {
	my ($then) = @_;
	my $mark = keep_file('', 'mark');
	my %second = (hang => "echo again >>'$mark'\nexec sleep 30", fails => 'echo no >&2; exit 1', junk => 'head -c 5000 /dev/urandom', silence => 'exit 0');
	my $program = keep_file("#!/bin/sh\nif test -s '$mark'; then $second{$then}; exit; fi\necho begun >'$mark'\n"
		. "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDEXAMPLE\",\"SecretAccessKey\":\"secret\"}'\n", 'program');
	chmod 0700, $program or die "chmod: $!";
	my $config = keep_file("[default]\ncredential_process = $program\n", 'config');
	return ($mark, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => $config);
}

sub account {
	my ($place, $known) = @_;
	my $percent = $known eq 'CRITICAL' ? 99 : 85;
	my $running = $known eq 'CRITICAL' ? 1 : 2;
	return CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=3 running=$running\n" } 1 .. $place->{services} if !$place->{metrics};
	return CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\n" . ($place->{silent} ? "service idle desired=1 running=1\n" : '')
		. join '', map { "service s$_ desired=1 running=1\n\tcpu flat=$percent\n" . ($place->{metrics} == 2 ? "\tmemory flat=$percent\n" : '') } 1 .. $place->{services};
}

# On a busy host the deadline may come before the breach is known: then nothing has been tried yet.
sub run {
	my ($self, $n) = @_;
	my @remarks;
	for my $seconds (2, 4, 8, 16) {
		@remarks = $self->try($n, $seconds);
		last if !grep { $_ eq $CheckECS::Kept::never_known } @remarks;
	}
	return @remarks;
}

sub try {
	my ($self, $n, $seconds) = @_;
	my $plan = $self->{cells}[$n];
	my $place = $place{$plan->{place}};
	my ($happens, $event, $of_program) = @{$plan->{happens}};
	my $is_event = ref $event;
	my $fault = $is_event ? 'hang' : $event;
	# An event meets a list that is held; a fault comes when it is let go.
	my $held = $place->{also};
	my @fault = $place->{operation} && !($is_event && $held) ? "--fault=$place->{operation}:$fault\::$place->{skip}" : ();
	my $standin = standin(account($place, $plan->{known}), @{$place->{options} // []}, @fault);
	my ($mark, %program) = $place->{program} ? program($of_program // 'hang') : ();
	my %cell = (
		%$plan, standin => $standin, libraries => $self->{libraries}, seconds => $seconds,
		arguments => [$place->{metrics} == 1 ? ('-m', 'cpu') : (), '-v', @{$place->{arguments} // []}],
		env => {%{$standin->identity_environment}, %program, $n % 3 || $is_event ? () : (AWS_MAX_ATTEMPTS => 2)},
		states => [state($plan->{known}, 'unknown'), state($plan->{known}, $plan->{timeout})],
	);
	$cell{proof} = sub { until (CheckECS::slurp($mark) =~ /again/) { return 0 if CheckECS::has_ended($_[0]); sleep 0.01 } return 1 } if $mark && $is_event;
	$cell{proof} = sub { $standin->await_stats(sub { $_[0]{operations}{$place->{operation}} >= $place->{requests} && (!$held || $held->($_[0])) }, $_[0]) } if $place->{operation} && ($is_event || $held);
	$event->(\%cell) if $is_event;
	$cell{event} //= sub { $standin->release } if $held && !$is_event;
	my @remarks = kept(\%cell);
	$standin->stop;
	return @remarks;
}

# The worse of what is known and how the run may end otherwise.
sub state { my ($known, $other) = @_; return $other eq 'critical' || $known eq 'CRITICAL' ? 'CRITICAL' : 'WARNING' }

1;
