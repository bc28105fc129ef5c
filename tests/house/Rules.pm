# The rules about directories, files and libraries, as tables. tests/house.t holds the code to them, tests/house_rules.t tries
# each rule on planted faults; ARCHITECTURE.md explains them.
package Rules;
use strict;
use warnings;

# Which room may know which, by #include and by symbol. A room always knows itself. A name with a file is that file alone:
# service/arn is about names that files and options hold, call/operation belongs to what the client is asked for.
our %may_know = (
	'base' => [],
	'harness' => [qw(base)],
	'term' => [qw(base)],
	'aws/http' => [qw(base)],
	'aws/service' => [qw(base)],
	'aws/config' => [qw(base aws/http)],
	'aws/call' => [qw(base aws/http aws/config)],
	'aws/identity/sso' => [qw(base aws/http aws/config aws/call aws/identity/provider)],
	'aws/identity' => [qw(base aws/http aws/config aws/call aws/identity/sso aws/service/arn)],
	'aws/client' => [qw(base aws/http aws/config aws/call aws/identity)],
	'model' => [qw(base harness)],
	'options' => [qw(base harness model aws/service/arn)],
	'judge' => [qw(base harness model)],
	'report/words' => [qw(base harness term model judge)],
	'report' => [qw(base harness term model judge report/words)],
	'collect' => [qw(base harness model aws/config aws/service aws/client aws/call/operation)],
	'jobs' => [qw(base harness term model options judge report report/words collect aws/http aws/config aws/call aws/identity aws/client aws/service)],
	'main' => [qw(base harness term model options jobs)],
);

# How a forbidden arrow is mended: the first row that fits counts. %f is the file, %t what it uses.
our @mend = (
	['judge', 'collect', 'return the list of requests (model/request) and let the job hand it to collect'],
	['collect', 'judge', 'let the job ask the judge, and pass its list of requests or a callback in'],
	['report(?:/words)?', 'collect', 'move the data that %f reads into model/, which collect fills'],
	['(?:model|judge|report|report/words)', 'aws/.*', 'carry what %f needs as plain data in model/, which collect or options fill'],
	['options', '(?:aws|collect).*', 'keep the value as a plain string in model/ and let the job hand it on'],
	['.*', 'options', 'read the value from model/ (rules, style, choice), or have the caller pass it in'],
	['.*', 'jobs|main', 'pass a callback in from there'],
	['aws/.*', 'harness|term', 'pass a callback in from main'],
	['.*', '.*', 'move what %f needs of %t down into a room that both may know, or have the caller pass it in'],
);

# Files that do not know each other although they are in one room.
our @apart = (
	[qr{^aws/identity/provider_}, 'a credential provider knows no other one: identity/chain looks providers up, and passes in what one needs of another'],
);

# The only circles of objects, and of files by their includes.
our @circles = ([qw(aws/client/client aws/client/client_attempt)]);

# Rooms whose files have to compile without any header of lib/aws.
our @without_aws = qw(model judge report/words report);

# A library's headers and symbols are for these files alone.
our @libraries = (
	# library, its headers, its symbols, files
	['libcurl', qr{^curl/}, qr{^curl_}, qr{^lib/aws/http/(?:\w+\.c|\w+_state\.h)$}],
	['OpenSSL', qr{^openssl/}, qr{^(?:EVP|HMAC|OPENSSL|CRYPTO|RAND)(?:_|$)}, qr{^lib/base/crypto\.c$}],
	['cJSON', qr{cJSON}, qr{^cJSON_}, qr{^lib/base/(?:json\w*\.c|json_state\.h)$}],
	['ncurses', qr{^(?:n?curses|term)(?:w?/.*)?\.h$}, qr{^(?:initscr|newterm|endwin|setupterm|wget_wch|wgetch)$}, qr{^lib/term/picker\w*\.c$}],
	['expat', qr{expat}, qr{^XML_}, qr{^lib/base/xml\.c$}],
);

our $max_sources = 20; # .c files in a directory
our $max_lines = 400; # lines of a file

# Files that a build may leave out.
our $optional = qr{^lib/term/picker_(?:screen|terminal)\.c$};

1;
