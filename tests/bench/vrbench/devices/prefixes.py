# SPDX-License-Identifier: GPL-2.0
"""Tables of routes like those of the Internet."""

import ipaddress
import random

# How often each length is in a full table, in parts of a thousand.
LENGTHS = {24: 610, 23: 100, 22: 115, 21: 50, 20: 43, 19: 25, 18: 14, 17: 9, 16: 14, 15: 3,
           14: 3, 13: 2, 12: 2, 11: 1, 10: 1, 32: 8}


def routes(number):
    """So many prefixes, of which the first is the default route: each packet has one."""
    chance = random.Random(1)
    lengths, weights = list(LENGTHS), list(LENGTHS.values())
    seen = {}
    while len(seen) < number - 1:
        length = chance.choices(lengths, weights)[0]
        base = chance.randrange(11 << 24, 126 << 24) >> (32 - length) << (32 - length)
        seen[base, length] = None
    return ["0.0.0.0/0"] + [f"{ipaddress.ip_address(b)}/{n}" for b, n in seen]
