"""What a replica answers: large pictures beside the rest, so that the object store need not copy them."""

from dataclasses import dataclass, field
from pickle import PickleBuffer
from typing import Self, TypeVar

from wuhen.wire import ApiError
from wuhen.workers.base import OutOfTimeError, WorkerFailedError
from wuhen.workers.encoding import decode_parts, encode, encode_parts
from wuhen.workers.handle import read_answer
from wuhen.workers.request import Answer, Refusal

__all__ = ["Reply"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what there is to be told beside it.

    Attributes
    ----------
    kind : Answer
        What it is.
    body : bytes
        As a worker sends it; of a result, without its large parts.
    blobs : tuple of PickleBuffer
        These.
    losses : tuple of str
        Why workers of the replica were lost since it answered last: values of `Loss`.
    """

    kind: Answer
    body: bytes = field(repr=False)
    blobs: tuple[PickleBuffer, ...] = field(default=(), repr=False)
    losses: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: object, losses: tuple[str, ...]) -> Self:
        """Return the reply that says what came of a task."""
        body, blobs = encode_parts(value)
        return cls(Answer.RESULT, body, tuple(map(PickleBuffer, blobs)), losses)

    @classmethod
    def failed(cls, error: Exception, losses: tuple[str, ...]) -> Self:
        """Return the reply that says how a task failed."""
        match error:
            case ApiError():
                return cls(Answer.REFUSAL, encode(Refusal(error.code, error.text)), losses=losses)
            case OutOfTimeError():
                return cls(Answer.STOPPED, b"", losses=losses)
        text = str(error) if isinstance(error, WorkerFailedError) else f"{type(error).__name__}: {error}"
        return cls(Answer.FAILURE, encode(text), losses=losses)

    def read(self, kind: type[T]) -> T:
        """Return the result, or raise how the task failed.

        Raises
        ------
        ApiError, WorkerFailedError, OutOfTimeError
            It failed.
        BadAnswerError
            The reply is none.
        """
        if self.kind is Answer.RESULT:
            return decode_parts(self.body, [bytes(blob) for blob in self.blobs], kind)
        return read_answer(self.kind, self.body, kind)
