# SPDX-License-Identifier: GPL-2.0
"""What the kernel has of the machine's memory for itself."""

import pathlib
import time

MOST_LOOKS, STILL = 30, 65536


def kernel_memory():
    """Bytes of the kernel's own data that it cannot let go of, wherever they come from; those of
    programs and of files in memory are not in it."""
    fields = dict(line.split(":") for line in
                  pathlib.Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    return sum(int(fields[f].split()[0]) * 1024 for f in ("SUnreclaim", "VmallocUsed", "Percpu"))


def settled_memory():
    """The same, once nothing that was removed is still on its way."""
    seen = [kernel_memory()]
    while len(seen) < MOST_LOOKS and (len(seen) < 4 or max(seen[-4:]) - min(seen[-4:]) > STILL):
        time.sleep(0.3)
        seen.append(kernel_memory())
    return seen[-1]
