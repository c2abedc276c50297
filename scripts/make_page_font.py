"""Make the typeface of the page: a small, renamed subset of Bricolage Grotesque.

The source is ``bricolage-grotesque-latin-wght-normal.woff2`` of the package
``@fontsource-variable/bricolage-grotesque`` 5.3.0 on npm (SIL Open Font License 1.1). The output is the same
bytes for the same source::

    python scripts/make_page_font.py bricolage-grotesque-latin-wght-normal.woff2

Needs fonttools and brotli.
"""

import argparse
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped, import-not-found, unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped, import-not-found, unused-ignore]
from fontTools.varLib import instancer  # type: ignore[import-untyped, import-not-found, unused-ignore]

FAMILY = "Wuhen Sans"
OUTPUT = Path(__file__).parents[1] / "src" / "wuhen" / "studio" / "static" / "fonts" / "wuhen-sans.woff2"
WEIGHTS = (400, 700)
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0\u00b7\u00d7\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2192"
)


def shrink(font: TTFont) -> TTFont:
    """Keep the weights and the characters that the page has, and how they stand beside each other."""
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    options = subset.Options(
        layout_features=["kern", "tnum", "ccmp", "mark"],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    return font


def rename(font: TTFont) -> None:
    """Give the subset a name of its own: it is no longer that font."""
    postscript = FAMILY.replace(" ", "") + "-Regular"
    names = {1: FAMILY, 3: f"{FAMILY}, subset of Bricolage Grotesque", 4: FAMILY, 6: postscript}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]


def main() -> None:
    """Read the source named on the command line, write the asset."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="bricolage-grotesque-latin-wght-normal.woff2")
    source: Path = parser.parse_args().source
    font = shrink(TTFont(source, recalcTimestamp=False))
    rename(font)
    font.flavor = "woff2"
    OUTPUT.parent.mkdir(exist_ok=True)
    font.save(OUTPUT)
    print(f"{OUTPUT}: {len(CHARACTERS)} characters, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
