"""Show the outlines on their photographs: to look them over, and what there is.

    python -m bench.studio.objects.show PHOTOGRAPHS OUT [--longest 1200]

PHOTOGRAPHS is the folder that ``fetch`` filled. OUT gets a picture per object, cut out with some room around
it, with its outline and the place of the first click; printed are a line for each object, and how many there
are of each part.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from bench.studio.objects.clicks import first_click
from bench.studio.objects.outlines import Outlined, objects
from PIL import Image, ImageDraw

_ROOM = 0.15  # of the object's larger side
_READ_AT = 4000  # pixels


def draw(one: Outlined, folder: Path, longest: int) -> Image.Image:
    """Cut an object out of its photograph, with its outline: no side longer than so many pixels."""
    photo = one.photograph.read(folder, longest=_READ_AT)
    height, width = photo.shape[:2]
    scale = width / one.photograph.size[0]
    points = np.concatenate(one.rings) * scale
    room = _ROOM * float(np.ptp(points, axis=0).max())
    left, top = np.maximum(0, points.min(0) - room)
    right, bottom = np.minimum((width, height), points.max(0) + room)
    cut = Image.fromarray(photo).crop((int(left), int(top), int(right), int(bottom)))
    zoom = longest / max(cut.size)
    cut = cut.resize((round(cut.width * zoom), round(cut.height * zoom)), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(cut)
    for ring in one.rings:
        line = [(float(x), float(y)) for x, y in (ring * scale - (int(left), int(top))) * zoom]
        pen.line([*line, line[0]], fill=(0, 0, 0), width=3)
        pen.line([*line, line[0]], fill=(0, 255, 255), width=1)
    click = first_click(one.mask(height, width))
    x, y = (click.x - int(left)) * zoom, (click.y - int(top)) * zoom
    pen.ellipse((x - 5, y - 5, x + 5, y + 5), outline=(255, 255, 255), fill=(255, 0, 255))
    return cut


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--longest", type=int, default=1200)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    parts: Counter[str] = Counter()
    for one in objects():
        draw(one, given.photographs, given.longest).save(given.out / f"{one.name}.jpg", quality=88)
        parts[one.photograph.part] += 1
        width, height = one.photograph.size
        share = float(one.mask(height // 4, width // 4).mean())
        print(f"{one.name:24}{one.kind:12}{one.photograph.part:13}{share:7.2%} of {width} x {height}")
    print(f"{parts['development']} for development, {parts['fresh']} fresh")


if __name__ == "__main__":
    main()
