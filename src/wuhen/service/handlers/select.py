"""SelectObject: what clicks on a picture lie on."""

import base64
from dataclasses import dataclass
from pathlib import Path

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    INPUT,
    NO_IMAGE,
    Fetch,
    PictureLimits,
    SelectJob,
    Source,
    parse_clicks,
)
from wuhen.service.admission import Admission, Wish
from wuhen.service.handlers.working import faults_named, placed
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.laps import lap
from wuhen.workers import Workers

__all__ = ["SelectObject"]


@dataclass(frozen=True, slots=True)
class SelectObject:
    """The handler. Like others that erase nothing, it takes none of the account's slots for that."""

    gate: ConcurrencyGate
    admission: Admission
    workers: Workers
    fetch: Fetch
    patience: float
    limits: PictureLimits
    models: Path
    """Where the operator's own copy of the network may lie."""

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Select."""
        source = Source.of(call.parameters, "InputUrl", "InputImage")
        if source is None:
            raise NO_IMAGE()
        clicks = parse_clicks(call.parameters)
        credential = call.credential
        async with self.gate.slot(
            credential.counted, credential.concurrency, wait=self.patience, size=call.size
        ):
            with lap("collect"):
                picture = await source.collect(INPUT, self.fetch, self.limits)
            job = SelectJob(picture, clicks, self.models, self.limits)
            wish = Wish(credential.counted, call.action, call.size, call.ends, job.size, job.extent)
            with faults_named(self.patience):
                async with placed(self.admission, wish):
                    with lap("job") as taken:
                        found = await self.workers.select(job, seconds=call.seconds_left)
                        taken.consisted_of(found.seconds)
        answer = {
            "Mask": base64.b64encode(found.mask).decode("ascii"),
            "MediaType": found.media_type,
            "Width": found.width,
            "Height": found.height,
            "Score": round(found.score, 4),
        }
        digests = {"Mask": found.digest} | ({} if source.url else {"InputImage": found.photo_digest})
        return Handled(answer, digests=digests)
