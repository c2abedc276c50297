"""What files are called: which formats names claim, and what results are called."""

from collections import Counter
from pathlib import Path

from wuhen.batch.pairing import Picture
from wuhen.photo import BY_ENDING, format_as_given

__all__ = ["OUTPUT_FORMATS", "copy_name", "format_of_name", "output_suffix", "result_names"]

OUTPUT_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "tiff": "TIFF"}
"""Name endings of results and the formats they stand for."""


def format_of_name(path: Path) -> str | None:
    """Return the format that a file's name claims; None if it names none that is read."""
    return BY_ENDING.get(path.suffix.lower().removeprefix("."))


def output_suffix(photo: Path, photo_format: str, output_format: str | None) -> str:
    """Return the name ending, with its dot, for the result of a photo.

    It is the photo's own, letter for letter, where it is true of the result too.

    Parameters
    ----------
    photo
        The photo's name.
    photo_format
        What it is, whatever its name says.
    output_format
        What the result is to be; None for what the photo is.
    """
    if output_format is None:
        output_format = format_as_given(photo_format)
    if format_of_name(photo) == output_format:
        return photo.suffix
    return {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "TIFF": ".tiff"}[output_format]


def result_names(pictures: list[Picture], output_format: str | None) -> dict[Path, Path]:
    """Return the name of each photo's result in the folder of results, no two the same.

    Parameters
    ----------
    pictures
        The photos.
    output_format
        Of all results; by default each has its photo's, save where that is only read.
    """
    suffixes = {one.path: output_suffix(one.path, one.format, output_format) for one in pictures}
    plain = {one.path: one.name.with_suffix(suffixes[one.path]) for one in pictures}
    times = Counter(plain.values())
    names = {}
    for one in pictures:
        name = plain[one.path]
        # Once more if need be: a.png.bmp is there beside a.bmp and a.png.
        whole = one.name.name
        while times[name] > 1:
            whole += suffixes[one.path]
            name = one.name.with_name(whole)
            times[name] += 1
        names[one.path] = name
    return names


def copy_name(photo: Path, result: Path) -> Path:
    """Return what a photo that stays as it is is called among the results.

    It has its result's name, unless that says another format: then its own, which no result has.
    """
    return result if format_of_name(result) == format_of_name(photo) else result.with_name(photo.name)
