#!/usr/bin/perl
# The plugin and the AWS CLI of the distribution, given the same environment, files and options, ask the same hosts with
# the same keys for the same region: keys that are at hand, regions and endpoints.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS::Choices;
use CheckECS::SideBySide;
use Test::More;

hold_side_by_side(CheckECS::Choices->rows);

done_testing;
