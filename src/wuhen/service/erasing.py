"""ImageInpaintingRemoval: from a call to the member of its answer."""

import asyncio
import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from wuhen.accounts import ConcurrencyGate, StoreUnavailable
from wuhen.action import HOST_UNUSABLE, JOB_LOST, EraseRequest, Fetch, Job, Outcome
from wuhen.results import ResultStore, ResultStoreError
from wuhen.service.audit import Audit
from wuhen.service.handling import Asked
from wuhen.service.logs import log
from wuhen.service.marking import Marking
from wuhen.settings import Settings
from wuhen.wire import ApiError
from wuhen.workers import WorkerFailedError, Workers

__all__ = ["Erasing"]


@dataclass(frozen=True, slots=True)
class Erasing:
    """The handler; each part has a home in this process and may have one elsewhere."""

    concurrency: ConcurrencyGate
    workers: Workers
    results: ResultStore
    fetch: Fetch
    marking: Marking
    audit: Audit
    settings: Settings

    async def __call__(self, asked: Asked) -> Mapping[str, object]:
        """Erase, in one of the account's slots."""
        credential = asked.credential
        wait = self.settings.queue_seconds
        async with self.concurrency.slot(credential.account, credential.concurrency, wait=wait):
            return await self._erase(asked)

    async def _erase(self, asked: Asked) -> Mapping[str, object]:
        request = EraseRequest.parse(asked.call.parameters)
        if request.answer == "url" and asked.base_url is None:
            raise HOST_UNUSABLE()
        try:
            job = self._settled(await request.collect(self.fetch), asked.request_id)
            outcome = await self.workers.run(job)
            asked.note(
                width=outcome.width,
                height=outcome.height,
                hole=outcome.hole,
                engine=outcome.engine,
                marked=job.marked,
                labels_found=len(outcome.labels_found),
                steps=outcome.seconds,
            )
            image = await self._result(outcome, request, asked.base_url)
            await self.audit.note(asked.request_id, asked.credential, job, outcome)
        except ApiError:
            raise
        except WorkerFailedError as error:
            log.error("worker failed", reason=str(error))
            raise JOB_LOST() from error
        except ResultStoreError as error:
            log.error("result not stored", reason=str(error))
            raise JOB_LOST() from error
        except StoreUnavailable as error:
            log.error("audit record not kept, result not handed out", reason=str(error))
            raise JOB_LOST() from error
        except Exception as error:
            # Whatever it was, it is no InternalError: see `wuhen.action.failures`.
            log.exception("unforeseen")
            raise JOB_LOST() from error
        return {"ResultImage": image}

    def _settled(self, job: Job, request_id: str) -> Job:
        """Add to a job what the operator has settled for every call."""
        settings = self.settings
        output_format = None if settings.output_format == "auto" else settings.output_format.upper()
        job = replace(
            job,
            options=replace(job.options, engine=settings.engine),
            models=settings.models,
            output_format=output_format,
            quality=settings.jpeg_quality,
        )
        return self.marking.of(job, request_id)

    async def _result(self, outcome: Outcome, request: EraseRequest, base_url: str | None) -> str:
        if request.answer == "base64" or base_url is None:
            return base64.b64encode(outcome.data).decode("ascii")
        return await asyncio.to_thread(
            self.results.put, outcome.data, media_type=outcome.media_type, base_url=base_url, now=time.time()
        )
