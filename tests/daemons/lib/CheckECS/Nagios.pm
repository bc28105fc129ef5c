package CheckECS::Nagios;
# A private Nagios Core 4 with Debian's templates and the definitions of contrib/nagios.
#
#	my $nagios = CheckECS::Nagios->new(resource => {USER10 => 'monitoring'}, objects => $text, timeout => 5);
#	$nagios->start;
#	settings => {enable_notifications => 1} changes main settings, commands => PATH has another file than Debian's commands.
#	my $services = $nagios->services(30);       # waits until each was checked; {description => {plugin_output, ...}}
#
# The daemon runs as whoever runs the test, below the test's temporary directory, and ends with the object.

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Daemons qw(capture plugins write_file);
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $debian = '/etc/nagios4/objects';
my %living;
my $serial = 0;
my $owner = $$;

sub new {
	my ($class, %self) = @_;
	my $folder = sprintf '%s/nagios%d', tempdir(), ++$serial;
	mkdir $_ or die "$_: $!" for $folder, map { "$folder/$_" } qw(archives spool tmp);
	my $object = bless {timeout => 60, %self, folder => $folder}, $class;
	my $resource = CheckECS::slurp("$top/contrib/nagios/ecs_bottleneck_resource.cfg");
	my %value = (USER12 => "$top/contrib/nagios/ecs_bottleneck.ini", %{$self{resource} // {}});
	for my $name (keys %value) {
		$resource =~ s/^\$\Q$name\E\$=.*/\$$name\$=$value{$name}/m or die "contrib/nagios/ecs_bottleneck_resource.cfg has no $name\n";
	}
	write_file("$folder/resource.cfg", '$USER1$=' . plugins() . "\n$resource");
	write_file("$folder/objects.cfg", $self{objects} // '');
	write_file("$folder/nagios.cfg", $object->main_file);
	return $object;
}

sub main_file {
	my ($self) = @_;
	my $folder = $self->{folder};
	my %changed = %{$self->{settings} // {}};
	my @objects = ($self->{commands} // "$debian/commands.cfg", map({ "$debian/$_.cfg" } qw(contacts templates timeperiods)),
		"$top/contrib/nagios/check_ecs_bottleneck.cfg", "$top/contrib/nagios/ecs_bottleneck_templates.cfg", @{$self->{files} // []}, "$folder/objects.cfg");
	my ($user, $group) = ((getpwuid $>)[0] // $>, (getgrgid +(split ' ', $))[0])[0] // +(split ' ', $))[0]);
	my $text = join '', map({ "cfg_file=$_\n" } @objects), <<~"MAIN";
		resource_file=$folder/resource.cfg
		log_file=$folder/nagios.log
		object_cache_file=$folder/objects.cache
		precached_object_file=$folder/objects.precache
		status_file=$folder/status.dat
		status_update_interval=1
		nagios_user=$user
		nagios_group=$group
		check_external_commands=0
		command_file=$folder/nagios.cmd
		query_socket=$folder/nagios.qh
		lock_file=$folder/nagios.lock
		temp_file=$folder/nagios.tmp
		temp_path=$folder/tmp
		check_result_path=$folder/spool
		log_archive_path=$folder/archives
		state_retention_file=$folder/retention.dat
		retain_state_information=0
		use_syslog=0
		check_for_updates=0
		check_workers=2
		max_concurrent_checks=0
		service_inter_check_delay_method=n
		service_interleave_factor=1
		max_service_check_spread=1
		service_check_timeout=$self->{timeout}
		service_check_timeout_state=c
		enable_notifications=0
		enable_event_handlers=1
		illegal_object_name_chars=`~!\$%^&*|'"<>?,()=
		illegal_macro_output_chars=`~\$&|'"<>
		MAIN
	for my $name (sort keys %changed) {
		$text =~ s/^\Q$name\E=.*/$name=$changed{$name}/m or die "there is no setting $name\n";
	}
	return $text;
}

# What `nagios4 -v` says of the configuration: (exit status, text).
sub verify {
	my ($self) = @_;
	return capture({PATH => '/usr/bin:/bin'}, '/usr/sbin/nagios4', '-v', "$self->{folder}/nagios.cfg");
}

sub start {
	my ($self) = @_;
	# HOME is what a service manager sets for the user nagios; keys and endpoints come from its files.
	my %environment = plugin_environment(HOME => tempdir() . '/home', AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef,
		AWS_REGION => undef);
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$self->{folder}/said";
		open STDERR, '>&', \*STDOUT;
		no warnings 'exec';
		exec '/usr/sbin/nagios4', "$self->{folder}/nagios.cfg";
		POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	$living{$pid} = 1;
	return;
}

# An external command, "NAME;ARGUMENT;...", with check_external_commands => 1 among the settings.
sub command {
	my ($self, $words) = @_;
	my $pipe = "$self->{folder}/nagios.cmd";
	my $end = time + 20 * time_factor();
	sleep 0.1 while !-p $pipe && time < $end;
	open my $file, '>>', $pipe or die "$pipe: $!";
	printf {$file} "[%d] %s\n", time, $words;
	close $file or die "$pipe: $!";
	return;
}

# Waits until the daemon has checked each of its services once, for so many seconds at most.
sub services {
	my ($self, $seconds) = @_;
	my $end = time + $seconds * time_factor();
	my $services = {};
	while (time < $end) {
		$services = $self->read_status;
		return $services if %$services && !grep { !$_->{has_been_checked} } values %$services;
		sleep 0.2;
	}
	diag('not checked in time: ' . join ', ', grep { !$services->{$_}{has_been_checked} } sort keys %$services);
	diag(substr CheckECS::slurp("$self->{folder}/said"), -2000) if -e "$self->{folder}/said";
	return $services;
}

# The blocks "servicestatus {" of status.dat, by description; line ends are written \n there.
sub read_status {
	my ($self) = @_;
	my $path = "$self->{folder}/status.dat";
	return {} unless -e $path;
	my $text = CheckECS::slurp($path);
	utf8::decode($text);
	my %service;
	for my $block ($text =~ /^servicestatus \{\n(.*?)^\t\}/msg) {
		my %field = map { /\A\t(\w+)=(.*)\z/ ? ($1 => $2) : () } split /\n/, $block;
		$field{long_plugin_output} =~ s/\\n/\n/g;
		$service{$field{service_description}} = \%field;
	}
	return \%service;
}

# What Nagios makes of a result: the first line up to the first '|', with ':' for ';'; the lines after it up to the next
# '|'; and what is behind both, as one line.
sub expected {
	my ($class, $text) = @_;
	my ($first, $rest) = split /\n/, $text, 2;
	my ($output, $summary) = split /\|/, $first, 2;
	my ($long, $details) = split /\|/, $rest // '', 2;
	my %expected = (
		plugin_output => $output =~ tr/;/:/r,
		long_plugin_output => $long // '',
		performance_data => join ' ', map { s/\A\s+|\s+\z//gr } grep { defined } $summary, $details,
	);
	s/\s+\z// for values %expected;
	return \%expected;
}

sub stop {
	my ($self) = @_;
	return unless $self->{pid} && $owner == $$ && delete $living{$self->{pid}};
	local ($?, $!, $@);
	kill 'TERM', $self->{pid};
	CheckECS::await($self->{pid}, 10 * time_factor());
	return;
}

sub DESTROY { $_[0]->stop }

END {
	my $status = $?;
	kill 'TERM', $_ for $owner == $$ ? keys %living : ();
	$? = $status;
}

1;
