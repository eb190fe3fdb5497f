# SPDX-License-Identifier: GPL-2.0
"""The results as text."""


HEADS = {
    "packets": "instructions per packet above the floor",
    "transfer": "instructions per kilobyte (times the floor)",
    "entries": "instructions per entry (memory)",
}


def figure(cell):
    """What one device costs."""
    if cell is None:
        return ""
    if "error" in cell:
        return "error"
    if "instructions" not in cell:
        return f"{cell['bytes']:,} B"
    text = f"{cell['instructions']:,}"
    if "times_floor" in cell:
        return f"{text} ({cell['times_floor']:.2f})"
    return f"{text} ({cell['bytes']:,} B)" if "bytes" in cell else text


def verdict(entry):
    """The last columns: the ratio, and what is to be said about it."""
    words = []
    if "ratio" in entry and entry["ratio"] < 1:
        words.append(f"behind {entry['best_peer']}")
    if "within" in entry:
        w = entry["within"]
        words.append(f"{w['times']} of {w['row']}, limit {w['limit']}" +
                     ("" if w["holds"] else ": EXCEEDED"))
    return f"{entry['ratio']:.2f}" if "ratio" in entry else "", "; ".join(words)


def cells_of(entries, head):
    """A table of some rows, of the devices that they have: lists of words."""
    devices = list(dict.fromkeys(d for e in entries for d in e["devices"]))
    return [[head, *devices, "peer/vrouter", ""]] + \
        [[e["row"], *(figure(e["devices"].get(d)) for d in devices), *verdict(e)]
         for e in entries]


def plain(table):
    """In columns, the figures to the right."""
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    for line in table:
        yield "  ".join([line[0].ljust(widths[0]),
                         *(t.rjust(w) for t, w in zip(line[1:-1], widths[1:-1])),
                         line[-1]]).rstrip()


def markdown(table):
    """For documents."""
    lines = [f"| {' | '.join(line)} |" for line in table]
    rule = f"|---|{'---:|' * (len(table[0]) - 2)}---|"
    return [lines[0], rule, *lines[1:], ""]


def errors(entries):
    """What went wrong, a line each."""
    for entry in entries:
        for device, cell in entry["devices"].items():
            if "error" in cell:
                yield f"{entry['row']}, {device}: {cell['error']}"


def write(results, style=plain):
    """Prints all of it."""
    for line in errors(results["rows"]):
        print(line)
    for kind, head in HEADS.items():
        entries = [e for e in results["rows"] if e["kind"] == kind]
        if entries:
            print(*style(cells_of(entries, head)), sep="\n")
