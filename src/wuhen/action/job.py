"""What is asked for, and what came of it, as values that can be sent to another process."""

from dataclasses import dataclass, field
from pathlib import Path

from wuhen import fill, mark
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.labelling import Labelling
from wuhen.action.limits import PictureLimits
from wuhen.action.pasting import Patch, Place
from wuhen.action.pictures import PictureData, extent_of, size_of
from wuhen.action.remarks import Remark
from wuhen.action.search import LOOKING, Find
from wuhen.photo import Extent, Shape

__all__ = ["Alternative", "Job", "Logo", "Outcome", "number_candidate", "seed_candidate"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture to draw instead of the standard mark, and where; by default at the lower right."""

    picture: PictureData = field(repr=False)
    rect: mark.Rect | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One erasure, complete: it can be sent to another process.

    What is to go is said by a mask, by shapes, by what is to be found, or by several of them together. With
    patches nothing need go: then they are laid over the photo, and that is the result.

    Attributes
    ----------
    photo : PictureData
        A file in any supported format.
    mask : PictureData, optional
        The same; white where the photo is to be erased.
    keep_out : PictureData, optional
        A mask like the other, white where nothing may be copied from.
    effects_mask : PictureData, optional
        Another, white where what the object left may be treated; by default that is everywhere.
    shapes : tuple of wuhen.photo.Shape
        What is to be erased besides.
    find : Find, optional
        What is to be looked for, and erased besides.
    candidates : int
        How many results to make, each with the seed that follows the one before.
    patches : tuple of wuhen.action.pasting.Patch
        What is laid over the photo, in this order, before anything is erased from it.
    part : bool
        Whether the result is a patch: only what has changed, without a mark and unsigned, as PNG.
    bare : bool
        Whether the result loses the photo's metadata, all but its colours, its resolution and labels.
    marked : bool
        Whether to draw the visible mark: what `wording` says, or `logo`.
    mark_language : str, optional
        In which of the usual wordings, a name of `wuhen.mark.TEXTS`; by default as `wording` has it.
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
        Whether the mask is black where the photo is to be erased; it is the mask alone that is inverted.
    transparent : bool
        Whether what is transparent in the mask is to be erased, and nothing else.
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
    mask: PictureData | None = field(default=None, repr=False)
    keep_out: PictureData | None = field(default=None, repr=False)
    effects_mask: PictureData | None = field(default=None, repr=False)
    shapes: tuple[Shape, ...] = ()
    find: Find | None = None
    candidates: int = 1
    patches: tuple[Patch, ...] = ()
    part: bool = False
    bare: bool = False
    marked: bool = True
    mark_language: str | None = None
    logo: Logo | None = None
    wording: mark.Wording = field(default_factory=mark.Wording)
    labelling: Labelling = field(default_factory=Labelling)
    options: fill.Options = field(default_factory=fill.Options)
    models: Path | None = None
    output_format: str | None = None
    quality: int | None = None
    invert: bool = False
    transparent: bool = False
    fit_mask: bool | None = None
    as_given: bool = False
    wide: bool = False
    limits: PictureLimits = field(default_factory=PictureLimits)

    @property
    def size(self) -> int:
        """Bytes of the pictures that it holds, or a little more."""
        logo = self.logo.picture if self.logo is not None else None
        patches = (patch.picture for patch in self.patches)
        masks = self.mask, self.keep_out, self.effects_mask
        return sum(map(size_of, (self.photo, *masks, logo, *patches)))

    @property
    def erases(self) -> bool:
        """Whether anything says what is to go."""
        return self.mask is not None or bool(self.shapes) or self.find is not None

    @property
    def beside(self) -> int:
        """Pixels for which room is needed beside those of `extent`."""
        return 0 if self.find is None else LOOKING

    @property
    def extent(self) -> Extent | None:
        """Format of the photo, and pixels of photo and masks together, as all their heads say; else None.

        A mask that is drawn here has as many as the photo, and so has what a finder looks at.
        """
        patches = (patch.picture for patch in self.patches)
        masks = self.mask, self.keep_out, self.effects_mask
        given = [one for one in (self.photo, *masks, *patches) if one is not None]
        found = [extent for picture in given if (extent := extent_of(picture, self.limits)) is not None]
        if len(found) < len(given):
            return None
        drawn = (self.mask is None) + (self.find is not None)
        return Extent(found[0].format, sum(extent.pixels for extent in found) + drawn * found[0].pixels)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A further result of a job that asked for several candidates.

    Attributes
    ----------
    data : bytes
        As a file, of the same type and size as the first.
    digest : Digest
        Of the file.
    engine : str
        Which engine filled.
    place : Place, optional
        Of a patch: where it lies in the photo.
    """

    data: bytes = field(repr=False)
    digest: Digest
    engine: str
    place: Place | None = None


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
        How long each step took: decode, find, fill, mark, label, encode, sign.
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
    found : dict
        How many places were found, by the finder's name, with those that found none; empty where nothing was
        looked for.
    alternatives : tuple of Alternative
        The results of further candidates, in their order.
    place : Place, optional
        Of a patch: where it lies in the photo.
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
    found: dict[str, int] = field(default_factory=dict)
    alternatives: tuple[Alternative, ...] = ()
    place: Place | None = None


def seed_candidate(seed: int, index: int) -> int:
    """Return the seed of a job's further candidate, of which 0 is the first: of 64 bits, as seeds are."""
    return (seed + index + 2**63) % 2**64 - 2**63


def number_candidate(number: str, index: int) -> str:
    """Return the number in the label of a job's further candidate, of which 0 is the first."""
    return f"{number}-{index + 1}" if index else number
