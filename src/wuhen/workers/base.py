"""What a home for jobs promises, wherever its processes run."""

from typing import Protocol

from wuhen.action import Converted, Inspection, Job, Outcome, PictureData, PictureLimits

__all__ = ["WorkerFailedError", "Workers"]


class WorkerFailedError(RuntimeError):
    """A worker died, or the job failed in a way that nobody foresaw.

    The text is for the log, not for the caller.
    """


class Workers(Protocol):
    """A home for jobs: local processes here, other machines elsewhere."""

    @property
    def ready(self) -> bool:
        """Whether a job would be carried out, as far as is known."""

    async def run(self, job: Job) -> Outcome:
        """Carry out `job`. Cancelling the caller stops the job and frees its place.

        Raises
        ------
        ApiError
            The job failed for a reason to tell the caller.
        WorkerFailedError
            The worker was lost, or failed for a reason to tell the operator.
        """

    async def examine(self, picture: PictureData, limits: PictureLimits) -> Inspection:
        """Read the labels of `picture`, which must keep `limits`; cancelled and failing as `run` is."""

    async def convert(self, picture: PictureData, limits: PictureLimits) -> Converted:
        """Write `picture` as browsers show it; otherwise as `examine`."""
