"""What an action's handler is given, and what it gives back."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, TypeAlias

from wuhen.accounts import AccountKey
from wuhen.action import Digest, Job, News, Outcome, Remark, number_candidate
from wuhen.wire import Language

__all__ = ["AdmittedCall", "ErasureFacts", "Handled", "Handler", "Handlers", "describe_found"]


@dataclass(frozen=True, slots=True)
class AdmittedCall:
    """A call that the rate gate has admitted.

    Attributes
    ----------
    action : str
        What is asked for.
    parameters : mapping
        Plain values that fit the action's schema.
    credential : wuhen.accounts.AccountKey
        Who asks.
    request_id : str
        The call's number.
    base_url : str or None
        What a URL that leads back here begins with; None when the caller named no host that could.
    language : wuhen.wire.Language
        Of texts in the answer.
    size : int
        Bytes of its body.
    ends : float
        When its deadline is, on the clock of `time.perf_counter`.
    tell : callable or None
        Told how far it is, where the caller wants to know.
    """

    action: str
    parameters: Mapping[str, Any] = field(repr=False)
    credential: AccountKey
    request_id: str
    base_url: str | None
    language: Language
    size: int = 0
    ends: float = math.inf
    tell: Callable[[News], None] | None = field(default=None, repr=False)

    @property
    def seconds_left(self) -> float:
        """How long the call may still take."""
        return max(0.0, self.ends - time.perf_counter())


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What is told of an erasure: in the log, in the call log and in the audit record.

    Attributes
    ----------
    marked, labelled, signed : bool
        Whether the result has a visible mark, the AIGC label, and Content Credentials.
    engine, width, height, hole, seconds, labels_found, media_type, digest, remarks, found
        See `wuhen.action.Outcome`.
    alternatives : tuple of (Digest, str)
        Of the results of further candidates, and which engine filled each.
    """

    marked: bool
    labelled: bool
    signed: bool
    engine: str
    width: int
    height: int
    hole: int
    seconds: Mapping[str, float]
    labels_found: tuple[str, ...]
    media_type: str
    digest: Digest
    remarks: tuple[Remark, ...]
    found: Mapping[str, int] = field(default_factory=dict)
    alternatives: tuple[tuple[Digest, str], ...] = ()

    @classmethod
    def of(cls, job: Job, outcome: Outcome) -> Self:
        """Return the facts of a job that was done."""
        return cls(
            marked=job.marked,
            labelled=job.labelling.aigc,
            signed=job.labelling.signing is not None,
            engine=outcome.engine,
            width=outcome.width,
            height=outcome.height,
            hole=outcome.hole,
            seconds=outcome.seconds,
            labels_found=outcome.labels_found,
            media_type=outcome.media_type,
            digest=outcome.digest,
            remarks=outcome.remarks,
            found=outcome.found,
            alternatives=tuple((one.digest, one.engine) for one in outcome.alternatives),
        )

    def results(self, number: str) -> Iterator[tuple[str, Self]]:
        """Yield what is told of each result, with the number in its label, of which `number` is the first."""
        yield number, self
        for index, (digest, engine) in enumerate(self.alternatives, 1):
            one = replace(self, digest=digest, engine=engine, alternatives=())
            yield number_candidate(number, index), one

    def log_fields(self) -> dict[str, Any]:
        """Return what the call's line in the log says of them."""
        fields = {
            "width": self.width,
            "height": self.height,
            "hole": self.hole,
            "engine": self.engine,
            "marked": self.marked,
            "labels_found": len(self.labels_found),
            "steps": self.seconds,
        }
        if self.found:
            fields["found"] = describe_found(self.found)
        if self.alternatives:
            fields["candidates"] = len(self.alternatives) + 1
        remarks = [remark.text(Language.ENGLISH) for remark in self.remarks]
        return fields | ({"remarks": remarks} if remarks else {})


def describe_found(found: Mapping[str, int]) -> str:
    """Return what was found as logs have it: ``text 3, watermark 0``."""
    return ", ".join(f"{name} {count}" for name, count in found.items())


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of a call.

    Attributes
    ----------
    reply : mapping
        The members of the answer, without the RequestId.
    facts : ErasureFacts or None
        What is told of it besides, if it was an erasure.
    found : mapping of str to int
        How many places of each kind were found, of all that was looked for.
    digests : mapping of str to Digest
        Of the pictures in parameters and reply, as far as they are known, by their member's name; in a list,
        by that of the list, number and name: `Alternatives.0.ResultImage`.
    told : mapping
        What the call's line in the log says besides, where it was no erasure.
    """

    reply: Mapping[str, object] = field(repr=False)
    facts: ErasureFacts | None = None
    found: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, Digest] = field(default_factory=dict)
    told: Mapping[str, object] = field(default_factory=dict)


class Handler(Protocol):
    """Carries out one action."""

    async def __call__(self, call: AdmittedCall, /) -> Handled:
        """Do what is asked for; cancelled when the client hangs up or the deadline passes.

        Raises
        ------
        ApiError
            What the caller is told.
        JobNumExceeded
            The account has no slot free.
        Busy
            The service has too much to do.
        """
        ...


Handlers: TypeAlias = Mapping[tuple[str, str], Handler]
"""The handlers by the `key` of their action."""
