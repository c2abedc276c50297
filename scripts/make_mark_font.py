"""Make the font of the visible mark: a small, renamed subset of Noto Sans CJK SC.

The source is ``NotoSansCJK-Regular.ttc`` of Debian's package fonts-noto-cjk (SIL Open Font License 1.1). The
output is the same bytes for the same source::

    python scripts/make_mark_font.py NotoSansCJK-Regular.ttc

Needs fonttools.
"""

import argparse
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped, import-not-found, unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped, import-not-found, unused-ignore]

SIMPLIFIED_CHINESE_FACE = 2
FAMILY = "Wuhen Mark"
OUTPUT = Path(__file__).parents[1] / "src" / "wuhen" / "mark" / "assets" / "wuhen-mark.otf"

ASCII = "".join(map(chr, range(0x20, 0x7F)))
PUNCTUATION = "·—“”、。《》【】（），：；©　"
# The wording of China's labelling standard and its neighbours, so that an operator can word the mark anew.
SIMPLIFIED = """
图片由生成人工智能合成内容本图像照画面影视频音作品系为经过含有部分使用采用运用利修改编辑处理消除擦移去修复补全
增强创作制辅助技术算法模型大平台服务提供者标识显隐式仅供参考请注意甄别核实勿信非真实拍摄场景疑似可能已被属于
虚拟数字机器深度学习示例测试版权所有公司网站用户上传发布日期时间年月来源编号无痕水印
的和与及或不是在对其此以自动后
"""
TRADITIONAL = "圖片由生成人工智慧合內容像經編輯處理修復標識"


def characters() -> str:
    """Return every character the font is to have."""
    wanted = ASCII + PUNCTUATION + "".join(SIMPLIFIED.split()) + TRADITIONAL
    return "".join(sorted(set(wanted)))


def shrink(font: TTFont) -> None:
    """Keep the outlines of the wanted characters and what is needed to draw them in a row."""
    options = subset.Options(
        layout_features=[],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Give the subset a name of its own: "Noto" is a trademark, and this is no longer that font."""
    postscript = FAMILY.replace(" ", "") + "-Regular"
    names = {1: FAMILY, 3: f"{FAMILY} Regular, subset of Noto Sans CJK SC 2.004", 4: FAMILY, 6: postscript}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [postscript]
    top = font["CFF "].cff.topDictIndex[0]
    top.FullName = top.FamilyName = FAMILY


def main() -> None:
    """Read the source named on the command line, write the asset."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="NotoSansCJK-Regular.ttc")
    source: Path = parser.parse_args().source
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE_FACE, recalcTimestamp=False)
    shrink(font)
    rename(font)
    font.save(OUTPUT)
    print(f"{OUTPUT}: {len(characters())} characters, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
