"""Make the README's picture of the samples, before and after: python scripts/before_after.py."""

from pathlib import Path

import numpy as np
from PIL import Image

from wuhen import samples
from wuhen.fill import erase

FIGURE = Path(__file__).parents[1] / "docs" / "figures" / "samples.jpg"
WIDTH, HEIGHT, GAP = 400, 266, 6  # pixels of each picture, and between them


def main() -> None:
    """Erase from each, and lay the results out below the photos."""
    names = samples.SHOWN
    figure = Image.new("RGB", (len(names) * (WIDTH + GAP) - GAP, 2 * HEIGHT + GAP), "white")
    for index, name in enumerate(names):
        with Image.open(samples.photo_path(name)) as photo, Image.open(samples.mask_path(name)) as mask:
            before, hole = np.asarray(photo.convert("RGB")), np.asarray(mask)
        for row, pixels in enumerate((before, erase(before, hole))):
            image = Image.fromarray(pixels)
            high = image.width * HEIGHT // WIDTH
            top = (image.height - high) // 2
            small = image.crop((0, top, image.width, top + high)).resize(
                (WIDTH, HEIGHT), Image.Resampling.LANCZOS
            )
            figure.paste(small, (index * (WIDTH + GAP), row * (HEIGHT + GAP)))
    figure.save(FIGURE, quality=84, optimize=True)


if __name__ == "__main__":
    main()
