#!/usr/bin/perl
# Charts on real screens: whatever the size of terminal and cluster, the verdict and the worst are on the last screen.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Tmux;
use Test::More;

plan skip_all => 'tmux is missing: install it (contrib/quickstart.sh deps test)' unless grep { -x "$_/tmux" } split /:/, $ENV{PATH};
binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;

# Three clusters with the same services in trouble, and many others at most at 70 %; one with more trouble than there are rows.
my $trouble = <<'SERVICES';
service payments-gateway-production desired=2 running=2
	cpu flat=40.5 points=300:99.3
	memory flat=51.5
service shop-backend-51 desired=2 running=2
	cpu flat=84.3
	memory flat=33.3 points=10:100.2
service search desired=3 running=0
	event -2m (service search) was unable to place a task because no container instance met all of its requirements
SERVICES
my $account = '';
for my $size (14, 100, 1000) {
	$account .= "cluster c$size region=eu-west-1\n$trouble";
	for my $n (4 .. $size) {
		$account .= sprintf "service shop-worker-%d desired=1 running=1\n\tcpu flat=%.1f\n\tmemory flat=%.1f\n", $n, $n * 37 % 700 / 10, $n * 91 % 700 / 10;
	}
}
$account .= "cluster bad region=eu-west-1\n$trouble";
$account .= sprintf "service batch-%d desired=1 running=1\n\tcpu flat=%.1f\n\tmemory flat=%.1f\n", $_, 96 + $_ / 100, $_ % 3 ? 20 : 82 for 1 .. 300;
my $standin = standin($account);

# What this shell writes below the plugin's last line takes the row of a prompt, as a prompt does.
my $shell = <<'SH';
until test -e go; do sleep 0.05; done
stty -a >before
"$@"
echo $? >exit.new
stty -a >after
mv exit.new exit
printf '=the shell again='
exec sleep 120
SH

# The screen after a run in a terminal of that size; with {from} one that has had another size before, with
# {server} another account.
sub on_screen {
	my ($cluster, $width, $height, @arguments) = @_;
	my $option = ref $arguments[0] ? shift @arguments : {};
	my $server = $option->{server} // $standin;
	my ($first_width, $first_height) = @{$option->{from} // [$width, $height]};
	my $terminal = CheckECS::Tmux->start({width => $first_width, height => $first_height, shell => $shell}, '--endpoint-url=' . $server->url, '-c', $cluster, @arguments);
	if ($option->{from}) {
		$terminal->resize($width, $height);
		$terminal->until(sub { $terminal->ask('#{pane_width}x#{pane_height}') eq "${width}x$height" });
	}
	open my $go, '>', "$terminal->{folder}/go" or die "go: $!";
	close $go;
	my $run = $terminal->finish;
	my @rows = split /\n/, $run->{screen} =~ s/=the shell again=\s*\z//r;
	return {%$run, rows => \@rows};
}

# Cells of a bar before anything stands to its right: to the last column of the scale in the heading.
sub cells_of {
	my ($run) = @_;
	my ($heading) = grep { / peak  0 / } @{$run->{rows}};
	my ($before, $scale) = ($heading // '') =~ /^(.* peak  )(0 .* 110)(?:  24h)?$/ or return 0;
	return length $scale;
}

my %cells;
for my $cluster (qw(c14 c100 c1000)) {
	for my $size ([60, 24], [80, 24], [120, 40], [200, 50]) {
		my ($width, $height) = @$size;
		my $run = on_screen($cluster, $width, $height);
		my @rows = @{$run->{rows}};
		my $name = "$cluster at ${width}x$height";
		is($run->{exit}, 2, "$name: the exit status");
		my ($verdict) = join("\n", @rows) =~ /\n(ECS [^\n]*(?:\n  [^\n]*)?)\s*\z/;
		like($verdict // '', qr/\AECS CRITICAL - $cluster: 3 of \d+\s+services\s+[a-z0-9\s]+:\s+search\s+0\s+of\s+3\s+running,\s+\+2\s+more\z/, "$name: the verdict is last on the screen");
		my @missing = grep { my $pattern = $_; !grep { $_ =~ $pattern } @rows }
			qr/^C payments-gatew\S* +99\.3%  █+/, qr/^W shop-backend-\S* +84\.3%  █+/, qr/^C shop-backend-\S* +100\.2%  █+/, qr/^C search +0 of 3 running, .* of its requirements$/;
		is_deeply(\@missing, [], "$name: and so is all that is not OK") or diag join "\n", @rows;
		is_deeply([grep { length >= $width } @rows], [], "$name: no row is wider than the window");
		$cells{$cluster}{$width} = cells_of($run);
		cmp_ok($cells{$cluster}{$width}, '>=', 30, "$name: bars of at least 30 cells");
		like($rows[0], qr/^(?:account |CPU +peak  0)/, "$name: nothing has scrolled away");
		my $folded = join "\n", @rows;
		my $note = qr/^  \.\.\. \d+ services (?:below \d+(?:\.\d)?%|at \d+(?:\.\d)?% or below) \(-v shows them\); 1 is down$/m;
		$cluster eq 'c14' && $height >= 40 ? unlike($folded, qr/-v shows/, "$name: nothing is folded") : like($folded, $note, "$name: the others are counted");
		my @peaks = map { [/^. \S+ +([0-9.]+)%/] } grep { !/^MEM/ } split /\n/, $folded =~ s/^MEMORY.*//msr;
		my @values = map { @$_ ? $_->[0] : () } @peaks;
		is_deeply(\@values, [sort { $b <=> $a } @values], "$name: the highest peak first");
	}
	my @widths = sort { $a <=> $b } keys %{$cells{$cluster}};
	is_deeply([map { $cells{$cluster}{$_} } @widths], [sort { $a <=> $b } map { $cells{$cluster}{$_} } @widths], "$cluster: no bar is shorter in a wider terminal");
}

# More trouble than rows: the worst stay, the rest is counted, the verdict is last.
my $run = on_screen('bad', 80, 24);
my $screen = join "\n", @{$run->{rows}};
like($screen, qr/^C search +0 of 3 running/m, 'of 302 in trouble the worst is shown');
like($screen, qr/^C shop-backend-51 +100\.2%/m, 'and the highest');
like($screen, qr/^  \.\.\. and \d+ CRITICAL, \d+ WARNING, \d+ OK series \(-v shows them\)\nECS CRITICAL - bad: /m, 'the others are counted as series, since a service has a row for each metric; then comes the verdict');
my @shown = $screen =~ /^[CW] \S+/mg;
my ($critical, $warning, $ok) = $screen =~ /and (\d+) CRITICAL, (\d+) WARNING, (\d+) OK/;
is($critical + $warning + $ok + @shown, 2 * 302 + 1, 'none is forgotten');

# Perfdata behind the verdict take rows as well: the worst row stays on the screen.
my $narrow = on_screen('bad', 60, 20, '--perfdata=summary', '-m', 'cpu,memory,ebs');
my $plain = join "\n", @{$narrow->{rows}};
like($plain, qr/ \| cpu_peak=.*no_data=\d/s, 'perfdata behind the verdict') or diag $plain;
like($narrow->{rows}[0], qr/^(?:account |CPU +peak  0)/, 'nothing has scrolled away for them') or diag $plain;

# Services that one refused call keeps in the dark share a row; what is known is shown beside it.
$run = on_screen('c1000', 100, 24, {server => standin($account, '--fault=GetMetricData:denied:1:2')});
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^NO DATA\nU 250 services +not permitted: add the IAM action cloudwatch:GetMetricData /m, 'one cause is told once, with how many services it concerns') or diag $screen;
like($screen, qr/^CPU .*^  \.\.\. \d+ services .*^(?:MEMORY |  \.\.\. memory of \d+ services ).*\nECS \w+ - c1000: /ms, 'and hides nothing else');

# The window's size counts when the run begins.
$run = on_screen('c100', 100, 30, {from => [80, 24]});
my @rows = @{$run->{rows}};
is(scalar @rows, 29, 'a window made larger: its rows are used, but the one for the prompt') or diag $run->{screen};
like($rows[0], qr/^(?:account |CPU )/, 'all of them fit');
cmp_ok((sort { $b <=> $a } map { length } @rows)[0], '>', 80, 'its columns are used');
$run = on_screen('c100', 70, 15, {from => [120, 40]});
@rows = @{$run->{rows}};
is(scalar @rows, 14, 'one made smaller') or diag $run->{screen};
like("@rows", qr/\bpeak .*ECS CRITICAL - c100: .*\z/, 'has all of it');
is_deeply([grep { length >= 70 } @rows], [], 'in its width');

# With -v everything is there, the verdict last.
$run = on_screen('c14', 120, 100, '-v');
$screen = join "\n", @{$run->{rows}};
is(scalar(() = $screen =~ /^. \S+ +[0-9.]+%/mg), 26, '-v shows all bars');
unlike($screen, qr/-v shows/, 'and folds nothing');
like($screen =~ s/\n//gr, qr/C search +0 of 3 running, no data: .* all of its requirements/, 'reasons are not cut');

# With -v the links are in the order of what is worst: beyond its range by most first, WARNING last.
my @links = $screen =~ /^(\S+ \w+): ?https:/mg;
is_deeply(\@links, ['shop-backend-51 memory', 'payments-gateway-production cpu', 'shop-backend-51 cpu'], '-v: the links, the worst first') or diag $screen;

# --- words, tails, advice and --recover on a screen ---

my $mixed = "cluster hot region=eu-west-1\n";
$mixed .= sprintf "service hot-%02d desired=2 running=2 size=256x512\n\tcpu flat=%d\n\tmemory flat=%d\n", $_, 85 + $_, 20 + $_ for 0 .. 11;
$mixed .= "service cold-0$_ desired=2 running=2 size=2048x8192\n\tcpu flat=5\n\tmemory flat=5\n" for 0 .. 5;
$mixed .= <<'SERVICES';
service twice desired=1 running=1
	cpu flat=5 points=500:99,900:98
	memory flat=5
service payments-gateway desired=1 running=1
	cpu flat=5 points=300:99
	memory flat=5
cluster tails region=eu-west-1
service twice desired=1 running=1
	cpu flat=5 points=500:99,900:98
	memory flat=5
service payments-gateway desired=1 running=1
	cpu flat=5 points=300:99
	memory flat=5
cluster words region=eu-west-1
service over desired=4 running=3
	cpu flat=5
	memory flat=5
	event -1m (service over) was unable to place a task because no container instance met all of its requirements.
service down desired=3 running=0
	cpu points=1400-300:40
	memory points=1400-300:40
	event -2m (service down) was unable to place a task because no container instance met all of its requirements: <none> has enough memory.
service fresh desired=3 running=1 deployed=-5m created=-5m
	cpu flat=5
	memory flat=5
SERVICES
$mixed .= "service calm-$_ desired=2 running=2\n\tcpu flat=60\n\tmemory flat=31\n" for 10 .. 40;
$mixed .= <<'SERVICES';
cluster held region=eu-west-1
service held desired=2 running=2
	cpu flat=30 points=100-60:98
	memory flat=30
service now desired=2 running=2
	cpu flat=30 points=20-0:97
	memory flat=30
service fine desired=2 running=2
	cpu flat=30
	memory flat=30
SERVICES
my $server = standin($mixed);

# Advice gives way to what is not OK; what of it has no room is counted. Twelve need more than 80 % allows, six far less.
for my $size ([80, 24], [120, 40]) {
	$run = on_screen('hot', @$size, {server => $server}, '--advise=all');
	my $name = "--advise=all at $size->[0]x$size->[1]";
	$screen = join "\n", @{$run->{rows}};
	my ($charts, $table) = $screen =~ /\A(.*?)^( +size now .*)/ms;
	is(scalar(() = ($charts // '') =~ /^[CW] (?:hot-\d\d|twice|payments-gateway) +\d+\.\d% /mg), 14, "$name: every problem is on the screen") or diag $screen;
	like($screen, qr/^ECS CRITICAL - hot: 14 of 20\s+services.*\+13\s+more\s*\z/ms, "$name: the verdict is last");
	my $told = () = ($table // '') =~ /^[CW] hot-\d\d +0\.25 vCPU/mg;
	cmp_ok($told, '>', 0, "$name: the advice on problems comes first");
	my ($more) = $screen =~ /^  \.\.\. (\d+) more would be larger/m;
	is($told + ($more // 0), 12, "$name: what is not shown of it is counted") or diag $screen;
	my ($smaller) = $screen =~ /^  \.\.\. .*?(\d+) (?:would be )?smaller/m;
	is(($smaller // 0) + (() = $screen =~ /^  cold-\d+ +2 vCPU/mg), 6, "$name: that of the others as well") or diag $screen;
	is_deeply([grep { length >= $size->[0] } @{$run->{rows}}], [], "$name: no row is too wide");
}
$run = on_screen('hot', 120, 100, {server => $server}, '--advise=all', '-v');
$screen = join "\n", @{$run->{rows}};
is(scalar(() = $screen =~ /^[CW ] (?:hot|cold)-\d+ +[\d.]+ vCPU/mg), 18, '-v: all advice');

# A long tail shortens its own row alone.
$run = on_screen('tails', 80, 24, {server => $server});
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^C payments-gateway .* {2}5 min, at \d\d:\d\dZ$/m, 'a tail that fits is whole: this breach is over');
like($screen, qr/^C twice .* {2}10 min in all$/m, 'a longer one is shown up to its comma');
$run = on_screen('hot', 80, 24, {server => $server});
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^  \.\.\. memory of 20 services below 32%$/m, 'rows that are counted without a heading are named') or diag $screen;

# Of what ECS says the end is kept, and round brackets stand for angle ones.
$run = on_screen('words', 80, 24, {server => $server}, '-m', 'cpu,memory,tasks');
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^DOWN\nC down +0 of 3 running, … .*\(none\) has enough memory\.$/m, 'a service that is down: the reason at its end') or diag $screen;
like($screen, qr/^TOO FEW TASKS\nW over +3 of 4 running, .* met all of its requirements\.$/m, 'too few tasks likewise');
$run = on_screen('words', 200, 50, {server => $server}, '-m', 'cpu,memory,tasks');
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^C down +0 of 3 running, no data since \d\d:\d\dZ: was unable to place a task because .* \(none\) has enough memory\.$/m, 'neither the date of today nor the name twice') or diag $screen;
like($screen, qr/^TASKS +now  0 .*\n  fresh +33\.3% .* {2}1 of 3, new\n/m, 'running tasks: what is now, the smallest share first, and why it is OK') or diag $screen;
unlike($screen =~ s/.*^TASKS//msr, qr/ peak /, 'not a peak');
$run = on_screen('words', 200, 26, {server => $server}, '-m', 'tasks');
$screen = join "\n", @{$run->{rows}};
like($screen, qr/^  fresh +33\.3%.*^  \.\.\. \d+ services that are OK /ms, 'full shares are folded before it');

# --recover: the row has the point that decided.
for my $width (80, 120) {
	$run = on_screen('held', $width, 24, {server => $server}, qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=2h));
	like(join("\n", @{$run->{rows}}), qr/^CPU .*\nC held +98\.0%  █.* {2}ended \d\d min ago, held for 2 h\nC now +97\.0%/m, "a state that is held, in $width columns") or diag $run->{screen};
}

# A backtest: long names give way to a strip.
$run = on_screen('c14', 80, 24, {}, '--backtest=2d');
like(join("\n", @{$run->{rows}}), qr/^payments-ga\S*… (?:cpu|memory)(?:, memory)? +[·▄█?]{10,} /m, 'each service has a strip in 80 columns') or diag $run->{screen};

# A file that standard output goes to has no size: neither columns nor rows matter.
my $terminal = CheckECS::Tmux->start({width => 60, height => 10, redirection => '>out'}, '--endpoint-url=' . $standin->url, '-c', 'c14', '--chart=always');
$terminal->until(sub { defined $terminal->file('exit') });
my $out = $terminal->file('out');
utf8::decode($out);
like($out, qr/\AECS CRITICAL - c14: .*^cpu:\npayments-gateway-production ▏  99\.3% █{22}▌\n/ms, 'into a file at a small terminal: the rows of a file');
$terminal->finish;
done_testing;
