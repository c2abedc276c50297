"""The page's words: the same in both languages, and in Chinese with Chinese names of keys."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from harness import Service
from studio.explorer_node import run
from studio.studio_pages import link_to, open_tab

JS = Path(__file__).parents[2] / "src/wuhen/studio/static/js"
PARTS = [*sorted(str(file.parent.relative_to(JS)) for file in JS.rglob("words.en.js")), "words"]
# Names of things, the same in every language; what else is Latin in a Chinese text has been forgotten there.
LATIN = re.compile(
    r"\{\w+\}|`[^`]*`|https?\S+"
    r"|\b(AI|AIGC|API|SDK|URL|JSON|JPEG|PNG|WebP|BMP|TIFF|HEIC|AVIF|GIF|EXIF|IPTC|Base64|MB|zip)\b"
    r"|Secret(Id|Key)|Token|RequestId|Wuhen|English|Ctrl|Shift|Esc|Delete|Alt|RAW|\w+[._]\w+(\.\w+)*|localhost|https?|photo-mask|png|photo"
)

FROM_ANSWERS = ("labels.source.", "labels.state.")
"""Words for values that only the service's answers have."""


def words(part: str) -> dict[str, dict[str, str]]:
    """Return a part's words in both languages."""
    return dict(run("words", part=part))


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_say_the_same_things(part: str) -> None:
    both = words(part)
    assert set(both["en"]) == set(both["zh"])
    for key, text in both["en"].items():
        fields = [set(re.findall(r"\{(\w+)\}", one)) for one in (text, both["zh"][key])]
        assert fields[1] <= fields[0] | {"wan"}, key


def test_every_word_is_said_somewhere() -> None:
    files = [file for file in JS.rglob("*.js") if not file.match("words*.js") and file.parent.name != "words"]
    text = "\n".join(file.read_text() for file in files)
    quoted = set(re.findall(r"""["'`]([\w.]+)["'`]""", text))
    named = set(re.findall(r"\w+", text))
    # `batch.filter.${name}`, also within another such text: what stands there is found somewhere, too.
    made = [re.split(r"\$\{[^}]*\}", one) for one in re.findall(r"`(?=([\w.]*\$\{[^`]*)`)", text)]
    patterns = [
        re.compile(r"([\w.]+)".join(map(re.escape, fixed)))
        for fixed in made
        if re.search("[a-z]", "".join(fixed))
    ]

    def is_said(key: str) -> bool:
        matches = [pattern.fullmatch(key) for pattern in patterns]
        fields = [match.groups() for match in matches if match]
        return key in quoted or any(set(".".join(one).split(".")) <= named for one in fields)

    keys = {key for part in PARTS for key in words(part)["en"] if not key.startswith(FROM_ANSWERS)}
    assert {key for key in keys if not is_said(key)} == set()


@pytest.mark.parametrize("part", [part for part in PARTS if part not in {"explorer", "inspector"}])
def test_nothing_is_left_in_english(part: str) -> None:
    left = {key: LATIN.sub("", text) for key, text in words(part)["zh"].items()}
    assert {key: text for key, text in left.items() if re.search(r"[A-Za-z]{2,}", text)} == {}


def test_chinese_names_of_keys(browser: Browser, studio_service: Service) -> None:
    context = browser.new_context(locale="zh-CN")
    tab = open_tab(context, link_to(studio_service))
    tab.page.get_by_role("button", name="打开照片").wait_for()
    tab.page.keyboard.press("?")
    shown = tab.page.locator("dialog.shortcuts").inner_text()
    wanted = {"空格", "回车", "滚轮", "Alt+滚轮", "方向键", "扩展选区", "收缩选区", "导入蒙版"}
    assert wanted <= set(shown.split("\n"))
    context.close()
    assert tab.errors == []
