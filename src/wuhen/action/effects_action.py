"""The action of our own that tells what an object left, before anything is erased."""

from wuhen import fill
from wuhen.action.find_actions import SIZE_ANSWERED
from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.mask_parameters import MASKING
from wuhen.action.options import OPTION_PARAMETERS
from wuhen.action.own_pictures import OWN_PICTURE, PICTURE
from wuhen.action.parameters import ANSWER_FORM, declare_parameters
from wuhen.action.presets import PRESET
from wuhen.action.selection import FINDING, SHAPES
from wuhen.wire import Action, AnswerMember, Integer, Message, Picture, String, Struct

__all__ = ["FIND_EFFECTS"]

_TAKEN = {"Mask", "MaskUrl"}
_PIXELS = Message("In pixels.", "单位像素。")
_KINDS = ", ".join(fill.EFFECTS)

FIND_EFFECTS = Action(
    service=SERVICE,
    name="FindEffects",
    version=VERSION,
    parameters=Struct(
        (
            *PICTURE,
            *(one for one in declare_parameters(OWN_PICTURE).parameters if one.name in _TAKEN),
            *SHAPES,
            *FINDING,
            PRESET,
            *(one for one in OPTION_PARAMETERS if one.name == "Grow"),
            *MASKING,
            ANSWER_FORM,
        )
    ),
    description=Message(
        "Finds the shadow, the reflection and the rim that an object left around the mask: exactly what "
        "EraseRegions with Effects full would treat outside it.",
        "查找物体留在 Mask 周围的阴影、倒影与边缘，"
        "即 EraseRegions 在 Effects 为 full 时会处理的 Mask 以外的区域。",
    ),
    answer=(
        AnswerMember(
            "EffectsMask",
            Picture(),
            Message(
                "A PNG of the image's size, white on all of it, as base64 or as its URL; EraseRegions "
                "takes it as EffectsMask.",
                "与输入图片尺寸一致的 PNG，找到的区域为白色；为 Base64 或 URL，"
                "可用作 EraseRegions 的 EffectsMask。",
            ),
        ),
        *SIZE_ANSWERED,
        AnswerMember(
            "Places[].What",
            String(),
            Message(
                f"One of {_KINDS}; shadow and contact_shadow, the dark at an object's foot, are lightened, "
                "reflection and rim are filled.",
                f"{_KINDS.replace(', ', '、')} 之一；shadow 与 contact_shadow（物体底部的接触阴影）被提亮，"
                "reflection 与 rim 被补全。",
            ),
        ),
        AnswerMember(
            "Places[].Box.X", Integer(), Message("The left edge of the box around it.", "外接矩形的左边缘。")
        ),
        AnswerMember("Places[].Box.Y", Integer(), Message("The top edge.", "外接矩形的上边缘。")),
        AnswerMember("Places[].Box.Width", Integer(), _PIXELS),
        AnswerMember("Places[].Box.Height", Integer(), _PIXELS),
    ),
)
