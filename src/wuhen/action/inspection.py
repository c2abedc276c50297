"""What labels a file carries, and whether they hold."""

from dataclasses import asdict, dataclass
from typing import Any

from wuhen import mark, photo
from wuhen.action.failures import INPUT
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of
from wuhen.action.translation import translate_errors

__all__ = ["Inspection", "LabelReport", "examine", "inspect"]


@dataclass(frozen=True, slots=True)
class LabelReport:
    """An AIGC label as it was found.

    Attributes
    ----------
    place : str
        ``"XMP"``, ``"EXIF UserComment"`` or the like, ``"PNG "`` and the text's keyword.
    values : dict of str to str
        The seven values; empty if it cannot be read.
    broken : str or None
        Why it cannot be read.
    remarks : tuple of str
        How it differs from the standard.
    """

    place: str
    values: dict[str, str]
    broken: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file says about itself. The visible mark is for eyes, and is not looked for.

    Attributes
    ----------
    format : str
        ``"JPEG"`` and the like.
    size : (int, int)
        Width and height as stored.
    aigc : tuple of LabelReport
        The AIGC labels; more than one is against the standard.
    source : str
        IPTC's digital source type, without its scheme; empty if none is stated.
    credentials : wuhen.mark.Credentials or None
        The Content Credentials.
    unchecked : str or None
        Why Content Credentials were not looked for.
    problems : tuple of str
        What is broken.
    left_out : tuple of str
        What else the file has that no result of erasing would have: films, gain maps, thumbnails, pages.
    """

    format: str
    size: tuple[int, int]
    aigc: tuple[LabelReport, ...]
    source: str
    credentials: mark.ContentCredentials | None
    unchecked: str | None
    problems: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything that is there holds."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return the same as what JSON can hold."""
        return asdict(self) | {"holds": self.holds}

    def as_answer(self) -> dict[str, Any]:
        """Return the same in the protocol's names, as DescribeLabels answers it."""
        members = self.as_json()
        width, height = members.pop("size")
        answer: dict[str, Any] = _named(members)
        return answer | {"Width": width, "Height": height}


def inspect(
    data: bytes, *, anchors: bytes | None = None, limit: photo.SizeLimit = photo.USUAL_LIMIT
) -> Inspection:
    """Read the labels of a file. Nothing is fetched.

    Parameters
    ----------
    data : bytes
        JPEG, PNG, BMP, TIFF or WEBP.
    anchors : bytes, optional
        Certificates of roots to trust for Content Credentials, PEM.
    limit : wuhen.photo.SizeLimit
        How large the picture may be.

    Raises
    ------
    wuhen.photo.PhotoError
        It is no picture that can be read.
    """
    metadata = photo.read_metadata(data, limit)
    found = mark.find_labels(metadata.xmp, metadata.exif_texts, metadata.texts)
    labels = tuple(_report(one) for one in found)
    credentials, unchecked = None, None
    try:
        credentials = mark.read_credentials(data, photo.media_type(metadata.format), anchors=anchors)
    except mark.SigningFailed as error:
        unchecked = str(error)
    problems = [
        f"the AIGC label in {label.place} is broken: {label.broken}" for label in labels if label.broken
    ]
    if len(labels) > 1:
        problems.append(f"there are {len(labels)} AIGC labels; a file is to have one")
    if credentials is not None and credentials.state == "broken":
        reasons = credentials.problems or ("no reason is given",)
        problems += [f"the Content Credentials do not hold: {reason}" for reason in reasons]
    return Inspection(
        metadata.format,
        metadata.size,
        labels,
        mark.source_name(mark.find_source(metadata.xmp)),
        credentials,
        unchecked,
        tuple(problems),
        tuple(map(str, metadata.removed)),
    )


def examine(picture: PictureData, limits: PictureLimits) -> Inspection:
    """Read the labels of a picture that a call brought, which must keep the limits.

    Raises
    ------
    ApiError
        It is no picture that can be read.
    """
    with translate_errors(INPUT):
        return inspect(bytes_of(picture, INPUT, limits), limit=limits.size)


def _named(value: Any) -> Any:
    """Return a value with the names of its members as the protocol writes them; others' names stay."""
    match value:
        case dict():
            return {_name(name): _named(member) for name, member in value.items()}
        case list() | tuple():
            return [_named(member) for member in value]
        case _:
            return value


def _name(name: str) -> str:
    return name.title().replace("_", "") if name.islower() else name


def _report(found: mark.Found) -> LabelReport:
    place = found.place if found.place == "XMP" else f"{found.place} {found.name}"
    try:
        label = found.label()
    except mark.BrokenLabel as error:
        return LabelReport(place, {}, str(error), ())
    return LabelReport(place, label.as_dict(), None, label.problems())
