"""The object that clicks lie on: from parameters and a photo's bytes to a mask as a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuhen import models, photo
from wuhen.action.clock import Clock
from wuhen.action.digest import Digest
from wuhen.action.failures import BAD_VALUE, INPUT, NO_POINT, TOO_MANY_POINTS
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of, extent_of, size_of
from wuhen.action.select_action import MOST_POINTS
from wuhen.action.translation import translate_errors
from wuhen.finders.clicks import BUILT_IN, Click, SelectorFiles, find_clicked
from wuhen.photo import Extent
from wuhen.wire import Message

__all__ = ["SelectJob", "SelectedObject", "parse_clicks", "select_object", "selector_files"]

_NETWORK = "mobile-sam"
_MASK_TYPE = "PNG"


@dataclass(frozen=True, slots=True)
class SelectJob:
    """One selection, complete: it can be sent to another process.

    Attributes
    ----------
    photo : PictureData
        A file in any supported format.
    clicks : tuple of wuhen.finders.clicks.Click
        On the object and beside it, in pixels of the photo, upright.
    models : Path
        The directory that the operator's own copy of the network may lie in.
    limits : PictureLimits
        How large the photo may be.
    """

    photo: PictureData = field(repr=False)
    clicks: tuple[Click, ...]
    models: Path
    limits: PictureLimits = field(default_factory=PictureLimits)

    @property
    def size(self) -> int:
        """Bytes of the photo, or a little more."""
        return size_of(self.photo)

    @property
    def extent(self) -> Extent | None:
        """Format of the photo, and pixels of it and of the mask; see `Job.extent`."""
        found = extent_of(self.photo, self.limits)
        return None if found is None else Extent(found.format, 2 * found.pixels)


@dataclass(frozen=True, slots=True)
class SelectedObject:
    """The object that was selected.

    Attributes
    ----------
    mask : bytes
        A PNG, white on it.
    media_type : str
        Its media type.
    width, height : int
        Of photo and mask, upright, in pixels.
    score : float
        How well the network thinks that it fits, from 0 to 1.
    seconds : dict
        How long each step took: decode, select, encode.
    photo_digest, digest : Digest
        Of the photo, and of the mask.
    """

    mask: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    score: float
    seconds: dict[str, float]
    photo_digest: Digest
    digest: Digest


def selector_files(directory: Path) -> SelectorFiles:
    """Return the files of the network that selects: what the operator has fetched, else the package's own."""
    store = models.ModelStore(directory)
    encoder, decoder = (store.find(model) for model in models.named(_NETWORK))
    return BUILT_IN if encoder is None or decoder is None else SelectorFiles(encoder, decoder)


def parse_clicks(parameters: Mapping[str, Any]) -> tuple[Click, ...]:
    """Read the points that an object is told by.

    Raises
    ------
    ApiError
        There are too many, or none lies on the object.
    """
    points = parameters.get("Points") or ()
    if len(points) > MOST_POINTS:
        raise TOO_MANY_POINTS(given=len(points), limit=MOST_POINTS)
    clicks = tuple(Click(point["X"], point["Y"], bool(point.get("Outside", 0))) for point in points)
    if all(click.outside for click in clicks):
        raise NO_POINT()
    return clicks


def select_object(job: SelectJob, threads: int | None = None) -> SelectedObject:
    """Decode a photo, select what its clicks lie on, and write it as a mask.

    Raises
    ------
    ApiError
        It is no picture that can be read, or a click lies beside it.
    wuhen.finders.FinderError
        The network cannot be used: the operator is told.
    """
    files = selector_files(job.models)
    clock = Clock()
    with translate_errors(INPUT):
        file = bytes_of(job.photo, INPUT, job.limits)
        original = photo.read_photo(file, job.limits.size)
        width, height = original.size
        _check(job.clicks, width, height)
        clock.lap("decode")
        found = find_clicked(original.pixels, job.clicks, files, threads=threads)
        clock.lap("select")
        mask = photo.write_mask(found.mask)
        clock.lap("encode")
    return SelectedObject(
        mask,
        photo.media_type(_MASK_TYPE),
        width,
        height,
        found.score,
        clock.laps,
        Digest.of(file),
        Digest.of(mask),
    )


def _check(clicks: tuple[Click, ...], width: int, height: int) -> None:
    for number, click in enumerate(clicks):
        for name, value, side in (("X", click.x, width), ("Y", click.y, height)):
            if not 0 <= value < side:
                right = Message(f"0 to {side - 1}", f"0 到 {side - 1}")
                raise BAD_VALUE(name=f"Points.{number}.{name}", given=value, right=right)
