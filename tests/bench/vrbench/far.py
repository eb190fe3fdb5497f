# SPDX-License-Identifier: GPL-2.0
"""The hypervisor at the other end of the wire, for transfers: far DEVICE ROW, ROW as JSON.

It is a program of its own, since to the devices under test an end is where they are. Says "ready"
when it is set up, and tears it down when its standard input ends."""

import json
import os
import subprocess
import sys

from .rows import Row


class Far:
    """Runs it beside its block."""

    def __init__(self, device, row):
        words = [sys.executable, "-m", __name__, device, json.dumps(vars(row))]
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, "VRBENCH_HV": "far"},
                                        cwd=os.path.dirname(os.path.dirname(__file__)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def is_ready(self):
        """Waits until it is set up; False when it could not be."""
        return self.process.stdout.readline() == b"ready\n"


def main():
    """The program."""
    # What it is about is known only to a process that is there.
    from .packets import DEVICES    # pylint: disable=import-outside-toplevel

    device, row = DEVICES[sys.argv[1]], Row(**json.loads(sys.argv[2]))
    try:
        device.set_up(row)
        print("ready", flush=True)
        sys.stdin.read()
    finally:
        device.tear_down()


if __name__ == "__main__":
    main()
