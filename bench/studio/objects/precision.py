"""How far the outlines are from the edges in the photographs.

    python -m bench.studio.objects.precision PHOTOGRAPHS [--reach 9]

Around each object, pixels are sorted by their distance to its outline, inside and outside, and the gradient
of the colours (CIELAB, smoothed by one pixel) is averaged over each distance. Printed is where it is
steepest: that is where the edge is, if the outline is right. Objects with strong edges of their own inside
can mislead it.
"""

import argparse
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from bench.studio.objects.outlines import Outlined, objects


def steepest(one: Outlined, folder: Path, reach: int) -> int:
    """Return at what distance in pixels from the outline the photograph changes most: positive is inside."""
    photo = one.photograph.read(folder)
    mask = one.mask(*photo.shape[:2]).astype(np.uint8)
    smooth = cv2.GaussianBlur(photo, (0, 0), 1)
    colours = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.float32)
    across, down = (cv2.Sobel(colours, cv2.CV_32F, *step) for step in ((1, 0), (0, 1)))
    gradient = np.sqrt((across**2 + down**2).sum(axis=2))
    inside = np.pad(mask, 1, mode="edge")
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    depth = np.rint(depth - cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))
    means = {step: float(gradient[depth == step].mean()) for step in range(-reach, reach + 1) if step}
    return max(means, key=lambda step: means[step])


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--reach", type=int, default=9, help="in pixels")
    given = parser.parse_args()
    found = Counter[int]()
    for one in objects():
        distance = steepest(one, given.photographs, given.reach)
        found[abs(distance)] += 1
        print(f"{one.name:24}{distance:+3}")
    print(", ".join(f"{count} within {distance} px" for distance, count in sorted(found.items())))


if __name__ == "__main__":
    main()
