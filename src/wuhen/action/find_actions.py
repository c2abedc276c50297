"""The action of our own that finds: what might be erased."""

from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.own_pictures import PICTURE
from wuhen.action.parameters import ANSWER_FORM
from wuhen.action.presets import PRESET
from wuhen.action.selection import FINDING
from wuhen.wire import Action, AnswerMember, Float, Integer, Message, Picture, String, Struct

__all__ = ["FIND_REGIONS", "FOUND", "SIZE_ANSWERED"]

FOUND = (
    AnswerMember(
        "Found[].What",
        String(),
        Message("What was looked for: a value of Find.", "查找的内容：Find 的取值。"),
    ),
    AnswerMember(
        "Found[].Count", Integer(), Message("How many places were found of it.", "找到的位置数量。")
    ),
)
"""How much of what was found."""

SIZE_ANSWERED = (
    AnswerMember(
        "Width", Integer(), Message("Of image and mask, upright.", "图片（已转正）与 Mask 的宽度。")
    ),
    AnswerMember(
        "Height", Integer(), Message("Of image and mask, upright.", "图片（已转正）与 Mask 的高度。")
    ),
)
"""The size of a mask that was found."""

_PIXELS = Message("In pixels.", "单位像素。")

FIND_REGIONS = Action(
    service=SERVICE,
    name="FindRegions",
    version=VERSION,
    parameters=Struct((*PICTURE, *FINDING, PRESET, ANSWER_FORM)),
    description=Message(
        "Finds text, watermarks, people and things, dust and scratches in an image, for a look at what "
        "EraseRegions with Find would erase.",
        "查找图片中的文字、水印、人物和物体、灰尘和划痕，"
        "可在使用带 Find 的 EraseRegions 之前查看将被消除的区域。",
    ),
    answer=(
        AnswerMember(
            "Mask",
            Picture(),
            Message(
                "A PNG of the image's size, white on what was found, as base64 or as its URL; a mask for "
                "EraseRegions.",
                "与输入图片尺寸一致的 PNG，找到的内容为白色；为 Base64 或 URL，可用作 EraseRegions 的 Mask。",
            ),
        ),
        *SIZE_ANSWERED,
        *FOUND,
        AnswerMember(
            "Places[].What", String(), Message("What it is: a value of Find.", "内容类型：Find 的取值。")
        ),
        AnswerMember(
            "Places[].Score",
            Float(0, 1),
            Message(
                "How sure it is, 0 to 1; comparable among places of one kind.",
                "可信度，0 到 1；仅同类内容之间可比。",
            ),
        ),
        AnswerMember(
            "Places[].Box.X", Integer(), Message("The left edge of the box around it.", "外接矩形的左边缘。")
        ),
        AnswerMember("Places[].Box.Y", Integer(), Message("The top edge.", "外接矩形的上边缘。")),
        AnswerMember("Places[].Box.Width", Integer(), _PIXELS),
        AnswerMember("Places[].Box.Height", Integer(), _PIXELS),
        AnswerMember(
            "Places[].Corners[].X",
            Integer(),
            Message(
                "Column of its corners, clockwise from its own upper left: four, or an object's outline.",
                "各顶点的横坐标，从其自身的左上角起按顺时针排列：四个角，或物体的轮廓。",
            ),
        ),
        AnswerMember("Places[].Corners[].Y", Integer(), Message("Row of the same.", "各顶点的纵坐标。")),
    ),
)
