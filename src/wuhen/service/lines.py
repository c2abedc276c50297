"""What a log line may hold: the one place where whatever is logged is cut, escaped and cleared of secrets.

Callers choose names, values and headers freely. Nothing of them may steer the terminal that a line is shown
on, begin a line of its own, fill the disk, or show the secret in a URL; nor may what libraries say, their
tracebacks included.
"""

import math
from collections.abc import Mapping
from typing import Any

from structlog.typing import EventDict

from wuhen.service.redaction import redact_urls

__all__ = ["tidy_line"]

MAX_TEXT = 512
"""Characters of a text."""
MAX_NAME = 64
MAX_TRACE_LINE = 400
MAX_TRACE_LINES = 120
"""Of a traceback, the last of which say what happened; the first say where it began."""
FIRST_LINES = 20
MAX_LINE = 16 * 1024
"""Characters that all texts of a line have together, but for its traceback."""
MAX_MEMBERS = 32
MAX_DEPTH = 3
MAX_INTEGER = 2**64

_OURS = frozenset({"level", "logger", "timestamp"})
"""What logging itself adds."""
_ADDRESSES = frozenset({"page", "url", "usage"})
"""Fields with addresses of our own, which are shown whole."""
_TRACES = frozenset({"exception", "stack"})


def tidy_line(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Return a line, as structlog's processors have it, with everything in it fit to be written."""
    tidied = _Line()
    # What a line is about comes first, should the rest be too long.
    first = [name for name in ("event", "RequestId", "code") if name in line]
    kept = {name: tidied.field(name, line[name]) for name in (*first, *(line.keys() - set(first)))}
    return {escape(str(name)[:MAX_NAME]): kept[name] for name in line}


def escape(text: str) -> str:
    """Return a text with an escape for each character that cannot be printed: as a terminal may obey it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class _Line:
    """Makes the values of one line, within what all of them may have together."""

    def __init__(self) -> None:
        self._left = MAX_LINE

    def field(self, name: str, value: object) -> Any:
        if name in _OURS:
            return value
        if name in _TRACES:
            return _tidy_trace(str(value))
        return self._value(value, 0, whole=name in _ADDRESSES)

    def _value(self, value: object, depth: int, *, whole: bool = False) -> Any:
        kept: Any
        match value:
            case None | bool():
                kept = value
            case int():
                kept = value if abs(value) < MAX_INTEGER else "…"
            case float():
                kept = value if math.isfinite(value) else str(value)
            case bytes() | bytearray() | memoryview():
                kept = f"{len(value)} bytes"
            case Mapping():
                kept = self._mapping(value, depth)
            case list() | tuple() | set() | frozenset():
                members = list(value)
                kept = [self._value(member, depth + 1) for member in members[: self._most(depth)]]
                if len(members) > len(kept):
                    kept.append(f"… {len(members) - len(kept)} more")
            case _:
                kept = self._text(_say(value), whole=whole)
        return kept

    def _mapping(self, members: Mapping[Any, object], depth: int) -> dict[str, Any]:
        shown = list(members.items())[: self._most(depth)]
        kept = {self._text(_say(name)): self._value(member, depth + 1) for name, member in shown}
        return kept | ({"…": len(members) - len(shown)} if len(members) > len(shown) else {})

    def _most(self, depth: int) -> int:
        return MAX_MEMBERS if depth < MAX_DEPTH and self._left > 0 else 0

    def _text(self, text: str, *, whole: bool = False) -> str:
        most = max(0, min(MAX_TEXT, self._left))
        kept = _cut(text[: 4 * MAX_TEXT] if whole else redact_urls(text[: 4 * MAX_TEXT]), most, len(text))
        self._left -= len(kept)
        return escape(kept)


def _say(value: object) -> str:
    """Return a value as text, even if it cannot say itself."""
    try:
        return str(value)
    except Exception:
        return f"a {type(value).__name__}"


def _cut(text: str, most: int, size: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({size} characters)"


def _tidy_trace(trace: str) -> str:
    """Return a traceback with its line breaks, its last lines rather than those in between.

    Each is indented, so that on a console none passes for a line of the log.
    """
    lines = trace.splitlines()
    if len(lines) > MAX_TRACE_LINES:
        left_out = len(lines) - MAX_TRACE_LINES
        lines[FIRST_LINES : FIRST_LINES + left_out] = [f"… {left_out} lines"]
    shown = (escape(_cut(redact_urls(line[:4096]), MAX_TRACE_LINE, len(line))) for line in lines)
    return "\n".join(f"  {line}" for line in shown)
