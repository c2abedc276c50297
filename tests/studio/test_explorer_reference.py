"""What the explorer reads: the reference, and its words."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

from harness import Service
from studio.explorer_node import run
from wuhen.action import ACTIONS, OWN_LIMITS
from wuhen.service.reference import reference
from wuhen.settings import Settings
from wuhen.wire import CODES, Struct

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "src/wuhen/studio/static/js"


REGIONS = tuple(Settings.model_fields["regions"].default)


def paths(parameters: list[dict[str, Any]]) -> list[str]:
    return [path for one in parameters for path in (one["path"], *paths(one.get("members", [])))]


def declared(struct: Struct, start: str = "") -> list[str]:
    found = []
    for parameter in struct.parameters:
        found.append(start + parameter.name)
        if isinstance(parameter.type, Struct):
            found += declared(parameter.type, f"{start}{parameter.name}.")
    return found


def test_it_tells_pictures_from_other_text() -> None:
    actions = {one["action"]: one["parameters"] for one in reference(REGIONS, OWN_LIMITS)["actions"]}

    def pictures(parameters: list[dict[str, Any]]) -> set[str]:
        inner = (pictures(one.get("members", one.get("item", []))) for one in parameters)
        return {one["path"] for one in parameters if one["picture"]}.union(*inner)

    vendors = {"InputImage", "Mask", "LogoParam.LogoImage"}
    assert pictures(actions["ImageInpaintingRemoval"]) == vendors
    assert pictures(actions["EraseRegions"]) == vendors | {"KeepOut", "EffectsMask"}
    patched = {"InputImage", "LogoParam.LogoImage", "Patches[].Image"}
    assert pictures(actions["PasteRegions"]) == patched


def test_it_tells_which_answers_are_pictures() -> None:
    answers = {one["action"]: one["answer"] for one in reference(REGIONS, OWN_LIMITS)["actions"]}
    pictures = {name: [one["name"] for one in answer if one["picture"]] for name, answer in answers.items()}
    assert {name: found for name, found in pictures.items() if found} == {
        "ImageInpaintingRemoval": ["ResultImage"],
        "EraseRegions": ["ResultImage", "Alternatives[].ResultImage"],
        "PasteRegions": ["ResultImage"],
        "FindRegions": ["Mask"],
        "FindEffects": ["EffectsMask"],
        "SelectObject": ["Mask"],
        "FetchPicture": ["Image"],
        "ConvertPicture": ["Image"],
        "DrawMark": ["Light", "Dark"],
    }


def test_it_suggests_what_a_parameter_can_be() -> None:
    (erasing,) = (one for one in reference(REGIONS, OWN_LIMITS)["actions"] if one["action"] == "EraseRegions")
    suggested = {one["name"]: one["suggested"] for one in erasing["parameters"] if one["suggested"]}
    flags = ("LogoAdd", "RemoveTraces", "Invert", "FitMask", "Transparent")
    assert suggested == {
        "RspImgType": ["base64", "url"],
        "Effects": ["exact", "full"],
        "ResultFormat": ["auto", "same", "jpeg", "png", "webp", "tiff"],
        "MarkLanguage": ["zh", "en"],
        "ResultPart": ["whole", "patch"],
        **{flag: ["0", "1"] for flag in flags},
    }


def test_it_is_served_with_the_page(service: Service) -> None:
    with urllib.request.urlopen(f"{service.url}/studio/reference.json") as answer:
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        whole = json.load(answer)
    assert whole == json.loads(json.dumps(reference(REGIONS, OWN_LIMITS)))
    with urllib.request.urlopen(f"{service.url}/studio/service.json") as answer:
        brief = json.load(answer)
    assert brief == {name: whole[name] for name in ("regions", "limits", "finds")}


def test_it_has_every_parameter_in_both_languages() -> None:
    found = reference(REGIONS, OWN_LIMITS)
    assert found["regions"] == list(REGIONS)
    assert [(one["version"], one["action"]) for one in found["actions"]] == [one.key for one in ACTIONS]
    for described, action in zip(found["actions"], ACTIONS, strict=True):
        assert paths(described["parameters"]) == declared(action.parameters)
        assert described["answer"]
        for member in [*described["parameters"], *described["answer"]]:
            assert member["description"]["en"]
            assert member["description"]["zh"]


def test_it_has_every_code_and_every_message_of_the_documentation() -> None:
    errors = {error["code"]: error for error in reference(REGIONS, OWN_LIMITS)["errors"]}
    assert set(errors) == set(CODES)
    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)
    assert sum(len(error["messages"]) for error in errors.values()) == len(rows)
    assert {code for code, error in errors.items() if error["answered"]} == set(rows)


def test_every_word_exists_in_both_languages_with_the_same_fields() -> None:
    words = run("words")
    assert set(words["en"]) == set(words["zh"])
    for key, text in words["en"].items():
        assert sorted(set(re.findall(r"\{(\w+)\}", text))) == sorted(
            set(re.findall(r"\{(\w+)\}", words["zh"][key]))
        ), key


def test_every_word_that_is_used_exists() -> None:
    words = run("words")["en"]
    folders = ("explorer", "signature", "snippets")
    files = [file for folder in folders for file in (MODULES / folder).glob("*.js")]
    files = [file for file in files if not file.name.startswith("words.")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = set(re.findall(r'"(explorer\.[\w.]+[\w])"', source))
    used |= {f"explorer.why.{key}" for key in re.findall(r'why\("(\w+)"', source)}
    used |= {f"explorer.why.{key}" for key in re.findall(r'\["(payload\w+)"', source)}
    assert len(used) > 100
    assert used <= set(words)


def test_search_finds_names_and_texts_in_both_languages() -> None:
    def names(query: str) -> list[str]:
        return [found["name"] for found in run("find", reference=reference(REGIONS, OWN_LIMITS), query=query)]

    assert names("rspimgtype")[0] == "RspImgType"
    assert names("describelabels")[0] == "DescribeLabels"
    assert names("LogoRect.W")[0] == "LogoParam.LogoRect.Width"
    assert names("signature expire")[0] == "AuthFailure.SignatureExpire"
    assert "AuthFailure.SignatureExpire" in names("签名过期")
    assert "RspImgType" in names("返回图像")
    assert names("no such thing at all") == []
    assert names("  ") == []
