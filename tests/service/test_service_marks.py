"""Marks by themselves: drawn one at a time, whoever asks for however many."""

import asyncio
import threading
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from wuhen.accounts import AccountKey
from wuhen.mark import DrawnMark, Rect, Wording
from wuhen.service.handlers import mark
from wuhen.service.handling import AdmittedCall
from wuhen.service.marking import Marking
from wuhen.wire import Language

KEY = AccountKey("AKIDa", "secret", None, "a", 4, None, None)
LARGEST = {"Width": 16384, "Height": 16384}
SECONDS = 10


class Pen:
    """Draws when it is let, and counts how many marks are drawn at a time."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.drawing = self.most = self.begun = 0

    def __call__(self, size: tuple[int, int], wording: object) -> DrawnMark:  # noqa: ARG002 - as the real one
        self.drawing += 1
        self.begun += 1
        self.most = max(self.most, self.drawing)
        self.may.wait(SECONDS)
        self.drawing -= 1
        dot = np.zeros((1, 1, 4), np.uint8)
        return DrawnMark(dot, dot, Rect(0, 0, 1, 1))


async def test_large_marks_keep_no_other_call_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    pen = Pen()
    monkeypatch.setattr(mark, "draw_mark", pen)
    draw = mark.DrawMark(Marking(Wording(), cast("object", None)), SECONDS)  # type: ignore[arg-type]
    keys = [KEY] * 12 + [replace(KEY, account=f"b{number}") for number in range(12)]
    asked = [
        asyncio.ensure_future(draw(AdmittedCall("DrawMark", LARGEST, key, "id", None, Language.ENGLISH)))
        for key in keys
    ]
    await asyncio.sleep(0.1)
    # The threads that every call needs are free.
    assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 2) == 1
    # Who hangs up and asks again gets no further with it.
    for gone in asked[1::2]:
        gone.cancel()
    await asyncio.sleep(0.1)
    assert pen.begun == 1
    pen.may.set()
    drawn = await asyncio.gather(*asked[::2])
    assert pen.most == 1
    assert pen.begun == len(drawn) == 12
    assert all(one.reply["Width"] == 1 for one in drawn)
