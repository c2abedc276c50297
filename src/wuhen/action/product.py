"""The actions of our own product, `wuhen`, beside the vendor's on the same endpoint.

They are called like any other: official clients have a common client for actions that they do not know.
"""

from wuhen.action.parameters import ACTION, PICTURE_LIMITS
from wuhen.wire import Action, Answered, Message, Parameter, String, Struct

__all__ = ["ACTIONS", "DESCRIBE_LABELS", "SERVICE", "VERSION"]

SERVICE = "wuhen"
VERSION = "2026-11-25"

_PICTURE = (
    Parameter(
        "InputImage",
        String(),
        Message("The picture, as base64.", "图片的 Base64。"),
        PICTURE_LIMITS,
        example="/9j/4AAQSkZJRg…",
    ),
    Parameter(
        "InputUrl",
        String(),
        Message("URL of the picture.", "图片的 URL。"),
        Message(
            "http or https. Wins over InputImage when both are given.",
            "http 或 https；与 InputImage 同时传入时以 InputUrl 为准。",
        ),
        example="https://example.com/image.jpg",
    ),
)

DESCRIBE_LABELS = Action(
    service=SERVICE,
    name="DescribeLabels",
    version=VERSION,
    parameters=Struct(_PICTURE),
    description=Message(
        "Tells which labels a picture carries, and whether they hold.",
        "查看图片携带的标识，以及这些标识是否有效。",
    ),
    answer=(
        Answered("Format", "string", Message("JPEG, PNG and the like.", "图片格式，如 JPEG、PNG。")),
        Answered("Width", "int64", Message("In pixels, as stored.", "宽度，单位像素，以文件存储为准。")),
        Answered("Height", "int64", Message("In pixels, as stored.", "高度，单位像素，以文件存储为准。")),
        Answered("Aigc[].Place", "string", Message("Where an AIGC label was found.", "AIGC 标识所在位置。")),
        Answered("Aigc[].Values", "object", Message("Its values, by name.", "AIGC 标识的各字段。")),
        Answered(
            "Aigc[].Broken",
            "string",
            Message("Why it cannot be read; null when it can.", "无法读取的原因；可读取时为 null。"),
        ),
        Answered(
            "Aigc[].Remarks",
            "array",
            Message("In what it differs from the standard.", "与标准不符之处。"),
        ),
        Answered(
            "Source",
            "string",
            Message("IPTC's digital source type; empty if none.", "IPTC 数字来源类型；没有时为空。"),
        ),
        Answered(
            "Credentials",
            "object",
            Message(
                "The Content Credentials: State (trusted, valid, broken, elsewhere), Problems, Signer, "
                "Organisation, SignedAt, Generator, Actions, Ingredients; null if there are none.",
                "内容凭证：State（trusted、valid、broken、elsewhere）、Problems、Signer、Organisation、"
                "SignedAt、Generator、Actions、Ingredients；没有时为 null。",
            ),
        ),
        Answered(
            "Unchecked",
            "string",
            Message(
                "Why Content Credentials were not looked for; null when they were.",
                "未检查内容凭证的原因；已检查时为 null。",
            ),
        ),
        Answered("Problems", "array", Message("What is broken.", "存在的问题。")),
        Answered("Holds", "bool", Message("Whether what is there holds.", "现有标识是否全部有效。")),
    ),
)

ACTIONS = (ACTION, DESCRIBE_LABELS)
"""The actions that the endpoint has, the vendor's first."""
