"""Failures as values of the protocol: a code from the vendor's table and a text in two languages.

A part declares each thing that can go wrong once, as a `Failure`; calling the failure with the facts of the
case gives the exception to raise. Only the envelope turns an exception into bytes.
"""

from dataclasses import dataclass
from string import Formatter
from typing import Self

from .codes import CODES
from .message import Language, Message

_LANGUAGES = (Language.ENGLISH, Language.CHINESE)

MAX_ECHO_LENGTH = 128
"""Characters of a caller's own text that a message repeats at most."""


def make_printable(value: object) -> str:
    """Return `value` as it may stand in a message or a log line: short, printable, encodable.

    Callers choose names and values freely, so they may be megabytes long, hold control characters or half a
    surrogate pair. What cannot be printed is escaped; what is too long is cut.
    """
    text = str(value)
    clipped = text[:MAX_ECHO_LENGTH] + "…" if len(text) > MAX_ECHO_LENGTH else text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in clipped)


class ApiError(Exception):
    """A failure that the caller is told about.

    It survives pickling, because failures arise in worker processes too.

    Parameters
    ----------
    code
        One of the vendor's codes.
    text
        What was wrong and what would be right, in both languages.
    """

    def __init__(self, code: str, text: Message) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    def message(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.text.text(language)

    def __str__(self) -> str:
        return f"{self.code}: {self.text.en}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A declared kind of failure.

    Parameters
    ----------
    code
        A code of the vendor's table.
    en, zh
        Templates in the syntax of `str.format` with named fields, the same in both.

    Raises
    ------
    ValueError
        When the code is not in the table, or the templates do not use the same fields.
    """

    code: str
    en: str
    zh: str

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code!r} is not a code of the vendor's table")
        if _fields(self.en) != _fields(self.zh):
            raise ValueError(f"the texts of {self.code!r} name different fields: {self.en!r}, {self.zh!r}")

    @classmethod
    def documented(cls, code: str) -> Self:
        """Return the failure whose texts are those of the vendor's table."""
        meaning = CODES[code]
        return cls(code, en=meaning.en, zh=meaning.zh)

    def __call__(self, **fields: object) -> ApiError:
        """Return the exception for one case.

        Values are made printable and cut, so a caller's own input may be passed as it is. A value that is a
        `Message` speaks the language of the text it stands in.
        """
        en, zh = ({name: _in(language, value) for name, value in fields.items()} for language in _LANGUAGES)
        return ApiError(self.code, Message(en=self.en.format(**en), zh=self.zh.format(**zh)))


def _in(language: Language, value: object) -> str:
    return value.text(language) if isinstance(value, Message) else make_printable(value)


def _fields(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)
