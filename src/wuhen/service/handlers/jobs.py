"""SubmitErase, DescribeErase and CancelErase: an erasure that is asked for now and fetched later."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from wuhen.accounts import StoreUnavailable
from wuhen.action import (
    BAD_VALUE,
    CALLBACK,
    CANCEL_ERASE,
    DESCRIBE_ERASE,
    JOB_UNKNOWN,
    JOBS_FULL,
    JOBS_UNAVAILABLE,
    RESULT_HOST_UNUSABLE,
    SUBMIT_ERASE,
    TOKEN,
    TOKEN_USED,
    EraseRequest,
    PictureLimits,
    translate_errors,
)
from wuhen.download.client import Downloader
from wuhen.jobs import (
    AccountFull,
    Done,
    Failed,
    JobRecord,
    NewJob,
    Status,
    TokenTaken,
    parse_parcel,
    picture_name,
    write_parcel,
)
from wuhen.results import ResultStoreError
from wuhen.service.handlers.handing import name_alternatives, name_found
from wuhen.service.handling import AdmittedCall, Handled, Handlers
from wuhen.service.jobs import Backroom
from wuhen.service.laps import lap
from wuhen.service.logs import log
from wuhen.service.stores import Stores
from wuhen.wire import Message

__all__ = ["Jobs"]

URL_SECONDS = 3600
MAX_ID_LENGTH = 64
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Jobs:
    """The handlers of the three.

    Attributes
    ----------
    stores : Stores
        Where jobs and their pictures are.
    downloader : Downloader
        Fetches pictures, and knows where callbacks may go.
    backroom : Backroom
        Who does the work.
    limits : PictureLimits
        What pictures may be.
    """

    stores: Stores
    downloader: Downloader
    backroom: Backroom
    limits: PictureLimits

    def handlers(self) -> Handlers:
        """Return them by the action's key."""
        return {
            SUBMIT_ERASE.key: self.submit,
            DESCRIBE_ERASE.key: self.describe,
            CANCEL_ERASE.key: self.cancel,
        }

    async def submit(self, call: AdmittedCall) -> Handled:
        """Keep pictures and parameters, and answer with the job; a repeated call gets the same one."""
        request = EraseRequest.parse(call.parameters, own=True)
        token, url = self._read_token(call.parameters), self._read_callback(call.parameters)
        digest = await asyncio.to_thread(_digest, call.parameters)
        if token is not None and (found := await self._repeated(call, token, digest)) is not None:
            return found
        await self._reach(partial(self.stores.jobs.check_room, call.credential.account, 0))
        with lap("collect"):
            pictures = await request.collect_pictures(self.downloader.fetch, self.limits)
            files = await asyncio.to_thread(pictures.files, self.limits)
        job = NewJob(
            id=call.request_id,
            account=call.credential.account,
            secret_id=call.credential.secret_id,
            parameters=write_parcel(call.parameters, tuple(files)),
            size=sum(map(len, files.values())),
            digest=digest,
            client_token=token,
            callback_url=url,
        )
        with lap("reply"):
            try:
                await self._keep(job, files)
            except TokenTaken:
                # By the same call, sent again while this one was under way.
                if token is not None and (found := await self._repeated(call, token, digest)) is not None:
                    return found
                raise JOBS_UNAVAILABLE() from None
        self.backroom.note_submitted()
        return Handled({"JobId": job.id, "Status": Status.WAITING})

    async def describe(self, call: AdmittedCall) -> Handled:
        """Show a job of the key's account, with a URL of its result that is valid from now on."""
        found = await self._find(call, self.stores.jobs.find)
        urls: list[str] = []
        if isinstance(found.end, Done):
            if call.base_url is None and self.stores.home.local is not None:
                raise RESULT_HOST_UNUSABLE()
            try:
                for name in found.end.results:
                    url = await self.stores.home.objects.url(
                        name, base_url=call.base_url or "", seconds=URL_SECONDS
                    )
                    urls.append(url)
            except ResultStoreError as error:
                log.error("result cannot be handed out", reason=str(error))
                raise JOBS_UNAVAILABLE() from error
        return Handled(_describe(found, call, urls))

    async def cancel(self, call: AdmittedCall) -> Handled:
        """Cancel a job of the key's account."""
        found = await self._find(call, self.stores.jobs.cancel)
        if found.status is Status.CANCELLED:
            self.backroom.note_ended()
            # Whoever works on it has read them.
            with suppress(ResultStoreError):
                pictures = parse_parcel(found.parameters).pictures
                await self.stores.home.objects.delete(*(picture_name(found.id, name) for name in pictures))
        return Handled({"JobId": found.id, "Status": found.status})

    async def _find(self, call: AdmittedCall, look: Callable[[str, str], JobRecord | None]) -> JobRecord:
        job = str(call.parameters.get("JobId", ""))
        found = None
        # What no number looks like may be what no database takes.
        if job.isascii() and job.isprintable() and len(job) <= MAX_ID_LENGTH:
            found = await self._reach(partial(look, call.credential.account, job))
        if found is None:
            raise JOB_UNKNOWN(job=job)
        return found

    async def _repeated(self, call: AdmittedCall, token: str, digest: str) -> Handled | None:
        """Return the answer of a call that was made before, by its token."""
        found = await self._reach(partial(self.stores.jobs.find_by_token, call.credential.account, token))
        if found is None:
            return None
        if found.digest != digest:
            raise TOKEN_USED(token=token)
        return Handled({"JobId": found.id, "Status": found.status})

    async def _keep(self, job: NewJob, files: Mapping[str, bytes]) -> None:
        """Put pictures first, then the job: whoever finds one finds the others."""
        names = {picture_name(job.id, name): data for name, data in files.items()}
        try:
            for name, data in names.items():
                await self.stores.home.objects.put(name, data, "application/octet-stream")
            await self._reach(partial(self.stores.jobs.submit, job))
        except BaseException as error:
            # Of a job that may be there all the same they are left; strays are swept.
            if not isinstance(error, StoreUnavailable | asyncio.CancelledError):
                with suppress(ResultStoreError):
                    await self.stores.home.objects.delete(*names)
            if isinstance(error, ResultStoreError):
                log.error("job not kept", reason=str(error))
                raise JOBS_UNAVAILABLE() from error
            raise

    async def _reach(self, work: Callable[[], T]) -> T:
        try:
            return await self.stores.job_access.do(work)
        except AccountFull as full:
            raise JOBS_FULL(
                waiting=full.jobs,
                megabytes=full.size // 1024**2,
                most=self.stores.jobs.limits.jobs,
                most_megabytes=self.stores.jobs.limits.size // 1024**2,
            ) from None
        except StoreUnavailable as error:
            raise JOBS_UNAVAILABLE() from error

    def _read_callback(self, given: Mapping[str, Any]) -> str | None:
        url: str | None = given.get("CallbackUrl") or None
        if url is not None:
            with translate_errors(CALLBACK):
                self.downloader.check(url)
        return url

    @staticmethod
    def _read_token(given: Mapping[str, Any]) -> str | None:
        token: str | None = given.get("ClientToken") or None
        if token is not None and (len(token) > (TOKEN.max_length or 0) or not token.isprintable()):
            right = Message(
                f"at most {TOKEN.max_length} printable characters", f"{TOKEN.max_length} 个以内的可打印字符"
            )
            raise BAD_VALUE(name="ClientToken", given=token, right=right)
        return token


def _digest(parameters: Mapping[str, Any]) -> str:
    written = json.dumps(parameters, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def _describe(found: JobRecord, call: AdmittedCall, urls: list[str]) -> dict[str, object]:
    code, message = None, None
    remarks: list[str] = []
    done = found.end if isinstance(found.end, Done) else None
    if done is not None:
        code, remarks = "OK", [remark.text(call.language) for remark in done.remarks]
    elif isinstance(found.end, Failed):
        code, message = found.end.code, found.end.text.text(call.language)
    return {
        "JobId": found.id,
        "Status": found.status,
        "SubmittedAt": _time(found.submitted_at),
        "StartedAt": _time(found.started_at),
        "EndedAt": _time(found.ended_at),
        "ExpiresAt": _time(found.expires_at),
        "Attempts": found.attempts,
        "Code": code,
        "Message": message,
        "ResultImage": urls[0] if urls else None,
        "Alternatives": name_alternatives(_seed(found) if urls[1:] else 0, urls),
        "MediaType": done.media_type if done else None,
        "Width": done.width if done else None,
        "Height": done.height if done else None,
        "Found": name_found(done.found if done else {}),
        "Remarks": remarks,
        "Callback": found.callback,
    }


def _seed(found: JobRecord) -> int:
    return parse_parcel(found.parameters).request.options.seed


def _time(at: int | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
