"""Where results are kept: in a directory of this machine, or in an object store."""

import asyncio
import random
import time
from dataclasses import dataclass

from wuhen.results import (
    SIGNING_KEY_FILE,
    DirectoryObjects,
    LocalResults,
    LocalResultStore,
    Objects,
    ResultStore,
    ResultStoreError,
    SharedResults,
    load_signing_key,
)
from wuhen.service.logs import log
from wuhen.settings import Settings

__all__ = ["ResultHome", "open_result_home", "sweep_results"]


@dataclass(frozen=True, slots=True)
class ResultHome:
    """A place with all that is kept in it.

    Attributes
    ----------
    results : ResultStore
        Results that wait to be fetched by URL, for an hour.
    objects : Objects
        Whatever else is kept there, and swept by whoever has put it.
    local : LocalResults or None
        What the service itself hands out; None where an object store does.
    """

    results: ResultStore
    objects: Objects
    local: LocalResults | None


def open_result_home(settings: Settings) -> ResultHome:
    """Open the place that the settings name, making a directory that is missing.

    Raises
    ------
    wuhen.results.ResultStoreError
        It cannot be used, or there is no key pair for it.
    """
    if (place := settings.results_place) is not None:
        from wuhen.results.bucket import BucketObjects  # noqa: PLC0415 - an extra

        bucket = BucketObjects(place, settings.results_access)
        return ResultHome(SharedResults(bucket), bucket, None)
    local = LocalResults(settings.results, load_signing_key(settings.data_dir / SIGNING_KEY_FILE))
    return ResultHome(LocalResultStore(local), DirectoryObjects(local), local)


async def sweep_results(results: ResultStore) -> None:
    """Delete expired results, again and again, until cancelled.

    Other services may do the same, which is no harm; that they do not do it all at once, chance sees to.
    """
    while True:
        try:
            swept = await results.sweep(time.time())
        except ResultStoreError as error:
            log.error("results cannot be swept", reason=str(error))
        else:
            if swept:
                log.info("results swept", count=swept)
        await asyncio.sleep(results.sweep_seconds * random.uniform(0.5, 1.5))
