"""What can go wrong with jobs; the service translates these."""


class JobsError(Exception):
    """Base of everything this package raises on its own account."""


class AccountFull(JobsError):
    """The account has as many jobs that have not ended as it may, or as many bytes of them.

    Attributes
    ----------
    jobs, size
        How many jobs it has, and how many bytes of pictures.
    """

    def __init__(self, jobs: int, size: int) -> None:
        super().__init__(f"{jobs} jobs with {size} bytes have not ended yet")
        self.jobs = jobs
        self.size = size


class TokenTaken(JobsError):
    """The account has another job by this token."""


class LeaseLost(JobsError):
    """The job is no longer its holder's: it was cancelled, or the lease ran out and somebody else has it."""

    def __init__(self, reason: str = "it was cancelled, or is somebody else's by now") -> None:
        super().__init__(reason)
