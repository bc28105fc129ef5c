package CheckECS::Result;
# What one run of the plugin left behind, read strictly by the rules of the output format.

use strict;
use warnings;
use utf8;
use Encode ();
use POSIX ();
use Test::More;

# The reader that Perl's plugins have; hostile.t says so when it is not there.
our $second_reader = eval { require Monitoring::Plugin::Performance; 1 };

my @STATES = qw(OK WARNING CRITICAL UNKNOWN);
my $NUMBER = qr/-?\d+(?:\.\d+)?/;
my $LABEL = qr/'[^'=|]+'|[^\s'=|]+/;

sub new {
	my ($class, %self) = @_;
	my $result = bless {%self, violations => []}, $class;
	$result->{stdout} //= '';
	$result->{text} = eval { Encode::decode('UTF-8', $result->{stdout}, Encode::FB_CROAK | Encode::LEAVE_SRC) };
	if (!defined $result->{text}) {
		$result->violated('the output is not valid UTF-8');
		$result->{text} = Encode::decode('UTF-8', $result->{stdout});
	}
	$result->{lines} = [split /\n/, $result->{text}, -1];
	pop @{$result->{lines}} if @{$result->{lines}} && $result->{lines}[-1] eq '';
	$result->read_state;
	$result->split_perfdata unless $result->{raw} || $result->{huge};
	return $result;
}

sub violated { push @{$_[0]{violations}}, $_[1]; return }

sub read_state {
	my ($self) = @_;
	my $first = $self->{lines}[0] // '';
	($self->{state}) = $first =~ /\AECS (OK|WARNING|CRITICAL|UNKNOWN) - /;
	return;
}

# The first line is cut at ' | ', the last one at ' |'; there is no other '|' anywhere.
sub split_perfdata {
	my ($self) = @_;
	my @lines = @{$self->{lines}};
	my ($first, $last) = ($lines[0] // '', '');
	($self->{headline}, my $summary) = split / \| /, $first, 2;
	$self->{headline} //= '';
	my $details;
	if (@lines > 1) {
		$last = pop @lines;
		($self->{context}, $details) = split / \|/, $last, 2;
		$self->{context} //= '';
	}
	shift @lines;
	$self->{body} = \@lines;
	@$self{qw(summary_string details_string)} = ($summary, $details);
	for my $part ($self->{headline}, $self->{context} // '', $summary // '', $details // '', @lines) {
		$self->violated("a '|' where none may be: $part") if $part =~ /\|/;
	}
	@$self{qw(summary summary_order)} = $self->parse_perfdata($summary);
	@$self{qw(details details_order)} = $self->parse_perfdata($details);
	$self->read_again($summary, $self->{summary}, $self->{summary_order});
	$self->read_again($details, $self->{details}, $self->{details_order});
	return;
}

# Monitoring::Plugin's own parser finds the same labels with the same numbers. It knows no '@' before a range.
sub read_again {
	my ($self, $string, $items, $order) = @_;
	return unless $second_reader && defined $string;
	$string =~ s/;@/;/g;
	my @found = Monitoring::Plugin::Performance->parse_perfstring($string);
	my @labels = map { $_->label } @found;
	$self->violated("Monitoring::Plugin reads the labels as: @labels") if "@labels" ne "@$order";
	for my $one (grep { $items->{$_->label} } @found) {
		my $ours = $items->{$one->label};
		my @theirs = map { $_ // '' } $one->value, $one->uom, $one->min;
		$self->violated('Monitoring::Plugin reads ' . $one->label . " as @theirs")
			if $theirs[0] != $ours->{value} || $theirs[1] ne $ours->{unit} || $theirs[2] ne ($ours->{min} // '');
	}
	return;
}

# -> ({label => {value, unit, warning, critical, min, max, raw}}, [labels in order])
sub parse_perfdata {
	my ($self, $string) = @_;
	my (%item, @order);
	return (\%item, \@order) unless defined $string;
	my $rest = $string;
	while (1) {
		# A time without thresholds.
		if ($rest =~ s/\A(($LABEL)=(\d+)s)(?= |\z)//) {
			$self->violated("label $2 comes twice") if $item{$2};
			$item{$2} = {raw => $1, value => $3, unit => 's'};
			push @order, $2;
			last if $rest eq '';
			$rest =~ s/\A //;
			next;
		}
		if ($rest !~ s/\A(($LABEL)=($NUMBER)(%?);([-+.@~:0-9eE]*);([-+.@~:0-9eE]*);($NUMBER)?(?:;($NUMBER))?)(?= |\z)//) {
			$self->violated("perfdata that cannot be read at: '" . substr($rest, 0, 60) . "'");
			last;
		}
		my ($raw, $label, $value, $unit, $warning, $critical, $min, $max) = ($1, $2, $3, $4, $5, $6, $7, $8);
		$self->violated("label $label is quoted without need") if $label =~ s/\A'(.*)'\z/$1/ && $label !~ /\s/;
		$self->violated("label $label comes twice") if $item{$label};
		$item{$label} = {
			raw => $raw, value => $value, unit => $unit, warning => $warning, critical => $critical, min => $min, max => $max,
		};
		# Percentages above 100 have the next multiple of 100 as their maximum, nothing else has one.
		my $expected = $unit eq '%' && $value > 100 ? 100 * POSIX::ceil($value / 100) : '';
		$self->violated("the maximum of $label is '" . ($max // '') . "', not '$expected'") if ($max // '') ne $expected;
		push @order, $label;
		last if $rest eq '';
		$rest =~ s/\A //;
	}
	return (\%item, \@order);
}

# One assertion a run: what holds for every run whatever the options.
sub promises {
	my ($self) = @_;
	my @bad = $self->broken_promises;
	ok(!@bad, "promises kept: $self->{name}") or $self->show(@bad);
	return !@bad;
}

# What of it does not hold.
sub broken_promises {
	my ($self) = @_;
	my @bad = @{$self->{violations}};
	push @bad, 'killed by the test, it did not end' if $self->{killed};
	push @bad, "died by signal $self->{signal}" if $self->{signal};
	push @bad, "exit status $self->{exit}" if $self->{exit} > 3;
	push @bad, 'stderr is not empty' if defined $self->{stderr} && $self->{stderr} ne '';
	push @bad, 'control characters in the output' if $self->{text} =~ /[^\P{Cc}\n]/;
	push @bad, 'bidirectional controls in the output' if $self->{text} =~ /[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200e}\x{200f}]/;
	push @bad, 'the output does not end with one newline' if $self->{text} !~ /[^\n]\n\z/;
	if (!$self->{raw}) {
		if (!defined $self->{state}) {
			push @bad, "the first line is not 'ECS STATE - ...'";
		} elsif ($STATES[$self->{exit}] // '') {
			push @bad, "exit status $self->{exit} but the text says $self->{state}" if $STATES[$self->{exit}] ne $self->{state};
		}
	}
	return @bad;
}

sub show {
	my ($self, @remarks) = @_;
	diag("  $_") for @remarks;
	diag("  run: $self->{name}");
	diag(sprintf '  exit %s, signal %s, %.2f s', $self->{exit}, $self->{signal}, $self->{seconds});
	diag('  stdout: ' . (length $self->{text} > 3000 ? substr($self->{text}, 0, 3000) . '...' : $self->{text}));
	diag('  stderr: ' . substr($self->{stderr}, 0, 3000)) if defined $self->{stderr} && $self->{stderr} ne '';
	return;
}

# Asserts the exit state, with the output shown when it differs.
sub exits {
	my ($self, $state, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($expected) = grep { $STATES[$_] eq $state } 0 .. 3;
	my $good = is($self->{exit}, $expected, ($name // $self->{name}) . ": $state");
	$self->show unless $good;
	return $good;
}

# Asserts that the output matches all of the patterns.
sub says {
	my ($self, $name, @patterns) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @missing = grep { $self->{text} !~ $_ } @patterns;
	my $good = ok(!@missing, $name);
	$self->show(map { "not found: $_" } @missing) unless $good;
	return $good;
}

# A time of the text with its date, which is left out on the day of the run.
sub moment {
	my ($self, $text) = @_;
	return $text if $text =~ /-/;
	my ($today, $yesterday) = map { POSIX::strftime('%Y-%m-%d', gmtime $_) } $self->{end} // time, ($self->{end} // time) - 86400;
	my $now = POSIX::strftime('%H:%MZ', gmtime($self->{end} // time));
	return $text gt $now ? "$yesterday $text" : "$today $text";
}

# The lines of the body that are about one series, as {"service metric" => {...}}; "points" and the rest may be undef: where a line
# tells for how long a range was breached, it does not count points.
sub series {
	my ($self) = @_;
	my %series;
	for my $line (@{$self->{body}}) {
		my ($state, $service, $metric, $rest) = $line =~ /\A\[(OK|WARNING|CRITICAL|UNKNOWN)\] (\S+) (cpu|memory|ebs)\b:?\s*(.*)\z/
			or next;
		my %found = (state => $state, line => $line);
		($found{peak}) = $rest =~ /\A($NUMBER)%/;
		$found{at} = $self->moment($1) if $rest =~ /\bat ((?:\d{4}-\d\d-\d\d )?\d\d:\d\dZ)/;
		@found{qw(breached points)} = ($1, $2) if $rest =~ /(\d+) of (\d+) (?:points?\b|\S+ (?:peaks|averages|minima|p[\d.]+ values))/;
		($found{pattern}) = $rest =~ /\((spike|recurring|sustained)\)/;
		($found{sparkline}) = $rest =~ /([▁▂▃▄▅▆▇█·]+)\z/;
		$series{"$service $metric"} = \%found;
	}
	return \%series;
}

# Lines of the body that begin with [STATE].
sub lines_in_state {
	my ($self, $state) = @_;
	return grep { /\A\[\Q$state\E\] / } @{$self->{body}};
}

1;
