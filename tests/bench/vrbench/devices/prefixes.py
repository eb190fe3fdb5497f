# SPDX-License-Identifier: GPL-2.0
"""Tables of routes like those of the Internet, with some of a cloud's own."""

import functools
import random
import socket

# How often each length is in a full table, in parts of a thousand, and in a cloud's.
LENGTHS = {
    4: {24: 600, 23: 100, 22: 110, 21: 50, 20: 43, 19: 25, 18: 14, 17: 9, 16: 14, 15: 3, 14: 3,
        13: 2, 12: 2, 11: 1, 10: 1, 25: 2, 26: 3, 27: 2, 28: 3, 29: 2, 30: 1, 31: 1, 32: 9},
    6: {48: 450, 32: 150, 44: 85, 40: 80, 36: 40, 29: 35, 46: 30, 47: 25, 45: 20, 33: 20, 42: 15,
        38: 10, 34: 10, 35: 3, 30: 3, 31: 2, 28: 2, 56: 5, 64: 10, 128: 5},
}
FAMILIES = {4: (socket.AF_INET, 32), 6: (socket.AF_INET6, 128)}
REGISTRIES = (0x240, 0x260, 0x280, 0x2a0, 0x2c0)    # their /12s
LOT = 4096          # prefixes whose lengths are chosen at once
ALLOCATED = 32      # bits of IPv6 prefixes that registries give away; longer ones are of these


def text(prefix, family):
    """A prefix, (bits, length), as it is written."""
    kind, bits = FAMILIES[family]
    base, length = prefix
    address = (base << (bits - length)).to_bytes(bits // 8, "big")
    return f"{socket.inet_ntop(kind, address)}/{length}"


def any_ipv4(chance, length, _allocated):
    """Anywhere in 11.0.0.0 to 125.255.255.255."""
    return chance.randrange(11 << 24, 126 << 24) >> (32 - length)


def any_ipv6(chance, length, allocated):
    """A registry's, or a part of what one has given away: some have many parts."""
    if length <= ALLOCATED or not allocated:
        base = chance.choice(REGISTRIES) << 20 | chance.getrandbits(20)
        allocated.append(base)
    else:
        base = allocated[int(len(allocated) * chance.random() ** 2)]
    more = length - ALLOCATED
    return base >> -more if more <= 0 else base << more | chance.getrandbits(more)


@functools.lru_cache(maxsize=2)
def table(number, family):
    """So many prefixes, (bits, length), of which the first is the default route: each packet has
    one. A smaller table is the beginning of a larger one."""
    chance = random.Random(1)
    lengths, weights = list(LENGTHS[family]), list(LENGTHS[family].values())
    pick = any_ipv4 if family == 4 else any_ipv6
    seen, allocated = {(0, 0): None}, []
    while len(seen) < number:
        for length in chance.choices(lengths, weights, k=LOT):
            seen[pick(chance, length, allocated), length] = None
    return list(seen)[:number]


def routes(number, family, first=0):
    """The prefixes as they are written, but for some at the beginning."""
    return [text(p, family) for p in table(number, family)[first:]]


def addresses(routed, number, family):
    """Where packets go to, as so many addresses in a row of bytes: each is in a prefix of a table
    with so many routes, all of which are meant equally often, or anywhere if there is only the
    default route."""
    chance = random.Random(2)
    bits = FAMILIES[family][1]
    some = table(routed, family)[1:] or table(number, family)[1:]
    found = []
    for base, length in chance.choices(some, k=number):
        host = bits - length
        found.append((base << host | chance.getrandbits(host) if host else base)
                     .to_bytes(bits // 8, "big"))
    return b"".join(found)
