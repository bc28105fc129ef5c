"""Runs the AWS CLI of the distribution many times, and imports it once: each run is a process forked from this one.

A line of JSON on standard input asks for a run: {"environment", "arguments", "stdout", "stderr", "seconds"}; a line on standard
output answers with its wait status. Each character of an environment or an argument stands for an octet. Everything that the CLI reads (environment, files, arguments) it reads in the new process.
"""
import json
import os
import signal
import sys

GIVEN = dict(os.environ)
HOME = GIVEN["HOME"]

import awscli.clidriver  # noqa: E402
# What the CLI would import while it runs, and takes most of its time for.
import awscli.botocore.auth  # noqa: E402,F401
import awscli.botocore.credentials  # noqa: E402,F401
import awscli.botocore.handlers  # noqa: E402,F401
import awscli.botocore.httpsession  # noqa: E402,F401
import awscli.handlers  # noqa: E402,F401

# What importing has set: where the CLI's data are.
SET = {name: text for name, text in os.environ.items() if GIVEN.get(name) != text}


def octets(text):
    return text.encode("latin-1")


def run(request):
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(request["stdout"], os.O_WRONLY | os.O_APPEND)
    err = os.open(request["stderr"], os.O_WRONLY | os.O_APPEND)
    for number, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, number)
    os.environb.clear()
    os.environb.update({octets(name): octets(text) for name, text in request["environment"].items()})
    os.environ.update(SET)
    signal.alarm(request["seconds"])
    sys.argv = ["aws"] + [os.fsdecode(octets(word)) for word in request["arguments"]]
    status = 255
    try:
        status = awscli.clidriver.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 255)


for line in sys.stdin:
    wanted = json.loads(line)
    os.symlink(octets(wanted["environment"].get("HOME", "/nonexistent")), os.fsencode(HOME + ".new"))
    os.rename(HOME + ".new", HOME)
    child = os.fork()
    if child == 0:
        run(wanted)
    print(os.waitpid(child, 0)[1], flush=True)
