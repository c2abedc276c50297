"""How the work is done: by how many, within which bounds, and to what end."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from wuhen.action import OWN_BODY, OWN_MEGAPIXELS
from wuhen.photo import MEGAPIXEL, QUALITIES, USUAL_LIMIT, USUAL_QUALITY
from wuhen.places import models_in
from wuhen.processors import count_processors
from wuhen.settings.listening import Listening
from wuhen.settings.part import Separated

__all__ = ["Working"]

_SHARE = re.compile(r"[^=,]{1,64}=[1-9][0-9]{0,3}")


def _share(value: str) -> str:
    if not _SHARE.fullmatch(value):
        raise ValueError("write each as the account's name, `=`, and a number from 1 to 9999")
    return value


Share = Annotated[str, AfterValidator(_share)]


class Working(Listening):
    """How the work is done. On those settings, as models are beside the data by default."""

    workers: int = Field(
        default_factory=count_processors,
        ge=1,
        le=256,
        description="Worker processes, hence pictures worked on at a time.",
    )
    threads: int = Field(
        default_factory=count_processors, ge=1, le=256, description="Threads that one worker may fill with."
    )
    worker_memory: int = Field(
        3072,
        ge=256,
        description="Memory that one worker may allocate, in MiB; a call that needs more fails alone.",
    )
    worker_megapixels: int | None = Field(
        None,
        ge=1,
        le=4096,
        description="Millions of pixels for each worker, photos and masks, that all of them together have at "
        "a time; a job that would be more waits. By default what the machine's memory holds; of a "
        "cluster, any number.",
    )
    worker_user: str | None = Field(
        None,
        description="User that workers run as when the service is started as root; nobody by default.",
    )
    max_megapixels: int = Field(
        OWN_MEGAPIXELS,
        ge=1,
        le=USUAL_LIMIT.pixels // MEGAPIXEL,
        description="Millions of pixels that a picture may have in our own actions and the studio.",
    )
    max_body: int = Field(
        OWN_BODY,
        ge=13,
        le=512,
        description="Size of a call of our own actions, in MiB: base64, or raw in multipart form. "
        "The vendor's action keeps its 13.",
    )
    deadline: float = Field(
        55.0, gt=0, le=3600, description="Seconds after which a call is given up. The SDKs hang up after 60."
    )
    queue_seconds: float = Field(
        0.0,
        ge=0,
        le=60,
        description="Seconds a call above its account's concurrency waits for a slot before JobNumExceed.",
    )
    max_wait: float = Field(
        5.0,
        ge=0,
        le=3600,
        description="Seconds that a call may be expected to wait for a worker; one that would wait longer is "
        "refused at once. Whoever has no call under way may wait longer, if it would be next.",
    )
    spare_workers: int | None = Field(
        None,
        ge=0,
        le=255,
        description="Workers kept for accounts that have nothing under way; by default one in eight.",
    )
    account_shares: Annotated[tuple[Share, ...], *Separated] = Field(
        (),
        description="Accounts that get more of the workers' time than others where there is not enough for "
        "all, e.g. shop=4,lab=2, separated by commas; all others have a share of 1.",
    )
    engine: str = Field(
        "auto",
        description="The engine that fills; auto uses guided for wide holes if installed, patch otherwise.",
    )
    models_dir: Path | None = Field(
        None,
        description="Where `wuhen models pull` keeps networks; by default models/ in the data directory.",
    )
    cache_dir: Path | None = Field(
        None,
        description="Where compiled code is looked for first, and kept if that can be written; see "
        "`wuhen warmup`.",
    )
    output_format: Literal["auto", "jpeg", "png"] = Field(
        "auto", description="Format of results; auto answers JPEG to JPEG and PNG to everything else."
    )
    jpeg_quality: int | None = Field(
        None,
        ge=QUALITIES[0],
        le=QUALITIES[-1],
        description="Quality of JPEG results, whose chroma is then never subsampled. By default "
        f"{USUAL_QUALITY} for ImageInpaintingRemoval, while EraseRegions and the studio code anew only those "
        "blocks of a JPEG that have changed.",
    )
    studio: bool = Field(
        default=True, description="Whether the studio, a page in the browser, is served at /studio."
    )

    @model_validator(mode="after")
    def _check_spare(self) -> "Working":
        if self.spare >= self.most_workers:
            raise ValueError("spare_workers must be fewer than workers, or none would work for most calls")
        return self

    @property
    def spare(self) -> int:
        """Workers that are kept for accounts with nothing under way, default applied."""
        return self.most_workers // 8 if self.spare_workers is None else self.spare_workers

    @property
    def most_workers(self) -> int:
        """Workers that there may be, wherever they are."""
        return self.workers

    @property
    def shares(self) -> dict[str, int]:
        """The shares of the workers' time, by account."""
        pairs = (share.rpartition("=") for share in self.account_shares)
        return {account: int(share) for account, _, share in pairs}

    @property
    def models(self) -> Path:
        """The directory of models, default applied."""
        return self.models_dir or models_in(self.data_dir)
