# SPDX-License-Identifier: GPL-2.0
"""What the policy of a row says, for all devices the same: the elements of the set, and the
rules that do not fit any packet."""

import functools
import ipaddress
import random
import socket

NETS = {4: "10.0.0.0/24", 6: "fd00::/64"}
FEW = {4: ("10.1.16.31", "10.1.16.112", "10.21.9.77"), 6: ("fd01::31", "fd01::112", "fd02::77")}


def members(row):
    """The elements of the set. Packets are for the first one, or with more than 4 for the
    first ten, in turns; the others are any prefixes that are disjoint."""
    if row.members <= 4:
        return [NETS[row.inner], *FEW[row.inner]]
    base = ipaddress.ip_address("10.64.0.1")
    return [str(base + i) for i in range(10)] + prefixes(row.members - 10)


@functools.lru_cache(maxsize=1)
def prefixes(number):
    """Disjoint prefixes of 11.0.0.0 and up, of 24 to 32 bits: one of each block of 256."""
    chance = random.Random(1)
    blocks = chance.sample(range(11 << 16, 100 << 16), number)
    return [one_of(chance, block << 8) for block in blocks]


def one_of(chance, base):
    """A prefix of 256 addresses, most often a single address."""
    length = chance.choice((24, 26, 28, 30, 32, 32, 32, 32))
    size = 1 << (32 - length)
    start = base + chance.randrange(256) // size * size
    return f"{socket.inet_ntoa(start.to_bytes(4, 'big'))}/{length}"


def protocol(row):
    """What the VMs speak to port 9."""
    return "tcp" if row.megabytes else "udp"


def others(row):
    """(port, prefix) of the rules in front of the one that fits: no two are alike."""
    return [(1000 + i % 500, f"172.{16 + i // 250}.{i % 250}.0/24") for i in range(row.rules - 1)]
