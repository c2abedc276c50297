"""Erasures that are submitted as jobs: how many, how long, and who works on them."""

from pydantic import Field

from wuhen.settings.working import Working

__all__ = ["Jobs"]


class Jobs(Working):
    """Erasures that are submitted as jobs. On the settings of the work, as its workers do these too."""

    job_workers: int | None = Field(
        None,
        ge=0,
        le=256,
        description="Workers that may be busy with jobs (SubmitErase) at a time, while no call wants them; "
        "by default half of them, at least one. 0 leaves jobs to other services on the same database.",
    )
    job_seconds: float = Field(
        900.0, gt=0, le=86400, description="Seconds that a job may take, once it has a worker."
    )
    job_lease: float = Field(
        30.0,
        ge=1,
        le=3600,
        description="Seconds after which a job is taken up by another service when the one that works on it "
        "is not heard of.",
    )
    job_hours: int = Field(
        24, ge=1, le=8760, description="Hours for which a job that has ended is kept, with its result."
    )
    job_queue: int = Field(
        1000,
        ge=0,
        le=1_000_000,
        description="Jobs that an account may have that have not ended; 0 refuses all.",
    )
    job_queue_size: int = Field(
        4096, ge=1, le=1024**2, description="Size of the pictures of these jobs, in MiB."
    )

    @property
    def job_hands(self) -> int:
        """Jobs that are worked on at a time, default applied."""
        return max(1, self.workers // 2) if self.job_workers is None else min(self.job_workers, self.workers)

    @property
    def job_limits(self) -> tuple[int, int]:
        """How many jobs an account may have that have not ended, and how many bytes of pictures."""
        return self.job_queue, self.job_queue_size * 1024**2

    @property
    def job_seconds_kept(self) -> int:
        """Seconds for which a job that has ended is kept."""
        return self.job_hours * 3600
