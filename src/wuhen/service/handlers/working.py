"""What handlers that have a worker do something share: a place in the line, and names for what goes wrong."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from wuhen.action import DEADLINE, JOB_LOST, Digest, Source
from wuhen.results import ResultStoreError
from wuhen.service.admission import Admission, Wish
from wuhen.service.laps import lap
from wuhen.service.logs import log
from wuhen.workers import OutOfTimeError, WorkerFailedError

__all__ = ["digests_of_sent", "faults_named", "placed"]


@contextmanager
def faults_named(patience: float) -> Iterator[None]:
    """Raise what goes wrong in a worker or a store as the protocol names it; the operator is told why.

    Parameters
    ----------
    patience
        In how many seconds a call has to be answered.

    Raises
    ------
    ApiError
        In place of `OutOfTimeError`, `WorkerFailedError` and `ResultStoreError`.
    """
    try:
        yield
    except OutOfTimeError as error:
        raise DEADLINE(seconds=f"{patience:g}") from error
    except WorkerFailedError as error:
        log.error("worker failed", reason=str(error))
        raise JOB_LOST() from error
    except ResultStoreError as error:
        log.error("result not stored", reason=str(error))
        raise JOB_LOST() from error


@asynccontextmanager
async def placed(admission: Admission, wish: Wish) -> AsyncIterator[None]:
    """Hold a place among those that are worked on; the wait for it is a step of the call."""
    async with AsyncExitStack() as place:
        with lap("wait"):
            await place.enter_async_context(admission.place(wish))
        yield


def digests_of_sent(sent: Mapping[str, tuple[Source | None, Digest | None]]) -> dict[str, Digest]:
    """Return the digests of the pictures that parameters hold as base64, by the parameters' names.

    Where a URL was given, the base64 beside it was not looked at.
    """
    return {
        name: digest
        for name, (source, digest) in sent.items()
        if source is not None and source.url is None and digest is not None
    }
