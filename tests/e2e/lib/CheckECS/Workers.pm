package CheckECS::Workers;
# Jobs done several at a time, each in one of a few child processes: most of the time a run of the plugin waits.
#
#	my @said = in_parallel(6, scalar @cells, sub { my ($n) = @_; return remarks($cells[$n]) });
#	# $said[$n]: reference to what the job returned (plain values), undef where its process did not live to tell

use strict;
use warnings;
use CheckECS;
use Exporter 'import';
use JSON::PP;
use POSIX ();

our @EXPORT = qw(in_parallel);

sub in_parallel {
	my ($workers, $count, $job) = @_;
	# Worker N takes each job that nobody has taken: it reads its number from a pipe.
	pipe my $take, my $give or die "pipe: $!";
	my @reports = map { keep_file('', "report-$_") } 1 .. $workers;
	my @children = map { work($_, $take, $give, $job) } @reports;
	close $take;
	{
		local $SIG{PIPE} = 'IGNORE';
		syswrite $give, pack 'S', $_ for 0 .. $count - 1;
	}
	close $give;
	waitpid $_, 0 for @children;
	my @said;
	for my $line (map { split /\n/, CheckECS::slurp($_) } @reports) {
		my ($n, @values) = @{decode_json($line)};
		$said[$n] = \@values;
	}
	$#said = $count - 1;
	return @said;
}

sub work {
	my ($report, $take, $give, $job) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	close $give;
	open my $file, '>', $report or POSIX::_exit(1);
	$file->autoflush(1);
	while (sysread $take, my $number, 2) {
		my $n = unpack 'S', $number;
		my @values = eval { $job->($n) };
		push @values, "the test fails: $@" if $@;
		print {$file} JSON::PP->new->ascii->encode([$n, @values]), "\n";
	}
	close $file;
	POSIX::_exit(0);
}

1;
