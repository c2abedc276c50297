"""Counting what Python code does, so that tests can bound it: seconds depend on the machine, this not."""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["operations"]


def operations(work: Callable[[], object]) -> int:
    """Return how many instructions of the interpreter `work` takes; each is some 10 to 50 ns.

    Loops inside C code, such as hashing, count as one: bound what they are given.
    """
    count = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        return step

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return step

    before = sys.gettrace()
    # What others have left behind is not this work's to clear away.
    gc.disable()
    sys.settrace(enter)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count
