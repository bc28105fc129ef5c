#!/usr/bin/perl
# Fails each allocation of a run in turn, one run a point, and looks at what comes out: the true state or UNKNOWN, one whole
# result, in time, no crash in our code, cJSON or libcurl.
#
#	perl -Itests/e2e/lib tests/torture/alloc.pl [--scenario=plain|https] [--kinds=own,json,curl] [--first=1] [--every=1]
#		[--most=N] [--and-all-after] [--workers=2]
#
# plain: a role, two list pages, two metric batches, one retry, over HTTP. https: one list page and one batch over TLS.
# kinds: whose allocations: own, json, curl, openssl, libc, other. Environment as in tests/README.md, and CC.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use CheckECS;
use Getopt::Long;
use List::Util qw(min);
use Encode ();
use Test::More;
use Time::HiRes qw(sleep time);

my %option = (scenario => 'plain', kinds => 'own,json,curl', first => 1, every => 1, most => 1_000_000, workers => 2);
GetOptions(\%option, 'scenario=s', 'kinds=s', 'first=i', 'every=i', 'most=i', 'workers=i', 'and-all-after',
	'worker=i', 'total=i') && !@ARGV
	or die "see the head of $0\n";
my $STATE_BYTES = 16 + 4000;
my $OURS = qr/\A(?:plugin|libcjson|libcurl)/;

my $library = tempdir() . '/fail_alloc.so';
my $compiler = $ENV{CC} || 'cc';
system(split(' ', $compiler), '-shared', '-fPIC', '-O1', '-o', $library, "$FindBin::Bin/fail_alloc.c") == 0
	or die "$compiler cannot build fail_alloc.c\n";

# --- the scenarios: the true state of both is WARNING ---

sub services {
	my ($count) = @_;
	return join '', map { sprintf "service svc-%03d desired=1 running=1\n\tcpu flat=%d\n\tmemory flat=40\n\tebs flat=10\n", $_, $_ == 3 ? 90 : 20 } 1 .. $count;
}

sub plain {
	my $standin = standin("cluster prod region=eu-west-1\n" . services(170),
		'--page-size=100', '--fault=ListServices:503:1', '--seed=1');
	my $config = keep_file("[profile by-role]\nrole_arn = arn:aws:iam::123456789012:role/Monitor\nsource_profile = base\n"
		. "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n");
	my %env = (AWS_CONFIG_FILE => $config, AWS_PROFILE => 'by-role', AWS_ENDPOINT_URL => $standin->url, AWS_ACCESS_KEY_ID => undef,
		AWS_SECRET_ACCESS_KEY => undef);
	return ($standin, \%env, '-c', 'prod', '-m', 'cpu,memory,ebs', '--window=2h', '--no-cache', '-vvv');
}

sub https {
	my ($certificate, $key) = map { tempdir() . "/tls.$_" } qw(pem key);
	my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=torture -addext subjectAltName=IP:127.0.0.1 -keyout $key -out $certificate 2>&1);
	die "the openssl command makes no certificate: $said" unless -s $certificate;
	my $standin = standin("cluster prod region=eu-west-1\n" . services(3), "--tls-cert=$certificate", "--tls-key=$key", '--seed=1');
	return ($standin, {AWS_ENDPOINT_URL => $standin->url}, '-c', 'prod', "--ca-bundle=$certificate");
}

# --- one run ---

my ($standin, $env, @arguments);

sub read_state {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	my $bytes;
	read $file, $bytes, $STATE_BYTES;
	return unpack 'QQZ*', $bytes;
}

# -> (result, allocations counted, allocations refused, trace)
sub run_at {
	my ($point) = @_;
	my $path = keep_file("\0" x $STATE_BYTES, 'state');
	$standin->http(POST => '/_standin/rearm');
	my %env = (%$env, LD_PRELOAD => $library, TORTURE_STATE => $path, TORTURE_KINDS => $option{kinds}, TORTURE_AT => $point, TORTURE_NO_PAUSE => 1);
	$env{TORTURE_AND_ALL_AFTER} = 1 if $option{'and-all-after'};
	my $run = run_plugin({name => "allocation $point", env => \%env, quiet => 1}, @arguments);
	my @state = read_state($path);
	unlink glob tempdir() . '/[0-9]*-{state,stdout,stderr}';
	return ($run, @state);
}

sub complaints {
	my ($run) = @_;
	my @bad = @{$run->{violations}};
	push @bad, 'it did not end' if $run->{killed};
	push @bad, "exit status $run->{exit}" if $run->{exit} > 3;
	push @bad, "state " . ($run->{state} // 'none') unless ($run->{state} // '') =~ /\A(?:WARNING|UNKNOWN)\z/;
	push @bad, 'exit status and text differ' if ($EXIT{$run->{state} // ''} // -1) != $run->{exit};
	push @bad, 'text on standard error' if ($run->{stderr} // '') ne '';
	return @bad;
}

# -> a word for the count, and text when it is worth showing
sub judge_run {
	my ($run, $failed, $trace) = @_;
	if ($run->{signal} && !$run->{killed}) {
		my @frames = grep { !/\A(?:libc\.so|ld-linux|signal|\?)/ } split /\n/, $trace;
		my $innermost = $frames[0] // 'unknown';
		(my $module = $innermost) =~ s/[.+].*//;
		return ($innermost =~ $OURS ? "CRASHED in $module" : "crashed below in $module", "signal $run->{signal}: " . join ' ', split /\n/, $trace);
	}
	my @bad = complaints($run);
	return ('BROKEN', join('; ', @bad) . "; printed: " . substr($run->{text}, 0, 300) . " $trace") if @bad;
	return ('not reached') if !$failed;
	return ($run->{state} eq 'WARNING' ? 'true state' : 'UNKNOWN');
}

# --- all of them ---

my @scenario = $option{scenario} eq 'https' ? https() : plain();
($standin, $env, @arguments) = @scenario;

sub work {
	local $| = 1;
	for (my $i = $option{worker}; $i < $option{most}; $i += $option{workers}) {
		my $point = $option{first} + $i * $option{every};
		last if $point > $option{total};
		my ($run, undef, $failed, $trace) = run_at($point);
		my ($word, $text) = judge_run($run, $failed, $trace);
		printf "%s\t%d\t%s\n", $word, $point, Encode::encode('UTF-8', ($text // '') =~ s/\s+/ /gr);
	}
	$standin->stop;
	exit 0;
}
work() if defined $option{worker};

my ($whole, $total) = run_at(0);
die "the run without a fault has not the true state: $whole->{text}\n" if ($whole->{state} // '') ne 'WARNING';
printf "%s, allocations of %s: %d\n", $option{scenario}, $option{kinds}, $total;
$standin->stop;

my $begin = time;
my @same = map { "--$_=$option{$_}" } qw(scenario kinds first every most workers);
push @same, '--and-all-after' if $option{'and-all-after'};
my @workers = map {
	my $pid = open my $pipe, '-|', $^X, $0, @same, "--total=$total", "--worker=$_" or die "fork: $!";
	[$pipe, $pid];
} 0 .. $option{workers} - 1;
my (%count, @shown);
for my $worker (@workers) {
	while (my $line = readline $worker->[0]) {
		chomp $line;
		my ($word, $point, $text) = split /\t/, $line, 3;
		$count{$word}++;
		push @shown, "  allocation $point: $word: $text\n" if $text;
	}
	close $worker->[0] or $count{'BROKEN: a worker died'}++;
}
print @shown[0 .. min(200, scalar @shown) - 1];
printf "%-28s %d\n", $_, $count{$_} for sort keys %count;
printf "%.0f s\n", time - $begin;
my $bad = grep { /\A[A-Z]{3}/ && !/UNKNOWN/ } keys %count;
exit($bad || !%count ? 1 : 0);
