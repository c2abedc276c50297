"""What tools say of what was done, in a sentence for a model and as values for a program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["describe_erasure", "describe_labels", "describe_object", "describe_places"]

MOST_PLACES = 100
"""That are told of one by one."""


def describe_erasure(
    size: tuple[int, int], hole: int, found: Sequence[Mapping[str, Any]], remarks: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """Return what is said of an erasure: of how many pixels, of what was found, and the remarks."""
    width, height = size
    text = f"Erased {hole} pixels of {width}x{height}."
    if found:
        counts = ", ".join(f"{one['What']} {one['Count']}" for one in found)
        text = f"{text} Found: {counts}."
    facts = {"width": width, "height": height, "erased_pixels": hole, "remarks": list(remarks)}
    counted = {"found": {one["What"]: one["Count"] for one in found}} if found else {}
    return " ".join([text, *remarks]), facts | counted


def describe_places(places: Sequence[Mapping[str, Any]], size: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    """Return what is said of what was found: where each lies, and how sure it is."""
    told = [
        {
            "what": place["What"],
            "score": place["Score"],
            "box": [place["Box"][side] for side in ("X", "Y", "Width", "Height")],
        }
        for place in places[:MOST_PLACES]
    ]
    width, height = size
    head = f"Found {len(places)} in {width}x{height}" if places else f"Found nothing in {width}x{height}"
    lines = [f"{one['what']} at x, y, width, height {one['box']}, score {one['score']}" for one in told]
    text = "\n".join([f"{head}{':' if lines else '.'}", *lines])
    return text, {"width": width, "height": height, "count": len(places), "places": told}


def describe_object(score: float, size: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    """Return what is said of an object that was selected: how well its mask is thought to fit."""
    width, height = size
    text = f"Selected an object in {width}x{height}; the network gives its mask a score of {score:.2f} of 1."
    return text, {"width": width, "height": height, "score": round(score, 4)}


def describe_labels(answer: Mapping[str, Any]) -> str:
    """Return what is said of a picture and its labels: a line for each that there is, of text or JSON."""
    told = ((name, value) for name, value in answer.items() if value not in (None, [], ""))
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in told
    )
