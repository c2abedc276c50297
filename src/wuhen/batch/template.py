"""What is the same for every photo of a batch."""

import hashlib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from wuhen import fill
from wuhen.action import Find, Job, Labelling
from wuhen.mark import Wording
from wuhen.photo import Shape
from wuhen.workers import LocalWorkers

__all__ = ["JobTemplate"]

FINGERPRINT_DIGITS = 16
WORKER_MEMORY = 4096
"""MiB that a worker may allocate."""


@dataclass(frozen=True, slots=True)
class JobTemplate:
    """How photos are erased from: a job without its photo and mask.

    The attributes are those of `wuhen.action.Job`, and

    learns
        Whether what the photos have in common is learned first, and then part of what is to be found.
    """

    options: fill.Options
    models: Path | None
    keep_out: bytes | None = field(repr=False)
    invert: bool
    fit_mask: bool
    marked: bool
    wording: Wording
    labelling: Labelling
    quality: int | None
    output_format: str | None
    shapes: tuple[Shape, ...] = ()
    find: Find | None = None
    learns: bool = False

    def job(self, photo: bytes, mask: bytes | None) -> Job:
        """Return the job for a photo and its mask, if it has one, which are files."""
        return Job(
            photo,
            mask,
            shapes=self.shapes,
            find=self.find,
            keep_out=self.keep_out,
            invert=self.invert,
            fit_mask=self.fit_mask,
            marked=self.marked,
            wording=self.wording,
            labelling=self.labelling,
            options=self.options,
            models=self.models,
            output_format=self.output_format,
            quality=self.quality,
            as_given=True,
            wide=True,
        )

    def workers(self, count: int, threads: int | None) -> LocalWorkers:
        """Return so many workers of this machine that are fit for such jobs, each with so many threads."""
        signing = self.labelling.signing
        return LocalWorkers(
            count=count,
            memory=WORKER_MEMORY,
            threads=threads,
            engine=self.options.engine,
            models=self.models,
            network=signing is not None and signing.timestamp is not None,
        )

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digits that tell whether results that are there are those that are wanted now.

        They stand for everything but where models lie. Of Content Credentials they tell whether there are
        any, not by which certificate: a new one must not have everything done anew. Nor do photos that are
        added to a folder, from which its overlays are learned a little differently.
        """
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "models"}
        values["find"] = self.find and replace(self.find, overlays=None)
        # What was done before there were these is still what is wanted.
        for name in ("shapes", "find", "learns"):
            if not values[name]:
                del values[name]
        values["labelling"] = replace(self.labelling, signing=None), self.labelling.signing is not None
        values["keep_out"] = self.keep_out and hashlib.sha256(self.keep_out).hexdigest()
        text = repr(sorted(values.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS]
