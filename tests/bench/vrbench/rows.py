# SPDX-License-Identifier: GPL-2.0
"""The table of rows, tests/bench/rows, which says what each word means."""

import dataclasses
import re

# In the order in which they are measured.
DEVICES = ("vrouter", "bridge", "vrf", "fib", "ovs", "iproute2", "ipset", "nft", "tools")
# Of so many of something it shows when the kernel frees them.
MANY = 4000


class Invalid(Exception):
    """A line of the table that means nothing."""


@dataclasses.dataclass(frozen=True)
class Row:
    """What is measured, with each of its devices."""
    name: str
    devices: tuple
    quick: bool = False
    dir: str = "encap"
    size: int = 60
    gso: int = 0
    flows: str = "4096"
    type: str = "vxlan"
    inner: int = 4
    policy: str = "off"
    members: int = 4
    rules: int = 1
    routes: int = 0
    entries: int = 0
    of: str = ""
    among: int = 0
    vifs: int = 0
    sets: int = 0
    changes: int = 0
    attack: int = 0
    networks: int = 0
    cache: str = "on"
    megabytes: int = 0
    copy: str = "on"
    vms: int = 1
    within: str = ""
    least: float = 0

    @property
    def traffic(self):
        """What source and sink see, and so what the floor depends on."""
        return (self.type, self.inner, self.dir, self.size, self.gso, self.routes > 0,
                self.megabytes, self.copy, self.vms)

    @property
    def setup(self):
        """What a device under test is told; rows with the same share one."""
        return (self.type, self.inner, self.policy, self.members, self.rules, self.routes,
                self.attack, self.networks, self.cache, self.vifs, self.sets, self.vms)

    @property
    def leaves_much(self):
        """Freeing what the device was told goes on when it is gone."""
        return max(self.routes, self.members, self.vifs, self.sets, self.networks) >= MANY

    @property
    def established(self):
        """The flows that are known before anything is counted; 0 when all are new."""
        return 0 if self.flows == "new" else int(self.flows)

    def limit(self):
        """What the row may cost: a factor, and the name of another row."""
        factor, _, name = self.within.partition("*")
        return float(factor), name


def parse_line(line):
    """A row of a line."""
    words = line.split()
    devices = tuple(w for w in words[1:] if w in DEVICES)
    types = {f.name: f.type for f in dataclasses.fields(Row)}
    values = {}
    for word in words[1 + len(devices):]:
        key, _, value = word.partition("=")
        if key not in types or not devices:
            raise Invalid(f"{words[0]}: what is \"{word}\"?")
        values[key] = True if key == "quick" else types[key](value)
    return Row(words[0], devices, **values)


def read(path):
    """All rows, in order."""
    with open(path, encoding="utf-8") as file:
        lines = [line.partition("#")[0].strip() for line in file]
    return [parse_line(line) for line in lines if line]


def select(rows, pattern="", quick=False):
    """The rows whose whole name fits the pattern, and those that they are compared with."""
    chosen = {r.name for r in rows
              if (r.quick or not quick) and (not pattern or re.fullmatch(pattern, r.name))}
    chosen |= {r.limit()[1] for r in rows if r.name in chosen and r.within}
    return [r for r in rows if r.name in chosen]
