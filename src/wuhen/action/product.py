"""The actions of our own product, `wuhen`, beside the vendor's on the same endpoint.

They are called like any other: official clients have a common client for actions that they do not know.
"""

from wuhen.action.call_actions import DELETE_CALLS, DESCRIBE_CALL, DESCRIBE_CALLS
from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.limits import (
    FETCH_LIMITS,
    OWN_LIMITS,
    RESULT_FORMATS,
    describe_limits,
    megabytes,
)
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
    "CONVERT_PICTURE",
    "DESCRIBE_LABELS",
    "ERASE",
    "FETCH_PICTURE",
    "LOG_KEYS",
]

_USUAL = describe_limits(OWN_LIMITS)
_LIMITS = Message(
    f"{_USUAL.en[:-1]}, unless the service is set otherwise.", f"{_USUAL.zh[:-1]}；服务可另行设置。"
)
_FETCHED = megabytes(FETCH_LIMITS.base64)

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
                Message(
                    "Read as Mask is, and scaled with FitMask, but not inverted.",
                    "读取方式与 Mask 相同，随 FitMask 缩放，但不反转。",
                ),
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
            Parameter(
                "ResultFormat",
                String(choices=tuple(RESULT_FORMATS)),
                Message(
                    "The result's format. If it is the image's own, the result is coded as the image is: its "
                    "palette, quality, compression, and bits.",
                    "结果图片的格式。与输入图片格式相同时，沿用其编码方式：调色板、质量、压缩方式与位深。",
                ),
                Message(
                    "auto (default): the service's choice, mostly JPEG for JPEG and PNG for the rest; same: "
                    "the image's own, unless that is only read; jpeg, png, webp or tiff.",
                    "auto（默认）：由服务决定，通常 JPEG 返回 JPEG，其余返回 PNG；same：与输入图片相同"
                    "（仅支持读取的格式除外）；或 jpeg、png、webp、tiff。",
                ),
                example="same",
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
    parameters=Struct(_PICTURE),
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

ACTIONS = (
    ACTION,
    ERASE,
    DESCRIBE_LABELS,
    FETCH_PICTURE,
    CONVERT_PICTURE,
    DESCRIBE_CALLS,
    DESCRIBE_CALL,
    DELETE_CALLS,
)
"""The actions that the endpoint has, the vendor's first."""

LOG_KEYS = frozenset(action.key for action in (DESCRIBE_CALLS, DESCRIBE_CALL, DELETE_CALLS))
"""The actions that look at the call log, which are not in it."""
