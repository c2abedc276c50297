"""What is kept of a call that submits a job: its parameters as text, its pictures as objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wuhen.action import EraseRequest, Pictures

__all__ = ["PREFIX", "Parcel", "parse_parcel", "picture_name", "write_parcel"]

PREFIX: Final = "jobs/"
"""What the names of jobs' objects begin with; the job's number comes next."""
_KEPT: Final = "kept"
"""What stands in the place of a picture."""
_SOURCES: Final = {
    "InputUrl": "InputImage",
    "MaskUrl": "Mask",
    "KeepOutUrl": "KeepOut",
    "LogoUrl": "LogoImage",
    "EffectsMaskUrl": "EffectsMask",
}
"""The parameters that name pictures by URL, each with the one that holds the picture itself."""
_NOT_KEPT: Final = frozenset({"CallbackUrl", "ClientToken"})


def picture_name(job: str, picture: str) -> str:
    """Return what an object is called that is a picture of a job."""
    return f"{PREFIX}{job}/{picture}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a job is worked on from.

    Attributes
    ----------
    request : EraseRequest
        What is asked for; its pictures are elsewhere.
    pictures : tuple of str
        Which pictures there are: photo, mask, keep_out, logo, effects_mask.
    """

    request: EraseRequest
    pictures: tuple[str, ...]

    def unite(self, files: Mapping[str, bytes]) -> Pictures:
        """Return the pictures, of which `files` holds each by its name."""
        return Pictures(**{name: files[name] for name in self.pictures})


def write_parcel(parameters: Mapping[str, Any], pictures: tuple[str, ...]) -> str:
    """Return the parameters of a call as they are kept, with no picture in them and no URL."""
    return json.dumps({"parameters": _without_pictures(parameters), "pictures": list(pictures)})


def parse_parcel(text: str) -> Parcel:
    """Read what `write_parcel` has written."""
    written = json.loads(text)
    return Parcel(EraseRequest.parse(written["parameters"], own=True), tuple(written["pictures"]))


def _without_pictures(members: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in members.items():
        if isinstance(value, Mapping):
            kept[name] = _without_pictures(value)
        elif name in _SOURCES or name in _SOURCES.values():
            # Whichever way it came, there is one now.
            if value:
                kept[_SOURCES.get(name, name)] = _KEPT
        elif name not in _NOT_KEPT:
            kept[name] = value
    return kept
