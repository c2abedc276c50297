"""Make the bundled sample photographs and their masks.

The sources are two photographs by Aitzol Berasategi (CC-BY-4.0) from Debian's package
lomiri-wallpapers-16.04; ASSETS.md has the details::

    python scripts/make_samples.py /usr/share/backgrounds
"""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PACKAGE = Path(__file__).parents[1] / "src" / "wuhen"
SAMPLES = PACKAGE / "samples"
FONT = PACKAGE / "mark" / "assets" / "wuhen-mark.otf"
LONG_SIDE = 1280

# Around the spruce that stands before the autumn wood, clockwise from its top.
SPRUCE = (
    (953, 326), (972, 350), (994, 375), (984, 390), (1002, 398), (1002, 425), (1022, 430), (1022, 452),
    (1006, 468), (1001, 487), (990, 499), (975, 511), (960, 530), (945, 532), (938, 521), (927, 525),
    (924, 545), (918, 560), (930, 588), (926, 599), (905, 598), (891, 592), (888, 560), (876, 530),
    (873, 503), (890, 496), (903, 503), (896, 475), (893, 445), (903, 438), (906, 422), (910, 403),
    (916, 393), (926, 375), (932, 355), (943, 343),
)  # fmt: skip
CAPTION = "示例 SAMPLE 无痕"


def scaled(source: Path) -> Image.Image:
    """Read a photograph and make it small enough to ship."""
    photo = Image.open(source).convert("RGB")
    photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return photo


def save(name: str, photo: Image.Image, mask: Image.Image) -> None:
    """Write a pair."""
    photo.save(SAMPLES / f"{name}.jpg", quality=82, subsampling=0, optimize=True)
    mask.convert("1", dither=Image.Dither.NONE).save(SAMPLES / f"{name}_mask.png", optimize=True)


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


def main() -> None:
    """Read the sources from the folder named on the command line, write the samples."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backgrounds", type=Path, help="folder with the package's pictures")
    folder: Path = parser.parse_args().backgrounds
    spruce(folder / "aitzgorri_by_Aitzol_Berasategi.jpg")
    caption(folder / "picosdeeuropa_by_Aitzol_Berasategi.jpg")


if __name__ == "__main__":
    main()
