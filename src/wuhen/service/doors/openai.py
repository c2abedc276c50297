"""OpenAI's interface for editing images: `POST /v1/images/edits`, as its official clients send it.

What is transparent in `mask` is erased. The prompt is required there and so it is here; it counts where
there is no mask, and then it may say what is to be found, and nothing else (`wuhen.service.doors.prompts`).
Unlike the original, nothing outside the mask changes, and the result is as large as the image: `size` is
ignored, and the answer says what it is. So are the model's own parameters (`quality`, `background`, …).
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from wuhen.action import BAD_VALUE, ERASE
from wuhen.service.doors.bearers import read_bearer
from wuhen.service.doors.browsers import ANY_ORIGIN, preflight
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Refused
from wuhen.service.doors.failures import (
    FILE_EMPTY,
    KEY_UNKNOWN,
    NOT_OFFERED,
    NOT_UNDERSTOOD,
    SEVERAL_IMAGES,
)
from wuhen.service.doors.forms import read_form, text_of
from wuhen.service.doors.prompts import read_wish
from wuhen.settings import Settings
from wuhen.wire import ApiError, HttpRequest, Message, Part, failures

__all__ = ["open_door"]

EDITS: Final = "/v1/images/edits"
MOST_RESULTS: Final = 4
LONGEST_PROMPT: Final = 32_000
FORMATS: Final = ("png", "webp", "jpeg")
ANSWERS: Final = {"b64_json": "base64", "url": "url"}
_IMAGE: Final = re.compile(r"image(\[[0-9]{0,2}\])?")
_CODES: Final = {
    "MissingParameter": "missing_required_parameter",
    "UnknownParameter": "unknown_parameter",
    "InvalidParameterValue": "invalid_value",
    "FailedOperation.ImageDecodeFailed": "invalid_image_file",
    "FailedOperation.ImageResolutionExceed": "image_too_large",
    "FailedOperation.ImageSizeExceed": "image_too_large",
    "RequestLimitExceeded": "rate_limit_exceeded",
    KEY_UNKNOWN.code: "invalid_api_key",
}
"""What programs tell errors apart by: by our code, or by its part before the dot."""
_TOO_MANY, _TOO_LARGE, _OURS, _TOO_LATE = 429, 413, 500, 504


@dataclass(frozen=True, slots=True)
class _Note:
    """What the answer depends on."""

    member: str
    output_format: str


class _Misused(ApiError):
    """An error with the name of the field that it is about."""

    def __init__(self, error: ApiError, field: str) -> None:
        super().__init__(error.code, error.text)
        self.field = field


def open_door(settings: Settings) -> Door:
    """Return the door."""
    entrance = Entrance("POST", EDITS, ERASE, partial(_read, int(settings.door_marks)), _write)
    return Door("openai", (entrance,), _refuse, keys=(read_bearer,), pages=(preflight(EDITS),))


def _read(marked: int, request: HttpRequest) -> Asked:
    parts = read_form(request)
    images = [part.content for part in parts if _IMAGE.fullmatch(part.name)]
    fields = _fields(parts)
    if not images:
        raise _Misused(failures.MISSING_PARAMETER(name="image"), "image")
    if len(images) > 1:
        raise _Misused(SEVERAL_IMAGES(), "image")
    _refuse_what_is_not_offered(fields)
    output_format = _choice(fields, "output_format", FORMATS)
    form = _choice(fields, "response_format", tuple(ANSWERS))
    parameters = {
        "InputImage": _content(images[0], "image"),
        "ResultFormat": output_format,
        "RspImgType": ANSWERS[form],
        "LogoAdd": marked,
        **_results(fields),
        **_selection(fields),
    }
    return Asked(parameters, _Note(form, output_format))


def _fields(parts: Sequence[Part]) -> dict[str, Part]:
    fields: dict[str, Part] = {}
    for part in parts:
        if _IMAGE.fullmatch(part.name):
            continue
        if part.name in fields:
            raise _Misused(failures.REPEATED(name=part.name), part.name)
        fields[part.name] = part
    return fields


def _text(fields: Mapping[str, Part], name: str) -> str:
    return text_of(fields[name]).strip() if name in fields else ""


def _choice(fields: Mapping[str, Part], name: str, choices: Sequence[str]) -> str:
    """Return one of some words, by default the first."""
    given = _text(fields, name) or choices[0]
    if given not in choices:
        *others, last = choices
        right = Message(f"{', '.join(others)} or {last}", f"{'、'.join(others)} 或 {last}")
        raise _Misused(BAD_VALUE(name=name, given=given, right=right), name)
    return given


def _refuse_what_is_not_offered(fields: Mapping[str, Part]) -> None:
    if _text(fields, "stream").lower() not in {"", "false", "0"}:
        raise _Misused(NOT_OFFERED(name="stream"), "stream")
    if "markup" in fields:
        raise _Misused(NOT_OFFERED(name="markup"), "markup")


def _results(fields: Mapping[str, Part]) -> dict[str, object]:
    given = _text(fields, "n") or "1"
    if given not in map(str, range(1, MOST_RESULTS + 1)):
        right = Message(f"1 to {MOST_RESULTS}", f"1 到 {MOST_RESULTS}")
        raise _Misused(BAD_VALUE(name="n", given=given, right=right), "n")
    return {} if given == "1" else {"Candidates": int(given)}


def _selection(fields: Mapping[str, Part]) -> dict[str, object]:
    """Return what is to go: by the mask, or without one by the prompt."""
    prompt = _text(fields, "prompt")
    if not prompt:
        raise _Misused(failures.MISSING_PARAMETER(name="prompt"), "prompt")
    if len(prompt) > LONGEST_PROMPT:
        right = Message(f"at most {LONGEST_PROMPT} characters long", f"{LONGEST_PROMPT} 个字符以内的文本")
        raise _Misused(BAD_VALUE(name="prompt", given=prompt, right=right), "prompt")
    if "mask" in fields:
        return {"Mask": _content(fields["mask"].content, "mask"), "Transparent": 1}
    wish = read_wish(prompt)
    if wish is None:
        raise _Misused(NOT_UNDERSTOOD(), "mask")
    return {"Find": list(wish)}


def _content(content: bytes, name: str) -> bytes:
    if not content:
        raise _Misused(FILE_EMPTY(name=name), name)
    return content


def _write(done: Done) -> Answer:
    note = cast("_Note", done.note)
    alternatives = cast("list[dict[str, Any]]", done.reply.get("Alternatives") or [])
    pictures = [done.reply["ResultImage"], *(one["ResultImage"] for one in alternatives)]
    content: dict[str, object] = {
        "created": int(time.time()),
        "data": [{note.member: picture} for picture in pictures],
        "output_format": note.output_format,
    }
    if done.facts is not None:
        content["size"] = f"{done.facts.width}x{done.facts.height}"
    return Answer(json.dumps(content).encode(), "application/json", headers=ANY_ORIGIN)


def _refuse(refused: Refused) -> Answer:
    error, status = refused.error, refused.status
    if status == _TOO_LARGE and not error.code.startswith("RequestSize"):
        status = 400
    kind = "invalid_request_error" if status < _OURS else "server_error"
    content = {
        "message": refused.text,
        "type": "requests" if status == _TOO_MANY else kind,
        "param": error.field if isinstance(error, _Misused) else None,
        "code": _CODES.get(error.code) or _CODES.get(error.code.partition(".")[0]),
    }
    # Its clients try a failure again, twice; what took too long once would take as long again.
    again = {"x-should-retry": "false"} if status == _TOO_LATE else {}
    return Answer(json.dumps({"error": content}).encode(), "application/json", status, ANY_ORIGIN | again)
