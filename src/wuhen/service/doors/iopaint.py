"""IOPaint's interface: `POST /api/v1/inpaint`, and what its clients ask before.

Paths, members and statuses are those of IOPaint 1.6 (its `api.py`), which its own page and the plug-ins for
Krita, manga tools and the like were written for. Parameters of its networks have no meaning here and are
ignored; one that would change the picture's size is refused.
"""

import json
import random
from collections.abc import Mapping
from functools import partial
from typing import Final

from wuhen.action import ERASE
from wuhen.service.doors.bearers import read_api_key, read_basic, read_bearer
from wuhen.service.doors.browsers import ANY_ORIGIN, preflight
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Page, Refused
from wuhen.service.doors.failures import NOT_OFFERED, WRONG_TYPE
from wuhen.settings import Settings
from wuhen.wire import HttpRequest, failures, parse_json

__all__ = ["open_door"]

ROOT: Final = "/api/v1"
INPAINT: Final = f"{ROOT}/inpaint"
_JSON: Final = "application/json"
_USUAL_SEED: Final = 42
_MOST_RANDOM: Final = 99_999_999
_UNPROCESSABLE: Final = 422
_UNREADABLE: Final = frozenset({"InvalidParameter", "InvalidRequest", "MissingParameter"})
"""Codes of a request that is no JSON, or has members of other types: to IOPaint that is a 422."""
_MODEL: Final = {
    "name": "wuhen",
    "path": "wuhen",
    "model_type": "inpaint",
    "is_single_file_diffusers": False,
    "need_prompt": False,
    "controlnets": [],
    "brushnets": [],
    "support_strength": False,
    "support_outpainting": False,
    "support_lcm_lora": False,
    "support_controlnet": False,
    "support_brushnet": False,
    "support_powerpaint_v2": False,
}
_CONFIGURATION: Final = {
    "plugins": [],
    "modelInfos": [_MODEL],
    "removeBGModel": "",
    "removeBGModels": [],
    "realesrganModel": "",
    "realesrganModels": [],
    "interactiveSegModel": "",
    "interactiveSegModels": [],
    "enableFileManager": False,
    "enableAutoSaving": False,
    "enableControlnet": False,
    "controlnetMethod": None,
    "disableModelSwitch": True,
    "isDesktop": False,
    "samplers": [],
}


def open_door(settings: Settings) -> Door:
    """Return the door."""
    pages = (
        _page("GET", "server-config", _CONFIGURATION),
        _page("GET", "model", _MODEL),
        # There is one model, and who asks for another is told which.
        _page("POST", "model", _MODEL),
        _page("GET", "samplers", []),
        _page("POST", "samplers", []),
        _page("GET", "inputimage", _error(200, "No input image configured")),
        _page("POST", "run_plugin_gen_mask", _error(_UNPROCESSABLE, "Plugin not found"), _UNPROCESSABLE),
        _page("POST", "run_plugin_gen_image", _error(_UNPROCESSABLE, "Plugin not found"), _UNPROCESSABLE),
        _page("POST", "adjust_mask", _error(404, "Not Found"), 404),
        # Its own page asks of each photo which prompt made it.
        _page("POST", "gen-info", {"prompt": "", "negative_prompt": ""}),
        *(preflight(f"{ROOT}/{name}") for name in ("inpaint", "server-config", "model", "samplers")),
    )
    entrance = Entrance("POST", INPAINT, ERASE, partial(_read, int(settings.door_marks)), _write)
    return Door("iopaint", (entrance,), _refuse, keys=(read_bearer, read_basic, read_api_key), pages=pages)


def _page(method: str, name: str, content: object, status: int = 200) -> Page:
    answer = Answer(json.dumps(content).encode(), _JSON, status, ANY_ORIGIN)
    return Page(method, f"{ROOT}/{name}", lambda _: answer)


def _read(marked: int, request: HttpRequest) -> Asked:
    given = request.header("Content-Type") or ""
    # Any page may send another type without its browser asking first.
    if given.partition(";")[0].strip().lower() != _JSON:
        raise WRONG_TYPE(given=given or "?", right=_JSON)
    members = parse_json(request.body, failures.BODY_NOT_JSON())
    if not isinstance(members, Mapping):
        raise failures.BODY_NOT_JSON()
    if members.get("use_extender"):
        raise NOT_OFFERED(name="use_extender")
    seed = _seed(members.get("sd_seed"))
    # As the photo is: IOPaint's results have the format of what it was given, and layers go on from them.
    parameters = {
        "InputImage": _picture(members, "image"),
        "Mask": _picture(members, "mask"),
        "ResultFormat": "same",
        "LogoAdd": marked,
        "Seed": seed,
    }
    return Asked(parameters, seed)


def _picture(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    if value is None or value == "":
        raise failures.MISSING_PARAMETER(name=name)
    if not isinstance(value, str):
        raise failures.WRONG_TYPE(name=name, type="string")
    return value


def _seed(given: object) -> int:
    """Return the seed: -1 asks for any, and whoever does is told which it was."""
    if given is None:
        return _USUAL_SEED
    if isinstance(given, bool) or not isinstance(given, int):
        raise failures.WRONG_TYPE(name="sd_seed", type="integer")
    return random.randint(1, _MOST_RANDOM) if given == -1 else given


def _write(done: Done) -> Answer:
    return Answer(done.picture(), done.media_type, headers={"x-seed": str(done.note)} | ANY_ORIGIN)


def _refuse(refused: Refused) -> Answer:
    status = _UNPROCESSABLE if refused.error.code in _UNREADABLE else refused.status
    content = _error(status, refused.text)
    if status == _UNPROCESSABLE:
        content["detail"] = [{"type": refused.error.code, "loc": ["body"], "msg": refused.text}]
    # Its own page knows no keys; a browser asks for one, and sends it as password from then on.
    asking = {"www-authenticate": 'Basic realm="wuhen"'} if status == 401 else {}  # noqa: PLR2004 - HTTP's
    return Answer(json.dumps(content).encode(), _JSON, status, ANY_ORIGIN | asking)


def _error(status: int, text: str) -> dict[str, object]:
    """Return an error as IOPaint writes those that it raises itself; its page shows `errors`."""
    return {"error": "HTTPException", "detail": text, "body": "", "errors": f"{status}: {text}"}
