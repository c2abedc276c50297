"""What of a photo's file a result will not have, told in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["Removed", "cut_short", "show_size"]


@dataclass(frozen=True, slots=True)
class Removed:
    """Something in a file that no result will have.

    Attributes
    ----------
    en, zh
        A noun phrase in English and Chinese, to stand in a list. Names in it are from a stranger's file and
        are shown on terminals, so what is not printable becomes a question mark.
    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        """Make both phrases printable."""
        for language in ("en", "zh"):
            phrase: str = getattr(self, language)
            if not phrase.isprintable():
                shown = "".join(one if one.isprintable() else "?" for one in phrase)
                object.__setattr__(self, language, shown)

    def sized(self, count: int) -> "Removed":
        """Add how many bytes it has."""
        size = show_size(count)
        zh = size.replace("bytes", "字节").replace("byte", "字节")
        return replace(self, en=f"{self.en} ({size})", zh=f"{self.zh}（{zh}）")

    def __str__(self) -> str:
        """Return the English phrase."""
        return self.en


_MOST = 20  # things that are named
CREDENTIALS = Removed(
    "the Content Credentials, which a change breaks", "内容凭证（Content Credentials，修改后即失效）"
)
FILM = Removed("the film of a Motion Photo", "动态照片的视频")
GAIN_MAP = Removed("the HDR gain map", "HDR 增益图")
DEPTH_MAP = Removed("the depth map", "深度图")
FURTHER_PICTURE = Removed("a further picture", "附带的另一张图片")
TRAILER = Removed("data behind the picture", "图片之后的数据")
UNREADABLE_PROFILE = Removed("an ICC profile that cannot be read", "无法读取的 ICC 配置文件")
UNREADABLE_EXIF = Removed("EXIF that cannot be read", "无法读取的 EXIF")


def data_in(place: str) -> Removed:
    """Name data that are known only by where they lie: ``"APP5"``."""
    return Removed(f"a program's own data ({place})", f"软件自有的数据（{place}）")


def frames(count: int) -> Removed:
    """Name all frames of an animation but the first."""
    if count == 2:  # noqa: PLR2004 - the second alone
        return Removed("frame 2 of an animation", "动画的第 2 帧")
    return Removed(f"frames 2 to {count} of an animation", f"动画的第 2 至 {count} 帧")


def animation(count: int) -> Removed:
    """Name an animation that the picture is no frame of."""
    return Removed(f"an animation of {count} frame{'s' if count > 1 else ''}", f"{count} 帧的动画")


def pages(count: int) -> Removed:
    """Name all pages of a file but the first."""
    if count == 2:  # noqa: PLR2004 - the second alone
        return Removed("page 2 of the file", "文件的第 2 页")
    return Removed(f"pages 2 to {count} of the file", f"文件的第 2 至 {count} 页")


def cut_short(found: Iterable[Removed]) -> tuple[Removed, ...]:
    """Name each thing once, and no more of them than anybody reads: a stranger's file may have thousands."""
    named = tuple(dict.fromkeys(found))
    more = len(named) - _MOST
    return (*named[:_MOST], Removed(f"{more} more", f"另外 {more} 项")) if more > 1 else named


def show_size(count: int) -> str:
    """Write a number of bytes as people read it: ``"812 bytes"``, ``"12 kB"``, ``"3.1 MB"``."""
    if count < 1000:  # noqa: PLR2004 - as SI has it
        return f"{count} bytes" if count != 1 else "1 byte"
    if count < 999_500:  # noqa: PLR2004 - what rounds to 1000 kB
        return f"{round(count / 1000)} kB"
    return f"{count / 1_000_000:.1f} MB"
