"""The engines: their names, what they need, and where each is implemented.

An implementation is imported by the function that needs it, since compiled code is slow to load.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from wuhen.fill.errors import FillError
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.raster.samples import Pixels
from wuhen.fill.task import Run, Task

__all__ = ["ENGINES", "GUIDED", "PATCH", "Engine", "can_run_networks"]

_RUNTIME = "onnxruntime"

Fill: TypeAlias = Callable[[Task, Run], Pixels]
"""Returns a new array like the task's photo, which differs from it only in the hole, or where traces were."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One way to fill holes.

    Attributes
    ----------
    name : str
        Its name among `wuhen.fill.engines`; never ``"auto"``.
    load : callable
        Imports and returns its implementation.
    network : bool
        Whether a trained network paints any of what it fills.
    model : str, optional
        The known network whose file it needs, ``"lama"`` or ``"migan"``; without one, its network is ours.
    alone : bool
        Whether the network paints alone, at the photo's size where it can, and no traces are removed.
    """

    name: str
    load: Callable[[], Fill] = field(repr=False)
    network: bool = False
    model: str | None = None
    alone: bool = False

    def fill(self, task: Task, run: Run) -> Pixels:
        """Fill the task's hole; where the task has no guide, follow the engine's own network.

        Raises
        ------
        FillError
            What the engine needs is not there or is something else, or it cannot do what is asked.
        Cancelled
            The run was called off.
        """
        if task.options.changes_outside and self.alone:
            raise FillError(f"engine {self.name!r} is a network alone and cannot remove traces; use another")
        if task.guide is None and self.network:
            task = replace(task, guide=self.load_network(run.threads, run.model))
        return self.load()(task, run)

    def warmup(self, threads: int, model: Path | None = None) -> None:
        """Load what a first fill would wait for: compiled code, which a small fill touches, and the network.

        Raises
        ------
        FillError
            What the engine needs is not there or is something else.
        """
        hole = np.zeros((48, 48), bool)
        hole[16:32, 16:32] = True
        guide = (lambda image, _: image) if self.alone else None
        for photo in (np.zeros((48, 48, 3), np.uint8), np.zeros((48, 48, 3), np.uint16)):
            self.load()(Task(photo, hole, guide=guide), Run(threads=threads))
        if self.network:
            self.load_network(threads, model)

    def check(self, model: Path | None = None) -> None:
        """Make sure that it can be used, with a model's file that is looked into and let go of again.

        Raises
        ------
        FillError
            What the engine needs is not there or is something else.
        """
        if self.network and not can_run_networks():
            raise FillError(f"engine {self.name!r} needs {_RUNTIME}: pip install onnxruntime")
        if self.model is not None:
            from wuhen.fill.guides.known import check_known

            check_known(self.model, self._file(model))

    def load_network(self, threads: int, model: Path | None) -> Guide:
        """Load its network, or return the loaded one.

        Raises
        ------
        FillError
            What the network needs is not there or is something else.
        """
        if self.model is None:
            from wuhen.fill.guides.coarse import load_network

            return load_network(threads)
        from wuhen.fill.guides.known import load_known

        return load_known(self.model, self._file(model), threads, whole=self.alone)

    def _file(self, model: Path | None) -> Path:
        if model is None or not model.is_file():
            raise FillError(
                f"engine {self.name!r} needs the model {self.model}: "
                f"`wuhen models pull {self.model}` fetches it"
            )
        return model


def can_run_networks() -> bool:
    """Whether what runs networks is installed."""
    return importlib.util.find_spec(_RUNTIME) is not None


def _patches() -> Fill:
    from wuhen.fill.engines.patches import fill

    return fill


def _network_alone() -> Fill:
    from wuhen.fill.engines.network import fill

    return fill


PATCH: Final = Engine("patch", _patches)
GUIDED: Final = Engine("guided", _patches, network=True)
ENGINES: Final = (
    PATCH,
    GUIDED,
    Engine("lama", _patches, network=True, model="lama"),
    Engine("lama-raw", _network_alone, network=True, model="lama", alone=True),
    Engine("migan", _patches, network=True, model="migan"),
    Engine("migan-raw", _network_alone, network=True, model="migan", alone=True),
)
"""All of them, in the order in which they are listed."""
