"""Keeping the audit record of results, without holding up the event loop."""

import asyncio
import time

from wuhen.accounts import AuditLog, Credential, Delivery, StoreUnavailable
from wuhen.action import Job, Outcome
from wuhen.service.logs import log

__all__ = ["Audit"]


class Audit:
    """Notes who was given which result.

    Parameters
    ----------
    records : AuditLog or None
        Where; None keeps none.
    """

    def __init__(self, records: AuditLog | None) -> None:
        self._records = records

    async def note(self, request_id: str, credential: Credential, job: Job, outcome: Outcome) -> None:
        """Keep the record of one result, just before it is handed out.

        A result that has no visible mark may only be handed out with a record of it. Where none can be kept,
        one with a mark is handed out all the same, and the log says so.

        Raises
        ------
        StoreUnavailable
            The record cannot be kept, and the result has no mark.
        """
        if self._records is None:
            return
        try:
            await asyncio.to_thread(self._add, self._records, request_id, credential, job, outcome)
        except StoreUnavailable as error:
            if not job.marked:
                raise
            log.error("audit record not kept", reason=str(error))

    @staticmethod
    def _add(records: AuditLog, request_id: str, credential: Credential, job: Job, outcome: Outcome) -> None:
        records.add(
            Delivery(
                at=int(time.time()),
                request_id=request_id,
                account=credential.account,
                secret_id=credential.secret_id,
                marked=job.marked,
                labelled=job.labelling.aigc,
                signed=job.labelling.signing is not None,
                labels_found=outcome.labels_found,
                engine=outcome.engine,
                width=outcome.width,
                height=outcome.height,
                hole=outcome.hole,
                media_type=outcome.media_type,
                size=outcome.digest.size,
                sha256=outcome.digest.sha256,
            )
        )
