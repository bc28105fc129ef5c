#!/usr/bin/perl
# Rules over real CloudWatch series, by the judge's own functions, those of the shipped definitions among them: how often Icinga would have told somebody, how often for nothing, which
# bottlenecks it would have found, and how late. It fails when the shipped rules get worse than what is written down below.
#
# The series are not part of the project: CHECK_ECS_DATA names their directory (*.csv, timestamp,value, a point per 5 minutes), else
# ../shared/data/cloudwatch beside the source. With options it prints their figures and tests nothing:
#     perl tests/signal/replay.t --statistic=Average --period=5m --window=15m --breaches=2 --recover=30m [--critical=95] [--every=5m] [--attempts=2]
#
# A bottleneck is a stretch above the threshold of at least 30 minutes, gaps of up to 15 minutes merged. Icinga's check runs every 5 minutes; the
# second run in a row that is not OK makes the state hard and notifies, an OK ends it. A notification is again if the last one had ended 20 minutes
# before at most, over again if it ends within 15, and false if no bottleneck lies between what its first run looked at and its end.
# (--recover's notifications and those again are the figures of an independent implementation over the same six series.)
# The delay is that from a bottleneck's beginning to the notification, 0 if one was standing, over bottlenecks of an hour and more.
use strict;
use warnings;
use FindBin;
use Getopt::Long;
use JSON::PP;
use List::Util qw(max min sum0);
use Test::More;
use Time::Local qw(timegm);
use lib $FindBin::Bin;
use Driver qw(ask);

my $base = 300; # seconds of a point of the data
my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my $data = $ENV{CHECK_ECS_DATA} // "$top/../shared/data/cloudwatch";

sub seconds {
	my ($text) = @_;
	my ($n, $unit) = $text =~ /\A(\d+)([smhd])\z/ or die "$text is not a valid duration (60s, 5m, 24h, 7d)\n";
	return $n * {s => 1, m => 60, h => 3600, d => 86400}->{$unit};
}

# --- the series: a list of values without gap, undef for no point ---

sub read_series {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	my %at;
	while (<$in>) {
		my ($year, $month, $day, $hour, $minute, $second, $value) = /^(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),([\d.eE+-]+)/ or next;
		my $period = int(timegm($second, $minute, $hour, $day, $month - 1, $year) / $base);
		$at{$period} = max($at{$period} // $value, $value);
	}
	my ($first, $last) = (min(keys %at), max(keys %at));
	return [map { $at{$_} } $first .. $last];
}

# --- what a run at the end of so many points sees ---

sub aggregate {
	my ($r, $points) = @_;
	my @known = grep { defined } @$points;
	return '-' if !@known;
	return $r->{statistic} eq 'Maximum' ? max(@known) : sum0(@known) / @known;
}

# The values of the periods that are complete at each instant, and of the one that is still filling: a line of the driver for each run. Periods
# shorter than the data's have its values.
sub runs {
	my ($r, $values) = @_;
	my $per_period = $r->{period} / $base;
	my $copies = $per_period < 1 ? $base / $r->{period} : 1;
	my @complete;
	for (my $i = 0; $i + max(1, $per_period) <= @$values; $i += max(1, $per_period)) {
		push @complete, (aggregate($r, [@$values[$i .. $i + max(1, $per_period) - 1]])) x $copies;
	}
	my (@lines, @ends);
	my $seen = ($r->{window} + $r->{recover}) / $r->{period};
	my $filling = $r->{statistic} eq 'Maximum' ? 1 : 0;
	for (my $end = $r->{every} / $base; $end <= @$values; $end += $r->{every} / $base) {
		my $n = int($end * $base / $r->{period});
		my $partial = $end - int($n * $r->{period} / $base);
		my @window = map { $_ < 0 ? '-' : $complete[$_] } $n - $seen .. $n - 1;
		my @now = !$filling ? () : !$partial ? '-' : aggregate($r, [@$values[$end - $partial .. $end - 1]]);
		push @lines, join ' ', $r->{critical}, $r->{critical}, $r->{breaches}, $r->{window} / $r->{period}, $r->{recover} / $r->{period}, $filling, @window, @now;
		push @ends, $end;
	}
	return (\@lines, \@ends, \@complete);
}

# --- bottlenecks and alarms, as [from, to) in points ---

sub bottlenecks {
	my ($r, $values) = @_;
	my @found;
	for my $i (grep { defined $values->[$_] && $values->[$_] > $r->{critical} } 0 .. $#$values) {
		if (@found && ($i - $found[-1][1]) * $base <= 900) {
			$found[-1][1] = $i + 1;
		} else {
			push @found, [$i, $i + 1];
		}
	}
	return grep { ($_->[1] - $_->[0]) * $base >= 1800 } @found;
}

# Icinga's hard states: {looked, notified, over}.
sub alarms {
	my ($r, $states, $ends) = @_;
	my (@alarms, $bad);
	for my $i (0 .. $#$states) {
		$bad = $states->[$i] eq 'OK' ? 0 : ($bad // 0) + 1;
		push @alarms, {notified => $ends->[$i], looked => $ends->[$i - $bad + 1] - $r->{window} / $base} if $bad == $r->{attempts};
		$alarms[-1]{over} = $ends->[$i] if $bad == 0 && @alarms && !defined $alarms[-1]{over};
	}
	$alarms[-1]{over} //= $ends->[-1] + 1 if @alarms;
	return @alarms;
}

sub percentile {
	my ($share, @sorted) = @_;
	return @sorted ? $sorted[min($#sorted, int($share * @sorted))] : undef;
}

# --- the figures of a rule over all series ---

sub replay {
	my ($r, $series) = @_;
	my %f = map { ($_ => 0) } qw(notifications again brief false bottlenecks found hours found_hours runs critical idle alarms);
	my @delays;
	for my $values (@$series) {
		my ($lines, $ends, $complete) = runs($r, $values);
		my @states = map { (split)[0] } ask('recover', @$lines);
		same_as_backtest($r, \@states, $ends, $complete);
		my @alarms = alarms($r, \@states, $ends);
		my @bottlenecks = bottlenecks($r, $values);
		for my $i (0 .. $#alarms) {
			my $alarm = $alarms[$i];
			$f{notifications}++;
			$f{again}++ if $i && ($alarm->{notified} - $alarms[$i - 1]{over}) * $base <= 1200;
			$f{brief}++ if ($alarm->{over} - $alarm->{notified}) * $base <= 900;
			$f{false}++ if !grep { $_->[0] < $alarm->{over} && $_->[1] > $alarm->{looked} } @bottlenecks;
		}
		for my $b (@bottlenecks) {
			my $is_hour = ($b->[1] - $b->[0]) * $base >= 3600;
			my ($first) = grep { $_->{notified} <= $b->[1] && $_->{over} > $b->[0] } @alarms;
			$f{bottlenecks}++;
			$f{hours} += $is_hour;
			next if !$first;
			$f{found}++;
			$f{found_hours} += $is_hour;
			push @delays, max(0, ($first->{notified} - $b->[0]) * $base / 60) if $is_hour;
		}
		for my $i (0 .. $#states) {
			$f{runs}++;
			next if $states[$i] ne 'CRITICAL';
			$f{critical}++;
			$f{alarms}++ if !$i || $states[$i - 1] ne 'CRITICAL';
			my $from = max(0, $ends->[$i] - 3600 / $base);
			$f{idle}++ if !grep { defined && $_ > $r->{critical} } @$values[$from .. $ends->[$i] - 1];
		}
	}
	@delays = sort { $a <=> $b } @delays;
	$f{delay} = percentile(0.5, @delays);
	$f{late} = percentile(0.9, @delays);
	$f{share} = sprintf '%.1f', 100 * $f{critical} / $f{runs};
	$f{idle_share} = sprintf '%.0f', $f{critical} ? 100 * $f{idle} / $f{critical} : 0;
	return \%f;
}

# --backtest has no period that is still filling; but for that it has to say what runs at its instants say.
my (@same, @differences);
my $compared = 0;
sub same_as_backtest {
	my ($r, $states, $ends, $complete) = @_;
	return if $r->{statistic} eq 'Maximum' || $r->{every} % $r->{period};
	my $interval = $r->{every} / $r->{period};
	my $seen = ($r->{window} + $r->{recover}) / $r->{period};
	my $instants = int((@$complete - $seen) / $interval) + 1;
	my $needed = $seen + ($instants - 1) * $interval;
	my $rest = @$complete - $needed; # the first instant is not at the beginning
	my ($answer) = ask('backtest', join ' ', @$r{qw(critical critical breaches)}, $r->{window} / $r->{period}, $r->{recover} / $r->{period}, $r->{period}, $interval,
		$instants, @$complete[$rest .. $#$complete]);
	my @judged = map { (qw(OK WARNING CRITICAL OK))[$_] } split //, (split ' ', $answer)[0];
	# A run's instants end at a multiple of its interval; the last ones are the same if the series is whole intervals long.
	return if @$complete % $interval;
	my @runs = @$states[@$states - $instants .. $#$states];
	$compared += @runs;
	push @differences, grep { $judged[$_] ne $runs[$_] } 0 .. $#runs;
	return;
}

sub told {
	my ($name, $f) = @_;
	return sprintf '%s: %d notifications, %d again within 20 min, %d over within 15 min, %d false; %d of %d bottlenecks, %d of %d of an hour, after %s, p90 %s min; CRITICAL %s%% of the time, of it %s%% an hour after the last peak, %d times',
		$name, @$f{qw(notifications again brief false found bottlenecks found_hours hours)}, $f->{delay} // '-', $f->{late} // '-', @$f{qw(share idle_share alarms)};
}

# --- the rules that are shipped ---

sub text_of {
	my ($file) = @_;
	open my $in, '<', "$top/contrib/$file" or die "contrib/$file: $!\n";
	local $/;
	return scalar <$in>;
}

# The options of cpu as the check would take them: what is not said has its default.
sub rule_of {
	my ($options, $times) = @_;
	my %given = (window => '24h', period => '1h', breaches => 1, recover => '0s', %$options);
	my ($statistic) = ($given{statistic} // 'Maximum') =~ /\A(?:cpu=)?(\w+)\z/ or die "--statistic=$given{statistic} is not known here\n";
	die "the second attempt does not come with the next point\n" if $times->{attempts} > 1 && $times->{retry} != $times->{check};
	return {(map { $_ => $given{$_} } qw(window period breaches recover)), statistic => $statistic, critical => 95, every => "$times->{check}s", attempts => $times->{attempts}};
}

# The template's options and times in ecs_bottleneck_command.conf, which Icinga 2 runs.
sub icinga_template {
	my ($name) = @_;
	my ($body) = text_of('icinga2/ecs_bottleneck_command.conf') =~ /^template Service "ecs_bottleneck_$name" \{\n(.*?)^\}/ms or die "no template ecs_bottleneck_$name\n";
	my %options = $body =~ /^\tvars\.ecs_bottleneck_(\w+) = "?([^"\n]+)"?$/mg;
	my %times = map { my ($key) = /\A(check|retry)/; $body =~ /^\t$_ = (\w+)$/m ? ($key // 'attempts' => $key ? seconds($1) : $1) : die "no $_\n" } qw(check_interval retry_interval max_check_attempts);
	return (\%options, \%times);
}

# Options on a command line of Nagios or NRPE.
sub options_on {
	my ($line) = @_;
	return {$line =~ /--(statistic|period|window|breaches|recover)=(\S+)/g};
}

my (%shipped, %shipped_options);
for my $name (qw(alert capacity)) {
	my ($options, $times) = icinga_template($name);
	($shipped{$name}, $shipped_options{$name}) = (rule_of($options, $times), $options);
	my ($nagios) = text_of('nagios/check_ecs_bottleneck.cfg') =~ /command_name +check_ecs_bottleneck_$name\n +command_line +(.*)/;
	my ($nrpe) = text_of('nrpe/check_ecs_bottleneck.cfg') =~ /^command\[check_ecs_prod_$name\]=(.*)/m;
	my $template = decode_json(text_of('icinga2/director-basket.json'))->{ServiceTemplate}{"ecs_bottleneck_$name"};
	push @same, ["$name: Nagios has the options of Icinga", options_on($nagios // ''), $options], ["$name: NRPE has them", options_on($nrpe // ''), $options],
		["$name: the Director has them", {map { /\Aecs_bottleneck_(\w+)\z/ ? ($1 => "$template->{vars}{$_}") : () } keys %{$template->{vars}}}, $options],
		["$name: and the times", [map { $_ + 0 } @$template{qw(check_interval retry_interval max_check_attempts)}], [map { $_ + 0 } @$times{qw(check retry attempts)}]];
	my ($readme) = do { open my $in, '<', "$top/README.md" or die "README.md: $!\n"; local $/; <$in> } =~ /^- \*\*$name\*\*: `(.*?)`/m;
	push @same, ["$name: the README has them", options_on($readme // ''), $options];
}

# --- what is written down: no figure may get worse ---

my %alert = (statistic => 'Average', period => '5m', window => '15m', breaches => 2, recover => '0s', critical => 95, every => '5m', attempts => 2);
my %capacity = (%alert, period => '15m', window => '24h', breaches => 1, every => '15m', attempts => 1);
my @written = (
	['alert of 0.1.0: Average per 1m, 5 of 10', {%alert, period => '1m', window => '10m', breaches => 5}, {notifications => 360, again => 204, false => 174, found => 54, found_hours => 34, delay => 10, late => 10}],
	['Average per 5m, window 15m, breaches 2', {%alert}, {notifications => 131, again => 39, false => 23, found => 48, found_hours => 33, delay => 20, late => 45}],
	['the same with --recover=15m', {%alert, recover => '15m'}, {notifications => 109, again => 37, false => 28, found => 50, found_hours => 34, delay => 20, late => 35}],
	['alert, as it is shipped', $shipped{alert}, {notifications => 72, again => 13, false => 23, found => 50, found_hours => 34, delay => 15, late => 35}],
	['capacity of 0.1.0: Maximum per 1h, window 24h', {%capacity, statistic => 'Maximum', period => '1h'}, {alarms => 5, share => 31.7, idle_share => 62, found => 54, found_hours => 34}],
	['capacity, as it is shipped', $shipped{capacity}, {alarms => 3, share => 10.9, idle_share => 29, false => 0, found => 51, found_hours => 33}],
);

my %options = %alert;
my $given = @ARGV;
GetOptions(\%options, map { "$_=s" } sort keys %options) or exit 1;

# Without the series, too.
is_deeply($_->[1], $_->[2], $_->[0]) for $given ? () : @same;

my @files = glob "$data/*.csv";
if (!@files) {
	SKIP: { skip "no real series in $data (CHECK_ECS_DATA)", 1 }
	done_testing;
	exit 0;
}
my @series = map { read_series($_) } @files;

sub with_seconds {
	my ($r) = @_;
	return {%$r, map { ($_ => seconds($r->{$_})) } qw(period window recover every)};
}

if ($given) {
	Test::More->builder->no_ending(1);
	print told('all series', replay(with_seconds(\%options), \@series)), "\n";
	exit 0;
}
is(scalar @series, 6, 'the six series for which the figures were written down');
for my $row (@written) {
	my ($name, $rule, $bounds) = @$row;
	my $f = replay(with_seconds($rule), \@series);
	note(told($name, $f));
	for my $figure (sort keys %$bounds) {
		my $is_better_high = $figure =~ /^found/;
		cmp_ok($f->{$figure}, $is_better_high ? '>=' : '<=', $bounds->{$figure}, "$name: $figure is not worse than $bounds->{$figure}");
	}
}
is_deeply(\@differences, [], '--backtest says at each instant what a run there says');
cmp_ok($compared, '>', 100_000, '... at many instants');
done_testing;
