"""DrawMark: the visible mark by itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.action import BAD_VALUE, MARK_SIDE, parse_mark_language
from wuhen.mark import MIDDLE, draw_mark
from wuhen.photo import Photo, encode
from wuhen.service.handlers.handing import encode_base64
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.marking import Marking

__all__ = ["DrawMark"]


@dataclass(frozen=True, slots=True)
class DrawMark:
    """The handler. What it draws depends on two numbers, so it takes no worker and no slot."""

    marking: Marking

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Draw it."""
        size = _side(call.parameters, "Width"), _side(call.parameters, "Height")
        language = parse_mark_language(call.parameters)
        return Handled(await asyncio.to_thread(self._draw, size, language))

    def _draw(self, size: tuple[int, int], language: str | None) -> dict[str, object]:
        drawn = draw_mark(size, self.marking.worded(language))
        files = (encode(Photo(one[..., :3], one[..., 3]), "PNG") for one in (drawn.light, drawn.dark))
        light, dark = map(encode_base64, files)
        x, y, width, height = drawn.place
        place = {"X": x, "Y": y, "Width": width, "Height": height}
        return {"Light": light, "Dark": dark, "Middle": MIDDLE} | place


def _side(given: Mapping[str, Any], name: str) -> int:
    value: int = given[name]
    if not MARK_SIDE.allows(value):
        raise BAD_VALUE(name=name, given=value, right=MARK_SIDE.range)
    return value
