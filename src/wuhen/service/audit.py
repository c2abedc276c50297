"""Keeping the audit record of results, without holding up the event loop."""

import asyncio
import time
from functools import partial

from wuhen.accounts import AccountKey, AuditLog, Delivery, StoreUnavailable
from wuhen.action import JOB_LOST
from wuhen.service.access import PAUSE_SECONDS, SHORT_PAUSE_SECONDS, StoreAccess
from wuhen.service.handling import ErasureFacts
from wuhen.service.logs import log

__all__ = ["Audit", "delivery_of"]


class Audit:
    """Notes who was given which result.

    Parameters
    ----------
    records : AuditLog or None
        Where; None keeps none.
    patience : float
        Seconds for which a result that may not be given without a record waits until one can be kept again,
        as when the database's server is started anew.

    Attributes
    ----------
    records : AuditLog or None
        The same.
    """

    def __init__(self, records: AuditLog | None, patience: float = 0.0) -> None:
        self.records = records
        self._patience = patience
        pause = SHORT_PAUSE_SECONDS if patience else PAUSE_SECONDS
        self._access = StoreAccess("audit records cannot be kept", threads=2, pause=pause)

    def close(self) -> None:
        """Let go of what keeps them; the database stays open."""
        self._access.close()

    async def check(self) -> None:
        """Make sure that a record could be kept, if any is.

        Raises
        ------
        StoreUnavailable
            It could not.
        """
        if self.records is not None:
            await self._access.do(self.records.check)

    async def note(self, request_id: str, credential: AccountKey, facts: ErasureFacts) -> None:
        """Keep the record of one result, just before it is handed out.

        A result that has no visible mark may only be handed out with a record of it. Where none can be kept,
        one with a mark is handed out all the same, and the log says so.

        Raises
        ------
        ApiError
            The record cannot be kept, and the result has no mark.
        """
        if self.records is None:
            return
        delivery = delivery_of(request_id, credential.account, credential.secret_id, facts)
        try:
            await self._keep(self.records, delivery, 0.0 if facts.marked else self._patience)
        except StoreUnavailable as error:
            if not facts.marked:
                log.error("audit record not kept, result not handed out", reason=str(error))
                raise JOB_LOST() from error
            log.error("audit record not kept", reason=str(error))
        except Exception as error:
            # Whatever it was, it is no InternalError: see `wuhen.action.failures`.
            log.exception("unforeseen")
            raise JOB_LOST() from error

    async def _keep(self, records: AuditLog, delivery: Delivery, patience: float) -> None:
        """Keep a record, tried again and again while there is patience."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        keep = records.add
        while True:
            try:
                await self._access.do(partial(keep, delivery))
            except StoreUnavailable:
                if loop.time() >= end:
                    raise
                # A server that went away may have kept it without a word.
                keep = records.add_once
                await asyncio.sleep(self._access.pause)
            else:
                return


def delivery_of(request_id: str, account: str, secret_id: str, facts: ErasureFacts) -> Delivery:
    """Return the record of a result that is handed out now."""
    return Delivery(
        at=int(time.time()),
        request_id=request_id,
        account=account,
        secret_id=secret_id,
        marked=facts.marked,
        labelled=facts.labelled,
        signed=facts.signed,
        labels_found=facts.labels_found,
        engine=facts.engine,
        width=facts.width,
        height=facts.height,
        hole=facts.hole,
        media_type=facts.media_type,
        size=facts.digest.size,
        sha256=facts.digest.sha256,
        found=dict(facts.found) or None,
    )
