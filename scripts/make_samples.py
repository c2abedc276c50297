"""Make the bundled sample photographs, their masks, and small pictures of those that the studio offers.

The sources are four photographs; ASSETS.md says where each comes from and on what terms::

    python scripts/make_samples.py FOLDER

FOLDER has them all, under their own names.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "wuhen"
SAMPLES = PACKAGE / "samples"
FONT = PACKAGE / "mark" / "assets" / "wuhen-mark.otf"
OUTLINES = ROOT / "bench" / "studio" / "objects" / "outlines.json"
LONG_SIDE = 1280
SMALL = (264, 176)  # pixels: twice what the studio shows

# Around the hikers on the dune and their shadows, in pixels of the source.
HIKERS = (
    (
        (1132, 2149), (1145, 2141), (1159, 2144), (1166, 2131), (1176, 2122), (1191, 2123), (1202, 2139),
        (1202, 2174), (1200, 2205), (1196, 2225), (1219, 2213), (1255, 2207), (1296, 2215), (1332, 2228),
        (1341, 2238), (1329, 2246), (1286, 2241), (1245, 2236), (1204, 2234), (1176, 2241), (1153, 2246),
        (1138, 2253), (1130, 2246), (1132, 2215), (1128, 2179),
    ),
    (
        (1287, 2123), (1301, 2090), (1316, 2090), (1329, 2113), (1334, 2139), (1329, 2151), (1343, 2179),
        (1337, 2189), (1311, 2192), (1298, 2196), (1293, 2164),
    ),
    (
        (1344, 2093), (1357, 2070), (1375, 2070), (1392, 2095), (1389, 2108), (1395, 2123), (1390, 2082),
        (1398, 2052), (1416, 2049), (1436, 2072), (1436, 2088), (1429, 2098), (1444, 2123), (1449, 2088),
        (1454, 2044), (1464, 2026), (1482, 2029), (1500, 2059), (1501, 2093), (1505, 2128), (1541, 2117),
        (1571, 2121), (1605, 2136), (1592, 2141), (1556, 2133), (1612, 2149), (1666, 2168), (1648, 2174),
        (1602, 2164), (1551, 2151), (1490, 2144), (1454, 2146), (1497, 2167), (1490, 2177), (1449, 2169),
        (1413, 2164), (1398, 2169), (1423, 2177), (1449, 2190), (1434, 2195), (1403, 2187), (1362, 2182),
        (1355, 2174), (1355, 2133), (1344, 2116),
    ),
)  # fmt: skip
DUNE = (500, 1180, 2500, 2513)
# The sign by the road is outlined among the objects that smart select is measured with; this is its shadow.
SIGN_SHADOW = ((380, 2290), (700, 2255), (720, 2280), (400, 2330))
ROADSIDE = (0, 700, 3000, 2700)

# Around the spruce that stands before the autumn wood, clockwise from its top.
SPRUCE = (
    (953, 326), (972, 350), (994, 375), (984, 390), (1002, 398), (1002, 425), (1022, 430), (1022, 452),
    (1006, 468), (1001, 487), (990, 499), (975, 511), (960, 530), (945, 532), (938, 521), (927, 525),
    (924, 545), (918, 560), (930, 588), (926, 599), (905, 598), (891, 592), (888, 560), (876, 530),
    (873, 503), (890, 496), (903, 503), (896, 475), (893, 445), (903, 438), (906, 422), (910, 403),
    (916, 393), (926, 375), (932, 355), (943, 343),
)  # fmt: skip
CAPTION = "示例 SAMPLE 无痕"


Ring = Iterable[tuple[float, float]]


def scaled(source: Path, box: tuple[int, int, int, int] | None = None) -> Image.Image:
    """Read a photograph, or a part of it, and make it small enough to ship."""
    photo = Image.open(source).convert("RGB").crop(box)
    photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return photo


def outlined(
    photo: Image.Image, box: tuple[int, int, int, int], rings: Iterable[Ring], room: int
) -> Image.Image:
    """Fill rings, given in pixels of the source, by the even-odd rule, with some room around them."""
    scale = photo.width / (box[2] - box[0])
    mask = Image.new("L", photo.size)
    for ring in rings:
        layer = Image.new("L", photo.size)
        points = [((x - box[0]) * scale, (y - box[1]) * scale) for x, y in ring]
        ImageDraw.Draw(layer).polygon(points, fill=255)
        mask = ImageChops.difference(mask, layer)
    return mask.filter(ImageFilter.MaxFilter(2 * room + 1))


def save(name: str, photo: Image.Image, mask: Image.Image) -> None:
    """Write a pair."""
    photo.save(SAMPLES / f"{name}.jpg", quality=82, subsampling=0, optimize=True)
    mask.convert("1", dither=Image.Dither.NONE).save(SAMPLES / f"{name}_mask.png", optimize=True)


def show(name: str, photo: Image.Image, left: int, top: int, width: int) -> None:
    """Write the small picture that the studio shows of a sample: the part that what is erased stands in."""
    part = photo.crop((left, top, left + width, top + width * SMALL[1] // SMALL[0]))
    small = part.resize(SMALL, Image.Resampling.LANCZOS)
    small.save(SAMPLES / f"{name}_small.jpg", quality=72, optimize=True)


def hikers(source: Path) -> None:
    """Make the pair with people: six on the ridge of a dune, with their shadows."""
    photo = scaled(source, DUNE)
    save("hikers", photo, outlined(photo, DUNE, HIKERS, room=7))
    show("hikers", photo, 320, 470, 560)


def sign(source: Path) -> None:
    """Make the pair with a large object: a sign of posts and boards before sky and plain."""
    photo = scaled(source, ROADSIDE)
    gate = next(one for one in json.loads(OUTLINES.read_text()) if one["name"] == "colorado.gate")
    rings = [list(zip(ring[::2], ring[1::2], strict=True)) for ring in gate["rings"]]
    save("sign", photo, outlined(photo, ROADSIDE, [*rings, SIGN_SHADOW], room=10))
    show("sign", photo, 20, 60, 840)


def spruce(source: Path) -> None:
    """Make the pair with an object: the tree before the wood."""
    photo = scaled(source)
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).polygon(SPRUCE, fill=255)
    save("spruce", photo, mask)


def caption(source: Path) -> None:
    """Make the pair with text: a translucent line written across the slope."""
    photo = scaled(source)
    letters = Image.new("L", photo.size)
    middle = (photo.width // 2, round(0.72 * photo.height))
    font = ImageFont.truetype(FONT, 84)
    ImageDraw.Draw(letters).text(middle, CAPTION, fill=215, font=font, anchor="mm")
    photo.paste((255, 255, 255), mask=letters.rotate(8, Image.Resampling.BICUBIC))
    touched = letters.rotate(8, Image.Resampling.BICUBIC).point(lambda opacity: 255 if opacity else 0)
    save("caption", photo, touched.filter(ImageFilter.MaxFilter(7)))
    show("caption", photo, 200, 420, 800)


def main() -> None:
    """Read the sources from the folder named on the command line, write the samples."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path, help="folder with the four photographs")
    folder: Path = parser.parse_args().sources
    hikers(folder / "extreme-desert-hike.jpg")
    sign(folder / "kait-herzog-8242.jpg")
    spruce(folder / "aitzgorri_by_Aitzol_Berasategi.jpg")
    caption(folder / "picosdeeuropa_by_Aitzol_Berasategi.jpg")


if __name__ == "__main__":
    main()
