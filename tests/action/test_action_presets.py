"""Presets: what a settings file says is to go, and what it stands for in a call."""

import pytest

from wuhen.action import EraseRequest, Preset, apply_preset, read_presets
from wuhen.photo import Polygon, Rectangle, Stroke
from wuhen.settings import load
from wuhen.wire import ApiError

TABLES = {
    "dates": {"find": "text, text", "find_in": "-30%,-12%,30%,12%", "sensitivity": 0.7},
    "logo": {"rect": ["10,-60,200,50", "0,0,5,5"], "polygon": "1,1 9,1 5,8", "stroke": "10,10 0.5,40 3%"},
}


def test_presets_are_written_like_flags() -> None:
    presets = read_presets(TABLES)
    assert presets["dates"] == Preset(("text",), Rectangle.parse("-30%,-12%,30%,12%"), 0.7)
    assert presets["logo"].shapes == (
        Rectangle.parse("10,-60,200,50"),
        Rectangle.parse("0,0,5,5"),
        Polygon.parse("1,1 9,1 5,8"),
        Stroke.parse("10,10 0.5,40 3%"),
    )


def test_a_call_means_what_its_preset_says() -> None:
    presets = read_presets(TABLES)
    called: dict[str, object] = {"InputUrl": "https://example.com/a.jpg", "Preset": "logo"}
    selection = EraseRequest.parse(apply_preset(called, presets), own=True).selection
    assert selection.shapes == presets["logo"].shapes
    assert selection.find is None
    called = {"InputUrl": "https://example.com/a.jpg", "Preset": "dates", "Sensitivity": 0.2}
    find = EraseRequest.parse(apply_preset(called, presets), own=True).selection.find
    assert find is not None
    assert (find.what, find.within) == (("text",), presets["dates"].find_in)
    assert find.sensitivity == pytest.approx(0.2)


def test_a_call_without_a_preset_stays_as_it_is() -> None:
    assert apply_preset({"Find": ["text"]}, read_presets(TABLES)) == {"Find": ["text"]}


@pytest.mark.parametrize(("presets", "known"), [(TABLES, "dates, logo"), ({}, "no presets")])
def test_an_unknown_preset_is_refused_with_those_that_there_are(
    presets: dict[str, object], known: str
) -> None:
    with pytest.raises(ApiError, match=f"Preset is cats.*{known}"):
        apply_preset({"Preset": "cats"}, read_presets(presets))


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({}, "says nothing that is to go"),
        ({"sensitivity": 1}, "says nothing that is to go"),
        ({"find": "cats"}, "no finder 'cats'"),
        ({"find": 7}, "find is a text"),
        ({"find": "text", "colour": "red"}, "colour is unknown"),
        ({"find": "text", "sensitivity": 2}, "from 0 to 1"),
        ({"find": "text", "find_in": ["0,0,1,1", "0,0,2,2"]}, "one rectangle"),
        ({"rect": "1,2,3"}, "rect: `1,2,3` is no rectangle"),
        ("text", "table of its own"),
    ],
)
def test_a_preset_that_cannot_be_meant_is_named(table: object, named: str) -> None:
    with pytest.raises(ValueError, match=rf"presets\.mine: .*{named}"):
        read_presets({"mine": table})


def test_the_service_reads_them_as_tables_and_as_json(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    with open("wuhen.toml", "w", encoding="utf-8") as file:  # noqa: PTH123 - in the working folder
        file.write('[presets.dates]\nfind = ["text"]\n')
    assert load().presets == {"dates": Preset(("text",))}
    assert load(presets='{"logo": {"rect": "0,0,9,9"}}').presets["logo"].shapes == (
        Rectangle.parse("0,0,9,9"),
    )
    with pytest.raises(ValueError, match=r"presets\.x: it says nothing"):
        load(presets='{"x": {}}')
