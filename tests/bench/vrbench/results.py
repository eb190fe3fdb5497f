# SPDX-License-Identifier: GPL-2.0
"""What the guest printed, made into results: the floor is subtracted, devices are compared."""

import json
import os
import platform
import subprocess
import time


def git(*words):
    """What git says, nothing where there is none."""
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False,
                          cwd=os.path.dirname(__file__))
    return done.stdout.strip()


def processor():
    """The model of this machine's."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((x.partition(":")[2].strip() for x in file if x.startswith("model name")),
                    platform.machine())


def emulator():
    """QEMU's version: the floor is the same for all, but instructions may be more or less."""
    done = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True,
                          check=False)
    return done.stdout.partition("\n")[0]


def read_lines(path):
    """The lines of JSON; (about the machine, the results)."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    return next((x for x in lines if "kernel" in x), {}), [x for x in lines if "device" in x]


def floor_of(row, lines):
    """What source and sink cost for the traffic of a row."""
    for line in lines:
        if line["device"] == "floor" and tuple(line["traffic"]) == row.traffic:
            return line
    return {"error": "no floor"}


def cell(row, line, floor):
    """A device's figure in a row: what an entry costs, or a packet above the floor."""
    if "error" in line:
        return {"error": line["error"]}
    if row.entries:
        return {k: line[k] for k in ("entries", "instructions", "bytes") if k in line}
    if "error" in floor:
        return {"error": f"floor: {floor['error']}"}
    if row.megabytes:
        return {"instructions": line["instructions"], "megabytes": line["megabytes"],
                "times_floor": round(line["instructions"] / floor["instructions"], 3)}
    return {"instructions": line["instructions"] - floor["instructions"],
            "total": line["instructions"], "packets": line["packets"], "runs": line["runs"]}


def compare(cells):
    """The best of the peers, and how much more it takes than vrouter."""
    peers = {d: c["instructions"] for d, c in cells.items()
             if d != "vrouter" and "instructions" in c}
    ours = cells.get("vrouter", {}).get("instructions")
    if not peers or not ours:
        return {}
    best = min(peers, key=peers.get)
    return {"best_peer": best, "ratio": round(peers[best] / ours, 3)}


def result(row, lines):
    """A row of the results."""
    floor = {} if row.entries else floor_of(row, lines)
    mine = {x["device"]: x for x in lines if x["row"] == row.name and x["device"] != "floor"}
    missing = {"error": "was not measured"}
    cells = {d: cell(row, mine.get(d, missing), floor) for d in row.devices}
    kind = "entries" if row.entries else "transfer" if row.megabytes else "packets"
    return {"row": row.name, "kind": kind, "floor": floor.get("instructions"), "devices": cells,
            **compare(cells)}


def add_limits(rows, results):
    """Whether what rows may cost, compared with others, is so."""
    ours = {r["row"]: r["devices"]["vrouter"].get("instructions") for r in results
            if "vrouter" in r["devices"]}
    for row, entry in zip(rows, results):
        if not row.within:
            continue
        factor, other = row.limit()
        base = entry["floor"] if other == "floor" else ours.get(other)
        if ours.get(row.name) and base:
            times = ours[row.name] / base
            entry["within"] = {"row": other, "limit": factor, "times": round(times, 3),
                               "holds": times <= factor}


def collect(path, rows):
    """All results of a run."""
    about, lines = read_lines(path)
    results = [result(row, lines) for row in rows]
    add_limits(rows, results)
    return {"commit": git("rev-parse", "HEAD"),
            "changed": bool(git("status", "--porcelain", "--untracked-files=no")),
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": {"processor": processor(), "emulator": emulator(),
                        "host_kernel": platform.release()},
            **about, "rows": results}
