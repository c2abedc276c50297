"""The actions of our own product, `wuhen`, beside the vendor's on the same endpoint.

They are called like any other: official clients have a common client for actions that they do not know.
"""

from wuhen.action.call_actions import (
    DELETE_CALLS,
    DESCRIBE_CALL,
    DESCRIBE_CALL_STATISTICS,
    DESCRIBE_CALLS,
)
from wuhen.action.effects_action import FIND_EFFECTS
from wuhen.action.erase_actions import CANCEL_ERASE, DESCRIBE_ERASE, ERASE, SUBMIT_ERASE
from wuhen.action.find_actions import FIND_REGIONS
from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.limits import FETCH_LIMITS, megabytes
from wuhen.action.own_pictures import PICTURE
from wuhen.action.parameters import ACTION
from wuhen.action.paste_action import DRAW_MARK, PASTE_REGIONS
from wuhen.action.select_action import SELECT_OBJECT
from wuhen.wire import (
    Action,
    AnswerMember,
    Boolean,
    Integer,
    List,
    Message,
    Parameter,
    Picture,
    String,
    Struct,
)

__all__ = [
    "ACTIONS",
    "CONVERT_PICTURE",
    "DESCRIBE_LABELS",
    "DRAW_MARK",
    "ERASE",
    "FETCH_PICTURE",
    "PASTE_REGIONS",
    "UNRECORDED",
]

_FETCHED = megabytes(FETCH_LIMITS.base64)

FETCH_PICTURE = Action(
    service=SERVICE,
    name="FetchPicture",
    version=VERSION,
    parameters=Struct(
        (
            Parameter(
                "InputUrl",
                String(),
                Message("URL of the picture.", "图片的 URL。"),
                Message(
                    f"http or https, to where InputUrl may lead; base64 shorter than {_FETCHED}.",
                    f"http 或 https，可访问范围与 InputUrl 相同；转成 Base64 后小于 {_FETCHED}。",
                ),
                example="https://example.com/image.jpg",
            ),
        )
    ),
    description=Message(
        "Fetches a picture for a page that may not read it itself.",
        "下载图片，供无法直接读取它的页面使用。",
    ),
    answer=(
        AnswerMember("Image", Picture(), Message("The file, as base64.", "图片文件的 Base64。")),
        AnswerMember(
            "MediaType", String(), Message("Determined from its content.", "媒体类型，以文件内容为准。")
        ),
    ),
)

CONVERT_PICTURE = Action(
    service=SERVICE,
    name="ConvertPicture",
    version=VERSION,
    parameters=Struct(PICTURE),
    description=Message(
        "Returns a picture, such as HEIC or TIFF, as a file that every browser shows.",
        "将 HEIC、TIFF 等图片转换为浏览器可显示的文件。",
    ),
    answer=(
        AnswerMember(
            "Image",
            Picture(),
            Message("Upright and of the same size, as base64.", "已转正、尺寸不变的图片的 Base64。"),
        ),
        AnswerMember("MediaType", String(), Message("image/jpeg or image/png.", "image/jpeg 或 image/png。")),
    ),
)

DESCRIBE_LABELS = Action(
    service=SERVICE,
    name="DescribeLabels",
    version=VERSION,
    parameters=Struct(PICTURE),
    description=Message(
        "Reports which labels a picture carries, and whether they are valid.",
        "查看图片携带的标识，以及这些标识是否有效。",
    ),
    answer=(
        AnswerMember("Format", String(), Message("JPEG, PNG and the like.", "图片格式，如 JPEG、PNG。")),
        AnswerMember(
            "Width", Integer(), Message("In pixels, as stored.", "宽度，单位像素，以文件存储为准。")
        ),
        AnswerMember(
            "Height", Integer(), Message("In pixels, as stored.", "高度，单位像素，以文件存储为准。")
        ),
        AnswerMember(
            "Aigc[].Place", String(), Message("Where an AIGC label was found.", "AIGC 标识所在位置。")
        ),
        AnswerMember("Aigc[].Values", Struct(), Message("Its values, by name.", "AIGC 标识的各字段。")),
        AnswerMember(
            "Aigc[].Broken",
            String(),
            Message("Why it cannot be read; null when it can.", "无法读取的原因；可读取时为 null。"),
        ),
        AnswerMember(
            "Aigc[].Remarks",
            List(String()),
            Message("How it differs from the standard.", "与标准不符之处。"),
        ),
        AnswerMember(
            "Source",
            String(),
            Message("IPTC's digital source type; empty if none.", "IPTC 数字来源类型；没有时为空。"),
        ),
        AnswerMember(
            "Credentials",
            Struct(),
            Message(
                "The Content Credentials: State (trusted, valid, broken, elsewhere), Problems, Signer, "
                "Organisation, SignedAt, Generator, Actions, Ingredients; null if there are none.",
                "内容凭证：State（trusted、valid、broken、elsewhere）、Problems、Signer、Organisation、"
                "SignedAt、Generator、Actions、Ingredients；没有时为 null。",
            ),
        ),
        AnswerMember(
            "Unchecked",
            String(),
            Message(
                "Why Content Credentials were not checked; null when they were.",
                "未检查内容凭证的原因；已检查时为 null。",
            ),
        ),
        AnswerMember("Problems", List(String()), Message("What is broken.", "存在的问题。")),
        AnswerMember(
            "LeftOut",
            List(String()),
            Message(
                "What else the file has that no result of erasing would have, such as a film or thumbnails.",
                "文件中另有、而消除结果不会包含的内容，例如视频或缩略图。",
            ),
        ),
        AnswerMember(
            "Holds",
            Boolean(),
            Message("Whether everything that is there is valid.", "现有标识是否全部有效。"),
        ),
    ),
)

ACTIONS = (
    ACTION,
    ERASE,
    PASTE_REGIONS,
    SUBMIT_ERASE,
    DESCRIBE_ERASE,
    CANCEL_ERASE,
    FIND_REGIONS,
    FIND_EFFECTS,
    SELECT_OBJECT,
    DESCRIBE_LABELS,
    FETCH_PICTURE,
    CONVERT_PICTURE,
    DRAW_MARK,
    DESCRIBE_CALLS,
    DESCRIBE_CALL,
    DESCRIBE_CALL_STATISTICS,
    DELETE_CALLS,
)
"""The actions that the endpoint has, the vendor's first."""

UNRECORDED = frozenset(
    action.key
    for action in (
        DESCRIBE_CALLS,
        DESCRIBE_CALL,
        DESCRIBE_CALL_STATISTICS,
        DELETE_CALLS,
        DESCRIBE_ERASE,
        FIND_EFFECTS,
    )
)
"""Actions that are not in the call log: those that look at it, and those that are asked again and again.

The studio looks for effects whenever a mask rests.
"""
