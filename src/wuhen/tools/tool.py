"""The tools: which action each is, and what of it an agent may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wuhen.action import DESCRIBE_LABELS, ERASE, FIND_REGIONS, SELECT_OBJECT
from wuhen.tools.schemas import Given, read_members, schema_of
from wuhen.wire import Action, Parameter

__all__ = ["ERASE_TOOL", "FIND_TOOL", "INSPECT_TOOL", "SELECT_TOOL", "TOOLS", "Given", "Tool"]

_LEFT_OUT: Final = frozenset(
    {"RspImgType", "ResultPart", "LogoParam", "Candidates", "EffectsMask", "EffectsMaskUrl"}
)
"""Who asks gets one result, in the one way that there is."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes
    ----------
    name, title, description : str
        As agents and their users read them.
    action : wuhen.wire.Action
        What it does.
    pictures : mapping of str to str
        Its arguments that are pictures, and the parameters that these are; the first is needed.
    writes : bool
        Whether it makes a picture that is to be kept.
    """

    name: str
    title: str
    description: str
    action: Action
    pictures: Mapping[str, str]
    writes: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What an agent may say besides pictures."""
        pictures = {name for one in self.pictures.values() for name in (one, _url_of(one))}
        return tuple(one for one in self.action.parameters.parameters if one.name not in pictures | _LEFT_OUT)

    def schema(
        self, more: Mapping[str, Any], required: tuple[str, ...], *, without: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """Return the JSON Schema of its arguments.

        Parameters
        ----------
        more
            Those that say where pictures are.
        required
            Of these, those that are needed.
        without
            Parameters that have no meaning where it is offered.
        """
        said = (one for one in self.parameters if one.name not in without)
        return schema_of(said, more, required)

    def read(self, given: Given) -> dict[str, object]:
        """Return its arguments as parameters of the action, but for those that are pictures."""
        return read_members(self.parameters, given)

    def url_of(self, picture: str) -> str:
        """Return the parameter that takes the URL of a picture that an argument is."""
        return _url_of(self.pictures[picture])


def _url_of(name: str) -> str:
    return f"{name.removesuffix('Image')}Url"


ERASE_TOOL: Final = Tool(
    "erase",
    "Erase from an image",
    "Erases something from an image and fills the place from its surroundings; nothing else changes. Say "
    "what is to go by rectangles, polygons or strokes, by a mask picture of the image's size (white is "
    'erased), or have it found: find any of ["text", "watermark", "objects", "dust"].',
    ERASE,
    {"image": "InputImage", "mask": "Mask", "keep_out": "KeepOut"},
    writes=True,
)
FIND_TOOL: Final = Tool(
    "find",
    "Find text, watermarks, objects and dust in an image",
    "Finds text, watermarks, people and things, dust and scratches in an image: returns boxes and a mask of "
    "what `erase` with the same `find` would erase. Changes nothing.",
    FIND_REGIONS,
    {"image": "InputImage"},
)
INSPECT_TOOL: Final = Tool(
    "inspect",
    "Read the AI labels of an image",
    "Tells format and size of an image, which labels of AI content it carries, who signed it, and whether "
    "that holds.",
    DESCRIBE_LABELS,
    {"image": "InputImage"},
)
SELECT_TOOL: Final = Tool(
    "select",
    "Select an object in an image",
    "Selects the object that points lie on (pixels from the upper left corner), and returns its mask, which "
    "`erase` takes. Changes nothing.",
    SELECT_OBJECT,
    {"image": "InputImage"},
)
TOOLS: Final = (ERASE_TOOL, FIND_TOOL, SELECT_TOOL, INSPECT_TOOL)
