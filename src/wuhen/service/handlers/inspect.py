"""The actions that look at a single picture and erase nothing."""

import base64
from dataclasses import dataclass

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    INPUT,
    JOB_LOST,
    NO_IMAGE,
    NO_URL,
    Fetch,
    PictureLimits,
    Source,
    download_picture,
)
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.logs import log
from wuhen.workers import WorkerFailedError, Workers

__all__ = ["DescribeLabels", "FetchPicture"]


@dataclass(frozen=True, slots=True)
class DescribeLabels:
    """The picture is parsed in a worker process, as it may be anything.

    It takes none of the account's slots for erasing, but no more calls of an account are worked on at a time
    than it has slots; further ones wait for `patience` seconds.
    """

    gate: ConcurrencyGate
    workers: Workers
    fetch: Fetch
    patience: float
    limits: PictureLimits

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Tell which labels the picture carries."""
        source = Source.of(call.parameters, "InputUrl", "InputImage")
        if source is None:
            raise NO_IMAGE()
        credential = call.credential
        async with self.gate.slot(credential.account, credential.concurrency, wait=self.patience):
            picture = await source.collect(INPUT, self.fetch, self.limits)
            try:
                inspection = await self.workers.examine(picture, self.limits)
            except WorkerFailedError as error:
                log.error("worker failed", reason=str(error))
                raise JOB_LOST() from error
        return Handled(inspection.as_answer())


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """Nothing but a picture is handed on. Slots are as those of `DescribeLabels`."""

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
        async with self.gate.slot(credential.account, credential.concurrency, wait=self.patience):
            data, media_type = await download_picture(url, self.fetch, self.limits)
        return Handled({"Image": base64.b64encode(data).decode("ascii"), "MediaType": media_type})
