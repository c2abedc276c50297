"""What there is in a photo that might go: from its bytes to places, and to a mask as a file."""

from collections.abc import Callable
from dataclasses import dataclass, field

from wuhen import fill, finders, photo
from wuhen.action.clock import Clock
from wuhen.action.digest import Digest
from wuhen.action.failures import INPUT
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of, extent_of, size_of
from wuhen.action.search import LOOKING, Find, count_found, look
from wuhen.action.translation import translate_errors
from wuhen.photo import Extent

__all__ = ["FindJob", "FoundPlace", "FoundRegions", "find_regions"]

_MASK_TYPE = "PNG"


@dataclass(frozen=True, slots=True)
class FindJob:
    """One search, complete: it can be sent to another process.

    Attributes
    ----------
    photo : PictureData
        A file in any supported format.
    find : Find
        What to look for.
    limits : PictureLimits
        How large the photo may be.
    """

    photo: PictureData = field(repr=False)
    find: Find
    limits: PictureLimits = field(default_factory=PictureLimits)

    @property
    def size(self) -> int:
        """Bytes of the photo, or a little more."""
        return size_of(self.photo)

    @property
    def beside(self) -> int:
        """Pixels for which room is needed beside those of `extent`."""
        return LOOKING

    @property
    def extent(self) -> Extent | None:
        """Format of the photo, and its pixels, with as many for mask and finder: see `Job.extent`."""
        found = extent_of(self.photo, self.limits)
        return None if found is None else Extent(found.format, 3 * found.pixels)


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place, as `wuhen.finders.Place` describes it, in numbers that lie within the photo.

    Attributes
    ----------
    what : str
        The finder's name.
    left, top, width, height : int
        The box around it, in pixels.
    score : float
        How sure it is, from 0 to 1.
    corners : tuple of float
        Each x and y, clockwise from its own upper left: four, or an object's outline; none where it is the
        box.
    """

    what: str
    left: int
    top: int
    width: int
    height: int
    score: float
    corners: tuple[float, ...] = ()

    def as_answer(self) -> dict[str, object]:
        """Return the same in the protocol's names."""
        left, top, right, bottom = self.left, self.top, self.left + self.width, self.top + self.height
        upright = (left, top, right, top, right, bottom, left, bottom)
        corners = self.corners or upright
        return {
            "What": self.what,
            "Score": round(self.score, 4),
            "Box": {"X": left, "Y": top, "Width": self.width, "Height": self.height},
            "Corners": [
                {"X": round(x), "Y": round(y)} for x, y in zip(corners[::2], corners[1::2], strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class FoundRegions:
    """What was found in a photo.

    Attributes
    ----------
    mask : bytes
        A PNG, white on what was found.
    media_type : str
        Its media type.
    width, height : int
        Of photo and mask, upright, in pixels.
    places : tuple of FoundPlace
        From top to bottom.
    found : dict
        How many places were found, by the finder's name, with those that found none.
    seconds : dict
        How long each step took: decode, find, encode.
    photo_digest, digest : Digest
        Of the photo, and of the mask.
    """

    mask: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    places: tuple[FoundPlace, ...]
    found: dict[str, int]
    seconds: dict[str, float]
    photo_digest: Digest
    digest: Digest


def find_regions(
    job: FindJob,
    threads: int | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
    seconds: float | None = None,  # noqa: ARG001 - a search is short, and is asked to stop when time is up
) -> FoundRegions:
    """Decode a photo, look for what is asked for, and write what was found as a mask.

    Parameters
    ----------
    job
        What to do.
    threads
        To look with; by default as many as there are processors.
    cancelled
        Asked now and then whether to stop.
    seconds
        How long it may take.

    Raises
    ------
    ApiError
        It is no picture that can be read, or what is asked for cannot be looked for.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    """
    try:
        with photo.stoppable(cancelled), translate_errors(INPUT):
            return _find(job, threads, cancelled)
    except photo.Stopped:
        raise fill.Cancelled from None


def _find(job: FindJob, threads: int | None, cancelled: Callable[[], bool] | None) -> FoundRegions:
    clock = Clock()
    file = bytes_of(job.photo, INPUT, job.limits)
    original = photo.read_photo(file, job.limits.size)
    clock.lap("decode")
    found = look(original, job.find, threads=threads, cancelled=cancelled)
    clock.lap("find")
    mask = photo.write_mask(found.mask)
    clock.lap("encode")
    width, height = original.size
    return FoundRegions(
        mask,
        photo.media_type(_MASK_TYPE),
        width,
        height,
        tuple(_within(place, width, height) for place in found.places),
        count_found(job.find, found.places),
        clock.laps,
        Digest.of(file),
        Digest.of(mask),
    )


def _within(place: finders.Place, width: int, height: int) -> FoundPlace:
    """Return a place with its corners, which may lie beside the photo, moved to its edge."""
    corners = tuple(
        float(min(max(value, 0), side))
        for corner in place.corners or ()
        for value, side in zip(corner, (width, height), strict=True)
    )
    left, top, across, down = (int(value) for value in place.box)
    score = min(max(float(place.score), 0.0), 1.0)
    return FoundPlace(place.what, left, top, across, down, score, corners)
