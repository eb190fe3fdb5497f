# SPDX-License-Identifier: GPL-2.0
"""What everyone takes in instructions, where much of the time nobody has anything to do."""

import os
import pathlib
import subprocess
import time

STARTED = 100000000     # ns that a program has had once it does its work


class Spinner:
    """Uses the processor when nobody else does, while its block runs: what an idle processor
    takes until it is woken is no instructions but any time."""

    def __init__(self):
        self.process = None
        self.begun = (0, 0)

    def __enter__(self):
        self.process = subprocess.Popen(["sh", "-c", "while :; do :; done"])
        os.sched_setscheduler(self.process.pid, os.SCHED_IDLE, os.sched_param(0))
        while self.clocks()[1] < STARTED:
            time.sleep(0.02)
        self.begun = self.clocks()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def clocks(self):
        """The time, and the part of it that the spinner had."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii")
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), int(stat.split()[0])

    def others(self):
        """Instructions of all others since it begun."""
        now, spun = self.clocks()
        return now - self.begun[0] - (spun - self.begun[1])
