"""ClipDrop's interface: `POST /cleanup/v1` with a mask, and `POST /remove-text/v1`, which finds the text.

Forms and headers are those that its documentation describes and its clients send. A result is a PNG unless
`Accept` names another picture first. Nothing is counted here in credits, so there are always as many left.
"""

import json
from functools import partial
from typing import Final

from wuhen.action import BAD_VALUE, ERASE
from wuhen.service.doors.bearers import read_api_key, read_bearer
from wuhen.service.doors.browsers import ANY_ORIGIN, preflight
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Refused
from wuhen.service.doors.failures import KEY_UNKNOWN
from wuhen.service.doors.forms import read_files, text_of
from wuhen.settings import Settings
from wuhen.wire import HttpRequest, Message, Part

__all__ = ["open_door"]

CLEANUP: Final = "/cleanup/v1"
REMOVE_TEXT: Final = "/remove-text/v1"
MODES: Final = ("fast", "quality")
_CREDITS: Final = {"x-credits-consumed": "1", "x-remaining-credits": "999999"}
_FORMATS: Final = {"image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/webp": "webp"}
_STATUSES: Final = {
    KEY_UNKNOWN.code: 403,
    "FailedOperation.ImageResolutionExceed": 400,
    "FailedOperation.ImageSizeExceed": 400,
}
"""Where the documentation says something else than `wuhen.service.doors.statuses`."""


def open_door(settings: Settings) -> Door:
    """Return the door."""
    marked = int(settings.door_marks)
    return Door(
        "clipdrop",
        (
            Entrance("POST", CLEANUP, ERASE, partial(_read_cleanup, marked), _write),
            Entrance("POST", REMOVE_TEXT, ERASE, partial(_read_remove_text, marked), _write),
        ),
        _refuse,
        keys=(read_api_key, read_bearer),
        pages=(preflight(CLEANUP), preflight(REMOVE_TEXT)),
    )


def _read_cleanup(marked: int, request: HttpRequest) -> Asked:
    parts, (image, mask) = read_files(request, "image_file", "mask_file")
    _check_mode(parts)
    return Asked({"InputImage": image, "Mask": mask, "ResultFormat": _format(request), "LogoAdd": marked})


def _read_remove_text(marked: int, request: HttpRequest) -> Asked:
    _, (image,) = read_files(request, "image_file")
    return Asked({"InputImage": image, "Find": ["text"], "ResultFormat": _format(request), "LogoAdd": marked})


def _check_mode(parts: dict[str, Part]) -> None:
    """Refuse a mode that there is none of. Of the others there is one here, which is quick and good."""
    if "mode" in parts and (mode := text_of(parts["mode"])) not in {"", *MODES}:
        raise BAD_VALUE(name="mode", given=mode, right=Message(" or ".join(MODES), " 或 ".join(MODES)))


def _format(request: HttpRequest) -> str:
    """Return the format of the picture that `Accept` names first: clients begin with what they like best."""
    for value in request.values("Accept"):
        for one in value.split(","):
            kind = one.partition(";")[0].strip().lower()
            if kind in _FORMATS:
                return _FORMATS[kind]
    return "png"


def _write(done: Done) -> Answer:
    return Answer(done.picture(), done.media_type, headers=_CREDITS | ANY_ORIGIN)


def _refuse(refused: Refused) -> Answer:
    body = json.dumps({"error": refused.text}).encode()
    return Answer(body, "application/json", _STATUSES.get(refused.error.code, refused.status), ANY_ORIGIN)
