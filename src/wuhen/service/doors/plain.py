"""The plain door, for scripts: a form with files in, a picture out, and a line of text where there is none.

``curl --fail-with-body -H "Authorization: Bearer $KEY" -F image=@a.jpg -F mask=@m.png …/erase -o out.jpg``
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from wuhen.action import ERASE
from wuhen.service.doors.bearers import read_api_key, read_bearer
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Refused
from wuhen.service.doors.failures import NO_SUCH_FIELD, STRUCTURE
from wuhen.service.doors.forms import read_form, text_of
from wuhen.settings import Settings
from wuhen.wire import Action, HttpRequest, List, Parameter, Part, Struct, failures

__all__ = ["open_door"]

_TEXT = "text/plain; charset=utf-8"
_NAMES = {"InputImage": "image", "InputUrl": "image_url"}
"""What is called otherwise than its parameter."""
_NOT_HERE = frozenset({"RspImgType", "Candidates"})
"""One picture comes back, as it is."""


def open_door(settings: Settings) -> Door:  # noqa: ARG001 - every door is opened so
    """Return the door."""
    fields = _fields(ERASE)
    entrance = Entrance("POST", "/erase", ERASE, lambda request: _read(request, fields), _write)
    return Door("plain", (entrance,), _refuse, keys=(read_bearer, read_api_key))


def _fields(action: Action) -> dict[str, Parameter]:
    """Return the fields of the form and what they set: all parameters, named as scripts name things."""
    return {
        _NAMES.get(one.name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", one.name).lower(): one
        for one in action.parameters.parameters
        if one.name not in _NOT_HERE
    }


def _read(request: HttpRequest, fields: Mapping[str, Parameter]) -> Asked:
    parameters: dict[str, object] = {}
    for part in read_form(request):
        parameter = fields.get(part.name)
        if parameter is None:
            raise NO_SUCH_FIELD(name=part.name, known=", ".join(fields))
        if parameter.name in parameters:
            raise failures.REPEATED(name=part.name)
        parameters[parameter.name] = _value(part, parameter)
    return Asked(parameters)


def _value(part: Part, parameter: Parameter) -> object:
    if part.file_name is not None:
        return part.content
    text = text_of(part)
    if not isinstance(parameter.type, Struct | List):
        return text
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise STRUCTURE(name=part.name, example=json.dumps(parameter.example)) from None
    return value


def _write(done: Done) -> Answer:
    headers = {}
    if remarks := done.reply.get("Remarks"):
        headers["x-remarks"] = json.dumps(remarks)
    return Answer(done.picture(), done.media_type, headers=headers)


def _refuse(refused: Refused) -> Answer:
    text = f"{refused.error.code}: {refused.text}\n"
    return Answer(text.encode("utf-8", "replace"), _TEXT, refused.status)
