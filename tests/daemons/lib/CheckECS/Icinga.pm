package CheckECS::Icinga;
# A private node of Icinga 2, with its API on a port of loopback.
#
#	my $node = CheckECS::Icinga->new(name => 'single', config => $text, files => [path, ...]);
#	$node->zones(['master', [$master]], ['satellite', [$node], 'master']);
#	$node->start;
#	my $attributes = $node->services;               # {'host!service' => {state, last_check_result, ...}}
#
# plugins => FOLDER has another plugin run than the one that was built. The daemon runs as whoever runs the test, below the
# test's temporary directory, and ends with the object. All nodes of a test have certificates of one authority.

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Daemons qw(capture free_port plugins write_file);
use IPC::Open2;
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $program = '/usr/sbin/icinga2';
my $password = 'secret';
my %living;
my $owner = $$;

sub program { return $program }

sub new {
	my ($class, %self) = @_;
	my $folder = tempdir() . "/icinga-$self{name}";
	mkdir $_ or die "$_: $!" for $folder, map { "$folder/$_" } qw(data data/certs log cache spool run etc etc/zones.d);
	my $self = bless {%self, folder => $folder, port => free_port()}, $class;
	$self->{zones} = [[$self->{name}, [$self]]];
	$self->certify;
	return $self;
}

# Where the program keeps its files, and as whom it runs.
sub definitions {
	my ($folder) = @_;
	my ($user, $group) = ((getpwuid $>)[0] // $>, (getgrgid +(split ' ', $))[0])[0] // +(split ' ', $))[0]);
	my %value = (RunAsUser => $user, RunAsGroup => $group, ConfigDir => "$folder/etc", ZonesDir => "$folder/etc/zones.d", DataDir => "$folder/data", LogDir => "$folder/log",
		CacheDir => "$folder/cache", SpoolDir => "$folder/spool", InitRunDir => "$folder/run");
	return map { ('-D', "Configuration.$_=$value{$_}") } sort keys %value;
}

sub pki {
	my ($folder, @words) = @_;
	my ($status, $said) = capture({PATH => '/usr/bin:/bin'}, $program, 'pki', @words, definitions($folder));
	die "icinga2 pki @words: $said\n" if $status != 0;
	return;
}

sub certify {
	my ($self) = @_;
	my $authority = tempdir() . '/icinga-authority';
	if (!-d $authority) {
		mkdir $_ or die "$_: $!" for $authority, "$authority/data";
		pki($authority, 'new-ca');
	}
	my $path = "$self->{folder}/data/certs/$self->{name}";
	pki($authority, 'new-cert', '--cn', $self->{name}, '--key', "$path.key", '--csr', "$path.csr");
	pki($authority, 'sign-csr', '--csr', "$path.csr", '--cert', "$path.crt");
	write_file("$self->{folder}/data/certs/ca.crt", CheckECS::slurp("$authority/data/ca/ca.crt"));
	return;
}

# The zones that this node knows: [name, [nodes], parent].
sub zones {
	my ($self, @zones) = @_;
	$self->{zones} = \@zones;
	return;
}

sub main_file {
	my ($self) = @_;
	my $text = join '', 'const PluginDir = "' . ($self->{plugins} // plugins()) . "\"\nconst NodeName = \"$self->{name}\"\n", <<~"MAIN", map { "include \"$_\"\n" } @{$self->{files} // []};
		include <itl>
		object CheckerComponent "checker" { }
		object ApiListener "api" {
			bind_host = "127.0.0.1"
			bind_port = $self->{port}
			accept_config = true
			accept_commands = true
		}
		object ApiUser "test" {
			password = "$password"
			permissions = [ "*" ]
		}
		object Zone "global-templates" {
			global = true
		}
		MAIN
	for my $zone (@{$self->{zones}}) {
		my ($name, $nodes, $parent) = @$zone;
		for my $node (@$nodes) {
			# Only who is below connects: one connection is enough.
			my $address = $node != $self && !grep({ $_->[2] && $_->[1][0] == $node } @{$self->{zones}}) ? "host = \"127.0.0.1\"\n\tport = $node->{port}" : '';
			$text .= "object Endpoint \"$node->{name}\" {\n\t$address\n}\n";
		}
		$text .= "object Zone \"$name\" {\n\tendpoints = [ " . join(', ', map { "\"$_->{name}\"" } @$nodes) . " ]\n"
			. ($parent ? "\tparent = \"$parent\"\n" : '') . "}\n";
	}
	return $text . ($self->{config} // '');
}

# A file that the node hands on to the nodes of a zone.
sub zone_file {
	my ($self, $zone, $name, $text) = @_;
	my $folder = "$self->{folder}/etc/zones.d/$zone";
	mkdir $folder;
	write_file("$folder/$name", $text);
	return;
}

# What `icinga2 daemon -C` says: (exit status, text).
sub validate {
	my ($self) = @_;
	write_file("$self->{folder}/etc/icinga2.conf", $self->main_file);
	return capture({PATH => '/usr/bin:/bin'}, $program, 'daemon', '-C', '-c', "$self->{folder}/etc/icinga2.conf", definitions($self->{folder}));
}

# HOME is what a service manager sets for the daemon's user; keys and endpoints come from its files.
sub environment {
	return plugin_environment(HOME => tempdir() . '/home', AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_REGION => undef);
}

sub start {
	my ($self) = @_;
	write_file("$self->{folder}/etc/icinga2.conf", $self->main_file);
	my %environment = environment();
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$self->{folder}/said";
		open STDERR, '>&', \*STDOUT;
		no warnings 'exec';
		exec $program, 'daemon', '-c', "$self->{folder}/etc/icinga2.conf", definitions($self->{folder});
		POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	$living{$pid} = 1;
	$self->wait_for(30, sub { eval { $self->api(GET => '/v1/status/CIB') } })
		or BAIL_OUT("icinga2 does not start: " . substr CheckECS::slurp("$self->{folder}/said"), -2000);
	return;
}

# Calls CODE until it returns something true, for so many seconds at most, and returns that.
sub wait_for {
	my ($self, $seconds, $code) = @_;
	my $end = time + $seconds * time_factor();
	while (time < $end) {
		my $value = $code->();
		return $value if $value;
		sleep 0.2;
	}
	return;
}

# A call of the node's API: the results, decoded. The openssl command carries the bytes.
sub api {
	my ($self, $method, $path, $body) = @_;
	my $json = $body ? encode_json($body) : '';
	my $request = "$method $path HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nConnection: close\r\nContent-Length: " . length($json)
		. "\r\nAuthorization: Basic " . encode_base64("test:$password", '') . "\r\n\r\n$json";
	my $seconds = 20 * time_factor();
	my $pid = open2(my $from, my $to, "exec timeout $seconds openssl s_client -quiet -connect 127.0.0.1:$self->{port} 2>/dev/null");
	print {$to} $request;
	$to->flush;
	my $answer = do { local $/; scalar <$from> // '' };
	close $to;
	waitpid $pid, 0;
	my ($head, $text) = split /\r\n\r\n/, $answer, 2;
	die "no answer to $method $path\n" unless defined $text;
	die "$method $path: $head $text\n" unless $head =~ m{\AHTTP/1\.1 200\b};
	return decode_json($text)->{results};
}

# The services that the node knows, with what it knows of them.
sub services {
	my ($self) = @_;
	my $found = $self->api(GET => '/v1/objects/services?attrs=state&attrs=last_check&attrs=last_check_result&attrs=next_check');
	return {map { $_->{name} => $_->{attrs} } @$found};
}

# Has each of its services checked at once, which Icinga would spread over the first minute, and waits for it.
sub checked_services {
	my ($self, $seconds) = @_;
	my $services = {};
	$self->api(POST => '/v1/actions/reschedule-check', {type => 'Service', filter => 'true', force => JSON::PP::true});
	my $all = $self->wait_for($seconds, sub {
		$services = $self->services;
		return %$services && !grep { !$_->{last_check_result} } values %$services;
	});
	diag('not checked in time: ' . join ', ', grep { !$services->{$_}{last_check_result} } sort keys %$services) unless $all;
	return $services;
}

# What Icinga makes of a result: the text of each line up to a '|', and the items behind the bars, with no more quotes than
# there are blanks.
sub expected {
	my ($class, $text) = @_;
	my ($first, @lines) = split /\n/, $text;
	my ($output, $summary) = split /\|/, $first, 2;
	my ($long, $details) = split /\|/, join("\n", @lines), 2;
	my @items = map { s/\A'([^\s']+)'=/$1=/r } map { /((?:'[^']*'|[^\s'=])+=\S+)/g } grep { defined } $summary, $details;
	my $whole = join "\n", map { s/[ \t]+\z//r } $output, split /\n/, $long // '';
	return {output => $whole =~ s/\s+\z//r, performance_data => \@items};
}

# What the API tells of a result, in the same form.
sub shown {
	my ($class, $result) = @_;
	return {output => join("\n", map { s/[ \t]+\z//r } split /\n/, $result->{output} // ''), performance_data => $result->{performance_data}};
}

sub stop {
	my ($self) = @_;
	return unless $self->{pid} && $owner == $$ && delete $living{$self->{pid}};
	local ($?, $!, $@);
	kill 'TERM', $self->{pid};
	CheckECS::await($self->{pid}, 20 * time_factor());
	delete $self->{pid};
	return;
}

sub DESTROY { $_[0]->stop }

END {
	my $status = $?;
	kill 'TERM', $_ for $owner == $$ ? keys %living : ();
	$? = $status;
}

1;
