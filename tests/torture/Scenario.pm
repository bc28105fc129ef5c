package Scenario;
# What the torture scripts let the plugin do, and what may come of it. The true state of each scenario is WARNING.
#
# plain: a role, two list pages, two metric batches, one retry, over HTTP. https: one list page and one batch over TLS.
use strict;
use warnings;
use utf8;
use FindBin;
use CheckECS;

my $STATE_BYTES = 16 + 4000;
my $OURS = qr/\A(?:plugin|libcjson|libcurl)/;
my $library;

sub services {
	my ($count) = @_;
	return join '', map { sprintf "service svc-%03d desired=1 running=1\n\tcpu flat=%d\n\tmemory flat=40\n\tebs flat=10\n", $_, $_ == 3 ? 90 : 20 } 1 .. $count;
}

sub plain {
	my $standin = standin("role arn:aws:iam::123456789012:role/Monitor\ncluster prod region=eu-west-1\n" . services(170),
		'--page-size=100', '--fault=ListServices:503:1', '--seed=1', '--max-seconds=7200');
	my $config = keep_file("[profile by-role]\nrole_arn = arn:aws:iam::123456789012:role/Monitor\nsource_profile = base\n"
		. "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n", 'config');
	my %env = (AWS_CONFIG_FILE => $config, AWS_PROFILE => 'by-role', AWS_ENDPOINT_URL => $standin->url, AWS_ACCESS_KEY_ID => undef,
		AWS_SECRET_ACCESS_KEY => undef);
	return ($standin, \%env, '-c', 'prod', '-m', 'cpu,memory,ebs', '--window=2h', '--no-cache', '-vvv');
}

sub https {
	my ($certificate, $key) = map { tempdir() . "/tls.$_" } qw(pem key);
	my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=torture -addext subjectAltName=IP:127.0.0.1 -keyout $key -out $certificate 2>&1);
	die "the openssl command makes no certificate: $said" unless -s $certificate;
	my $standin = standin("cluster prod region=eu-west-1\n" . services(3), "--tls-cert=$certificate", "--tls-key=$key", '--seed=1', '--max-seconds=7200');
	return ($standin, {AWS_ENDPOINT_URL => $standin->url}, '-c', 'prod', "--ca-bundle=$certificate");
}

sub new {
	my ($class, $name) = @_;
	my $compiler = $ENV{CC} || 'cc';
	$library = tempdir() . '/fail_alloc.so';
	system(split(' ', $compiler), '-shared', '-fPIC', '-O1', '-o', $library, "$FindBin::Bin/fail_alloc.c") == 0
		or die "$compiler cannot build fail_alloc.c\n";
	my ($standin, $env, @arguments) = $name eq 'https' ? https() : plain();
	return bless {standin => $standin, env => $env, arguments => \@arguments}, $class;
}

sub arguments { return @{$_[0]{arguments}} }
sub rearm { $_[0]{standin}->http(POST => '/_standin/rearm'); return }
sub stop { $_[0]{standin}->stop; return }

# The changes to the environment of a run whose allocation number POINT is refused; further ones as given.
sub environment {
	my ($self, $point, %further) = @_;
	$self->{state} = keep_file("\0" x $STATE_BYTES, 'state');
	return (%{$self->{env}}, LD_PRELOAD => $library, TORTURE_STATE => $self->{state}, TORTURE_AT => $point, TORTURE_NO_PAUSE => 1, %further);
}

# -> (allocations counted, allocations refused, trace) of the last run
sub counts {
	my ($self) = @_;
	open my $file, '<:raw', $self->{state} or die "$self->{state}: $!";
	read $file, my ($bytes), $STATE_BYTES;
	return unpack 'QQZ*', $bytes;
}

sub complaints {
	my ($run) = @_;
	my @bad = @{$run->{violations}};
	push @bad, 'it did not end' if $run->{killed};
	push @bad, "exit status $run->{exit}" if $run->{exit} > 3;
	push @bad, 'state ' . ($run->{state} // 'none') unless ($run->{state} // '') =~ /\A(?:WARNING|UNKNOWN)\z/;
	push @bad, 'exit status and text differ' if ($EXIT{$run->{state} // ''} // -1) != $run->{exit};
	push @bad, 'text on standard error' if ($run->{stderr} // '') ne '';
	return @bad;
}

# -> a word for the count, and text when it is worth showing. TRACE: who met the fault, or where it crashed.
sub judge {
	my ($self, $run, $met, $trace) = @_;
	if ($run->{signal} && !$run->{killed}) {
		(undef, undef, $trace) = $self->counts;
		my @frames = grep { !/\A(?:libc\.so|ld-linux|signal|\?)/ } split /\n/, $trace;
		my $innermost = $frames[0] // 'unknown';
		(my $module = $innermost) =~ s/[.+].*//;
		return ($innermost =~ $OURS ? "CRASHED in $module" : "crashed below in $module", "signal $run->{signal}: " . join ' ', split /\n/, $trace);
	}
	my @bad = complaints($run);
	return ('BROKEN', join('; ', @bad) . '; printed: ' . substr($run->{text}, 0, 300) . " $trace") if @bad;
	return ('not reached', '') if !$met;
	return ($run->{state} eq 'WARNING' ? 'true state' : 'UNKNOWN', '');
}

1;
