"""The use case itself: the bytes of a photo and a mask in, the bytes of the result out.

`perform` is the one function that the service's workers and the command line call. It does no network, and
touches no file but that of a known network, where the engine needs one.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuhen import fill, mark, photo
from wuhen._version import __version__
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.engine import model_file
from wuhen.action.failures import (
    INPUT,
    LOGO,
    MASK,
    MASK_OF_OTHER_SHAPE,
    MASK_SCALED,
    format_size,
    translate_errors,
)
from wuhen.action.labelling import Labelling, label_result
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of
from wuhen.action.remarks import (
    Remark,
    remark_on_bits,
    remark_on_file,
    remark_on_mask,
    remark_on_removed,
)

__all__ = ["Job", "Logo", "Outcome", "perform"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture to draw instead of the standard mark, and where; by default at the lower right."""

    picture: PictureData = field(repr=False)
    rect: mark.Rect | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One erasure, complete: it can be sent to another process.

    Attributes
    ----------
    photo, mask : PictureData
        Files in any supported format; the mask is white where the photo is to be erased.
    keep_out : PictureData, optional
        A mask like the other, white where nothing may be copied from.
    marked : bool
        Whether to draw the visible mark: what `wording` says, or `logo`.
    wording : wuhen.mark.Wording
        The visible mark's text, and the corner that mark and logo stand in.
    labelling : Labelling
        The labels in the result's metadata, and its Content Credentials.
    options : wuhen.fill.Options
        How to fill.
    models : Path, optional
        The directory that known networks lie in, for engines that need one.
    output_format : str, optional
        JPEG, PNG, WEBP or TIFF; by default the photo's own with `as_given`, and without it what
        `wuhen.photo.usual_format` says.
    quality : int, optional
        Of a JPEG or a lossy WEBP: one of `wuhen.photo.QUALITIES`. By default a JPEG that stays one is written
        as given, another has `wuhen.photo.USUAL_QUALITY`, and WEBP is lossless.
    invert : bool
        Whether the mask is black where the photo is to be erased.
    fit_mask : bool, optional
        Whether a mask that is the photo's size times some factor is scaled to it. None refuses it without a
        word of that.
    as_given : bool
        Whether to code the result as the photo's file is, where it has the photo's format.
    wide : bool
        Whether a result in PNG or TIFF has 16 bits a sample where the photo's file has more than 8.
    limits : PictureLimits
        How large photo, mask and logo may be.
    """

    photo: PictureData = field(repr=False)
    mask: PictureData = field(repr=False)
    keep_out: PictureData | None = field(default=None, repr=False)
    marked: bool = True
    logo: Logo | None = None
    wording: mark.Wording = field(default_factory=mark.Wording)
    labelling: Labelling = field(default_factory=Labelling)
    options: fill.Options = field(default_factory=fill.Options)
    models: Path | None = None
    output_format: str | None = None
    quality: int | None = None
    invert: bool = False
    fit_mask: bool | None = None
    as_given: bool = False
    wide: bool = False
    limits: PictureLimits = field(default_factory=PictureLimits)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Attributes
    ----------
    data : bytes
        The result as a file.
    media_type : str
        Its media type, e.g. `image/jpeg`.
    width, height : int
        In pixels, upright.
    hole : int
        Pixels that were erased.
    seconds : dict
        How long each step took: decode, fill, mark, label, encode, sign.
    engine : str
        Which engine filled.
    digest : Digest
        Of the result.
    inputs : InputDigests
        Of the files that it was made from.
    labels_found : tuple of str
        The AIGC labels that the photo came with, as they were.
    remarks : tuple of Remark
        What the user is told beside: warnings first, then what is not as it was in the photo's file.
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    hole: int
    seconds: dict[str, float]
    engine: str
    digest: Digest
    inputs: InputDigests
    labels_found: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def perform(
    job: Job,
    *,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcome:
    """Decode, fill, mark, label, encode and sign.

    Parameters
    ----------
    job : Job
        What to do.
    threads : int, optional
        Threads to fill with; by default as many as there are processors.
    progress, cancelled : callable, optional
        Told how far the fill is, and asked whether to stop it: see `wuhen.fill.erase`.

    Raises
    ------
    ApiError
        Something is wrong with the job; the code and the message say what, and what would be right.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    wuhen.mark.SigningFailed
        The result cannot be signed.
    """
    clock = _Clock()
    with translate_errors(INPUT):
        file = bytes_of(job.photo, INPUT, job.limits)
        output_format = job.output_format or _usual_format(job, photo.image_format(file))
        wide = job.wide and output_format in photo.WIDE_FORMATS
        original = photo.read_photo(file, job.limits.size, wide=wide)
    with translate_errors(MASK):
        mask_file = bytes_of(job.mask, MASK, job.limits)
        keep_out_file = None if job.keep_out is None else bytes_of(job.keep_out, MASK, job.limits)
        mask = _open_mask(mask_file, original, job)
        keep_out = _keep_out(keep_out_file, original, job)
    hole = mask.hole
    with translate_errors(INPUT):
        photo.check_writable(output_format, original.size)
    clock.lap("decode")
    with translate_errors(INPUT):
        engine = fill.describe(job.options.engine, hole)
        filled = _fill(original, hole, keep_out, job, threads, progress, cancelled)
        filled, forgotten = photo.forget_regions(filled, hole)
        clock.lap("fill")
        changed = hole | photo.find_changes(original, filled) if job.options.remove_traces else hole
        logo_file = None if job.logo is None else bytes_of(job.logo.picture, LOGO, job.limits)
        if job.marked:
            _draw_mark(filled, job, logo_file)
            clock.lap("mark")
        inputs = InputDigests.of(file, mask_file, keep_out_file, logo_file)
        filled, labels_found = label_result(
            filled,
            output_format,
            job.labelling,
            number=_number(job, inputs, filled),
            network=engine.network,
        )
        clock.lap("label")
        touched = None
        if _stays_as_given(job, output_format, original):
            # A pixel of the hole is new even where it came out as it was.
            touched = photo.find_changes(original, filled) | hole
        original = original.without_samples()
        written = _encode(filled, output_format, job, file, touched)
    clock.lap("encode")
    data = written.data
    media_type = photo.media_type(output_format)
    if job.labelling.signing is not None:
        edit = _edit(job, file, inputs.photo, original, hole, changed, engine)
        data = _sign(written, media_type, edit, job.labelling.signing)
        clock.lap("sign")
    (height, width), erased, digest = hole.shape, int(np.count_nonzero(hole)), Digest.of(data)
    return Outcome(
        data,
        media_type,
        width,
        height,
        erased,
        clock.laps,
        engine.name,
        digest,
        inputs,
        labels_found,
        remark_on_mask(mask)
        + remark_on_file(written.not_kept)
        + remark_on_bits(filled)
        + remark_on_removed(
            (*_left_out(original, written), *forgotten, *photo.name_unwritten(filled, output_format))
        ),
    )


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 4)
        self._last = now


def _open_mask(file: bytes, original: photo.Photo, job: Job) -> photo.Mask:
    try:
        return photo.open_mask(file, original, job.limits.size, invert=job.invert, fit=bool(job.fit_mask))
    except photo.MaskSizeMismatch as error:
        # What can be scaled is offered where it was not asked for; what cannot is refused where it was.
        if job.fit_mask is None or error.scaled == job.fit_mask:
            raise
        failure = MASK_SCALED if error.scaled else MASK_OF_OTHER_SHAPE
        raise failure(mask=format_size(error.mask), photo=format_size(error.photo)) from error


def _keep_out(file: bytes | None, original: photo.Photo, job: Job) -> NDArray[np.bool_] | None:
    if file is None:
        return None
    return photo.open_mask(file, original, job.limits.size, may_be_empty=True, fit=bool(job.fit_mask)).hole


def _fill(
    original: photo.Photo,
    hole: NDArray[np.bool_],
    keep_out: NDArray[np.bool_] | None,
    job: Job,
    threads: int | None,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> photo.Photo:
    filled = fill.erase(
        original.samples,
        hole,
        options=job.options,
        keep_out=keep_out,
        model=model_file(job.options.engine, job.models),
        threads=threads,
        progress=progress,
        cancelled=cancelled,
    )
    return original.with_samples(filled)


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


def _usual_format(job: Job, name: str) -> str:
    return photo.format_as_given(name) if job.as_given else photo.usual_format(name)


def _stays_as_given(job: Job, output_format: str, original: photo.Photo) -> bool:
    """Whether a result is to be coded as the photo's file is."""
    stays = output_format == original.format
    # A JPEG that stays one need not be asked for: nothing else comes out as near to it.
    like_the_file = stays and (job.as_given or output_format == "JPEG")
    like_the_file |= job.as_given and job.output_format is None
    return like_the_file and (job.quality is None or output_format not in photo.QUALITY_FORMATS)


def _encode(
    filled: photo.Photo, output_format: str, job: Job, file: bytes, touched: NDArray[np.bool_] | None
) -> photo.Written:
    """Write the result; as given where it is known which pixels were touched."""
    if touched is None:
        return photo.Written(photo.encode(filled, output_format, quality=job.quality))
    written = photo.encode_as_given(filled, file, touched)
    if output_format == "JPEG" and not written.not_kept:
        return photo.with_gain_map(written, filled, file, touched)
    return written


def _sign(written: photo.Written, media_type: str, edit: mark.Edit, signing: mark.Signing) -> bytes:
    signed = mark.sign(written.data, media_type, edit, signing)
    if not written.gain_map:
        return signed
    # The credentials lie within the first picture, whose length stands in the file, and is signed with it.
    data = photo.lengthen_first(written.data, len(signed) - len(written.data))
    return mark.sign(data, media_type, edit, signing)


def _left_out(original: photo.Photo, written: photo.Written) -> tuple[photo.Removed, ...]:
    return tuple(part for part in original.removed if not (written.gain_map and photo.is_gain_map(part)))


def _number(job: Job, inputs: InputDigests, filled: photo.Photo) -> str:
    """Return a number for the result that is the same whenever the job is."""
    # Of the options the changes only: one that is added must not give other jobs another number.
    drawn = (job.marked, job.wording.text, job.wording.corner, job.logo and job.logo.rect)
    asked = [name for name in ("as_given", "invert", "fit_mask") if getattr(job, name)]
    asked += ["wide"] if filled.wide is not None else []
    written = (job.output_format, job.quality, *asked)
    digest = hashlib.sha256(repr((job.options.changes(), *written, *drawn)).encode())
    for one in (inputs.photo, inputs.mask, inputs.keep_out, inputs.logo):
        if one is not None:
            digest.update(bytes.fromhex(one.sha256))
    return digest.hexdigest()[:32]


def _edit(
    job: Job,
    file: bytes,
    digest: Digest,
    original: photo.Photo,
    hole: NDArray[np.bool_],
    changed: NDArray[np.bool_],
    engine: fill.Engine,
) -> mark.Edit:
    source = mark.source_after(mark.find_source(original.xmp), network=engine.network)
    return mark.Edit(
        photo=file,
        photo_sha256=digest.sha256,
        photo_type=photo.media_type(original.format),
        engine=engine.name,
        version=__version__,
        source=source,
        pixels=int(np.count_nonzero(hole)),
        size=original.size,
        boxes=tuple(mark.Rect(*box) for box in fill.boxes(changed, job.options.grow)),
        marked=job.marked,
    )
