"""FindRegions: what might be erased from a picture."""

from dataclasses import dataclass

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    HOST_UNUSABLE,
    INPUT,
    NO_IMAGE,
    Fetch,
    FindJob,
    FoundRegions,
    PictureLimits,
    Source,
    parse_answer_form,
    parse_find,
)
from wuhen.results import ResultStore
from wuhen.service.admission import Admission, Wish
from wuhen.service.handlers.handing import hand_out, name_found
from wuhen.service.handlers.working import faults_named, placed
from wuhen.service.handling import AdmittedCall, Handled, describe_found
from wuhen.service.laps import lap
from wuhen.workers import Workers

__all__ = ["FindRegions"]

USUALLY_FOUND = ("text",)


@dataclass(frozen=True, slots=True)
class FindRegions:
    """The handler. Like others that erase nothing, it takes none of the account's slots for erasing."""

    gate: ConcurrencyGate
    admission: Admission
    workers: Workers
    results: ResultStore
    fetch: Fetch
    patience: float
    limits: PictureLimits

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Find."""
        credential = call.credential
        async with self.gate.slot(
            credential.counted, credential.concurrency, wait=self.patience, size=call.size
        ):
            return await self._find(call)

    async def _find(self, call: AdmittedCall) -> Handled:
        source = Source.of(call.parameters, "InputUrl", "InputImage")
        if source is None:
            raise NO_IMAGE()
        find = parse_find(call.parameters, USUALLY_FOUND)
        assert find is not None  # noqa: S101 - there is a default
        form = parse_answer_form(call.parameters)
        if form == "url" and call.base_url is None:
            raise HOST_UNUSABLE()
        with faults_named(self.patience):
            if form == "url":
                self.results.expect()
            with lap("collect"):
                picture = await source.collect(INPUT, self.fetch, self.limits)
            job = FindJob(picture, find, self.limits)
            wish = Wish(
                call.credential.counted, call.action, call.size, call.ends, job.size, job.extent, job.beside
            )
            async with placed(self.admission, wish):
                with lap("job") as taken:
                    found = await self.workers.find(job, seconds=call.seconds_left)
                    taken.consisted_of(found.seconds)
            with lap("reply"):
                base_url = call.base_url if form == "url" else None
                mask = await hand_out(found.mask, found.media_type, self.results, base_url)
        digests = {} if source.url else {"InputImage": found.photo_digest}
        if base_url is None:
            digests["Mask"] = found.digest
        told = {
            "width": found.width,
            "height": found.height,
            "found": describe_found(found.found),
            "steps": found.seconds,
        }
        return Handled(_answer(found, mask), found=found.found, digests=digests, told=told)


def _answer(found: FoundRegions, mask: str) -> dict[str, object]:
    return {
        "Mask": mask,
        "Width": found.width,
        "Height": found.height,
        "Found": name_found(found.found),
        "Places": [place.as_answer() for place in found.places],
    }
