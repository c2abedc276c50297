"""What the inspector is made of, run under Node: its chart, its words, calls as parameters for code."""

import re
from pathlib import Path

from studio.explorer_node import run

INSPECTOR = Path(__file__).parents[2] / "src/wuhen/studio/static/js/inspector"


def test_a_chart_has_a_place_for_each_step_and_fits_its_frame() -> None:
    points = [
        {"Time": 600, "Calls": 7, "Errors": 1, "Median": 100, "P95": 100},
        {"Time": 720, "Calls": 3, "Errors": 3, "Median": None, "P95": None},
        {"Time": 780, "Calls": 900, "Errors": 1, "Median": 50, "P95": 60},
        {"Time": 840, "Calls": 1, "Errors": 0, "Median": 0, "P95": 60},
    ]
    drawn = run("plot", statistics={"Step": 60, "Points": points}, frame={"width": 200, "height": 100})
    assert [(slot["Time"], slot["Calls"]) for slot in drawn["slots"]] == [
        (600, 7), (660, 0), (720, 3), (780, 900), (840, 1),
    ]  # fmt: skip
    assert drawn["most"] == 1000
    for bar in drawn["bars"]:
        assert bar["x"] >= 0
        assert bar["y"] >= 0
        assert bar["x"] + bar["width"] <= 200
        assert bar["y"] + bar["height"] <= 100.001
    # One that failed among 900 is seen all the same.
    assert min(bar["height"] for bar in drawn["bars"] if bar["kind"] == "bad") >= 1.99
    assert drawn["lines"] == ["M17.0 2.0h6", "M140.0 50.0L180.0 98.0"]


def test_every_word_exists_in_both_languages_with_the_same_fields() -> None:
    words = run("words", part="inspector")
    assert set(words["en"]) == set(words["zh"])
    files = [file for file in INSPECTOR.glob("*.js") if not file.name.startswith("words.")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = set(re.findall(r'"(inspector\.[\w.]+\w)"', source))
    assert used <= set(words["en"])
    for key, text in words["en"].items():
        fields = [sorted(set(re.findall(r"\{(\w+)\}", one))) for one in (text, words["zh"][key])]
        assert fields[0] == fields[1], key


def test_a_call_of_any_shape_becomes_parameters_for_code() -> None:
    kept = {
        "InputImage": {"bytes": 5, "sha256": "ab"},
        "LogoParam": {"LogoImage": {"characters": 9}, "LogoRect": {"X": 1, "Y": None}},
        "odd name": 1,
        "List": [1, {"a": None}],
        "Yes": True,
        "InputUrl": "https://h/…",
    }
    assert run("replayed", parameters=kept) == {
        "InputImage": {"$file": "photo.jpg"},
        "LogoParam": {"LogoImage": {"$file": "logo.png"}, "LogoRect": {"X": 1}},
        "List": [1, {}],
        "Yes": "true",
        "InputUrl": "https://h/…",
    }
