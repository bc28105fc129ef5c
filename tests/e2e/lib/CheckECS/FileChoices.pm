package CheckECS::FileChoices;
# Odd config and credentials files, as a table: CheckECS::FileChoices->rows. What a row is, stands in CheckECS::Choices; `says`
# is what has to be in the plugin's words. Each row of the tables in lib/base/ini.h and lib/aws/config/profile.h is here,
# those that concern every file in all their combinations.

use strict;
use warnings;
use CheckECS::Choices qw(row ecs static printed $no_region);

my $found = [ecs('AKIDP', region => 'us-east-2')];
my $elsewhere = "region = us-west-1\naws_access_key_id = AKIDWRONG\naws_secret_access_key = secret\n";
my $refused = 'what cannot be read spoils its own section; the CLI refuses the whole file';
my $lenient = 'the other SDKs read it so; the CLI refuses or misreads the file';

sub rows {
	return (combined(), headings(), credentials_headings(), lines(), values_of_keys(), nested(), fallback(), neighbours(), own_faults(), encodings(), paths(), sizes());
}

# A config file, and the profile that is asked for.
sub file {
	my ($name, $config, $profile, $calls, %rest) = @_;
	my %more = map { $_ => delete $rest{$_} } grep { exists $rest{$_} } qw(credentials env files);
	return row($name, {env => {%$no_region, %{$more{env} // {}}}, config => $config, (map { $_ => $more{$_} } grep { $_ ne 'env' } keys %more),
		defined $profile ? (options => ['--profile', $profile]) : ()}, $calls, %rest);
}

sub keys_of_p { return static('P') . "region = us-east-2\n" }

# --- headings, ways to write a key, ends of lines, and what stands before and behind ---

sub combined {
	my @heading = ('[profile p]', '[profile   p  ]', "[profile\tp]", q([profile 'p']), q([profile "p"]), '[profile p] # comment', '[profile p];comment', '[profile p] text',
		"  [profile p]", '[profiles p]', '[profile \p]', q([profile ''p""]));
	my @key = (
		sub { "$_[0] = $_[1]" }, sub { "$_[0]=$_[1]" }, sub { "$_[0]: $_[1]" }, sub { "$_[0] :$_[1]" }, sub { "  $_[0] = $_[1]" }, sub { "\t$_[0] \t=\t $_[1] \t" },
		sub { uc($_[0]) . " = $_[1]" }, sub { "$_[0]\xc2\xa0=\xc2\xa0$_[1]\xe2\x80\x83" }, sub { "\xc2\xa0$_[0] : $_[1]" }, sub { "$_[0] = $_[1]\n\n# comment\n\t; comment" },
	);
	my @end = ("\n", "\r\n", "\r");
	my @before = ('', "# [profile p]\n ; comment\n\n", "\t \n", "[default]\n${elsewhere}s3 =\n  max = 1\n\n  region = us-west-2\n", "[profile q]\n  region = us-west-1\n  output = json\n",
		"[preview]\nx = 1\n", "[DEFAULT]\nregion = us-west-1\n");
	my @behind = ('', "\n[profile z]\n$elsewhere", "    # comment\n", "[profile in valid]\n$elsewhere", "[p]\n$elsewhere");
	my (@rows, $number);
	for my $h (0 .. $#heading) {
		for my $k (0 .. $#key) {
			my $turn = $number++;
			my ($e, $b, $a) = ($turn % @end, $turn % @before, $turn % @behind);
			# An indented heading below a key would continue it.
			$b %= 3 if $heading[$h] =~ /\A /;
			my $text = join "\n", $before[$b] . $heading[$h], $key[$k]->('aws_access_key_id', 'AKIDP'), $key[$k]->('aws_secret_access_key', 'secret'),
				$key[$k]->('region', 'us-east-2'), $behind[$a];
			$text =~ s/\n\z// if $turn % 4 == 3;
			$text =~ s/\n/$end[$e]/g;
			push @rows, file("heading $h, key $k, end $e, before $b, behind $a", $text, 'p', $found);
		}
	}
	return @rows;
}

# --- what a heading names ---

sub headings {
	my $heads = sub { my ($name, $heading, $profile, @rest) = @_; return file("$name: $heading", "$heading\n" . keys_of_p(), $profile, @rest) };
	return (
		$heads->('a name with a blank', q([profile 'Foo Bar']), 'Foo Bar', $found),
		$heads->('a name with a blank', q([profile "Foo Bar"]), 'Foo Bar', $found),
		$heads->('a name with a blank', q([profile Foo\ Bar]), 'Foo Bar', $found),
		$heads->('quotes amid a name', q([profile a"b c"d'e f']), 'ab cde f', $found),
		$heads->('a quote in a name', q([profile "it's"]), q(it's), $found),
		$heads->('a backslash in quotes', q([profile "a\"b\\\\c\d"]), q(a"b\\c\d), $found),
		$heads->('signs', '[profile a&b,c!$(d)]', 'a&b,c!$(d)', $found),
		$heads->('letters of other scripts', "[profile m\xc3\xbcnchen]", "m\xc3\xbcnchen", $found),
		$heads->('a bracket', '[profile a]b]', 'a]b', $found),
		$heads->('text with a bracket', '[profile p] text]', 'p] text', []),
		$heads->('a comment with a bracket', '[profile p] # [old]', 'p', $found, aws => [], why => $lenient),
		$heads->('another heading behind it', '[profile p];[profile q]', 'p', $found, aws => [], why => $lenient),
		$heads->('blanks before the keyword', '[ profile p]', 'p', $found, aws => [], why => $lenient),
		$heads->('no blank behind the keyword', '[profilep]', 'p', []),
		$heads->('no keyword', '[p]', 'p', [], says => [qr/line 1: write \[profile NAME\] there/]),
		$heads->('a keyword in capitals', '[Profile p]', 'p', []),
		$heads->('three words', '[profile prod (eu)]', 'prod (eu)', [], says => [qr/line 1: write \[profile 'NAME'\], in quotes/]),
		$heads->('a quote that is not closed', q([profile 'p]), 'p', []),
		$heads->('a backslash at the end', '[profile p\]', 'p', []),
		$heads->('default', '[default]', undef, $found),
		$heads->('default in quotes', q([profile 'default']), undef, $found),
		$heads->('default in capitals is another one', '[Default]', undef, []),
	);
}

sub credentials_headings {
	my $heads = sub { my ($name, $heading, $profile, @rest) = @_; return file("credentials, $name: $heading", "[default]\n", $profile, @rest, credentials => "$heading\n" . keys_of_p()) };
	return (
		$heads->('a name with a blank', '[Foo Bar]', 'Foo Bar', $found),
		$heads->('a name in brackets', '[prod (eu)]', 'prod (eu)', $found),
		$heads->('signs', '[a&b,c!$(d)]', 'a&b,c!$(d)', $found),
		$heads->('letters of other scripts', "[m\xc3\xbcnchen]", "m\xc3\xbcnchen", $found),
		$heads->('quotes belong to the name', q(['a b']), q('a b'), $found),
		$heads->('quotes belong to the name', q(['a b']), 'a b', []),
		$heads->('a quote', q([it's]), q(it's), $found),
		$heads->('a bracket', '[a]b]', 'a]b', $found),
		$heads->('the keyword belongs to the name', '[profile p]', 'profile p', $found),
		$heads->('the keyword belongs to the name', '[profile p]', 'p', [], says => [qr/line 1: write \[NAME\] there/]),
		$heads->('text behind it', '[p] text', 'p', $found),
		$heads->('indented', '   [p]', 'p', $found),
		$heads->('blanks inside the brackets', '[ p ]', 'p', $found, aws => [], why => $lenient),
	);
}

# --- lines ---

sub lines {
	my $keys = keys_of_p();
	return (
		file('keys indented more and more', "[profile p]\n" . indent($keys, 0, 1, 2), 'p', []),
		file('keys indented less and less', "[profile p]\n" . indent($keys, 4, 2, 0), 'p', $found),
		file('keys indented by different blanks of one width', "[profile p]\n" . indent($keys, "\t", ' ', "\xc2\xa0"), 'p', $found),
		file('indented keys beside a good default', "[default]\nregion = us-west-1\n[profile p]\n" . indent($keys, 2, 2, 2), 'p', $found),
		file('indented keys in the credentials file', '', 'p', $found, credentials => "[p]\n" . indent($keys, 8, 8, 8)),
		file('an indented section below its keys continues them', "[profile p]\n$keys  [profile q]\n", 'p', [], says => [qr/the next line of the file, which is indented/]),
		file('a key below the region continues it', "[profile p]\n$keys\n  output = json\n", 'p', [], says => [qr/the next line of the file, which is indented/]),
		file('a comment below the region does not', "[profile p]\n$keys  # output = json\n", 'p', $found),
		file('a key with a bracket', "[profile p]\n${keys}[x = 1\n[y: 2\n", 'p', $found),
		file('a key with a colon and one with blanks', "[profile p]\n${keys}a:b = c\nin valid = 1\n  more\n", 'p', $found),
		file('a key twice', "[profile p]\nregion = us-west-1\n$keys", 'p', $found, aws => [], why => $lenient),
		file('a section twice', "[profile p]\nregion = us-west-1\n[default]\n[profile p]\n$keys", 'p', $found, aws => [], why => $lenient),
		file('a value that begins in the next line', "[profile p]\n" . static('P') . "region =\n  us-east-2\n", 'p', [], says => [qr/line 5: an indented line that is not name = value/]),
	);
}

# Each line by its number of blanks, or its own ones.
sub indent {
	my ($text, @width) = @_;
	my @line = split /\n/, $text;
	return join '', map { ($width[$_] =~ /\A\d+\z/ ? ' ' x $width[$_] : $width[$_]) . "$line[$_]\n" } 0 .. $#line;
}

sub values_of_keys {
	my $value = sub { my ($name, $value, @rest) = @_; return file("value: $name", "[profile p]\n" . static('P') . "region = $value\n", 'p', @rest) };
	my $process = sub { my ($name, $command, @rest) = @_; return file("command: $name", "[profile p]\nregion = us-east-2\ncredential_process = $command\n", 'p', @rest) };
	my $json = q('{"Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"secret"}');
	return (
		$value->('a comment behind it', 'us-east-2 # Ohio', $found, aws => [], why => $lenient),
		$value->('a comment behind a tab', "us-east-2\t;Ohio", $found, aws => [], why => $lenient),
		$value->('a comment behind a no-break space', "us-east-2\xc2\xa0# Ohio", $found, aws => [], why => $lenient),
		$value->('no blank before the #', 'us-east-2#Ohio', []),
		$value->('nothing but a comment', '# Ohio', []),
		$value->('quotes', '"us-east-2"', [], says => [qr/remove the quotes around it/]),
		$value->('a blank in it', 'us east 2', [], says => [qr/is not a valid region name/]),
		$process->('a # in quotes', qq(sh -c "echo '{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIDP\\",\\"SecretAccessKey\\":\\"secret\\"}' #y"), $found),
		$process->('a ; in quotes', qq(sh -c 'echo "\$0" ; exit' $json), $found),
		$process->('a comment behind quotes', "/bin/echo $json # comment", $found, aws => [], why => $lenient),
		$process->('a quote in other quotes', qq(/bin/sh -c "echo \$0 # it's" $json), $found),
		$process->('two lines', "/bin/echo\n  $json", $found),
		$process->('two lines with a comment between', "/bin/echo\n# comment\n  $json", $found),
		file('quotes around the key id', "[profile p]\nregion = us-east-2\naws_access_key_id = \"AKIDP\"\naws_secret_access_key = secret\n", 'p', [],
			says => [qr/the access key id is in quotes; remove the quotes/], aws => [ecs('"AKIDP"', region => 'us-east-2')], why => 'the CLI sends the quotes along, and AWS does not know the key'),
		file('quotes around the secret', "[profile p]\nregion = us-east-2\naws_access_key_id = AKIDP\naws_secret_access_key = 'secret'\n", 'p', [],
			says => [qr/the secret access key is in quotes; remove the quotes/], aws => $found, why => 'the CLI signs with the quotes, and AWS calls the signature wrong'),
	);
}

sub nested {
	my $keys = keys_of_p();
	return (
		file('nested settings', "[profile p]\ns3 =\n  region = us-west-1\n$keys", 'p', $found),
		file('nested settings below indented keys', "[profile p]\n  s3 =\n    region = us-west-1\n" . indent($keys, 2, 2, 2), 'p', $found),
		file('nested settings behind an empty line', "[profile p]\ns3 =\n\n\n  region = us-west-1\n$keys", 'p', $found),
		file('a nested setting without a name', "[profile p]\ns3 =\n  = 1\n$keys", 'p', $found),
		file('a nested line that is not a setting', "[profile p]\ns3 =\n  region\n$keys", 'p', [], says => [qr/line 3: an indented line that is not name = value; correct it to use profile 'p'/]),
		file('a line below a value is not nested', "[profile p]\ns3 = x\n  region\n$keys", 'p', $found),
	);
}

sub fallback {
	return (
		file('[DEFAULT] gives what a profile lacks', "[DEFAULT]\nregion = us-east-2\n[profile p]\n" . static('P'), 'p', $found),
		file('[DEFAULT] behind it', "[profile p]\n" . static('P') . "[DEFAULT]\nregion = us-east-2\n", 'p', $found),
		file('[DEFAULT] twice', "[DEFAULT]\noutput = json\n[profile p]\n" . static('P') . "[DEFAULT]\nregion = us-east-2\n", 'p', $found),
		file('[DEFAULT] does not make a profile', "[DEFAULT]\n" . keys_of_p(), 'p', []),
		file('[DEFAULT] of the credentials file', "[profile p]\nregion = us-east-2\n", 'p', $found, credentials => "[DEFAULT]\n" . static('P') . "[p]\noutput = json\n"),
		file('[DEFAULT] of the other file', "[DEFAULT]\n" . static('P') . '', 'p', [], credentials => "[p]\nregion = us-east-2\n"),
	);
}

# --- what cannot be read ---

my @faults = (
	['a line without =', "[profile x]\nregion\n"], ['a heading that is not closed', "[profile x\nregion = us-west-1\n"], ['no key', "[profile x]\n= 1\n"],
	['a nested line without =', "[profile x]\ns3 =\n  y\n"], ['a heading without a name', "[]\nregion = us-west-1\n"],
);

sub neighbours {
	my @rows;
	for my $fault (@faults) {
		my ($name, $text) = @$fault;
		my @differs = (aws => [], why => $refused);
		push @rows, file("$name before the profile", $text . "[profile p]\n" . keys_of_p(), 'p', $found, @differs),
			file("$name behind the profile", "[profile p]\n" . keys_of_p() . $text, 'p', $found, @differs),
			file("$name in the other file", "[profile p]\n" . keys_of_p(), 'p', $found, credentials => $text =~ s/profile //r, @differs);
	}
	return (@rows,
		file('text before the first section', "region = us-west-1\n[profile p]\n" . keys_of_p(), 'p', $found, aws => [], why => $refused),
		file('an indented line before the first section', "  x\n[profile p]\n" . keys_of_p(), 'p', $found, aws => [], why => $refused),
	);
}

sub own_faults {
	my $names = sub { my ($name, $config, $line, $what, %rest) = @_; return file("its own fault: $name", $config, 'p', [], says => [qr{/\.aws/(?:config|credentials): line $line: $what.*profile 'p'}], %rest) };
	my $keys = keys_of_p();
	return (
		$names->('a line without =', "[profile p]\n${keys}region\n", 5, qr/a line that is neither \[section\] nor key = value/),
		$names->('no key', "[profile p]\n${keys}: 1\n", 5, qr/no key before the =/),
		$names->('a heading that is not closed', "[default]\n[profile p\n$keys", 2, qr/a section's name without a closing \]/),
		$names->('in the credentials file', "[profile p]\n$keys", 2, qr/a line that is neither/, credentials => "[p]\nx\n"),
		$names->('in its second part', "[profile p]\n${keys}[default]\n[profile p]\nx\n", 7, qr/a line that is neither/),
		$names->('in [DEFAULT]', "[DEFAULT]\nx\n[profile p]\n$keys", 2, qr/a line that is neither/),
		file('a fault in its source_profile', "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = q\nregion = us-east-2\n[profile q]\nx\n", 'p', [],
			says => [qr{config: line 6: a line that is neither .*; correct it to use profile 'q'}]),
		file('text before [default]', "region = us-west-1\n[default]\n$keys", undef, [], says => [qr{config: line 1: text before the first \[section\]; correct it to use profile 'default'}]),
		file('nothing but keys', $keys, undef, [], says => [qr/config: line 1: text before the first \[section\]/]),
		file('nothing but keys, another profile', $keys, 'p', [], says => [qr/profile 'p' is in neither .*config: line 1: text before the first \[section\]/]),
	);
}

sub encodings {
	my $text = "[profile p]\n" . keys_of_p();
	my $wide = sub { my ($template, $mark) = @_; return $mark . pack $template, map { ord } split //, $text };
	my @utf16 = ([], says => [qr{/\.aws/config: is UTF-16 or UTF-32 text: save it as UTF-8}]);
	return (
		file('a byte order mark', "\xef\xbb\xbf$text", 'p', $found, aws => [], why => $lenient),
		file('UTF-16, little-endian', $wide->('v*', "\xff\xfe"), 'p', @utf16),
		file('UTF-16, big-endian', $wide->('n*', "\xfe\xff"), 'p', @utf16),
		file('UTF-16 without a mark', $wide->('v*', ''), 'p', @utf16),
		file('UTF-32', $wide->('V*', "\xff\xfe\0\0"), 'p', @utf16),
		file('a comment in Latin-1', "# gr\xfc\xdfe\n$text", 'p', $found, aws => [], why => 'only what counts has to be read'),
		file('a comment in UTF-8', "# gr\xc3\xbc\xc3\x9fe\n$text", 'p', $found),
		file('a NUL byte in another section', "[profile x]\nk = a\0b\n$text", 'p', $found),
		file('an empty file', '', undef, []),
		file('nothing but white space', "\n \t\n\xc2\xa0\n", undef, []),
	);
}

sub paths {
	my %files = (files => {c => "[default]\n" . keys_of_p()});
	my $path = sub { my ($path, $calls, @rest) = @_; return file("AWS_CONFIG_FILE=$path", undef, undef, $calls, %files, env => {AWS_CONFIG_FILE => $path, PLACE => 'c', @rest}) };
	return (
		$path->('~/c', $found), $path->('$HOME/c', $found), $path->('${HOME}/c', $found), $path->('$HOME/${PLACE}', $found), $path->('~/$PLACE', $found),
		$path->('$HOME/$NOWHERE/c', []), $path->('${HOME/c', []), $path->('~nobody-has-this-name/c', []), $path->('{home}/c', $found),
		file('AWS_SHARED_CREDENTIALS_FILE=$HOME/k', undef, undef, $found, env => {AWS_SHARED_CREDENTIALS_FILE => '$HOME/k'}, files => {k => "[default]\n" . keys_of_p()}),
	);
}

sub sizes {
	my $text = "[profile p]\n" . keys_of_p();
	my $token = 'T' x 5000;
	return (
		file('2 MiB of other profiles', join('', map { "[profile number-$_]\nregion = us-west-1\noutput = json\nrole_session_name = " . 'x' x 60 . "\n" } 1 .. 18000) . $text, 'p', $found),
		file('300 keys in another profile', "[profile x]\n" . join('', map { "k$_ = v\n" } 1 .. 300) . $text, 'p', $found),
		file('a value of 70,000 bytes in another profile', "[profile x]\nk = v\n" . join('', map { ' ' . 'v' x 700 . "\n" } 1 .. 100) . $text, 'p', $found),
		file('a token of 5,000 bytes', "${text}aws_session_token = $token\n", 'p', [ecs('AKIDP', region => 'us-east-2', token => $token)]),
	);
}

1;
