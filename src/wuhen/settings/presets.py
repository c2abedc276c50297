"""What is to go, under names that callers may use."""

import json
from typing import Annotated

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic_settings import NoDecode

from wuhen.action import Preset, read_presets
from wuhen.settings.part import Part

__all__ = ["Presets"]


def _read(value: object) -> dict[str, Preset]:
    """Read what a file has as tables, and flags and the environment as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError('write JSON, such as {"dates": {"find": "text"}}, or tables in a file') from None
    return read_presets(value)


class Presets(Part):
    """The names, and what they stand for."""

    presets: Annotated[dict[str, InstanceOf[Preset]], BeforeValidator(_read), NoDecode] = Field(
        {},
        description="What is to go under names, which calls give as Preset and `wuhen erase` as --preset: "
        "tables [presets.NAME] in the file, with the keys find, find_in, sensitivity, rect, polygon and "
        "stroke, written as the flags of `wuhen erase` are; elsewhere the same as JSON.",
    )
