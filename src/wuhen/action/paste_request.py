"""A call of PasteRegions as a value, checked once."""

from collections.abc import Mapping
from typing import Any

from wuhen.action.failures import BAD_VALUE, NO_IMAGE, NO_PATCH_IMAGE, NO_PATCHES, TOO_MANY_PATCHES
from wuhen.action.limits import MOST_PATCHES, RESULT_FORMATS
from wuhen.action.paste_action import METADATA, QUALITY
from wuhen.action.pasting import Patch
from wuhen.action.pictures import Encoded
from wuhen.action.request import (
    EraseRequest,
    Source,
    parse_answer_form,
    parse_choice,
    parse_logo,
    parse_mark_language,
)

__all__ = ["parse_paste"]


def parse_paste(parameters: Mapping[str, Any]) -> EraseRequest:
    """Read the parameters of PasteRegions, which the schema has passed.

    Raises
    ------
    ApiError
        A picture is missing, or a value is none of those allowed.
    """
    photo = Source.of(parameters, "InputUrl", "InputImage")
    if photo is None:
        raise NO_IMAGE()
    quality = parameters.get("Quality")
    if quality is not None and not QUALITY.allows(quality):
        raise BAD_VALUE(name="Quality", given=quality, right=QUALITY.range)
    logo, rect = parse_logo(parameters)
    return EraseRequest(
        photo,
        None,
        parse_answer_form(parameters),
        parameters.get("LogoAdd", 1) != 0,
        logo,
        rect,
        # What comes back is like the photo unless it is to be something else.
        result_format=parse_choice({"ResultFormat": "same", **parameters}, "ResultFormat", RESULT_FORMATS),
        mark_language=parse_mark_language(parameters),
        patches=_patches(parameters.get("Patches") or ()),
        quality=quality,
        bare=parse_choice(parameters, "Metadata", METADATA) == METADATA[1],
    )


def _patches(given: Any) -> tuple[Patch, ...]:
    if not given:
        raise NO_PATCHES()
    if len(given) > MOST_PATCHES:
        raise TOO_MANY_PATCHES(given=len(given), limit=MOST_PATCHES)
    for number, one in enumerate(given):
        if not one.get("Image"):
            raise NO_PATCH_IMAGE(number=number)
    return tuple(Patch(Encoded(one["Image"]), one.get("X", 0), one.get("Y", 0)) for one in given)
