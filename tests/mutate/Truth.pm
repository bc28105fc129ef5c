package Truth;
# What the answers of a run validly say, read by rules of its own: AWS's documents and the plugin's contract, not its code.
#
# A transcript is a list of {operation, request (decoded JSON, or undef), status, body, told => 0 or 1 (its headers are such
# that the body was received for sure), mutated, taken (it was there early enough to be read)}.
#
#	my $why = not_ok($transcript, $now_s);    # undef: what was served adds up to OK. Else why not.
#	my @breaches = breaches($transcript);     # what was served above the critical range: [words, mutated]

use strict;
use warnings;
use Exporter 'import';
use Strict;

our @EXPORT = qw(not_ok breaches);

my ($warning, $critical, $most) = (80, 95, 10_000);
my $new_s = 15 * 60;
my $arn = qr{\Aarn:aws:ecs:eu-west-1:123456789012:service/(?:prod/)?([A-Za-z0-9_-]{1,255})\z};

sub is_text { return $_[0] && $_[0]{type} eq 'string' }
sub is_list { return $_[0] && $_[0]{type} eq 'array' }
sub is_object { return $_[0] && $_[0]{type} eq 'object' }
sub is_number { return $_[0] && $_[0]{type} eq 'number' && abs($_[0]{text}) < 1e300 }

# A token: '' when there is none, undef when it is none of AWS's.
sub token {
	my ($node) = @_;
	return '' if !$node || $node->{type} eq 'null';
	return is_text($node) && $node->{text} ne '' ? $node->{text} : undef;
}

sub document {
	my ($answer) = @_;
	return undef if $answer->{status} != 200;
	my $root = read_json($answer->{body});
	return is_object($root) ? $root->{members} : undef;
}

# Follows the pages of a list or of a batch: every valid answer by the token that asked for it.
sub pages {
	my ($name, $answers, $read) = @_;
	my %by = map { my $asked = $_->{request}{$name} // ''; $asked => $_ } grep { document($_) } @$answers;
	my ($asked, %seen) = ('');
	while (!$seen{$asked}++) {
		my $answer = $by{$asked} or return "no valid answer for token '$asked'";
		my $members = document($answer);
		my $why = $read->($members, $answer);
		return $why if $why;
		$asked = token($members->{$name}) // return "$name is not a token";
		return undef if $asked eq '';
	}
	return 'the same page again';
}

# --- the list ---

sub listed {
	my ($transcript) = @_;
	my %names;
	my $why = pages('nextToken', [grep { $_->{operation} eq 'ListServices' } @$transcript], sub {
		my ($members) = @_;
		return 'serviceArns is not a list' if !is_list($members->{serviceArns});
		for my $item (@{$members->{serviceArns}{items}}) {
			return 'not an ARN of a service here' unless is_text($item) && $item->{text} =~ $arn;
			$names{$1} = 1;
		}
		return undef;
	});
	return ($why, \%names);
}

# --- the series ---

# Of one request: Id => "SERVICE METRIC"
sub asked {
	my ($request) = @_;
	my %asked;
	for my $query (@{$request->{MetricDataQueries} // []}) {
		my $metric = $query->{MetricStat}{Metric};
		my ($service) = map { $_->{Value} } grep { $_->{Name} eq 'ServiceName' } @{$metric->{Dimensions}};
		$asked{$query->{Id}} = "$service " . ($metric->{MetricName} eq 'CPUUtilization' ? 'cpu' : 'memory');
	}
	return \%asked;
}

# The points of a result: ([time, value], ...), or nothing when one of them cannot be AWS's.
sub is_absent { return !$_[0] || $_[0]{type} eq 'null' }

sub points {
	my ($result, $request) = @_;
	my ($times, $values) = map { is_absent($_) ? [] : is_list($_) ? $_->{items} : return } @$result{qw(Timestamps Values)};
	return if @$times != @$values;
	my $period = $request->{MetricDataQueries}[0]{MetricStat}{Period};
	my @points;
	for my $i (0 .. $#$times) {
		return unless is_number($times->[$i]) && is_number($values->[$i]);
		my ($time, $value) = ($times->[$i]{text} + 0, $values->[$i]{text} + 0);
		# How AWS aligns periods is not promised everywhere: a time belongs to the period in which it lies.
		return if $time < $request->{StartTime} || $time >= $request->{EndTime};
		push @points, [int($time) - int($time) % $period, $value];
	}
	return @points;
}

sub batch_key { my ($request) = @_; return join ' ', sort map { "$_->{Id}" } @{$request->{MetricDataQueries} // []} }

# -> (why not, {series => {time => value}})
sub series {
	my ($transcript) = @_;
	my (%batch, %points);
	push @{$batch{batch_key($_->{request})}}, $_ for grep { $_->{operation} eq 'GetMetricData' } @$transcript;
	my %complete;
	for my $key (sort keys %batch) {
		my $asked = asked($batch{$key}[0]{request});
		my $why = pages('NextToken', $batch{$key}, sub {
			my ($members, $answer) = @_;
			return 'MetricDataResults is not a list' if !is_list($members->{MetricDataResults});
			my $messages = $members->{Messages};
			return 'a call-wide message' if $messages && $messages->{type} ne 'null' && !(is_list($messages) && !@{$messages->{items}});
			for my $item (@{$members->{MetricDataResults}{items}}) {
				my $result = is_object($item) ? $item->{members} : return 'a result that is no object';
				return 'a result without Id' if !is_text($result->{Id});
				my $series = $asked->{$result->{Id}{text}} // next; # not asked for
				next if is_text($result->{StatusCode}) && $result->{StatusCode}{text} eq 'InternalError'; # it is asked for again
				return 'a status nobody knows' if !is_text($result->{StatusCode}) || $result->{StatusCode}{text} !~ /\A(?:Complete|PartialData)\z/;
				my @points = points($result, $answer->{request});
				return "points of $series that are none" if !@points && grep { !is_absent($_) && !(is_list($_) && !@{$_->{items}}) } @$result{qw(Timestamps Values)};
				for my $point (@points) {
					my $before = $points{$series}{$point->[0]} //= $point->[1];
					return "two values of $series for one period" if $before != $point->[1];
				}
				$complete{$series} = 1 if $result->{StatusCode}{text} eq 'Complete';
			}
			return undef;
		});
		return "GetMetricData: $why" if $why;
		$points{$_} //= {} for values %$asked;
	}
	for my $series (sort keys %points) {
		return "$series is not complete" if !$complete{$series};
	}
	return (undef, \%points);
}

# --- what ECS says of silent services ---

sub explained {
	my ($transcript, $name, $now) = @_;
	my @said;
	for my $members (grep { $_ } map { document($_) } grep { $_->{operation} eq 'DescribeServices' } @$transcript) {
		for my $item (is_list($members->{services}) ? @{$members->{services}{items}} : ()) {
			my $service = is_object($item) ? $item->{members} : next;
			next unless is_text($service->{serviceName}) && $service->{serviceName}{text} eq $name || is_text($service->{serviceArn}) && $service->{serviceArn}{text} =~ m{/\Q$name\E\z};
			my $status = is_text($service->{status}) ? $service->{status}{text} : '';
			my $desired = is_number($service->{desiredCount}) && $service->{desiredCount}{text} =~ /\A(?:0|[1-9]\d*)\z/ ? $service->{desiredCount}{text} : undef;
			my @created = grep { is_number($_) && abs($_->{text} - $now) < $new_s + 60 } $service->{createdAt}, map { is_object($_) ? $_->{members}{createdAt} : () }
				map { is_list($_) ? @{$_->{items}} : () } @$service{qw(deployments taskSets)};
			push @said, $status =~ /\A(?:INACTIVE|DRAINING)\z/ || $status eq 'ACTIVE' && (defined $desired && $desired == 0 || @created) ? 1 : 0;
		}
		for my $item (is_list($members->{failures}) ? @{$members->{failures}{items}} : ()) {
			my $failure = is_object($item) ? $item->{members} : next;
			push @said, 1 if is_text($failure->{reason}) && $failure->{reason}{text} eq 'MISSING' && is_text($failure->{arn}) && $failure->{arn}{text} =~ m{(?:\A|/)\Q$name\E\z};
		}
	}
	return @said && !grep { !$_ } @said;
}

# --- the whole ---

sub not_ok {
	my ($transcript, $now) = @_;
	my ($why, $names) = listed($transcript);
	return "ListServices: $why" if $why;
	return 'no service was listed' if !%$names;
	(my $lost, my $points) = series($transcript);
	return $lost if $lost;
	my ($metrics) = grep { $_->{operation} eq 'GetMetricData' } @$transcript or return 'no metric was asked for';
	my $period = $metrics->{request}{MetricDataQueries}[0]{MetricStat}{Period};
	my $stale_s = 2 * $period > $new_s ? 2 * $period : $new_s;
	for my $name (sort keys %$names) {
		for my $series ("$name cpu", "$name memory") {
			my $of = $points->{$series} // return "$series was not asked for";
			# A period that is still filling can only fall below a range by being incomplete.
			my ($bad) = grep { $of->{$_} > $warning || ($of->{$_} < 0 && $_ + $period <= $now) } keys %$of;
			return "$series is at $of->{$bad}" if defined $bad;
			my ($newest) = sort { $b <=> $a } keys %$of;
			next if defined $newest && $now - $newest <= $stale_s + 60;
			return "$series has no current data, and ECS does not say why" if !explained($transcript, $name, $now);
		}
	}
	return undef;
}

# Of an answer whose JSON can be read each result counts by itself, whatever is wrong with the others.
sub breaches {
	my ($transcript) = @_;
	my @found;
	for my $answer (grep { $_->{operation} eq 'GetMetricData' && $_->{told} && $_->{taken} } @$transcript) {
		my $members = document($answer) or next;
		my $asked = asked($answer->{request});
		for my $item (is_list($members->{MetricDataResults}) ? @{$members->{MetricDataResults}{items}} : ()) {
			my $result = is_object($item) ? $item->{members} : next;
			next unless is_text($result->{Id}) && $asked->{$result->{Id}{text}} && is_text($result->{StatusCode}) && $result->{StatusCode}{text} =~ /\A(?:Complete|PartialData)\z/;
			my ($highest) = sort { $b <=> $a } grep { $_ <= $most } map { $_->[1] } points($result, $answer->{request});
			push @found, ["$asked->{$result->{Id}{text}} at $highest", $answer->{mutated}] if defined $highest && $highest > $critical;
		}
	}
	return @found;
}

1;
