"""A picture as a file that every browser shows."""

from dataclasses import dataclass, field, replace

from wuhen import photo
from wuhen.action.failures import INPUT
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of
from wuhen.action.translation import translate_errors

__all__ = ["Converted", "convert"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A picture's pixels in a new file.

    Attributes
    ----------
    data : bytes
        The file.
    media_type : str
        ``image/png`` where anything shows through the picture, else ``image/jpeg``.
    """

    data: bytes = field(repr=False)
    media_type: str


def convert(picture: PictureData, limits: PictureLimits) -> Converted:
    """Write a picture that a call brought anew: upright, with its colours, without other metadata.

    Raises
    ------
    ApiError
        It is no picture that can be read, or is beyond the limits.
    """
    with translate_errors(INPUT):
        found = photo.read_photo(bytes_of(picture, INPUT, limits), limits.size)
        shown = replace(found, exif=None, xmp=None, texts={}, comment=None)
        name = "JPEG" if found.alpha is None else "PNG"
        return Converted(photo.encode(shown, name), photo.media_type(name))
