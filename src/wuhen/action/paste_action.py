"""The actions of our own around patches: laying them over a photo, and the mark that it may get then."""

from typing import Final

from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.limits import MARK_LANGUAGES, MOST_PATCHES, RESULT_FORMATS, RESULT_PARTS
from wuhen.action.own_pictures import OWN_PICTURE, PICTURE
from wuhen.action.parameters import ANSWER_FORM, declare_parameters
from wuhen.mark import LONGEST_SIDE
from wuhen.photo import QUALITIES
from wuhen.wire import Action, AnswerMember, Float, Integer, List, Message, Parameter, Picture, String, Struct

__all__ = [
    "DRAW_MARK",
    "MARK_LANGUAGE",
    "METADATA",
    "PASTE_REGIONS",
    "PLACE",
    "QUALITY",
    "RESULT_PART",
    "SIDE",
]

METADATA: Final = ("keep", "drop")
"""What Metadata may be, the default first."""
QUALITY: Final = Integer(QUALITIES[0], QUALITIES[-1])
SIDE: Final = Integer(1, LONGEST_SIDE)

MARK_LANGUAGE: Final = Parameter(
    "MarkLanguage",
    String(choices=MARK_LANGUAGES),
    Message("In which language the visible mark is written.", "显式标识的语言。"),
    Message(
        "zh or en; default: as the service is set. Where the operator has set a text of their own, that is "
        "written.",
        "zh 或 en；默认由服务设置决定。运维人员设置了自定义文字时，以该文字为准。",
    ),
    example="en",
)

RESULT_PART: Final = Parameter(
    "ResultPart",
    String(choices=RESULT_PARTS),
    Message("How much of the image comes back.", "返回整张图片还是仅返回改动的部分。"),
    Message(
        "whole (default); patch: a PNG of what has changed, transparent elsewhere, without a visible mark, "
        "for PasteRegions. Place says where it lies.",
        "whole（默认）；patch：仅包含改动部分的 PNG，其余透明，不带显式标识，用于 PasteRegions，"
        "其位置见 Place。",
    ),
    example="patch",
)

_PIXELS = Message("In pixels.", "单位像素。")


def _place(path: str) -> tuple[AnswerMember, ...]:
    return (
        AnswerMember(
            f"{path}.X",
            Integer(),
            Message(
                "Where a patch lies: its left edge; only with ResultPart patch.",
                "补丁的左边缘；仅在 ResultPart 为 patch 时返回。",
            ),
        ),
        AnswerMember(f"{path}.Y", Integer(), Message("Its top edge.", "补丁的上边缘。")),
        AnswerMember(f"{path}.Width", Integer(), _PIXELS),
        AnswerMember(f"{path}.Height", Integer(), _PIXELS),
    )


PLACE: Final = (*_place("Place"), *_place("Alternatives[].Place"))
"""Where patches lie."""

_PATCH: Final = Struct(
    (
        Parameter(
            "Image",
            Picture(file="patch.png"),
            Message("The patch, as base64.", "补丁图片的 Base64。"),
            Message(
                "In the image's own colours; the image stays as it is where the patch is transparent. Over "
                "an image that is transparent in places, all of the patch counts.",
                "使用图片自身的颜色；补丁透明处保持原图。图片本身带透明度时，补丁整体生效。",
            ),
            example="iVBORw0KGgo…",
        ),
        Parameter(
            "X",
            Integer(minimum=0),
            Message("The column of its left edge.", "补丁左边缘的横坐标。"),
            Message("Default 0.", "默认为 0。"),
            example=320,
        ),
        Parameter(
            "Y",
            Integer(minimum=0),
            Message("The row of its top edge.", "补丁上边缘的纵坐标。"),
            Message("Default 0.", "默认为 0。"),
            example=240,
        ),
    )
)

PASTE_REGIONS: Final = Action(
    service=SERVICE,
    name="PasteRegions",
    version=VERSION,
    parameters=Struct(
        (
            *PICTURE,
            Parameter(
                "Patches",
                List(_PATCH),
                Message("What is laid over the image, in this order.", "依次覆盖在图片上的补丁。"),
                Message(
                    f"{MOST_PATCHES} at most; those that EraseRegions answers with ResultPart patch.",
                    f"最多 {MOST_PATCHES} 个；即 EraseRegions 在 ResultPart 为 patch 时返回的补丁。",
                ),
                example=[{"Image": "iVBORw0KGgo…", "X": 320, "Y": 240}],
                required=True,
            ),
            ANSWER_FORM,
            *(
                one
                for one in declare_parameters(OWN_PICTURE).parameters
                if one.name in {"LogoAdd", "LogoParam"}
            ),
            MARK_LANGUAGE,
            Parameter(
                "ResultFormat",
                String(choices=tuple(RESULT_FORMATS)),
                Message(
                    "The result's format. If it is the image's own, the file is the image's own, coded anew "
                    "only where something has changed, as far as its format allows.",
                    "结果图片的格式。与输入图片格式相同时，在格式允许的范围内只重新编码改动的部分。",
                ),
                Message(
                    "same (default): the image's own, unless that is only read; auto, jpeg, png, webp or "
                    "tiff.",
                    "same（默认）：与输入图片相同（仅支持读取的格式除外）；或 auto、jpeg、png、webp、tiff。",
                ),
                example="same",
            ),
            Parameter(
                "Quality",
                QUALITY,
                Message("The quality of a JPEG or a lossy WebP.", "JPEG 或有损 WebP 的质量。"),
                Message(
                    f"{QUALITY.range.en}; all of the image is then coded anew. Default: as the image is.",
                    f"{QUALITY.range.zh}；将重新编码整张图片。默认与输入图片一致。",
                ),
                example=90,
            ),
            Parameter(
                "Metadata",
                String(choices=METADATA),
                Message("What becomes of the image's metadata.", "图片元数据的处理方式。"),
                Message(
                    "keep (default); drop: EXIF, XMP and texts go; colour profile, resolution and labels "
                    "stay.",
                    "keep（默认）保留；drop 去除 EXIF、XMP 与文字信息，保留颜色配置文件、分辨率与标识。",
                ),
                example="drop",
            ),
        )
    ),
    description=Message(
        "Lays patches over an image and makes the finished file of it, with mark and labels: for programs "
        "that have only the surroundings of a hole erased, and keep what comes back until they are done.",
        "将补丁覆盖到图片上并生成最终文件（含标识）：适用于只发送消除区域周围的内容、"
        "最后再合成整张图片的程序。",
    ),
    answer=(
        AnswerMember(
            "ResultImage",
            Picture(),
            Message("The picture, as base64 or as its URL.", "结果图片的 Base64 或 URL。"),
        ),
        AnswerMember("MediaType", String(), Message("Of the result.", "结果图片的媒体类型。")),
        AnswerMember(
            "Remarks",
            List(String()),
            Message("What of the image could not be kept; mostly empty.", "图片中未能保留的内容；通常为空。"),
        ),
    ),
)

DRAW_MARK: Final = Action(
    service=SERVICE,
    name="DrawMark",
    version=VERSION,
    parameters=Struct(
        (
            Parameter(
                "Width",
                SIDE,
                Message("The image's width.", "图片的宽度。"),
                Message(f"{SIDE.range.en}.", f"{SIDE.range.zh}。"),
                example=1280,
                required=True,
            ),
            Parameter(
                "Height",
                SIDE,
                Message("The image's height.", "图片的高度。"),
                Message(f"{SIDE.range.en}.", f"{SIDE.range.zh}。"),
                example=852,
                required=True,
            ),
            MARK_LANGUAGE,
        )
    ),
    description=Message(
        "Draws the visible mark as an image of this size would get it, for a look before it is there.",
        "按指定的图片尺寸绘制显式标识，用于预览。",
    ),
    answer=(
        AnswerMember(
            "Light",
            Picture(),
            Message(
                "A PNG of the mark as it is on dark grounds, as base64.", "深色背景上的标识：PNG 的 Base64。"
            ),
        ),
        AnswerMember(
            "Dark",
            Picture(),
            Message(
                "The same for light grounds, those of a mean relative luminance above Middle.",
                "浅色背景（平均相对亮度高于 Middle）上的标识。",
            ),
        ),
        AnswerMember(
            "Middle",
            Float(0, 1),
            Message("Where light grounds begin, 0 to 1.", "浅色背景的亮度界限，0 到 1。"),
        ),
        AnswerMember("X", Integer(), Message("Where the mark's left edge lies.", "标识的左边缘。")),
        AnswerMember("Y", Integer(), Message("Where its top edge lies.", "标识的上边缘。")),
        AnswerMember("Width", Integer(), _PIXELS),
        AnswerMember("Height", Integer(), _PIXELS),
    ),
)
