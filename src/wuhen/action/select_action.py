"""The action of our own that selects the object that clicks lie on."""

from typing import Final

from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.own_pictures import PICTURE
from wuhen.wire import (
    Action,
    AnswerMember,
    Flag,
    Float,
    Integer,
    List,
    Message,
    Parameter,
    Picture,
    String,
    Struct,
)

__all__ = ["MOST_POINTS", "SELECT_OBJECT"]

MOST_POINTS: Final = 64
"""Of one call."""
_POINT: Final = Struct(
    (
        Parameter(
            "X",
            Integer(minimum=0),
            Message("Its column.", "横坐标。"),
            Message("From 0, the left edge.", "从 0（左边缘）开始。"),
            example=320,
            required=True,
        ),
        Parameter(
            "Y",
            Integer(minimum=0),
            Message("Its row.", "纵坐标。"),
            Message("From 0, the top edge.", "从 0（上边缘）开始。"),
            example=240,
            required=True,
        ),
        Parameter(
            "Outside",
            Flag(),
            Message("Whether it lies beside the object instead of on it.", "该点是否位于物体之外。"),
            Message("0 no, 1 yes; default 0.", "0 为否，1 为是；默认为 0。"),
            example=0,
        ),
    )
)

SELECT_OBJECT = Action(
    service=SERVICE,
    name="SelectObject",
    version=VERSION,
    parameters=Struct(
        (
            *PICTURE,
            Parameter(
                "Points",
                List(_POINT),
                Message("Pixels that the object is told by.", "用于指明物体的像素点。"),
                Message(
                    f"1 to {MOST_POINTS}, at least one of them on the object.",
                    f"1 到 {MOST_POINTS} 个，其中至少一个位于物体上。",
                ),
                example=[{"X": 320, "Y": 240}],
                required=True,
            ),
        )
    ),
    description=Message(
        "Selects the object that points lie on. They are taken in their order: each after the first corrects "
        "what those before it select.",
        "选出像素点所在的物体。像素点按顺序处理：第一个之后的每个点都会修正之前的选择结果。",
    ),
    answer=(
        AnswerMember(
            "Mask",
            Picture(),
            Message(
                "A PNG of the image's size as base64, white on the object; it is a mask for EraseRegions.",
                "与输入图片尺寸一致的 PNG（Base64），物体为白色；可用作 EraseRegions 的 Mask。",
            ),
        ),
        AnswerMember("MediaType", String(), Message("Of the mask.", "Mask 的媒体类型。")),
        AnswerMember(
            "Width", Integer(), Message("Of image and mask, upright.", "图片（已转正）与 Mask 的宽度。")
        ),
        AnswerMember(
            "Height", Integer(), Message("Of image and mask, upright.", "图片（已转正）与 Mask 的高度。")
        ),
        AnswerMember(
            "Score",
            Float(0, 1),
            Message("How well the network thinks that it fits, 0 to 1.", "模型估计的吻合程度，0 到 1。"),
        ),
    ),
)
