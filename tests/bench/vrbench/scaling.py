# SPDX-License-Identifier: GPL-2.0
"""Packets that several processors send at once: how many come out in a second, by the clock on
the wall. Each processor has flows of its own and does all of their packets' work, as with a
device that spreads flows over its queues."""

import dataclasses
import os
import subprocess
import time

from . import frames, lab, packets
from .devices import vrouter

BATCH = 64          # frames that the kernel gets at once: else its entry is most of what is measured
RUNS = 15           # short ones: this machine leaves both processors alone for some of them,
REACHED = 3         # that is for so many; one alone may be chance
PASSES = 6          # over all flows: of those without a connection not all are known at once
WARM_UP_MS = 200
PATIENCE = 2.0      # seconds to wait for the last packets
DECIDED = 10        # seconds after which a packet of a flow is decided about anew


class Chain(packets.Chain):
    """A device under test, with a sender on each processor."""

    def __init__(self, device, source, cpus):
        super().__init__(device, source)
        self.cpus = cpus

    def begin_sending(self, row, sender, amount):
        """Starts a sender, who waits for his frame."""
        namespace, device = lab.source(row.dir, frames.vm_of(row, sender))
        frame = frames.build(row, False, sender)
        with lab.Inside(namespace):
            process = subprocess.Popen(
                [self.source, *frame.options, "-b", str(BATCH), device, amount],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                preexec_fn=lambda: os.sched_setaffinity(0, {sender}))
        return process, frame.data

    def send_together(self, row, amount):
        """All processors send; returns (packets, nanoseconds) of each, and how many came out."""
        before = self.received(row)
        senders = [self.begin_sending(row, i, amount) for i in range(self.cpus)]
        for process, data in senders:
            process.stdin.write(data)
            process.stdin.flush()
        for process, _ in senders:
            process.stdin.close()
        sent = [finish(process) for process, _ in senders]
        return sent, self.wait_for(row, before, sum(n for n, _ in sent))

    def received(self, row):
        """How many packets have come out so far."""
        ends = {lab.sink(row.dir, vm) for vm in lab.VMS[:row.vms]}
        return sum(count(self.counters[namespace], device) for namespace, device in ends)

    def wait_for(self, row, before, number):
        """Whatever is still in a queue comes out soon; returns how many there were."""
        end = time.monotonic() + PATIENCE
        while self.received(row) - before < number and time.monotonic() < end:
            time.sleep(0.01)
        return self.received(row) - before

    def establish(self, row):
        """Makes the flows known, each on its processor, and answered."""
        if row.established <= self.known:
            return
        both = [dataclasses.replace(row, dir=d) for d in ("encap", "decap")]
        for number in (packets.WARM_UP, *[row.established] * PASSES):
            for one in both:
                self.send_together(one, str(number))
        self.known = row.established

    def measure(self, row, milliseconds):
        """Packets a second: what the best of several runs have reached, in none of which one got
        lost. What others do on this machine meanwhile only takes from it."""
        self.establish(row)
        self.send_together(row, f"{WARM_UP_MS}ms")
        runs = [self.run(row, milliseconds) for _ in range(RUNS)]
        return {"cpus": self.cpus, "rate": round(sorted(sum(r) for r in runs)[-REACHED]),
                "runs": [[round(x) for x in r] for r in runs]}

    def run(self, row, milliseconds):
        """Packets a second of each processor. Who lost any, or had to decide about more than the
        few whose decision was old, did not measure what he should have."""
        ours = self.device is vrouter
        before = self.device.counts() if ours else {}
        sent, seen = self.send_together(row, f"{milliseconds}ms")
        number = sum(n for n, _ in sent)
        if seen != number:
            raise lab.Failure(f"{seen} of {number} packets came out")
        if ours:
            self.check_hits(row, before, number, milliseconds)
        return [n / ns * 1e9 for n, ns in sent]

    def check_hits(self, row, before, number, milliseconds):
        """Were the packets of known flows?"""
        after = self.device.counts()
        hits, misses = (after[k] - before[k] for k in ("hits", "misses"))
        old = row.established * self.cpus * (2 + milliseconds / 1000 / DECIDED)
        if hits + misses != number or misses > old:
            raise lab.Failure(f"{hits} hits and {misses} misses of {number} packets")


def finish(process):
    """(packets, nanoseconds) of a sender."""
    out, errors = process.stdout.read(), process.stderr.read()
    if process.wait():
        raise lab.Failure(f"source: {errors.decode().strip()}")
    number, nanoseconds = out.split()
    return int(number), int(nanoseconds)


def count(file, device):
    """Packets that a device has received; the file is its namespace's /proc/net/dev."""
    text = os.pread(file.fileno(), 4096, 0).decode()
    line = next(x for x in text.splitlines() if x.strip().startswith(f"{device}:"))
    return int(line.partition(":")[2].split()[1])
