"""What a home for jobs promises, wherever its processes run."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from wuhen.action import (
    Converted,
    FindJob,
    FoundEffects,
    FoundRegions,
    Inspection,
    Job,
    News,
    Outcome,
    PictureData,
    PictureLimits,
    SelectedObject,
    SelectJob,
)

__all__ = ["Loss", "OutOfTimeError", "WorkerFailedError", "WorkerLostError", "Workers"]


class WorkerFailedError(RuntimeError):
    """A worker died, or the job failed in a way that nobody foresaw.

    The text is for the log, not for the caller.
    """


class WorkerLostError(WorkerFailedError):
    """The worker is gone, or is no longer to be trusted, and with it the job that it had."""


class OutOfTimeError(WorkerFailedError):
    """The job was not done in the time that it had."""


class Loss(StrEnum):
    """Why a worker was lost."""

    MEMORY = "memory"
    """The system was short of memory and killed it."""
    SIGNAL = "signal"
    """Another signal ended it: a crash, or somebody who killed it."""
    EXIT = "exit"
    """It ended by itself."""
    ASKED = "asked"
    """It was asked to stop, as its caller had gone, did not, and was killed."""
    DEADLINE = "deadline"
    """Its job had no time left, it did not stop, and was killed."""
    HUNG = "hung"
    """It did not answer though it had nothing to do, and was killed."""
    GARBLED = "garbled"
    """Its answer was none, and it was killed."""


class Workers(Protocol):
    """A home for jobs: local processes here, other machines elsewhere."""

    @property
    def ready(self) -> bool:
        """Whether a job would be carried out now: there is a worker that lives and is warm."""

    @property
    def living(self) -> int:
        """How many workers live and are warm."""

    @property
    def capacity(self) -> int:
        """How many jobs are carried out at a time; any more wait for a worker."""

    async def run(
        self, job: Job, *, seconds: float | None = None, tell: Callable[[News], None] | None = None
    ) -> Outcome:
        """Carry out `job`. Cancelling the caller stops the job.

        Parameters
        ----------
        job : Job
            What to do.
        seconds : float, optional
            How long it may take, waiting included; by default as long as it takes.
        tell : callable, optional
            Told how far the job is, and shown what it comes to. Not every home hears of it.

        Raises
        ------
        ApiError
            The job failed for a reason to tell the caller.
        OutOfTimeError
            It was not done within `seconds`.
        WorkerFailedError
            The worker was lost, or failed for a reason to tell the operator.
        """

    async def examine(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Inspection:
        """Read the labels of `picture`, which must keep `limits`; cancelled and failing as `run` is."""

    async def convert(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Converted:
        """Write `picture` as browsers show it; otherwise as `examine`."""

    async def find(self, job: FindJob, *, seconds: float | None = None) -> FoundRegions:
        """Look for what `job` asks for; cancelled and failing as `run` is."""

    async def select(self, job: SelectJob, *, seconds: float | None = None) -> SelectedObject:
        """Select what `job` asks for; cancelled and failing as `run` is."""

    async def find_effects(self, job: Job, *, seconds: float | None = None) -> FoundEffects:
        """Tell what what `job` erases left around it; cancelled and failing as `run` is."""
