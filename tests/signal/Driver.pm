# Asks tests/signal/driver of the build: a line a case, a line an answer.
package Driver;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp;
our @EXPORT_OK = qw(ask seed pick);

my $build = $ENV{CHECK_ECS_PLUGIN} ? abs_path(dirname($ENV{CHECK_ECS_PLUGIN}) . '/..') : abs_path('.');

# The answers to the lines of one job.
sub ask {
	my ($job, @lines) = @_;
	my $file = File::Temp->new;
	print {$file} map { "$_\n" } @lines;
	close $file or die "$file: $!\n";
	open my $answers, '-|', 'sh', '-c', 'exec "$0" "$1" <"$2"', "$build/tests/signal/driver", $job, "$file" or die "driver: $!\n";
	chomp(my @answers = <$answers>);
	close $answers or die "driver $job failed\n";
	return @answers;
}

# The same cases each time, others with CHECK_ECS_SEED.
sub seed {
	my $seed = $ENV{CHECK_ECS_SEED} // 20141;
	srand $seed;
	return $seed;
}

sub pick {
	return $_[rand @_];
}

1;
