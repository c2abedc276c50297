"""ImageInpaintingRemoval, EraseRegions and PasteRegions: from a call to the members of its answer."""

from dataclasses import dataclass

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    HOST_UNUSABLE,
    JOB_LOST,
    Digest,
    EraseRequest,
    Fetch,
    Job,
    News,
    Outcome,
    PictureLimits,
    parse_paste,
)
from wuhen.results import ResultStore
from wuhen.service.admission import Admission, Busy, Wish
from wuhen.service.handlers.handing import hand_out, name_alternatives, name_found, name_place
from wuhen.service.handlers.working import digests_of_sent, faults_named, placed
from wuhen.service.handling import AdmittedCall, ErasureFacts, Handled
from wuhen.service.laps import lap
from wuhen.service.logs import log
from wuhen.service.marking import Marking
from wuhen.service.settling import settle
from wuhen.settings import Settings
from wuhen.wire import ApiError, Language
from wuhen.workers import Workers

__all__ = ["Erase"]


@dataclass(frozen=True, slots=True)
class Erase:
    """The handler; each part has a home in this process and may have one elsewhere.

    With `own`, it is that of an action of our own: its answer has the job's remarks, and see `settle`. The
    vendor's has none of this. With `pastes`, it is that of PasteRegions.
    """

    concurrency: ConcurrencyGate
    admission: Admission
    workers: Workers
    results: ResultStore
    fetch: Fetch
    marking: Marking
    settings: Settings
    limits: PictureLimits
    own: bool = False
    pastes: bool = False

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Erase, in one of the account's slots."""
        credential = call.credential
        wait = self.settings.queue_seconds
        async with self.concurrency.slot(
            credential.counted, credential.concurrency, wait=wait, size=call.size
        ):
            return await self._erase(call)

    async def _erase(self, call: AdmittedCall) -> Handled:
        given = call.parameters
        request = parse_paste(given) if self.pastes else EraseRequest.parse(given, own=self.own)
        if request.answer == "url" and call.base_url is None:
            raise HOST_UNUSABLE()
        try:
            with faults_named(self.settings.deadline):
                return await self._answer(call, request)
        except (ApiError, Busy):
            raise
        except Exception as error:
            # Whatever it was, it is no InternalError: see `wuhen.action.failures`.
            log.exception("unforeseen")
            raise JOB_LOST() from error

    async def _answer(self, call: AdmittedCall, request: EraseRequest) -> Handled:
        if request.answer == "url":
            self.results.expect()
        with lap("collect"):
            collected = await request.collect(self.fetch, self.limits)
        job = settle(collected, call.request_id, settings=self.settings, marking=self.marking, own=self.own)
        async with placed(self.admission, _wish(call, job)):
            tell = call.tell if self.own else None
            if tell is not None:
                tell(News(0.0))
            with lap("job") as taken:
                outcome = await self.workers.run(job, seconds=call.seconds_left, tell=tell)
                taken.consisted_of(outcome.seconds)
        with lap("reply"):
            images = await self._hand_out(outcome, request, call.base_url)
        reply = self._reply(request, outcome, images, call.language)
        return Handled(reply, ErasureFacts.of(job, outcome), outcome.found, _digests(request, outcome))

    def _reply(
        self, request: EraseRequest, outcome: Outcome, images: list[str], language: Language
    ) -> dict[str, object]:
        """Return the members of the answer."""
        reply: dict[str, object] = {"ResultImage": images[0]}
        if self.pastes:
            reply["MediaType"] = outcome.media_type
        elif self.own:
            alternatives = name_alternatives(request.options.seed, images)
            for told, one in zip(alternatives, outcome.alternatives, strict=True):
                told.update(name_place(one.place))
            reply |= name_place(outcome.place) | {"Alternatives": alternatives}
            reply["Found"] = name_found(outcome.found)
        if self.own:
            reply["Remarks"] = [remark.text(language) for remark in outcome.remarks]
        return reply

    async def _hand_out(self, outcome: Outcome, request: EraseRequest, base_url: str | None) -> list[str]:
        """Return the results as they come back, the first candidate's first."""
        if request.answer == "base64":
            base_url = None
        files = (outcome.data, *(one.data for one in outcome.alternatives))
        return [await hand_out(file, outcome.media_type, self.results, base_url) for file in files]


def _wish(call: AdmittedCall, job: Job) -> Wish:
    """Return what the line is told of a job; those that look first are of a kind of their own."""
    kind = call.action if job.find is None else f"{call.action} with Find"
    return Wish(
        call.credential.counted,
        kind,
        call.size,
        call.ends,
        job.size,
        job.extent,
        job.beside,
        job.candidates,
    )


def _digests(request: EraseRequest, outcome: Outcome) -> dict[str, Digest]:
    """Return the digests of the pictures that parameters and reply hold as base64, by their names."""
    inputs = outcome.inputs
    sent = {
        "InputImage": (request.photo, inputs.photo),
        "Mask": (request.mask, inputs.mask),
        "KeepOut": (request.keep_out, inputs.keep_out),
        "LogoImage": (request.logo, inputs.logo),
        "EffectsMask": (request.effects_mask, inputs.effects_mask),
    }
    digests = digests_of_sent(sent)
    if request.answer == "base64":
        digests["ResultImage"] = outcome.digest
        for index, one in enumerate(outcome.alternatives):
            digests[f"Alternatives.{index}.ResultImage"] = one.digest
    return digests
