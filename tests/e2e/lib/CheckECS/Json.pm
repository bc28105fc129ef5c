package CheckECS::Json;
# Runs with --output-format=json, and the documents they print.
#
#	my $run = json_run($standin, {name => '...'}, '-c', 'prod');   # $standin may be undef
#	is($run->{json}{state}, 'OK');
#	validate_all();                                               # at the end: each document against the schema

use strict;
use warnings;
use utf8;
use Exporter 'import';
use FindBin;
use JSON::PP;
use Test::More;

use CheckECS;

our @EXPORT = qw(json_run json_metric validate_also validate_all);

my @STATES = qw(OK WARNING CRITICAL UNKNOWN);
my @documents;

# A run; the option goes last unless the caller has placed it. Its document is $run->{json}.
sub json_run {
	my ($standin, @arguments) = @_;
	my $option = ref $arguments[0] eq 'HASH' ? shift @arguments : {};
	$option = {raw => 1, name => CheckECS::run_name(@arguments), %$option};
	push @arguments, '--output-format=json' unless $option->{placed};
	unshift @arguments, "--endpoint-url=$standin->{url}" if $standin;
	unshift @arguments, '-t', int(10 * time_factor()) if time_factor() > 1;
	my $run = CheckECS::run_plugin($option, @arguments);
	return $run if $option->{quiet};
	my $name = $option->{name};
	$run->{json} = eval { JSON::PP->new->utf8->decode($run->{stdout}) } // {};
	ok(ref $run->{json} eq 'HASH' && $run->{stdout} =~ /\A\{[^\n]*\}\n\z/, "$name: one object on one line") or $run->show;
	is($run->{json}{exit_code}, $run->{exit}, "$name: the exit status is the document's") or $run->show;
	is($run->{json}{state}, $STATES[$run->{exit}], "$name: and that of the state");
	push @documents, [$name, keep_file($run->{stdout}, 'json')];
	return $run;
}

# A series of the document; {} where there is none.
sub json_metric {
	my ($run, $service, $metric) = @_;
	my ($found) = grep { $_->{name} eq $service } @{$run->{json}{services} // []};
	return $found->{metrics}{$metric} // {};
}

# Further documents: [name, path].
sub validate_also { push @documents, @_; return }

# One assertion a document.
sub validate_all {
	my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
	SKIP: {
		my $version = qx(python3 -c "import jsonschema; print(jsonschema.__version__ if not hasattr(jsonschema, 'Draft202012Validator') else 'ok')" 2>/dev/null);
		skip 'python3 with jsonschema is not installed, so nothing was validated', scalar @documents if $version eq '';
		skip "jsonschema $1 has no validator for the schema's draft 2020-12, so nothing was validated: 4.0 or newer is needed", scalar @documents
			if $version =~ /^(?!ok)(.*)$/m;
		my %verdict;
		my @paths = map { $_->[1] } @documents;
		while (my @some = splice @paths, 0, 200) {
			open my $out, '-|', 'python3', "$top/tests/e2e/lib/validate_json.py", "$top/contrib/check_ecs_bottleneck.schema.json", @some
				or die "python3: $!";
			while (my $line = <$out>) {
				$verdict{$2} = $1 ? "not ok: $3" : 'ok' if $line =~ /\A(not )?ok ([^\s:]+)(?:: (.*))?$/;
			}
			close $out;
		}
		is($verdict{$_->[1]} // 'no verdict', 'ok', "$_->[0]: valid by the schema") for @documents;
	}
	return;
}

1;
