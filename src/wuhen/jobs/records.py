"""The values that stand for a job, from its submission to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wuhen.wire import Message

__all__ = [
    "MOST_ATTEMPTS",
    "Callback",
    "CallbackState",
    "Done",
    "Failed",
    "JobRecord",
    "Limits",
    "NewJob",
    "Standing",
    "Status",
    "Taken",
]

MOST_ATTEMPTS = 2
"""A job whose holder dies is taken up once more; one that two died of may be the cause."""


class Status(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {Status.WAITING, Status.RUNNING}


class CallbackState(StrEnum):
    """Whether whoever submitted a job was told of its end."""

    NONE = "none"
    """Nobody is to be told."""
    WAITING = "waiting"
    """The job has not ended, or they could not be reached yet."""
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account may have of jobs that have not ended.

    Attributes
    ----------
    jobs : int
        How many.
    size : int
        How many bytes of pictures.
    """

    jobs: int
    size: int


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that is submitted.

    Attributes
    ----------
    id : str
        The number of the call that submits it.
    account, secret_id : str
        Whose it is, and the key that they signed with.
    parameters : str
        What is asked for; see `wuhen.jobs.parcel`.
    size : int
        Bytes of its pictures.
    digest : str
        Of all that was sent, to tell a call that is repeated from another one.
    client_token : str or None
        The caller's own name for it.
    callback_url : str or None
        Who is told of its end.
    """

    id: str
    account: str
    secret_id: str
    parameters: str = field(repr=False)
    size: int
    digest: str
    client_token: str | None = None
    callback_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that somebody works on.

    Attributes
    ----------
    id, account, secret_id, parameters, size
        See `NewJob`.
    lease : str
        What shows that it is theirs; no other taking of any job has the same.
    attempt : int
        The first is 1.
    """

    id: str
    account: str
    secret_id: str
    parameters: str = field(repr=False)
    size: int
    lease: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job that succeeded.

    Attributes
    ----------
    result : str
        The name of the result in the store of objects.
    media_type, width, height
        Of the result.
    remarks : tuple of Message
        What the user is told beside.
    found : mapping
        How many places were found, by what was looked for.
    others : tuple of str
        The names of the results of further candidates.
    """

    result: str
    media_type: str
    width: int
    height: int
    remarks: tuple[Message, ...] = ()
    found: Mapping[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[str, ...]:
        """The names of all results, that of the first candidate first."""
        return self.result, *self.others


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a job did not succeed: a code of the protocol, and its text."""

    code: str
    text: Message


@dataclass(frozen=True, slots=True)
class JobRecord:
    """How a job stands. Times are Unix times in milliseconds, None for what has not happened yet.

    Attributes
    ----------
    id : str
        Its number.
    status : Status
        How it stands.
    attempts : int
        How often it was taken up.
    submitted_at, started_at, ended_at, expires_at : int or None
        When it came, was taken up last, ended, and until when it is kept.
    digest, parameters : str
        See `NewJob`.
    end : Done, Failed or None
        What came of it; None of one that has not ended or was cancelled.
    callback : CallbackState
        Whether its end was told.
    """

    id: str
    status: Status
    attempts: int
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    expires_at: int | None
    digest: str
    parameters: str = field(repr=False)
    end: Done | Failed | None
    callback: CallbackState


@dataclass(frozen=True, slots=True)
class Callback:
    """A notice that is to be delivered now.

    Attributes
    ----------
    job, account, secret_id : str
        The job that has ended, whose it was, and the key by which it was submitted.
    url : str
        Where to.
    body : str
        What is told.
    attempts : int
        How often it was tried, this time included.
    since : float
        Seconds since the job's end.
    """

    job: str
    account: str
    secret_id: str
    url: str = field(repr=False)
    body: str = field(repr=False)
    attempts: int
    since: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is to do, for all processes together.

    Attributes
    ----------
    waiting, running : int
        Jobs.
    oldest : float
        Seconds that the first of those that wait has waited.
    callbacks : int
        Notices that are not delivered yet.
    """

    waiting: int = 0
    running: int = 0
    oldest: float = 0.0
    callbacks: int = 0
