"""Figures of what the simulation found. The same lines give the same file."""

from pathlib import Path

from bench.plots import STYLE
from bench.scale.studies import Study
from matplotlib import rc_context
from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(study: Study, file: Path) -> None:
    """Draw what a study found, a panel beside the other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with rc_context(STYLE):
        figure = Figure(figsize=(8.0, 3.6), layout="constrained")
        for axes, (title, lines) in zip(
            figure.subplots(1, len(study.panels)), study.panels.items(), strict=True
        ):
            for line in lines:
                axes.plot(line.x, line.y, label=line.name, linewidth=1)
            axes.set(xlabel=study.x, title=title, ylim=(0, None))
            axes.grid(visible=True, alpha=0.3)
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize="small")
        figure.savefig(file, metadata={"Date": None})
