# SPDX-License-Identifier: GPL-2.0
"""Rows about the memory of flows: what vrouter keeps of each. The connections that the host's
tracker has of them are there before, when the network has no flow cache yet."""

import dataclasses
import json
import pathlib

from . import frames, lab
from .devices.vrouter import commands
from .memory import settled_memory
from .packets import Chain

MODULE = pathlib.Path("/sys/module/vrouter/parameters/max_flows")
ROOM = 1000             # flows more than there will be
PATIENCE = 600          # seconds that the tracker keeps a connection without an answer
TIMES = 2               # packets of a flow, one after another: the second makes it one


def make_room(number):
    """Nobody's limit ends so many flows, nor does the tracker end their connections."""
    MODULE.write_text(str(number + ROOM), encoding="ascii")
    lab.sysctl("hv", net__netfilter__nf_conntrack_udp_timeout=PATIENCE)
    commands(f"""
        network set blue max-flows {number + ROOM} max-connections 0
        vif set vm max-flows {number + ROOM} max-connections 0
        """)


def cache(state):
    """Turns the flow cache on or off."""
    commands(f"network set blue flow-cache {state}")


def send_all(chain, row):
    """Packets of all flows, those that the VM sends and those that it gets."""
    for direction in ("encap", "decap"):
        one = dataclasses.replace(row, dir=direction)
        frame = frames.build(one, False)
        frame.options += ["-t", str(TIMES)]
        seen, _ = chain.send(one, frame, row.established)
        if seen != row.established * TIMES:
            raise lab.Failure(f"{seen} of {row.established * TIMES} packets came out")


def count():
    """The flows that are kept."""
    found = json.loads(lab.hv("vrouter-ctl", "-j", "flow", "count"))
    return (found[0] if isinstance(found, list) else found)["count"]


def measure_in(chain, row):
    """What a flow takes, in a chain that has just been set up."""
    make_room(row.entries)
    cache("off")
    send_all(chain, row)
    before = settled_memory()
    cache("on")
    send_all(chain, row)
    used, kept = settled_memory() - before, count()
    if kept != row.entries:
        raise lab.Failure(f"{kept} of {row.entries} flows are kept")
    return {"entries": row.entries, "bytes": round(used / row.entries)}


def measure(row, source):
    """Half of the flows are the VM's, the other half are their answers."""
    row = dataclasses.replace(row, flows=str(row.entries // 2))
    limit = MODULE.read_text(encoding="ascii")
    with Chain("vrouter", source) as chain:
        try:
            chain.set_up(row)
            return measure_in(chain, row)
        finally:
            MODULE.write_text(limit, encoding="ascii")
