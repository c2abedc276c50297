"""Which other interfaces the service has."""

from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from wuhen.settings.part import Part, Separated

__all__ = ["Doors"]

_Door = Literal["plain", "clipdrop", "iopaint", "openai", "mcp"]


def _check_doors(doors: tuple[_Door, ...]) -> tuple[_Door, ...]:
    if "mcp" in doors and find_spec("mcp") is None:
        raise ValueError("the door mcp needs another package: pip install 'wuhen[mcp]'")
    return tuple(dict.fromkeys(doors))


class Doors(Part):
    """Which other interfaces the service has."""

    doors: Annotated[tuple[_Door, ...], *Separated, AfterValidator(_check_doors)] = Field(
        (),
        description="Other products' interfaces that are open beside the API, separated by commas: plain, "
        "clipdrop, iopaint, openai, mcp; none by default. Their callers send a key of `wuhen keys create "
        "--bearer`.",
    )
    door_marks: bool = Field(
        default=False,
        description="Draw the visible mark on results of those doors whose callers cannot say whether they "
        "want it: clipdrop, iopaint, openai. Labels in the metadata are written anyway.",
    )
