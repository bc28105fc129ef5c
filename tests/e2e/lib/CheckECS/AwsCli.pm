package CheckECS::AwsCli;
# The AWS CLI of the distribution.
#
#	my $cli = CheckECS::AwsCli->new;                 # dies where there is none; is_installed() tells before
#	$cli->version;                                   # '2.9'
#	my $run = $cli->run({AWS_PROFILE => 'p'}, qw(ecs list-services --cluster prod));   # the whole environment
#	# $run: {exit, stdout, stderr, data (what stdout holds as JSON; undef: none)}

use strict;
use warnings;
use CheckECS;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use IPC::Open2;
use JSON::PP;

my $aws = '/usr/bin/aws';
my $server = dirname(abs_path(__FILE__)) . '/awscli_server.py';

sub is_installed { return -x $aws }

# The interpreter that the CLI runs with, which knows where its modules are.
sub python {
	open my $script, '<', $aws or die "$aws: $!";
	my ($python) = <$script> =~ /\A#!\s*(\S*python\S*)/ or die "$aws is not a Python script\n";
	return $python;
}

sub new {
	my ($class) = @_;
	die "$aws is missing: this test needs the package awscli\n" unless is_installed();
	local $ENV{HOME} = keep_file('', 'awscli-home') . '.link';
	my $pid = open2(my $from, my $to, python(), $server);
	return bless {owner => $$, pid => $pid, from => $from, to => $to}, $class;
}

sub version {
	my ($self) = @_;
	my $said = $self->run({%ENV}, '--version');
	my ($version) = $said->{stdout} =~ m{\Aaws-cli/(\d+\.\d+)} or die "$aws --version does not tell a version: $said->{stdout}$said->{stderr}\n";
	return $version;
}

# What a program is given: the octets of a text.
sub octets { my ($text) = @_; $text = "$text"; utf8::encode($text) if utf8::is_utf8($text); return $text }

sub run {
	my ($self, $environment, @arguments) = @_;
	die "$aws belongs to another process\n" if $self->{owner} != $$;
	my ($out, $err) = (keep_file('', 'aws-out'), keep_file('', 'aws-err'));
	my %set = map { $_ => octets($environment->{$_}) } grep { defined $environment->{$_} } keys %$environment;
	my $request = JSON::PP->new->ascii->encode({environment => \%set, arguments => [map { octets($_) } @arguments], stdout => $out, stderr => $err, seconds => int(60 * time_factor())});
	local $SIG{PIPE} = 'IGNORE';
	print {$self->{to}} "$request\n";
	$self->{to}->flush;
	my $status = readline $self->{from};
	die "$aws: $server has ended\n" if !defined $status;
	my %run = (exit => $status & 127 ? 128 + ($status & 127) : $status >> 8);
	@run{qw(stdout stderr)} = map { CheckECS::slurp($_) } $out, $err;
	$run{data} = eval { decode_json($run{stdout}) };
	return \%run;
}

sub DESTROY {
	my ($self) = @_;
	return if $self->{owner} != $$;
	local ($?, $!, $@);
	close $self->{to};
	waitpid $self->{pid}, 0;
	return;
}

1;
