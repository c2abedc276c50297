"""Parameters of our own actions that say how masks are read, and what else is a mask."""

from typing import Final

from wuhen.wire import Flag, Message, Parameter, Picture, String

__all__ = ["EFFECTS_MASK", "MASKING"]

MASKING: Final = (
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
        "Transparent",
        Flag(),
        Message(
            "Whether what is transparent in the mask is erased, whatever else it shows, as OpenAI's "
            "interface has it: often the mask is the image itself with parts rubbed out.",
            "是否以 Mask 的透明区域（而非白色区域）表示需要消除的内容，与 OpenAI 接口一致："
            "Mask 往往是擦去了部分内容的原图。",
        ),
        Message(
            "0 no, 1 yes; default 0. Invert has no meaning then.",
            "0 为否，1 为是；默认为 0。此时 Invert 无效。",
        ),
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
"""What may not be copied from, and how masks are read."""

EFFECTS_MASK: Final = (
    Parameter(
        "EffectsMask",
        Picture(file="effects.png"),
        Message(
            "A picture like the mask, as base64: white where what the object left may be treated, as "
            "FindEffects answers.",
            "与 Mask 同类图片的 Base64：仅白色区域内的阴影、倒影等会被处理；可由 FindEffects 返回。",
        ),
        Message(
            "For Effects full and RemoveTraces; default: everywhere. Read as Mask is, and scaled with "
            "FitMask, but not inverted.",
            "用于 Effects 为 full 或 RemoveTraces；默认为整张图片。"
            "读取方式与 Mask 相同，随 FitMask 缩放，但不反转。",
        ),
        example="iVBORw0KGgo…",
    ),
    Parameter(
        "EffectsMaskUrl",
        String(),
        Message("URL of the same.", "上述图片的 URL。"),
        Message(
            "http or https. Takes precedence over EffectsMask when both are given.",
            "http 或 https；与 EffectsMask 同时传入时以 EffectsMaskUrl 为准。",
        ),
        example="https://example.com/effects.png",
    ),
)
"""Where an object's effects may be treated."""
