# SPDX-License-Identifier: GPL-2.0
"""The results as pictures, by gnuplot."""

import re
import subprocess

COLORS = {"vrouter": "#1b7837", "bridge": "#92c5de", "ovs": "#9970ab", "vrf": "#4393c3",
          "fib": "#2166ac",
          "iproute2": "#92c5de", "ipset": "#9970ab", "nft": "#4393c3",
          "tools": "#92c5de"}
HEAD = """set terminal pngcairo size 1200,700 font "Sans,11"
set output "{}"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set key outside top center horizontal
"""
STEM = {"set": "elements of the set", "rules": "rules", "routes": "routes", "routes-ipv6": "IPv6 routes"}


def quoted(text):
    """A word of a data file; gnuplot takes "_" for a subscript."""
    return '"' + text.replace("_", " ") + '"'


def gnuplot(path, script):
    """Makes a PNG."""
    subprocess.run(["gnuplot"], input=HEAD.format(path) + script, text=True, check=True)


def value(entry, device):
    """A device's figure, or gnuplot's word for none."""
    return entry["devices"].get(device, {}).get("instructions", "NaN")


def measured(entries):
    """The devices of which there is a figure."""
    return list(dict.fromkeys(d for e in entries for d, c in e["devices"].items()
                              if "instructions" in c))


def bars(path, title, entries):
    """A group of bars for each row, a bar for each device."""
    devices = measured(entries)
    data = "\n".join(" ".join([quoted(e["row"]), *(str(value(e, d)) for d in devices)])
                     for e in entries)
    plots = ", ".join(f'$data using {i + 2}:xtic(1) title "{d}" lc rgb "{COLORS[d]}"'
                      for i, d in enumerate(devices))
    gnuplot(path, f"""$data << EOD
{data}
EOD
set style data histogram
set style fill solid
set yrange [0:*]
set title "{title}"
set xtics rotate by -45
plot {plots}
""")


def curves(path, stem, entries):
    """What a device costs as something becomes more."""
    devices = measured(entries)
    numbers = [int(e["row"].rpartition("-")[2]) for e in entries]
    data = "\n".join(" ".join([str(n), *(str(value(e, d)) for d in devices)])
                     for n, e in zip(numbers, entries))
    plots = ", ".join(f'$data using 1:{i + 2} with linespoints lw 2 pt 7 lc rgb "{COLORS[d]}" '
                      f'title "{d}"' for i, d in enumerate(devices))
    gnuplot(path, f"""$data << EOD
{data}
EOD
set logscale xy
set xlabel "{STEM[stem]}"
set title "Instructions per packet above the floor"
plot {plots}
""")


def draw(out, results):
    """All pictures that the rows are enough for; returns their names."""
    rows = [e for e in results["rows"] if any("instructions" in c for c in e["devices"].values())]
    scales = {s: [e for e in rows if re.fullmatch(rf"{s}-\d+", e["row"])] for s in STEM}
    packets = [e for e in rows if e["kind"] == "packets" and
               not any(e in some for some in scales.values())]
    programs = [e for e in rows if e["kind"] == "entries"]
    names = []
    for name, title, some in (("packets", "Instructions per packet above the floor", packets),
                              ("programming", "Instructions per entry", programs)):
        if some:
            bars(out / f"{name}.png", title, some)
            names.append(f"{name}.png")
    for stem, some in scales.items():
        if len(some) > 1:
            curves(out / f"{stem}.png", stem, some)
            names.append(f"{stem}.png")
    return names
