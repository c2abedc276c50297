"""The declaration of ImageInpaintingRemoval: what validation, the documentation and the explorer read.

Every parameter is optional for the gateway, as in the vendor's own declaration: a missing picture is an error
of the action, not of the protocol.
"""

from wuhen.action.limits import ANSWER_FORMS, MASK_LIMITS, VENDOR_LIMITS, describe_limits
from wuhen.wire import Action, AnswerMember, Flag, Integer, Message, Parameter, Picture, String, Struct

__all__ = ["ACTION", "ANSWER_FORM", "declare_parameters"]

_RECT = Struct(
    (
        Parameter(
            "X",
            Integer(),
            Message("Column of the left edge, in pixels.", "左上角 X 坐标，单位像素。"),
            Message(
                "Default 0; may lie outside the image, the logo is clipped.",
                "默认为 0；可超出图片，超出部分被裁剪。",
            ),
            example=10,
        ),
        Parameter(
            "Y",
            Integer(),
            Message("Row of the top edge, in pixels.", "左上角 Y 坐标，单位像素。"),
            Message(
                "Default 0; may lie outside the image, the logo is clipped.",
                "默认为 0；可超出图片，超出部分被裁剪。",
            ),
            example=10,
        ),
        Parameter(
            "Width",
            Integer(),
            Message(
                "Width in pixels; the logo is stretched to it.", "宽度，单位像素；标识图片会被拉伸至该宽度。"
            ),
            Message("1 or more; needed in a LogoRect.", "不小于 1；传入 LogoRect 时必填。"),
            example=20,
        ),
        Parameter(
            "Height",
            Integer(),
            Message(
                "Height in pixels; the logo is stretched to it.", "高度，单位像素；标识图片会被拉伸至该高度。"
            ),
            Message("1 or more; needed in a LogoRect.", "不小于 1；传入 LogoRect 时必填。"),
            example=20,
        ),
    )
)


ANSWER_FORM = Parameter(
    "RspImgType",
    String(choices=ANSWER_FORMS),
    Message("How the result comes back.", "返回图像方式。"),
    Message(
        f"{ANSWER_FORMS[0]} (default) or {ANSWER_FORMS[1]}; a URL is valid for one hour.",
        f"{ANSWER_FORMS[0]}（默认）或 {ANSWER_FORMS[1]}；URL 有效期为 1 小时。",
    ),
    example="url",
)
"""The parameter that says how a picture comes back."""


def declare_parameters(picture: Message) -> Struct:
    """Declare the parameters of an erasure.

    Parameters
    ----------
    picture
        What photo and logo may be.
    """
    return Struct(
        (
            Parameter(
                "InputImage",
                Picture(),
                Message("The image to erase from, as base64.", "输入图片的 Base64。"),
                picture,
                example="/9j/4AAQSkZJRg…",
            ),
            Parameter(
                "InputUrl",
                String(),
                Message("URL of the image to erase from.", "输入图片的 URL。"),
                Message(
                    "http or https. Takes precedence over InputImage when both are given.",
                    "http 或 https；与 InputImage 同时传入时以 InputUrl 为准。",
                ),
                example="https://example.com/image.jpg",
            ),
            Parameter(
                "Mask",
                Picture(file="mask.png"),
                Message("The mask, as base64.", "Mask 图片的 Base64。"),
                MASK_LIMITS,
                example="iVBORw0KGgo…",
            ),
            Parameter(
                "MaskUrl",
                String(),
                Message("URL of the mask.", "Mask 图片的 URL。"),
                Message(
                    "http or https. Takes precedence over Mask when both are given.",
                    "http 或 https；与 Mask 同时传入时以 MaskUrl 为准。",
                ),
                example="https://example.com/mask.png",
            ),
            ANSWER_FORM,
            Parameter(
                "LogoAdd",
                Flag(),
                Message("Whether the visible mark is drawn.", "是否为结果图添加显式标识。"),
                Message(
                    "1 (default): yes; 0: no; any other integer counts as 1.",
                    "1（默认）：添加；0：不添加；其他数值按 1 处理。",
                ),
                example=1,
            ),
            Parameter(
                "LogoParam",
                _declare_logo(picture),
                Message(
                    "A logo of your own in place of the standard mark.", "自定义标识内容，代替默认标识。"
                ),
                Message(
                    "Default: the text 图片由 AI 生成 in the lower right corner.",
                    "默认在结果图右下角添加“图片由 AI 生成”字样。",
                ),
                example={"LogoUrl": "https://example.com/logo.png"},
            ),
        )
    )


def _declare_logo(picture: Message) -> Struct:
    return Struct(
        (
            Parameter(
                "LogoUrl",
                String(),
                Message("URL of the logo picture.", "标识图片的 URL。"),
                Message(
                    "Takes precedence over LogoImage when both are given.",
                    "与 LogoImage 同时传入时以 LogoUrl 为准。",
                ),
                example="https://example.com/logo.png",
            ),
            Parameter(
                "LogoImage",
                Picture(file="logo.png"),
                Message("The logo picture as base64.", "标识图片的 Base64。"),
                picture,
                example="iVBORw0KGgo…",
            ),
            Parameter(
                "LogoRect",
                _RECT,
                Message("Where the logo is drawn.", "标识图片在结果图中的位置。"),
                Message("Default: the lower right corner.", "默认位于右下角。"),
                example={"X": 10, "Y": 10, "Width": 20, "Height": 20},
            ),
        )
    )


ACTION = Action(
    service="aiart",
    name="ImageInpaintingRemoval",
    version="2022-12-29",
    parameters=declare_parameters(describe_limits(VENDOR_LIMITS)),
    description=Message(
        "Erases from the image what the mask covers and fills the place from its surroundings.",
        "局部消除：消除图片中由 Mask 指定的区域，并根据周围内容补全。",
    ),
    answer=(
        AnswerMember(
            "ResultImage",
            Picture(),
            Message("The picture, as base64 or as its URL.", "结果图片的 Base64 或 URL。"),
        ),
    ),
)
