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
