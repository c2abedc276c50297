"""Draw what `bench.speed` has measured.

    python -m bench.plots ROWS.json DIR

ROWS.json is what ``bench.speed --json`` wrote. DIR gets speed-hole.svg, speed-photo.svg and
speed-threads.svg: time on the left, peak memory on the right. The same rows give the same files.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

__all__ = ["STYLE", "draw"]

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "wuhen",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_SIZE = (8.0, 3.2)
_MARKERS = "osD^v"

#: Of each series: what varies, its label, how many of those units make one of the label's, and what is fixed.
_SERIES = {
    "hole": ("area", "hole, thousand pixels", 1e3, "photo of {side} x {side} pixels"),
    "photo": ("side", "side of the square photo, pixels", 1.0, "hole of {area:,} pixels"),
    "threads": ("threads", "threads", 1.0, "photo of {side} x {side} pixels, hole of {area:,} pixels"),
}


def draw(rows: list[dict[str, Any]], folder: Path) -> None:
    """Draw every series into a folder.

    Parameters
    ----------
    rows
        Measurements: ``engine``, ``series``, ``side``, ``area``, ``threads``, ``seconds``, ``peak_mib``.
    folder
        Where the SVG files go; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with rc_context(STYLE):
        for series in _SERIES:
            measured = [row for row in rows if row["series"] == series]
            if measured:
                figure = _draw_series(series, measured, rows)
                figure.savefig(folder / f"speed-{series}.svg", metadata={"Date": None})


def _draw_series(series: str, measured: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Figure:
    varies, label, unit, title = _SERIES[series]
    figure = Figure(figsize=_SIZE, layout="constrained")
    time, memory = figure.subplots(1, 2)
    engines = dict.fromkeys(row["engine"] for row in rows)
    places = sorted({row[varies] / unit for row in measured})
    for index, engine in enumerate(engines):
        look: dict[str, Any] = {"color": f"C{index}", "label": engine}
        own = [row for row in measured if row["engine"] == engine]
        if own:
            at = [row[varies] / unit for row in own]
            time.plot(at, [row["seconds"] for row in own], marker=_MARKERS[index % 5], **look)
            memory.plot(at, [row["peak_mib"] for row in own], marker=_MARKERS[index % 5], **look)
            continue
        # It has no threads to choose: its one measurement of the same photo and hole is a level line.
        for row in rows:
            if row["engine"] == engine and all(row[key] == measured[0][key] for key in ("side", "area")):
                time.axhline(row["seconds"], linestyle="--", **look)
                memory.axhline(row["peak_mib"], linestyle="--", **look)
                break
    time.set(ylabel="time, seconds", xscale="log")
    memory.set(ylabel="peak memory, MiB", xscale="log", ylim=(0, 1.1 * max(row["peak_mib"] for row in rows)))
    seconds = [row["seconds"] for row in rows]
    if series == "threads":
        time.set_ylim(0, 2 * max(row["seconds"] for row in measured))
    else:
        time.set(yscale="log", ylim=(10 ** math.floor(math.log10(min(seconds))), 1.2 * max(seconds)))
        time.yaxis.set_major_formatter("{x:g}")
    for axes in (time, memory):
        _finish(axes, places, label)
    figure.suptitle(title.format(**measured[0]), fontsize="medium")
    return figure


def _finish(axes: Axes, places: list[float], label: str) -> None:
    axes.set_xlabel(label)
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, alpha=0.3)
    axes.legend(frameon=False)


def main() -> None:
    """Draw measurements that were kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=Path, metavar="ROWS.json")
    parser.add_argument("out", type=Path, metavar="DIR")
    options = parser.parse_args()
    draw(json.loads(options.rows.read_text()), options.out)


if __name__ == "__main__":
    main()
