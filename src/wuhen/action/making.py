"""One result, from a job's pictures that are read: filled, marked, labelled, encoded, signed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuhen import fill, mark, photo
from wuhen._version import __version__
from wuhen.action.clock import Clock
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.engine import model_file
from wuhen.action.failures import INPUT, LOGO, PATCH
from wuhen.action.inputs import Inputs
from wuhen.action.job import Job
from wuhen.action.labelling import label_result, with_labels_alone
from wuhen.action.news import Watcher
from wuhen.action.pasting import Place, cut_patch
from wuhen.action.pictures import bytes_of
from wuhen.action.remarks import (
    Remark,
    remark_on_bits,
    remark_on_candidates,
    remark_on_file,
    remark_on_mask,
    remark_on_removed,
    remark_on_search,
)
from wuhen.action.translation import translate_errors
from wuhen.action.writing import sign_result, stays_as_given, write_result

__all__ = ["Made", "make"]


PASTED: Final = "patches"
"""What is said instead of an engine where patches were laid over the photo, and nothing was filled."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What Content Credentials say of how it was done: by which engine, and to how many pixels."""

    engine: str
    network: bool
    pixels: int


@dataclass(frozen=True, slots=True)
class Made:
    """One result; the attributes are those of `wuhen.action.Outcome`."""

    data: bytes = field(repr=False)
    media_type: str
    engine: str
    digest: Digest
    inputs: InputDigests
    labels_found: tuple[str, ...]
    remarks: tuple[Remark, ...]
    place: Place | None = None


def make(
    inputs: Inputs,
    job: Job,
    clock: Clock,
    threads: int | None,
    watcher: Watcher,
    cancelled: Callable[[], bool] | None,
) -> Made:
    """Make a result; see `wuhen.action.perform.perform`, also for what is raised."""
    original, hole = inputs.original, inputs.mask.hole
    with translate_errors(INPUT):
        engine = fill.describe(job.options.engine, hole)
        network = inputs.network or (job.erases and engine.network)
        name = engine.name if job.erases else PASTED
        filled = _fill(inputs, job, threads, watcher, cancelled) if job.erases else inputs.base
        if inputs.pasted is not None:
            hole = hole | inputs.pasted
        filled, forgotten = photo.forget_regions(filled, hole)
        clock.lap("fill")
        changed = hole | photo.find_changes(original, filled) if job.options.changes_outside else hole
        place = None
        if job.part:
            filled, place = cut_patch(filled, changed)
        logo_file = None if job.logo is None else bytes_of(job.logo.picture, LOGO, job.limits)
        if job.marked:
            _draw_mark(filled, job, logo_file)
            clock.lap("mark")
        digests = InputDigests.of(
            inputs.file, inputs.mask_file, inputs.keep_out_file, logo_file, inputs.effects_mask_file
        )
        number = _number(job, digests, filled)
        filled, labels_found = label_result(
            filled, inputs.output_format, job.labelling, number=number, network=network
        )
        if job.bare:
            filled = with_labels_alone(filled)
        clock.lap("label")
        touched = None
        if not job.part and stays_as_given(job, inputs.output_format, original):
            # A pixel of the hole is new even where it came out as it was.
            touched = photo.find_changes(original, filled) | hole
        photo.ask()
        original = original.without_samples()
        inputs = replace(inputs, original=original, base=original)
        written = write_result(filled, inputs.output_format, job, inputs.file, touched)
    clock.lap("encode")
    data, media_type = written.data, photo.media_type(inputs.output_format)
    if job.labelling.signing is not None:
        said = _Said(name, network, int(np.count_nonzero(hole)))
        edit = _edit(job, inputs, digests.photo, said, changed)
        data = sign_result(written, media_type, edit, job.labelling.signing)
        clock.lap("sign")
    removed = (*_left_out(original, written), *forgotten)
    return Made(
        data,
        media_type,
        name,
        Digest.of(data),
        digests,
        labels_found,
        remark_on_search(inputs.found)
        + remark_on_mask(inputs.mask)
        + remark_on_candidates(job.candidates, alone=engine.alone)
        + remark_on_file(written.not_kept)
        + remark_on_bits(filled)
        + remark_on_removed((*removed, *photo.name_unwritten(filled, inputs.output_format))),
        place,
    )


def _fill(
    inputs: Inputs,
    job: Job,
    threads: int | None,
    watcher: Watcher,
    cancelled: Callable[[], bool] | None,
) -> photo.Photo:
    preview = None if watcher.preview is None else partial(watcher.preview, inputs.original)
    filled = fill.erase(
        inputs.base.samples,
        inputs.mask.hole,
        options=job.options,
        keep_out=inputs.keep_out,
        effects_mask=inputs.effects_mask,
        model=model_file(job.options.engine, job.models),
        threads=threads,
        progress=watcher.progress,
        cancelled=cancelled,
        preview=preview,
    )
    return inputs.base.with_samples(filled)


def _draw_mark(filled: photo.Photo, job: Job, logo_file: bytes | None) -> None:
    """Draw the mark, or the logo in its place, on a picture that is ours to change."""
    with translate_errors(LOGO):
        if logo_file is None or job.logo is None:
            layer = mark.mark_layer(filled.size, job.wording)
        else:
            logo = photo.read_logo(logo_file, job.limits.size)
            place, longest = job.logo.rect, job.limits.size.side
            layer = mark.logo_layer(filled.size, logo, place, job.wording.corner, side_limit=longest)
    layer.draw(filled.pixels, filled.alpha)
    if filled.wide is not None:
        layer.draw(filled.wide[..., :3], None if filled.alpha is None else filled.wide[..., 3])


def _left_out(original: photo.Photo, written: photo.Written) -> tuple[photo.Removed, ...]:
    return tuple(part for part in original.removed if not (written.gain_map and photo.is_gain_map(part)))


def _number(job: Job, inputs: InputDigests, filled: photo.Photo) -> str:
    """Return a number for the result that is the same whenever the job is."""
    # Of the options the changes only: one that is added must not give other jobs another number.
    drawn = (job.marked, job.wording.text, job.wording.corner, job.logo and job.logo.rect)
    asked = [name for name in ("as_given", "invert", "transparent", "fit_mask") if getattr(job, name)]
    asked += ["wide"] if filled.wide is not None else []
    written = (job.output_format, job.quality, *asked)
    # Of what says what is to go, too, what is beside the mask's picture only.
    said = [one for one in (job.find, job.shapes) if one]
    digest = hashlib.sha256(repr((job.options.changes(), *written, *drawn, *said)).encode())
    for one in (inputs.photo, inputs.mask, inputs.keep_out, inputs.logo):
        if one is not None:
            digest.update(bytes.fromhex(one.sha256))
    if inputs.effects_mask is not None:
        digest.update(f"effects {inputs.effects_mask.sha256}".encode())
    for patch in job.patches:
        digest.update(repr((patch.x, patch.y)).encode())
        digest.update(Digest.of(bytes_of(patch.picture, PATCH, job.limits)).sha256.encode())
    return digest.hexdigest()[:32]


def _edit(
    job: Job,
    inputs: Inputs,
    digest: Digest,
    made: _Said,
    changed: NDArray[np.bool_],
) -> mark.Edit:
    source = mark.source_after(mark.find_source(inputs.original.xmp), network=made.network)
    return mark.Edit(
        photo=inputs.file,
        photo_sha256=digest.sha256,
        photo_type=photo.media_type(inputs.original.format),
        engine=made.engine,
        version=__version__,
        source=source,
        pixels=made.pixels,
        size=inputs.original.size,
        boxes=tuple(mark.Rect(*box) for box in fill.boxes(changed, job.options.grow)),
        marked=job.marked,
    )
