"""The actions of our own product, `wuhen`, beside the vendor's on the same endpoint.

They are called like any other: official clients have a common client for actions that they do not know.
"""

from wuhen.action.limits import MASK_LIMITS, OWN_LIMITS, describe_limits
from wuhen.action.options import OPTION_PARAMETERS
from wuhen.action.parameters import ACTION, declare_parameters
from wuhen.wire import (
    Action,
    AnswerMember,
    Boolean,
    Flag,
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
    "DELETE_CALLS",
    "DESCRIBE_CALL",
    "DESCRIBE_CALLS",
    "DESCRIBE_LABELS",
    "ERASE",
    "FETCH_PICTURE",
    "LISTED",
    "LOG_KEYS",
    "OFFSET",
    "SEARCHED",
    "SERVICE",
    "TIME",
    "USUALLY_LISTED",
    "VERSION",
]

SERVICE = "wuhen"
VERSION = "2026-11-25"

_LIMITS = describe_limits(OWN_LIMITS)

_PICTURE = (
    Parameter(
        "InputImage",
        Picture(),
        Message("The picture, as base64.", "图片的 Base64。"),
        _LIMITS,
        example="/9j/4AAQSkZJRg…",
    ),
    Parameter(
        "InputUrl",
        String(),
        Message("URL of the picture.", "图片的 URL。"),
        Message(
            "http or https. Takes precedence over InputImage when both are given.",
            "http 或 https；与 InputImage 同时传入时以 InputUrl 为准。",
        ),
        example="https://example.com/image.jpg",
    ),
)

ERASE = Action(
    service=SERVICE,
    name="EraseRegions",
    version=VERSION,
    parameters=Struct(
        (
            *declare_parameters(_LIMITS).parameters,
            *OPTION_PARAMETERS,
            Parameter(
                "KeepOut",
                Picture(file="keep-out.png"),
                Message(
                    "A picture like the mask, as base64: white where nothing may be copied from.",
                    "与 Mask 同类图片的 Base64：白色区域的内容不会被用于补全。",
                ),
                MASK_LIMITS,
                example="iVBORw0KGgo…",
            ),
            Parameter(
                "KeepOutUrl",
                String(),
                Message("URL of the same.", "上述图片的 URL。"),
                Message(
                    "http or https. Takes precedence over KeepOut when both are given.",
                    "http 或 https；与 KeepOut 同时传入时以 KeepOutUrl 为准。",
                ),
                example="https://example.com/keep-out.png",
            ),
            Parameter(
                "Invert",
                Flag(),
                Message(
                    "Whether the mask is meant the other way round: black, or transparent, is erased.",
                    "Mask 的含义是否相反，即黑色或透明为需要消除的区域。",
                ),
                Message("0 no, 1 yes; default 0.", "0 为否，1 为是；默认为 0。"),
                example=1,
            ),
            Parameter(
                "FitMask",
                Flag(),
                Message(
                    "Whether masks of another size are scaled to the image, if their sides have the same "
                    "ratio to within a pixel.",
                    "Mask 尺寸与输入图片不同、但宽高比相同（误差不超过 1 像素）时，是否将其缩放至图片尺寸。",
                ),
                Message("0 no, 1 yes; default 0.", "0 为否，1 为是；默认为 0。"),
                example=1,
            ),
        )
    ),
    description=Message(
        "ImageInpaintingRemoval with everything else that the fill can do.",
        "在 ImageInpaintingRemoval 的基础上支持更多补全参数。",
    ),
    answer=(
        *ACTION.answer,
        AnswerMember(
            "Remarks",
            List(String()),
            Message(
                "What to know of the result: that the mask is an unusual one, or what of the image could not "
                "be kept; mostly empty.",
                "关于结果的说明：例如 Mask 不同寻常，或图片中未能保留的内容；通常为空。",
            ),
        ),
    ),
)

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
                    "http or https, to where InputUrl may lead; formats and limits as EraseRegions has them.",
                    "http 或 https，可访问范围与 InputUrl 相同；格式与大小限制同 EraseRegions。",
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

DESCRIBE_LABELS = Action(
    service=SERVICE,
    name="DescribeLabels",
    version=VERSION,
    parameters=Struct(_PICTURE),
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

_SUMMARY = (
    ("RequestId", String(), Message("The call's number.", "调用的 RequestId。")),
    ("Time", String(), Message("When it arrived: ISO 8601, UTC.", "调用时间：ISO 8601，UTC。")),
    (
        "Verified",
        Boolean(),
        Message(
            "Whether it was signed with the key; of calls that only named it, the last 20 are kept.",
            "签名是否正确；仅声称使用该密钥的调用只保留最近 20 条。",
        ),
    ),
    ("Service", String(), Message("Product; empty if there is no such action.", "产品；接口不存在时为空。")),
    ("Action", String(), Message("What it asked for.", "接口名称。")),
    ("Version", String(), Message("Of the product.", "接口版本。")),
    ("Region", String(), Message("As it was sent.", "请求中的地域。")),
    ("Form", String(), Message("How it was sent and signed.", "请求与签名方式。")),
    (
        "Code",
        String(),
        Message(
            "OK or the error's code; empty if the caller hung up.", "OK 或错误码；调用方中途断开时为空。"
        ),
    ),
    ("Message", String(), Message("The error's text.", "错误信息。")),
    ("Duration", Integer(), Message("Milliseconds.", "耗时，单位毫秒。")),
)


def _summary(prefix: str) -> tuple[AnswerMember, ...]:
    return tuple(AnswerMember(f"{prefix}.{name}", kind, text) for name, kind, text in _SUMMARY)


TIME = Integer(0, 1 << 40)
"""Unix time in seconds; the end is late enough for anybody."""
SEARCHED = String(max_length=128)
LISTED = Integer(1, 200)
USUALLY_LISTED = 50
OFFSET = Integer(0, 1_000_000)

DESCRIBE_CALLS = Action(
    service=SERVICE,
    name="DescribeCalls",
    version=VERSION,
    parameters=Struct(
        (
            Parameter(
                "ActionName",
                String(),
                Message("Only calls of this action.", "仅查询该接口的调用。"),
                example="ImageInpaintingRemoval",
            ),
            Parameter(
                "Code",
                String(),
                Message("Only calls with this outcome.", "仅查询返回该结果的调用。"),
                Message(
                    "OK, a code, or the part of codes before the dot.",
                    "OK、错误码，或错误码中点号之前的部分。",
                ),
                example="InvalidParameterValue",
            ),
            Parameter(
                "Since",
                TIME,
                Message("Only calls from this time on.", "仅查询该时间及之后的调用。"),
                Message("Unix time in seconds.", "Unix 时间，单位秒。"),
                example=1795570000,
            ),
            Parameter(
                "Until",
                TIME,
                Message("Only calls before this time.", "仅查询该时间之前的调用。"),
                Message("Unix time in seconds.", "Unix 时间，单位秒。"),
                example=1795580000,
            ),
            Parameter(
                "Text",
                SEARCHED,
                Message(
                    "Only calls with this in their RequestId, action, code, message or parameters.",
                    "仅查询 RequestId、接口、错误码、错误信息或参数中含有该文字的调用。",
                ),
                Message(
                    f"At most {SEARCHED.max_length} characters; case does not matter.",
                    f"最多 {SEARCHED.max_length} 个字符；不区分大小写。",
                ),
                example="LogoRect",
            ),
            Parameter(
                "Limit",
                LISTED,
                Message("How many calls to return, the newest first.", "返回条数，从最近的开始。"),
                Message(
                    f"{LISTED.range.en}; default {USUALLY_LISTED}.",
                    f"{LISTED.range.zh}；默认为 {USUALLY_LISTED}。",
                ),
                example=USUALLY_LISTED,
            ),
            Parameter(
                "Offset",
                OFFSET,
                Message("How many of the newest to skip.", "跳过的最近条数。"),
                Message("0 or more; default 0.", "不小于 0；默认为 0。"),
                example=0,
            ),
        )
    ),
    description=Message(
        "Lists the calls that this key made, without their pictures.", "查询该密钥的调用记录，不含图片。"
    ),
    answer=(
        AnswerMember("TotalCount", Integer(), Message("How many calls there are.", "符合条件的调用总数。")),
        AnswerMember(
            "RetentionDays",
            Integer(),
            Message("For how many days calls are kept; 0 means none are.", "记录保留天数；0 表示不记录。"),
        ),
        AnswerMember("MostCalls", Integer(), Message("How many are kept at most.", "最多保留的条数。")),
        *_summary("Calls[]"),
    ),
)

DESCRIBE_CALL = Action(
    service=SERVICE,
    name="DescribeCall",
    version=VERSION,
    parameters=Struct(
        (
            Parameter(
                "RequestId",
                String(),
                Message("The call's number.", "调用的 RequestId。"),
                example="5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11",
            ),
        )
    ),
    description=Message(
        "Shows a call that this key made: what was sent and what was answered, without pictures.",
        "查询该密钥的一次调用：请求与返回内容，不含图片。",
    ),
    answer=(
        *_summary("Call"),
        AnswerMember(
            "Call.Parameters",
            Struct(),
            Message(
                "As sent; a picture is {bytes, sha256}, URLs have no query; null if unknown.",
                "请求参数；图片为 {bytes, sha256}，URL 不含查询串；未知时为 null。",
            ),
        ),
        AnswerMember(
            "Call.Headers",
            Struct(),
            Message("Without signature and token.", "请求头部，不含签名和 Token。"),
        ),
        AnswerMember(
            "Call.Response", Struct(), Message("As answered, likewise.", "返回内容，处理方式同上。")
        ),
        AnswerMember(
            "Call.Result",
            Struct(),
            Message(
                "Width, Height and Engine of a result, or null.", "结果的 Width、Height、Engine，或 null。"
            ),
        ),
    ),
)

DELETE_CALLS = Action(
    service=SERVICE,
    name="DeleteCalls",
    version=VERSION,
    parameters=Struct(),
    description=Message("Deletes the record of this key's calls.", "删除该密钥的调用记录。"),
    answer=(AnswerMember("Deleted", Integer(), Message("How many there were.", "删除的条数。")),),
)

ACTIONS = (ACTION, ERASE, DESCRIBE_LABELS, FETCH_PICTURE, DESCRIBE_CALLS, DESCRIBE_CALL, DELETE_CALLS)
"""The actions that the endpoint has, the vendor's first."""

LOG_KEYS = frozenset(action.key for action in (DESCRIBE_CALLS, DESCRIBE_CALL, DELETE_CALLS))
"""The actions that look at the call log, which are not in it."""
