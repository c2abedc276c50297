"""What is to go without a mask's picture: shapes, and what is to be found; as parameters and as a value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from wuhen import finders, photo
from wuhen.action.failures import BAD_VALUE, SHAPE_UNUSABLE, TOO_MANY_SHAPES
from wuhen.action.search import USUAL_SENSITIVITY, Find
from wuhen.wire import Float, Integer, Length, List, Message, Parameter, String, Struct

__all__ = ["CANDIDATES", "FINDING", "MOST_CANDIDATES", "SHAPES", "Selection", "parse_find"]

MOST_SHAPES: Final = 200
"""Of one call; each is drawn over the whole photo."""
_SENSITIVITY: Final = Float(0, 1)
MOST_CANDIDATES: Final = 4
_CANDIDATES: Final = Integer(1, MOST_CANDIDATES)
_MINUS: Final = Message(
    "Pixels, or a share such as `25%`; negative from the right or bottom edge.",
    "像素数，或百分比（如 `25%`）；负数从右边或下边算起。",
)

T = TypeVar("T")


def _length(name: str, en: str, zh: str, example: object, limits: Message = _MINUS) -> Parameter:
    return Parameter(name, Length(), Message(en, zh), limits, example=example, required=True)


_RECTANGLE: Final = Struct(
    (
        _length("X", "The left edge.", "左边缘。", 10),
        _length("Y", "The top edge.", "上边缘。", -60),
        _length(
            "Width",
            "The width.",
            "宽度。",
            200,
            Message(
                "Pixels or a share; negative says how far the right edge is from the picture's.",
                "像素数或百分比；负数表示右边缘与图片右边的距离。",
            ),
        ),
        _length(
            "Height",
            "The height.",
            "高度。",
            50,
            Message(
                "Pixels or a share; negative says how far the bottom edge is from the picture's.",
                "像素数或百分比；负数表示下边缘与图片下边的距离。",
            ),
        ),
    )
)
_WITH_UNIT: Final = Message(
    "Pixels, or a share such as `25%`; negative from the right or bottom edge, with a unit alone: `-10px`.",
    "像素数，或百分比（如 `25%`）；带单位的负数（如 `-10px`）从右边或下边算起。",
)
_POINTS: Final = List(
    Struct(
        (
            _length("X", "Its column.", "横坐标。", 10, _WITH_UNIT),
            _length("Y", "Its row.", "纵坐标。", 10, _WITH_UNIT),
        )
    )
)
_CORNERS: Final = [{"X": 10, "Y": 10}, {"X": 90, "Y": 10}, {"X": 50, "Y": 80}]

SHAPES: Final = (
    Parameter(
        "Rectangles",
        List(_RECTANGLE),
        Message("Rectangles that are to be erased.", "需要消除的矩形。"),
        Message(
            f"Beside a mask, or without one; {MOST_SHAPES} shapes at most.",
            f"可与 Mask 同时使用或单独使用；形状总数不超过 {MOST_SHAPES}。",
        ),
        example=[{"X": 10, "Y": -60, "Width": 200, "Height": 50}],
    ),
    Parameter(
        "Polygons",
        List(
            Struct(
                (
                    Parameter(
                        "Points",
                        _POINTS,
                        Message("The corners, in their order.", "按顺序排列的顶点。"),
                        Message("Three or more.", "不少于三个。"),
                        example=_CORNERS,
                        required=True,
                    ),
                )
            )
        ),
        Message("Polygons that are to be erased.", "需要消除的多边形。"),
        Message("As Rectangles.", "同 Rectangles。"),
        example=[{"Points": _CORNERS}],
    ),
    Parameter(
        "Strokes",
        List(
            Struct(
                (
                    Parameter(
                        "Points",
                        _POINTS,
                        Message("Where the brush went; one is a dot.", "笔画经过的点；只有一个点时为圆点。"),
                        Message("One or more.", "不少于一个。"),
                        example=_CORNERS[:2],
                        required=True,
                    ),
                    _length(
                        "Width",
                        "The brush's diameter.",
                        "画笔直径。",
                        24,
                        Message("Pixels, or a share of the shorter side.", "像素数，或占短边的百分比。"),
                    ),
                )
            )
        ),
        Message("Strokes of a round brush that are to be erased.", "需要消除的笔画（圆形画笔）。"),
        Message("As Rectangles.", "同 Rectangles。"),
        example=[{"Points": _CORNERS[:2], "Width": 24}],
    ),
)
"""The parameters that say in shapes what is to go."""

FINDING: Final = (
    Parameter(
        "Find",
        List(String(choices=finders.names())),
        Message("What is to be found, and erased.", "需要查找并消除的内容。"),
        Message(
            "text, watermark (one that repeats itself), objects (people and things that stand apart), dust "
            "(and scratches); one or several.",
            "text（文字）、watermark（重复出现的水印）、objects（独立的人物和物体）、dust（灰尘和划痕），一项或多项。",
        ),
        example=["text"],
    ),
    Parameter(
        "FindIn",
        _RECTANGLE,
        Message("Where to look.", "查找范围。"),
        Message("Default: everywhere.", "默认为整张图片。"),
        example={"X": 0, "Y": "-20%", "Width": "100%", "Height": "20%"},
    ),
    Parameter(
        "Sensitivity",
        _SENSITIVITY,
        Message("How little it takes to be found.", "查找的灵敏度。"),
        Message(
            f"From 0, only what is beyond doubt, to 1, whatever might be meant; default {USUAL_SENSITIVITY}.",
            f"0（仅查找确定无疑的内容）到 1（查找所有可能的内容）；默认为 {USUAL_SENSITIVITY}。",
        ),
        example=0.6,
    ),
)
"""The parameters that say what is to be found."""

CANDIDATES: Final = Parameter(
    "Candidates",
    _CANDIDATES,
    Message(
        "How many results to make, each by the seed after the one before.",
        "生成的结果数量，每个结果依次使用下一个种子。",
    ),
    Message(f"{_CANDIDATES.range.en}; default 1.", f"{_CANDIDATES.range.zh}；默认为 1。"),
    example=4,
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to go beside what a mask's picture says, and how often it is to be done.

    Attributes
    ----------
    shapes : tuple of wuhen.photo.Shape
        Rectangles, then polygons, then strokes.
    find : Find or None
        What is to be found.
    candidates : int
        How many results are wanted.
    """

    shapes: tuple[photo.Shape, ...] = ()
    find: Find | None = None
    candidates: int = 1

    def __bool__(self) -> bool:
        """Whether anything is to go."""
        return bool(self.shapes) or self.find is not None

    @classmethod
    def parse(cls, parameters: Mapping[str, Any]) -> Self:
        """Read it from parameters that the schema has passed.

        Raises
        ------
        ApiError
            A shape cannot be read, or a value is none of those allowed.
        """
        candidates = parameters.get(CANDIDATES.name, 1)
        if not _CANDIDATES.allows(candidates):
            raise BAD_VALUE(name=CANDIDATES.name, given=candidates, right=_CANDIDATES.range)
        return cls(tuple(_shapes(parameters)), parse_find(parameters), candidates)


def parse_find(parameters: Mapping[str, Any], default: tuple[str, ...] = ()) -> Find | None:
    """Read what is to be found; None where nothing is, nor is anything by default.

    Raises
    ------
    ApiError
        A value is none of those allowed.
    """
    what = tuple(dict.fromkeys(parameters.get("Find") or default))
    if not what:
        return None
    for name in what:
        if name not in finders.names():
            right = Message(" or ".join(finders.names()), "或 ".join(finders.names()))
            raise BAD_VALUE(name="Find", given=name, right=right)
    sensitivity = parameters.get("Sensitivity", USUAL_SENSITIVITY)
    if not _SENSITIVITY.allows(sensitivity):
        raise BAD_VALUE(name="Sensitivity", given=sensitivity, right=_SENSITIVITY.range)
    within = parameters.get("FindIn")
    return Find(what, _rectangle("FindIn", within) if within else None, float(sensitivity))


def _shapes(parameters: Mapping[str, Any]) -> Iterator[photo.Shape]:
    given = {name: parameters.get(name) or () for name in ("Rectangles", "Polygons", "Strokes")}
    if (count := sum(map(len, given.values()))) > MOST_SHAPES:
        raise TOO_MANY_SHAPES(given=count, limit=MOST_SHAPES)
    for number, one in enumerate(given["Rectangles"]):
        yield _rectangle(f"Rectangles.{number}", one)
    for number, one in enumerate(given["Polygons"]):
        yield _read(f"Polygons.{number}", photo.Polygon.of, _points(one))
    for number, one in enumerate(given["Strokes"]):
        yield _read(f"Strokes.{number}", photo.Stroke.of, _points(one), one["Width"])


def _rectangle(name: str, given: Mapping[str, Any]) -> photo.Rectangle:
    return _read(name, photo.Rectangle.of, given["X"], given["Y"], given["Width"], given["Height"])


def _points(given: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [(point["X"], point["Y"]) for point in given["Points"]]


def _read(name: str, read: Callable[..., T], *given: object) -> T:
    try:
        return read(*given)
    except photo.BadShape as error:
        raise SHAPE_UNUSABLE(name=name, reason=Message(error.en, error.zh)) from error
