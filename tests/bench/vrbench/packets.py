# SPDX-License-Identifier: GPL-2.0
"""Rows about packets: what one costs in the device under test, in instructions.

The VM's clock counts instructions, a nanosecond each, so what source measures is the cost of
all it does, of the device under test and of the sink. That of a device which does nothing is
taken away by whoever reads the results.
"""

import dataclasses
import subprocess

from . import frames, lab
from .devices import bridge, fib, floor, ovs, vrf, vrouter
from .memory import settled_memory

DEVICES = {"floor": floor, "bridge": bridge, "ovs": ovs, "vrf": vrf, "fib": fib,
           "vrouter": vrouter}
REPEATS = 8
WARM_UP = 64


class Chain:
    """A device under test in its place, while its block runs."""

    def __init__(self, device, source):
        self.device = DEVICES[device]
        self.source = source
        self.counters = {}
        self.fresh = 0          # connections begun so far by packets of new flows
        self.known = 0          # flows that are established
        self.attacks = 0        # packets of the other VM so far

    def set_up(self, row):
        """Makes all of it, for a row and those that have a setup in common with it."""
        if hasattr(self.device, "prepare"):
            self.device.prepare()
        lab.build(row.vms)
        self.counters = {n: counters(n) for n in ("vm", "wire")}
        self.device.set_up(row)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.device.tear_down()
        for file in self.counters.values():
            file.close()
        lab.clear()
        settled_memory()        # the kernel frees it later, which may be much

    def send(self, row, frame, count, first=0):
        """Sends frames; returns how many came out and the instructions it took."""
        return self.send_from(lab.source(row.dir), lab.sink(row.dir), frame, count, first)

    def attack(self, count):
        """The other VM sends so many packets, no two of one connection. Once it has as many as
        it may have, they end at its vif."""
        self.send_from(("evil", "eth0"), lab.WIRE, frames.build_attack(), count, self.attacks)
        self.attacks += count

    def send_from(self, source, sink, frame, count, first):
        """The same from anywhere to anywhere."""
        namespace, device = source
        file = self.counters[sink[0]].fileno()
        words = [self.source, *frame.options, "-f", str(first), "-w", sink[1], device,
                 str(count)]
        with lab.Inside(namespace):
            done = subprocess.run(["sh", "-c", f'exec "$@" 3<&{file}', "sh", *words],
                                  input=frame.data, capture_output=True, check=False,
                                  pass_fds=(file,))
        if done.returncode:
            raise lab.Failure(f"source: {done.stderr.decode().strip()}")
        seen, instructions = done.stdout.split()
        return int(seen), int(instructions)

    def establish(self, row):
        """Makes the flows of a row known, and answered: some first, for what is learned from
        the first packet, then each in both directions. They stay known for other rows."""
        if row.established <= self.known:
            return
        for count in (WARM_UP, row.established, row.established):
            for direction in ("encap", "decap"):
                one = dataclasses.replace(row, dir=direction, size=min(row.size, 80), gso=0)
                self.send(one, frames.build(one, False), count)
        self.known = row.established

    def begin(self, count):
        """The number of the first of so many new flows, none of which there was before."""
        if self.fresh + count > frames.PORTS:
            raise lab.Failure("there are no more new flows; take fewer packets")
        self.fresh += count
        return self.fresh - count

    def measure(self, row, count):
        """What a packet costs: the least of several runs, which are given too. What others do
        meanwhile, and an allocator whose slab has just run out, only add to it."""
        fresh = row.flows == "new"
        frame = frames.build(row, fresh)
        self.establish(row)
        self.send(row, frame, WARM_UP, self.begin(WARM_UP) if fresh else 0)
        costs = []
        for i in range(REPEATS):
            first = self.begin(count) if fresh else i * count
            if row.changes:
                self.device.change(row.changes)
            if row.attack:
                self.attack(row.attack)
            seen, instructions = self.send(row, frame, count, first)
            if seen != count:
                raise lab.Failure(f"{seen} of {count} packets came out")
            costs.append(instructions / count)
        return {"packets": count * REPEATS, "instructions": round(min(costs)),
                "runs": [round(c) for c in costs]}


def counters(namespace):
    """The counters of the devices of a namespace."""
    with lab.Inside(namespace):
        return open("/proc/self/net/dev", "rb", buffering=0)
