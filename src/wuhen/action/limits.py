"""What the pictures and values of a call may be, for checks, messages, schema and documentation alike."""

from typing import Final, Literal, TypeAlias, get_args

from wuhen.photo import FORMATS, LEAST_WHITE, SIDE_LIMIT, list_names
from wuhen.wire import Message

__all__ = [
    "ANSWER_FORMS",
    "BASE64_LIMIT",
    "BASE64_LIMIT_TEXT",
    "DOWNLOAD_LIMIT",
    "FORMATS_EN",
    "FORMATS_ZH",
    "MASK_LIMITS",
    "PICTURE_LIMITS",
    "AnswerForm",
]

BASE64_LIMIT: Final = 6 * 1024 * 1024
"""The base64 of a picture must be shorter than this, in bytes."""
BASE64_LIMIT_TEXT: Final = f"{BASE64_LIMIT // 1024**2} MB"
DOWNLOAD_LIMIT: Final = BASE64_LIMIT // 4 * 3 - 1
"""The most bytes that a downloaded picture may have: its base64 would just be shorter than `BASE64_LIMIT`."""

_FORMATS: Final = list_names(FORMATS)
FORMATS_EN: Final = f"{', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}"
FORMATS_ZH: Final = f"{'、'.join(_FORMATS[:-1])} 或 {_FORMATS[-1]}"

PICTURE_LIMITS: Final = Message(
    f"{FORMATS_EN}; each side shorter than {SIDE_LIMIT} pixels; base64 shorter than {BASE64_LIMIT_TEXT}.",
    f"支持 {'、'.join(_FORMATS)} 格式；单边分辨率小于 {SIDE_LIMIT}；转成 Base64 后小于 {BASE64_LIMIT_TEXT}。",
)
MASK_LIMITS: Final = Message(
    f"A grey picture of the same size as the input image; white ({LEAST_WHITE} or more) is erased.",
    f"与输入图片尺寸一致的灰度图；白色（不小于 {LEAST_WHITE}）为需要消除的区域。",
)

AnswerForm: TypeAlias = Literal["base64", "url"]
"""How a result comes back: what RspImgType may be."""
ANSWER_FORMS: Final[tuple[AnswerForm, ...]] = get_args(AnswerForm)
"""The first is the default."""
