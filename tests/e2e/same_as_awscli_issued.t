#!/usr/bin/perl
# The plugin and the AWS CLI of the distribution, given the same environment, files and options, ask the same hosts with
# the same keys for the same region: keys that AWS issues: roles, web identity, SSO; and what the CLI left on disk.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS::IssuedChoices;
use CheckECS::SideBySide;
use Test::More;

hold_side_by_side(CheckECS::IssuedChoices->rows);

done_testing;
