"""What is to go, written down under a name: in ``wuhen.toml``, for the command line and for the service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from wuhen import finders, photo
from wuhen.action.failures import BAD_VALUE, NO_PRESETS
from wuhen.action.search import OVERLAY
from wuhen.wire import Message, Parameter, String

__all__ = ["PRESET", "Preset", "apply_preset", "read_presets"]

PRESET: Final = Parameter(
    "Preset",
    String(),
    Message(
        "What is to go, by a name of the service's settings.", "服务端配置中的预设名称，表示需要消除的内容。"
    ),
    Message(
        "Stands for Find, FindIn, Sensitivity, Rectangles, Polygons and Strokes; what is given beats it.",
        "代表 Find、FindIn、Sensitivity、Rectangles、Polygons、Strokes；同时传入的参数优先。",
    ),
    example="dates",
)
"""The parameter that names one."""

_LONGEST_NAME: Final = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Preset:
    """What is to go from photos of one kind.

    Attributes
    ----------
    find : tuple of str
        What is to be looked for: names of finders.
    find_in : wuhen.photo.Rectangle, optional
        Where to look.
    sensitivity : float, optional
        From 0 to 1.
    shapes : tuple of wuhen.photo.Shape
        What is to be erased besides.
    """

    find: tuple[str, ...] = ()
    find_in: photo.Rectangle | None = None
    sensitivity: float | None = None
    shapes: tuple[photo.Shape, ...] = ()

    @classmethod
    def read(cls, table: object) -> Self:
        """Read a preset's table, whose keys are named like the flags of `wuhen erase`.

        Raises
        ------
        ValueError
            Something in it is unknown or cannot be meant; the text says what.
        """
        if not isinstance(table, Mapping):
            raise ValueError("write it as a table of its own, such as [presets.dates]")  # noqa: TRY004
        if unknown := sorted(set(map(str, table)) - _KEYS):
            raise ValueError(f"{unknown[0]} is unknown; there are {', '.join(sorted(_KEYS))}")
        find = [name.strip() for text in _texts("find", table) for name in text.split(",")]
        known = (*finders.names(), OVERLAY)
        if missing := [name for name in find if name not in known]:
            raise ValueError(f"find: there is no finder {missing[0]!r}; there are {', '.join(known)}")
        places = [_shape("find_in", photo.Rectangle.parse, text) for text in _texts("find_in", table)]
        if len(places) > 1:
            raise ValueError("find_in is one rectangle")
        shapes = tuple(
            _shape(key, parse, text) for key, parse in _SHAPES.items() for text in _texts(key, table)
        )
        if not (find or shapes):
            raise ValueError("it says nothing that is to go: give find, rect, polygon or stroke")
        sensitivity = table.get("sensitivity")
        return cls(
            tuple(dict.fromkeys(find)),
            places[0] if places else None,
            None if sensitivity is None else _share(sensitivity),
            shapes,
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The same as the parameters of our own actions."""
        shapes = {
            "Rectangles": [_sides(one) for one in self.shapes if isinstance(one, photo.Rectangle)],
            "Polygons": [
                {"Points": _points(one.points)} for one in self.shapes if isinstance(one, photo.Polygon)
            ],
            "Strokes": [
                {"Points": _points(one.points), "Width": str(one.width)}
                for one in self.shapes
                if isinstance(one, photo.Stroke)
            ],
        }
        given = {
            "Find": list(self.find),
            "FindIn": self.find_in and _sides(self.find_in),
            "Sensitivity": self.sensitivity,
            **shapes,
        }
        return {name: value for name, value in given.items() if value not in (None, [])}


def apply_preset(parameters: Mapping[str, Any], presets: Mapping[str, Preset]) -> Mapping[str, Any]:
    """Return a call's parameters with what its preset stands for, where they say nothing themselves.

    Raises
    ------
    ApiError
        There is no preset of that name.
    """
    name = parameters.get(PRESET.name)
    if not name:
        return parameters
    if name not in presets:
        if not presets:
            raise NO_PRESETS(given=name)
        known = ", ".join(presets)
        raise BAD_VALUE(name=PRESET.name, given=name, right=Message(f"one of {known}", f"{known} 之一"))
    return {**presets[name].parameters, **parameters}


def _sides(one: photo.Rectangle) -> dict[str, str]:
    lengths = (one.left, one.top, one.width, one.height)
    return dict(zip(("X", "Y", "Width", "Height"), map(str, lengths), strict=True))


def _points(points: Sequence[photo.Point]) -> list[dict[str, str]]:
    return [{"X": str(point.x), "Y": str(point.y)} for point in points]


_SHAPES: Final[dict[str, Callable[[str], photo.Shape]]] = {
    "rect": photo.Rectangle.parse,
    "polygon": photo.Polygon.parse,
    "stroke": photo.Stroke.parse,
}
_KEYS: Final = {"find", "find_in", "sensitivity", *_SHAPES}


def read_presets(tables: object) -> dict[str, Preset]:
    """Read the table ``presets`` of a settings file.

    Raises
    ------
    ValueError
        A preset cannot be used; the text says which, and why.
    """
    if not isinstance(tables, Mapping):
        raise ValueError("presets are tables, such as [presets.dates]")  # noqa: TRY004
    presets = {}
    for name, table in tables.items():
        if not 0 < len(name) <= _LONGEST_NAME:
            raise ValueError(f"a preset's name has 1 to {_LONGEST_NAME} characters")
        try:
            presets[name] = table if isinstance(table, Preset) else Preset.read(table)
        except ValueError as error:
            raise ValueError(f"presets.{name}: {error}") from None
    return presets


def _texts(key: str, table: Mapping[Any, Any]) -> Sequence[str]:
    """Return what stands under a key: one text, or a list of them."""
    value = table.get(key, ())
    texts = [value] if isinstance(value, str) else value
    if not (isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts)):
        raise ValueError(f"{key} is a text, or a list of texts")
    return texts


def _shape(key: str, parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except photo.BadShape as error:
        raise ValueError(f"{key}: {error.en}") from None


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("sensitivity is a number from 0 to 1")
    return float(value)
