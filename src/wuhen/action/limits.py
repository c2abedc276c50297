"""What the pictures and values of a call may be, for checks, messages, schema and documentation alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

from wuhen.mark import TEXTS
from wuhen.photo import (
    FORMATS,
    LEAST_WHITE,
    MEGAPIXEL,
    USUAL_LIMIT,
    VENDOR_FORMATS,
    SizeLimit,
    list_names,
)
from wuhen.wire import Message

__all__ = [
    "ANSWER_FORMS",
    "FETCH_LIMITS",
    "MARK_LANGUAGES",
    "MASK_LIMITS",
    "MOST_PATCHES",
    "OWN_BODY",
    "OWN_LIMITS",
    "OWN_MEGAPIXELS",
    "PATCH_FORMAT",
    "RESULT_FORMATS",
    "RESULT_PARTS",
    "VENDOR_LIMITS",
    "AnswerForm",
    "PictureLimits",
    "describe_limits",
    "megabytes",
    "megapixels",
    "name_formats",
]


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a picture of a call may be.

    Attributes
    ----------
    size : wuhen.photo.SizeLimit
        How large it may be in pixels.
    base64 : int
        Its base64 must be shorter than this, in bytes.
    formats : tuple of str
        Of which formats it may be, of `wuhen.photo.FORMATS`.
    """

    size: SizeLimit = USUAL_LIMIT
    base64: int = 6 * 1024 * 1024
    formats: tuple[str, ...] = FORMATS

    @property
    def download(self) -> int:
        """The most bytes that a downloaded picture may have, so that its base64 would be short enough."""
        return self.base64 // 4 * 3 - 1


VENDOR_LIMITS: Final = PictureLimits(SizeLimit(side=5000), formats=VENDOR_FORMATS)
_WAN, _YI = 10_000, 100_000_000
"""What Chinese counts pixels by: 万 and 亿."""
OWN_MEGAPIXELS: Final = 120
_OWN_WIDE: Final = 50  # megapixels: a worker has to hold such a photo twice, and its rounded samples
OWN_BODY: Final = 128
"""MiB of a call of our own actions."""
OWN_LIMITS: Final = PictureLimits(
    SizeLimit(pixels=OWN_MEGAPIXELS * MEGAPIXEL, wide_pixels=_OWN_WIDE * MEGAPIXEL), OWN_BODY * 1024**2
)
"""Those of our own actions, where a service is not set otherwise."""
FETCH_LIMITS: Final = replace(OWN_LIMITS, base64=VENDOR_LIMITS.base64)
"""Those of `FetchPicture`, which hands files on without a look at their pixels."""


def name_formats(formats: Iterable[str]) -> Message:
    """Write formats as people call them: "jpg, jpeg or png"."""
    *names, last = list_names(formats)
    return Message(f"{', '.join(names)} or {last}", f"{'、'.join(names)} 或 {last}")


def megabytes(count: int) -> str:
    """Write a number of bytes as texts for callers have it."""
    return f"{count // 1024**2} MB"


def megapixels(pixels: float) -> Message:
    """Write a number of pixels as texts have it before "megapixels" and 像素: "120", "1.2 亿"."""
    zh = f"{pixels / _YI:g} 亿" if pixels >= _YI else f"{pixels / _WAN:g} 万"
    return Message(f"{pixels / MEGAPIXEL:g}", zh)


def describe_limits(limits: PictureLimits) -> Message:
    """Say what a picture may be."""
    side, text = limits.size.side, megabytes(limits.base64)
    pixels = megapixels(limits.size.pixels)
    more = Message(f"; {pixels.en} megapixels at most", f"；总像素不超过 {pixels.zh}")
    if side**2 <= limits.size.pixels:
        more = Message("", "")
    formats = Message(name_formats(limits.formats).en, "、".join(list_names(limits.formats)))
    return Message(
        f"{formats.en}; each side shorter than {side} pixels{more.en}; base64 shorter than {text}.",
        f"支持 {formats.zh} 格式；单边分辨率小于 {side}{more.zh}；转成 Base64 后小于 {text}。",
    )


MASK_LIMITS: Final = Message(
    f"A grey picture of the same size as the input image; white ({LEAST_WHITE} or more) is erased.",
    f"与输入图片尺寸一致的灰度图；白色（不小于 {LEAST_WHITE}）为需要消除的区域。",
)

AnswerForm: TypeAlias = Literal["base64", "url"]
"""How a result comes back: what RspImgType may be."""
ANSWER_FORMS: Final[tuple[AnswerForm, ...]] = get_args(AnswerForm)
"""The first is the default."""

RESULT_FORMATS: Final[Mapping[str, str | None]] = {
    "auto": None,
    "same": None,
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "tiff": "TIFF",
}
"""What ResultFormat may be, the default first, and the format that it names, if it names one."""
RESULT_PARTS: Final = ("whole", "patch")
"""What ResultPart may be, the default first."""
PATCH_FORMAT: Final = "PNG"
MARK_LANGUAGES: Final = tuple(TEXTS)
"""What MarkLanguage may be."""
MOST_PATCHES: Final = 1000
"""Of one call."""
