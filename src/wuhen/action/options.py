"""The fill's options as parameters of a call.

What an option is for, its range and its default are the fill's to say. Here it gets the name that clients
write, a Chinese text and an example.
"""

from collections.abc import Mapping
from typing import Any, Final

from wuhen import fill
from wuhen.action.failures import BAD_VALUE
from wuhen.wire import Flag, Integer, Message, Parameter, String

__all__ = ["OPTION_PARAMETERS", "parse_options"]

_OPTIONS: Final = {option.name: option for option in fill.OPTIONS}


def _parameter(option: str, name: str, zh: str, *, example: int | str) -> tuple[str, Parameter]:
    """Declare a parameter for an option; return both, the option by its name.

    Only for flags, integers and choices: the option that may be any text, the engine, is the operator's.
    """
    declared = _OPTIONS[option]
    if declared.choices:
        right, usual = _choices(declared.choices), declared.default
        limits = Message(f"{right.en}; default {usual}.", f"{right.zh}；默认为 {usual}。")
        return option, Parameter(
            name, String(choices=declared.choices), Message(declared.text, zh), limits, example=example
        )
    default = int(declared.default)
    kind = Integer(declared.minimum, declared.maximum)
    limits = Message("Any integer", "任意整数") if kind == Integer() else kind.range
    if isinstance(declared.default, bool):
        kind, limits = Flag(), Message("0 no, 1 yes", "0 为否，1 为是")
    return option, Parameter(
        name,
        kind,
        Message(declared.text, zh),
        Message(f"{limits.en}; default {default}.", f"{limits.zh}；默认为 {default}。"),
        example=example,
    )


def _choices(choices: tuple[str, ...]) -> Message:
    return Message(" or ".join(choices), " 或 ".join(choices))


_PARAMETERS: Final = dict(
    (
        _parameter("seed", "Seed", "不同的种子会得到不同的补全结果。", example=1),
        _parameter("grow", "Grow", "将消除区域向外扩展的像素数，用于过于贴边的 Mask。", example=4),
        _parameter(
            "remove_traces",
            "RemoveTraces",
            "是否同时消除物体在 Mask 周围的残留，即柔和阴影与 Mask 未覆盖的边缘；"
            "是 Effects 为 full 时的一部分。",
            example=1,
        ),
        _parameter(
            "effects",
            "Effects",
            "除 Mask 标出的内容外还消除什么。exact：仅消除 Mask 之内，Mask 以外的每个像素都保持不变；"
            "full：同时消除物体留下的、可以确定的影响，即柔和阴影、底部的接触阴影、"
            "地面或水面中的倒影，以及 Mask 未覆盖的边缘。",
            example="full",
        ),
    )
)

OPTION_PARAMETERS: Final = tuple(_PARAMETERS.values())
"""In the order of the documentation."""


def parse_options(parameters: Mapping[str, Any]) -> fill.Options:
    """Read the options among parameters that the schema has passed.

    Raises
    ------
    ApiError
        A value is out of its range.
    """
    given: dict[str, Any] = {}
    for option, parameter in _PARAMETERS.items():
        if parameter.name not in parameters:
            continue
        value = parameters[parameter.name]
        match parameter.type:
            case Flag():
                # As with LogoAdd: 0 is no, any other integer yes.
                value = value != 0
            case Integer() as kind if not kind.allows(value):
                raise BAD_VALUE(name=parameter.name, given=value, right=kind.range)
            case String() if not value:
                # As with RspImgType: some clients send empty texts for what they leave out.
                continue
            case String(choices=choices) if value not in choices:
                raise BAD_VALUE(name=parameter.name, given=value, right=_choices(choices))
        given[option] = value
    return fill.Options(**given)
