"""The two languages that the service speaks, and a text in both.

Every text that reaches a caller (errors, parameter descriptions) exists in Chinese and in English; keeping
the pair in one value makes it impossible to write one and forget the other.
"""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language a caller may ask for, as `X-TC-Language` or `Language` spells it."""

    CHINESE = "zh-CN"
    ENGLISH = "en-US"


@dataclass(frozen=True, slots=True)
class Message:
    """One text in both languages.

    Parameters
    ----------
    en, zh
        The English and the Chinese wording.
    """

    en: str
    zh: str

    def text(self, language: Language) -> str:
        """Return the wording in `language`."""
        return self.zh if language is Language.CHINESE else self.en
