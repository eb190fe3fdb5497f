# SPDX-License-Identifier: GPL-2.0
"""What tests/bench/uml-guest printed in several boots, made into results: how vrouter's rate
grows from one processor to two, compared with the floor's."""

import platform
import statistics
import time

from . import results


def rates_of(lines, row, device, cpus):
    """The rates of a row and device, one of each boot; an error when there was one."""
    mine = [x for x in lines if (x["row"], x["device"], x["cpus"]) == (row.name, device, cpus)]
    for line in mine:
        if "error" in line:
            raise ValueError(f"{device} with {cpus} processors: {line['error']}")
    if not mine:
        raise ValueError(f"{device} with {cpus} processors: was not measured")
    return [x["rate"] for x in mine]


def grown(lines, row, device):
    """The rates with one processor and with two, and how much the one is of the other."""
    one, two = (rates_of(lines, row, device, n) for n in (1, 2))
    return {"rates": {"1": one, "2": two}, "scaling": statistics.median(two) /
            statistics.median(one)}


def nanoseconds(cell, cpus):
    """What a packet takes of a processor."""
    return cpus * 1e9 / statistics.median(cell["rates"][str(cpus)])


def compare(ours, floor):
    """vrouter's scaling by the floor's: of the medians, and of each pair of boots; and what a
    packet takes of each processor above the floor."""
    def pairs(cell):
        return [b / a for a, b in zip(cell["rates"]["1"], cell["rates"]["2"])]
    above = {n: round(nanoseconds(ours, n) - nanoseconds(floor, n)) for n in (1, 2)}
    return {"above": above, "ratio": round(ours["scaling"] / floor["scaling"], 3),
            "ratios": [round(a / b, 3) for a, b in zip(pairs(ours), pairs(floor))]}


def result(row, lines):
    """A row of the results."""
    try:
        floor, ours = (grown(lines, row, d) for d in ("floor", "vrouter"))
    except ValueError as error:
        return {"row": row.name, "error": str(error)}
    compared = compare(ours, floor)
    if row.least:
        compared["least"] = row.least
        compared["holds"] = compared["ratio"] >= row.least
    return {"row": row.name, "floor": floor, "vrouter": ours, **compared}


def collect(path, rows):
    """All results of a run."""
    about, lines = results.read_lines(path)
    return {"commit": results.git("rev-parse", "HEAD"),
            "changed": bool(results.git("status", "--porcelain", "--untracked-files=no")),
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": {"processor": results.processor(), "host_kernel": platform.release()},
            **about, "rows": [result(row, lines) for row in rows]}


def line_of(entry):
    """A line of the table: words."""
    if "error" in entry:
        return [entry["row"], "", "", "", "", "", f"error: {entry['error']}"]
    medians = [f"{statistics.median(entry[d]['rates'][n]) / 1000:,.0f}"
               for d in ("floor", "vrouter") for n in ("1", "2")]
    bound = f", least {entry['least']}" if "least" in entry else ""
    missed = ": MISSED" if not entry.get("holds", True) else ""
    return [entry["row"], *(f"{a} -> {b}" for a, b in (medians[:2], medians[2:])),
            " -> ".join(str(n) for n in entry["above"].values()),
            f"{entry['floor']['scaling']:.3f}", f"{entry['vrouter']['scaling']:.3f}",
            f"{entry['ratio']:.3f} ({min(entry['ratios']):.3f} to {max(entry['ratios']):.3f})"
            f"{bound}{missed}"]


def write(found, style):
    """Prints the table."""
    head = ["thousand packets a second, one -> two processors", "floor", "vrouter",
            "ns above the floor", "floor grows", "vrouter grows", "vrouter/floor"]
    print(*style([head, *(line_of(e) for e in found["rows"])]), sep="\n")
