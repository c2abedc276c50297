"""Prompts that only say what is to be found and removed: "Remove the text", "把图片中的水印去掉".

A prompt may ask for anything. One that says more than that, or says it in words that are not known here, is
not guessed at: to erase something else than was meant is worse than to ask for a mask.
"""

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["read_wish"]

LONGEST: Final = 400
"""Characters; more than that has something else to say."""

_WORD: Final = re.compile(r"[a-z]+(?:[-'][a-z]+)*|[,&;:]|[^\sa-z,&;:]")
_POLITE: Final = (("please",), ("can", "you"), ("could", "you"), ("just",), ("i", "want", "you", "to"))
_VERBS: Final = (
    *(("remove",), ("erase",), ("delete",), ("clear",), ("clean",), ("strip",), ("wipe",), ("eliminate",)),
    *(("get", "rid", "of"), ("take", "out"), ("take", "away"), ("inpaint",)),
)
_AFTER_VERB: Final = frozenset({"up", "out", "off", "away"})
_BEFORE_NOUN: Final = frozenset(
    {"the", "a", "an", "all", "any", "every", "this", "that", "these", "those", "of", "visible", "existing"}
)
_NOUNS: Final = {
    "text": ("text", "texts", "lettering", "letters", "words", "writing"),
    "watermark": ("watermark", "watermarks", "water-mark", "water-marks"),
}
"""Not what is only some of the text, such as captions: all of it would go."""
_WHERE: Final = frozenset({"from", "in", "on", "of", "off", "within", "inside"})
_WHOSE: Final = frozenset({"the", "this", "my", "that", "attached", "uploaded", "input", "provided", "given"})
_PICTURES: Final = frozenset({"image", "photo", "picture", "photograph", "pic", "file", "screenshot", "scan"})
_AND: Final = frozenset({"and", "or", "&", ",", "plus"})
_KEEP: Final = (("keep",), ("leave",), ("preserve",), ("do", "not", "change"), ("don't", "change"))
_REST: Final = (("everything", "else"), ("the", "rest"), ("the", "background"), ("anything", "else"))
_AS_IT_IS: Final = (
    *(
        ("unchanged",),
        ("untouched",),
        ("intact",),
        ("as", "is"),
        ("as", "it", "is"),
        ("the", "same"),
        ("alone",),
    ),
    *(("exactly", "the", "same"), ("exactly", "as", "it", "is")),
)

_POLITE_ZH: Final = "(?:请|麻烦|帮我|帮忙|请帮我)?"
_VERB_ZH: Final = "(?:去掉|去除|移除|删除|删掉|消除|消掉|擦除|擦掉|清除|抹掉|抹去|去)"
_WHERE_ZH: Final = (
    "(?:(?:这张|这幅|该|此|我的)?(?:图片|图像|照片|画面|相片|图)(?:中|里|上|里面|上面)?(?:的)?)?"
)
_THING_ZH: Final = "(?:所有|全部|一切)?的?(?:文字|文本|字|水印)"
_THINGS_ZH: Final = f"(?P<{{name}}>{_THING_ZH}(?:(?:和|与|及|以及|、|跟){_THING_ZH}){{{{0,3}}}})"
_CHINESE: Final = re.compile(
    f"{_POLITE_ZH}(?:{_VERB_ZH}{_WHERE_ZH}{_THINGS_ZH.format(name='one')}"
    f"|(?:把|将)?{_WHERE_ZH}{_THINGS_ZH.format(name='other')}(?:都|全部)?{_VERB_ZH})"
)
_BLANK_ZH: Final = re.compile(r"[\s。！!.，,]")


def read_wish(prompt: str) -> tuple[str, ...] | None:
    """Return what a prompt wants found and removed, if it wants nothing else.

    Returns
    -------
    tuple of str, or None
        Names of finders (`wuhen.finders`), each once, in the prompt's order.
    """
    text = prompt.strip()
    if not 0 < len(text) <= LONGEST:
        return None
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _read_chinese(_BLANK_ZH.sub("", text)) or _read_english(plain)


def _read_chinese(text: str) -> tuple[str, ...] | None:
    found = _CHINESE.fullmatch(text)
    if found is None:
        return None
    things = re.split("以及|[和与及、跟]", found["one"] or found["other"])
    return tuple(dict.fromkeys("watermark" if thing.endswith("水印") else "text" for thing in things))


def _read_english(text: str) -> tuple[str, ...] | None:
    words = _Words(_WORD.findall(text.rstrip(".! \n")))
    words.skip_any(_POLITE)
    if not words.take_one(_VERBS):
        return None
    words.skip(_AFTER_VERB)
    things: list[str] = []
    while (thing := _thing(words)) is not None:
        things.append(thing)
        if not words.skip(_AND):
            break
    _place(words)
    _rest(words)
    words.skip_any(_POLITE)
    return tuple(dict.fromkeys(things)) if things and not words.left else None


def _thing(words: "_Words") -> str | None:
    start = words.left
    words.skip(_BEFORE_NOUN)
    for finder, nouns in _NOUNS.items():
        if words.left and words.left[0] in nouns:
            # "Text watermarks" are watermarks, and a "text logo" is neither.
            mark = words.left[1:2]
            if mark and mark[0] in _NOUNS["watermark"]:
                words.left = words.left[2:]
                return "watermark"
            words.left = words.left[1:]
            return finder
    words.left = start
    return None


def _place(words: "_Words") -> None:
    """Go past "from the image", where it says nothing else."""
    start = words.left
    if not words.skip(_WHERE):
        return
    words.skip(_WHOSE)
    if words.left and words.left[0] in _PICTURES:
        words.left = words.left[1:]
    else:
        words.left = start


def _rest(words: "_Words") -> None:
    """Go past "and keep everything else as it is", which is so anyway."""
    start = words.left
    words.skip(_AND | {";", "but", "."})
    if words.take_one(_KEEP) and words.take_one(_REST):
        _place(words)
        words.take_one(_AS_IT_IS)
    else:
        words.left = start


class _Words:
    """The words of a prompt that are still to be read."""

    def __init__(self, words: Sequence[str]) -> None:
        self.left = tuple(words)

    def take_one(self, phrases: Sequence[tuple[str, ...]]) -> bool:
        """Go past the longest of some phrases that comes next; tell whether one did."""
        fitting = [len(phrase) for phrase in phrases if self.left[: len(phrase)] == phrase]
        self.left = self.left[max(fitting, default=0) :]
        return bool(fitting)

    def skip_any(self, phrases: Sequence[tuple[str, ...]]) -> None:
        """Go past as many of some phrases as come next."""
        while self.take_one(phrases):
            pass

    def skip(self, words: frozenset[str]) -> bool:
        """Go past as many of some words as come next; tell whether there was one."""
        start = self.left
        while self.left and self.left[0] in words:
            self.left = self.left[1:]
        return self.left != start
