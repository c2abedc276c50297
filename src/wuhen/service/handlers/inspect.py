"""The actions on a single picture that erase nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    INPUT,
    NO_IMAGE,
    NO_URL,
    Fetch,
    PictureLimits,
    Source,
    download_picture,
    extent_of,
)
from wuhen.service.admission import Admission, Wish
from wuhen.service.handlers.handing import encode_base64
from wuhen.service.handlers.working import faults_named, placed
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.laps import lap
from wuhen.workers import Workers

__all__ = ["ConvertPicture", "DescribeLabels", "FetchPicture"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _InWorker:
    """The picture is parsed in a worker process, as it may be anything.

    It takes none of the account's slots for erasing, but no more calls of an account are worked on at a time
    than it has slots; further ones wait for `patience` seconds.
    """

    gate: ConcurrencyGate
    admission: Admission
    workers: Workers
    fetch: Fetch
    patience: float
    limits: PictureLimits

    async def _ask(self, call: AdmittedCall, work: Callable[..., Awaitable[T]]) -> T:
        source = Source.of(call.parameters, "InputUrl", "InputImage")
        if source is None:
            raise NO_IMAGE()
        credential = call.credential
        async with self.gate.slot(
            credential.counted, credential.concurrency, wait=self.patience, size=call.size
        ):
            with lap("collect"):
                picture = await source.collect(INPUT, self.fetch, self.limits)
            extent = extent_of(picture, self.limits)
            wish = Wish(credential.counted, call.action, call.size, call.ends, picture.size, extent)
            with faults_named(self.patience):
                async with placed(self.admission, wish):
                    with lap("job"):
                        return await work(picture, self.limits, seconds=call.seconds_left)


class DescribeLabels(_InWorker):
    """Tells which labels a picture carries."""

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Tell them."""
        return Handled((await self._ask(call, self.workers.examine)).as_answer())


class ConvertPicture(_InWorker):
    """Returns a picture as browsers show it."""

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Convert it."""
        converted = await self._ask(call, self.workers.convert)
        return Handled(_answer(converted.data, converted.media_type))


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """Nothing but a picture is handed on. Slots are as those of the others."""

    gate: ConcurrencyGate
    fetch: Fetch
    patience: float
    limits: PictureLimits

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Fetch a picture."""
        url = call.parameters.get("InputUrl")
        if not isinstance(url, str) or not url:
            raise NO_URL()
        credential = call.credential
        async with self.gate.slot(
            credential.counted, credential.concurrency, wait=self.patience, size=call.size
        ):
            data, media_type = await download_picture(url, self.fetch, self.limits)
        return Handled(_answer(data, media_type))


def _answer(data: bytes, media_type: str) -> dict[str, object]:
    return {"Image": encode_base64(data), "MediaType": media_type}
