"""Draw the curves of a run: ``python train/plot.py RUN OUT.svg``."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "curves"  # the same run gives the same file
from matplotlib import pyplot as plt  # noqa: E402  # after the choice of a backend without a screen

PANELS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("metrics.csv", "Training: reconstruction", ("pixel", "pyramid", "gradient")),
    ("metrics.csv", "Training: structure (1 - SSIM)", ("structure",)),
    ("metrics.csv", "Training: critics", ("critic", "persuasion", "features")),
    ("validation.csv", "Validation: PSNR, dB", ("psnr", "psnr_coarse")),
    ("validation.csv", "Validation: SSIM, sharpness", ("ssim", "gradient")),
    ("validation.csv", "Validation: expected error over true", ("calibration",)),
)
"""File, title and columns of each panel."""


def read(path: Path) -> dict[str, list[float]]:
    """Return the columns of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def main() -> None:
    """Draw the panels."""
    parser = argparse.ArgumentParser(description="Draw the curves of a run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    figure, axes = plt.subplots(2, 3, figsize=(12, 6.2), layout="constrained")
    for axis, (name, title, columns) in zip(axes.flat, PANELS, strict=True):
        table = read(args.run / name)
        for column in columns:
            points = [(s, v) for s, v in zip(table["step"], table[column], strict=True) if v]
            axis.plot(*zip(*points, strict=True) if points else ([], []), label=column, linewidth=1.2)
        axis.set(title=title, xlabel="step")
        axis.grid(visible=True, alpha=0.3)
        axis.legend(loc="center right")
    figure.savefig(args.out, metadata={"Date": None} if args.out.suffix == ".svg" else None)


if __name__ == "__main__":
    main()
