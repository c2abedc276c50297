"""What a job tells its user beside the result: that something may be wrong, or is not as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from wuhen.action.translation import format_size
from wuhen.photo import Mask, NotKept, Photo, Removed
from wuhen.wire import Language, Message

__all__ = [
    "Remark",
    "remark_on_bits",
    "remark_on_candidates",
    "remark_on_file",
    "remark_on_mask",
    "remark_on_removed",
    "remark_on_search",
]

_BYTE: Final = 8  # bits
_USUAL_SHARE: Final = 0.9
"""Masks that erase more of a photo than this are mostly meant the other way round."""


@dataclass(frozen=True, slots=True)
class Remark(Message):
    """A plain sentence for the user, in both languages.

    Attributes
    ----------
    warning : bool
        Whether the result may not be what was wanted; otherwise it is a note.
    """

    warning: bool = False

    def line(self) -> str:
        """Return it as the command line prints it, in English."""
        kind = "Warning" if self.warning else "Note"
        return f"{kind}: {self.text(Language.ENGLISH)}"


_PHOTOGRAPH: Final = Remark(
    "The mask looks like a photograph; a mask is white where the photo is to be erased and black elsewhere.",
    "Mask 看起来是一张照片；Mask 应以白色表示需要消除的区域，其余为黑色。",
    warning=True,
)


def remark_on_mask(mask: Mask) -> tuple[Remark, ...]:
    """Warn of a mask that may be the wrong file, or that leaves next to nothing; tell of a scaled one."""
    remarks = [_PHOTOGRAPH] if mask.photographic else []
    share = np.count_nonzero(mask.hole) / mask.hole.size
    if share > _USUAL_SHARE:
        remarks.append(_unusual(share))
    if mask.scaled_from is not None:
        height, width = mask.hole.shape
        given, scaled = format_size(mask.scaled_from), format_size((width, height))
        remarks.append(
            Remark(
                f"The mask is {given} and was scaled to the photo's {scaled}.",
                f"Mask 的尺寸为 {given}，已缩放至图片尺寸 {scaled}。",
            )
        )
    return tuple(remarks)


def remark_on_search(found: Mapping[str, int]) -> tuple[Remark, ...]:
    """Say what was looked for and not found, beside something else that was to go.

    Parameters
    ----------
    found
        How many places of each kind were found.
    """
    missing = ", ".join(name for name, count in found.items() if not count)
    if not missing:
        return ()
    return (
        Remark(
            f"Looked for and not found: {missing}.",
            f"未找到以下内容：{missing}。",
        ),
    )


def remark_on_candidates(candidates: int, *, alone: bool) -> tuple[Remark, ...]:
    """Say that all candidates are the same, where a network fills alone and leaves nothing to chance."""
    if candidates == 1 or not alone:
        return ()
    return (
        Remark(
            "All candidates are the same: the engine of this service leaves nothing to chance.",
            "所有候选结果相同：此服务使用的补全引擎不含随机性。",
        ),
    )


def _unusual(share: float) -> Remark:
    # Never 100: some of it is left.
    percent = min(round(share * 100), 99)
    return Remark(
        f"The mask erases {percent} % of the photo: white is what goes, black is what stays. "
        "If it is meant the other way round, invert it (Invert 1, --invert).",
        f"Mask 将消除图片的 {percent}%：白色为需要消除的区域，黑色为保留的区域。"
        "如含义相反，请反转 Mask（Invert 为 1 或 --invert）。",
        warning=True,
    )


def _coded_anew(en: str, zh: str) -> Remark:
    return Remark(
        f"The whole photo was compressed anew, not only what has changed: {en}.",
        f"已重新压缩整张图片，而非仅压缩改动的部分：{zh}。",
    )


_NOT_KEPT: Final = {
    NotKept.FORMAT: Remark(
        "HEIC, AVIF and BMP are only read: the result is a JPEG for HEIC, otherwise a PNG.",
        "HEIC、AVIF 和 BMP 仅支持读取：HEIC 的结果为 JPEG，其余为 PNG。",
    ),
    NotKept.EXACTNESS: Remark(
        "The photo's file is compressed with loss, and so is the result: pixels outside the mask may differ "
        "a little. A PNG has them as they are.",
        "原文件为有损压缩，结果亦然：Mask 以外的像素可能略有差异。PNG 格式可保持不变。",
    ),
    NotKept.COMPRESSION: Remark(
        "The photo's compression is only read, not written; the result is compressed without loss (deflate), "
        "and may be larger.",
        "原文件的压缩方式仅支持读取；结果采用无损压缩（deflate），文件可能更大。",
    ),
    NotKept.INKS: Remark(
        "The photo's file has colours of a kind that is only read (CMYK, CIELAB, YCbCr); the result is in "
        "RGB.",
        "原文件的颜色模式（CMYK、CIELAB、YCbCr）仅支持读取；结果为 RGB。",
    ),
    NotKept.COLOURS: Remark(
        "The fill needs more colours than the photo's file can have; the result is stored in true colour, or "
        "in 8 bits of grey, and is larger.",
        "补全内容所需的颜色多于原文件所能容纳的数量；结果以真彩色或 8 位灰度保存，文件更大。",
    ),
    NotKept.JPEG_COLOURS: _coded_anew(
        "it is grey, and colours have appeared in it", "原图为灰度图，结果中出现了彩色"
    ),
    NotKept.JPEG_INKS: _coded_anew("it is in CMYK, and the result in RGB", "原图为 CMYK，结果为 RGB"),
    NotKept.JPEG_CODING: _coded_anew("its kind of JPEG is too rare", "原图所用的 JPEG 编码方式较为罕见"),
    NotKept.JPEG_DAMAGED: _coded_anew("its file is damaged or cut off", "原图文件已损坏或不完整"),
    NotKept.JPEG_OTHERWISE: _coded_anew(
        "it would come out otherwise than it was read", "否则结果会与读取的原图不一致"
    ),
}


def remark_on_file(not_kept: Iterable[NotKept]) -> tuple[Remark, ...]:
    """Say what of the photo's file a result has not that was to be written as given."""
    return tuple(_NOT_KEPT[one] for one in not_kept)


def remark_on_bits(original: Photo) -> tuple[Remark, ...]:
    """Say that samples of more than 8 bits were rounded, where a photo was read so."""
    if original.bits <= _BYTE or original.wide is not None:
        return ()
    return (
        Remark(
            f"The photo has {original.bits} bits a sample; the result has 8, to which they were rounded.",
            f"图片每通道为 {original.bits} 位；结果已四舍五入为 8 位。",
        ),
    )


def remark_on_removed(removed: Iterable[Removed]) -> tuple[Remark, ...]:
    """Say what of the photo's file is not in a result."""
    named = tuple(dict.fromkeys(removed))
    if not named:
        return ()
    return (
        Remark(
            f"Not in the result: {'; '.join(one.en for one in named)}.",
            f"结果中不包含：{'；'.join(one.zh for one in named)}。",
        ),
    )
