"""DrawMark: the visible mark by itself."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from wuhen.accounts import ConcurrencyGate, MemoryConcurrencyGate
from wuhen.action import BAD_VALUE, MARK_SIDE, parse_mark_language
from wuhen.mark import MIDDLE, draw_mark
from wuhen.photo import Photo, encode
from wuhen.service.handlers.handing import encode_base64
from wuhen.service.handling import AdmittedCall, Handled
from wuhen.service.marking import Marking

__all__ = ["DrawMark"]


@dataclass(frozen=True, slots=True)
class DrawMark:
    """The handler. What it draws depends on two numbers, so it takes no worker, and no slot for pictures.

    One mark is drawn at a time, on a thread of its own, and one of an account waits for it: a large one takes
    seconds, and the threads that all calls need must not wait for those.
    """

    marking: Marking
    patience: float
    turns: ConcurrencyGate = field(default_factory=MemoryConcurrencyGate)
    thread: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "mark"))

    async def __call__(self, call: AdmittedCall) -> Handled:
        """Draw it."""
        size = _side(call.parameters, "Width"), _side(call.parameters, "Height")
        language = parse_mark_language(call.parameters)
        async with self.turns.slot(call.credential.counted, 1, wait=self.patience, size=call.size):
            loop = asyncio.get_running_loop()
            return Handled(await loop.run_in_executor(self.thread, self._draw, size, language))

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
