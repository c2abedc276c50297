"""FindEffects: what an object left around a mask."""

from dataclasses import dataclass, replace

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    HOST_UNUSABLE,
    Digest,
    EraseRequest,
    Fetch,
    FoundEffects,
    PictureLimits,
)
from wuhen.results import ResultStore
from wuhen.service.admission import Admission, Wish
from wuhen.service.handlers.handing import hand_out
from wuhen.service.handlers.working import digests_of_sent, faults_named, placed
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.laps import lap
from wuhen.workers import Workers

__all__ = ["FindEffects"]


@dataclass(frozen=True, slots=True)
class FindEffects:
    """The handler. Like others that erase nothing, it takes none of the account's slots for erasing."""

    gate: ConcurrencyGate
    admission: Admission
    workers: Workers
    results: ResultStore
    fetch: Fetch
    patience: float
    limits: PictureLimits
    engine: str
    """Which engine would erase: a network alone treats no effects."""

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Find them."""
        request = EraseRequest.parse(call.parameters, own=True)
        if request.answer == "url" and call.base_url is None:
            raise HOST_UNUSABLE()
        credential = call.credential
        async with self.gate.slot(
            credential.counted, credential.concurrency, wait=self.patience, size=call.size
        ):
            return await self._find(call, request)

    async def _find(self, call: AdmittedCall, request: EraseRequest) -> Handled:
        base_url = call.base_url if request.answer == "url" else None
        with faults_named(self.patience):
            if base_url is not None:
                self.results.expect()
            with lap("collect"):
                job = await request.collect(self.fetch, self.limits)
            job = replace(job, options=replace(job.options, engine=self.engine))
            wish = Wish(
                call.credential.counted, call.action, call.size, call.ends, job.size, job.extent, job.beside
            )
            async with placed(self.admission, wish):
                with lap("job") as taken:
                    found = await self.workers.find_effects(job, seconds=call.seconds_left)
                    taken.consisted_of(found.seconds)
            with lap("reply"):
                mask = await hand_out(found.mask, found.media_type, self.results, base_url)
        digests = _digests(request, found)
        if base_url is None:
            digests["EffectsMask"] = found.digest
        answer = {
            "EffectsMask": mask,
            "Width": found.width,
            "Height": found.height,
            "Places": [place.as_answer() for place in found.places],
        }
        told = {"width": found.width, "height": found.height, "steps": found.seconds}
        return Handled(answer, digests=digests, told=told)


def _digests(request: EraseRequest, found: FoundEffects) -> dict[str, Digest]:
    """Return the digests of the pictures that parameters hold as base64."""
    inputs = found.inputs
    return digests_of_sent(
        {
            "InputImage": (request.photo, inputs.photo),
            "Mask": (request.mask, inputs.mask),
            "KeepOut": (request.keep_out, inputs.keep_out),
        }
    )
