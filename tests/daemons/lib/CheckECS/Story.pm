package CheckECS::Story;
# An account whose services change while a daemon looks at it, and the messages that the daemon sends.
#
#	my $story = CheckECS::Story->new;
#	$story->set(payments => 99, checkout => 20);      # CPU and memory of each service from now on, in percent
#	my $program = $story->recorder;                   # a notification command: it takes HOST, TYPE, SERVICE, STATE, OUTPUT from its environment
#	my @messages = $story->messages;                  # {host, type, service, state, output}: those since the last call

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Daemons qw(write_file);
use CheckECS::Scripted;
use JSON::PP;

my $region = 'eu-west-1';
my $arn = "arn:aws:ecs:$region:123456789012";

sub new {
	my ($class) = @_;
	my $self = bless {values => keep_file('{}', 'values'), told => keep_file('', 'told'), read => 0, now => {}}, $class;
	my $values = $self->{values};
	$self->{server} = CheckECS::Scripted->start(sub { answer($values, @_) });
	return $self;
}

sub url { return $_[0]{server}{url} }

sub set {
	my ($self, %value) = @_;
	%{$self->{now}} = (%{$self->{now}}, %value);
	write_file("$self->{values}.new", encode_json($self->{now}));
	rename "$self->{values}.new", $self->{values} or die "$self->{values}: $!";
	return;
}

sub answer {
	my ($path, $operation, $request) = @_;
	my $values = decode_json(CheckECS::slurp($path));
	return {clusterArns => ["$arn:cluster/prod"]} if $operation eq 'ListClusters';
	return {serviceArns => [map { "$arn:service/prod/$_" } sort keys %$values]} if $operation eq 'ListServices';
	return {services => [map { {serviceName => $_, serviceArn => "$arn:service/prod/$_", clusterArn => "$arn:cluster/prod", status => 'ACTIVE', schedulingStrategy => 'REPLICA',
		desiredCount => 1, runningCount => 1, createdAt => 1700000000, deployments => [], events => []} } map { s{.*/}{}r } @{$request->{services}}], failures => []} if $operation eq 'DescribeServices';
	return {MetricDataResults => [map { series($values, $_, $request) } @{$request->{MetricDataQueries}}], Messages => []};
}

# A point for each complete period, newest first.
sub series {
	my ($values, $query, $request) = @_;
	my $stat = $query->{MetricStat};
	my ($service) = map { $_->{Value} } grep { $_->{Name} eq 'ServiceName' } @{$stat->{Metric}{Dimensions}};
	my @times = reverse grep { $_ < $request->{EndTime} } map { $request->{StartTime} + $_ * $stat->{Period} } 0 .. ($request->{EndTime} - $request->{StartTime}) / $stat->{Period};
	@times = () unless defined $values->{$service};
	return {Id => $query->{Id}, Label => $query->{Id}, StatusCode => 'Complete', Timestamps => \@times, Values => [map { $values->{$service} + 0 } @times]};
}

sub recorder {
	my ($self) = @_;
	my $path = keep_file(<<~"SCRIPT", 'record');
		#!/bin/sh
		exec /usr/bin/perl -MJSON::PP -e 'print encode_json({map { lc \$_ => \$ENV{\$_} // "" } qw(HOST TYPE SERVICE STATE OUTPUT)}), "\\n"' >>'$self->{told}'
		SCRIPT
	chmod 0755, $path or die "chmod: $!";
	return $path;
}

sub messages {
	my ($self) = @_;
	my @all = map { decode_json($_) } split /\n/, CheckECS::slurp($self->{told});
	my @new = @all[$self->{read} .. $#all];
	$self->{read} = @all;
	return @new;
}

1;
