#!/usr/bin/perl
# The plugin and the AWS CLI of the distribution, given the same environment, files and options, ask the same hosts with
# the same keys for the same region: keys that are at hand, regions and endpoints, and odd files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS::Choices;
use CheckECS::FileChoices;
use CheckECS::SideBySide;
use Test::More;

hold_side_by_side(CheckECS::Choices->rows);
hold_files(CheckECS::FileChoices->rows);

done_testing;
