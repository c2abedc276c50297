"""Cases as `bench.quality` reads them: NAME.png, the truth, and NAME_mask.png, the hole."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

__all__ = ["write_case"]


def write_case(
    folder: Path, name: str, truth: Pillow.Image | NDArray[np.floating], hole: NDArray[np.bool_]
) -> None:
    """Write a photograph, or colours 0 to 255 that are rounded, and a hole."""
    if not isinstance(truth, Pillow.Image):
        truth = Pillow.fromarray(np.clip(np.rint(truth), 0, 255).astype(np.uint8))
    truth.save(folder / f"{name}.png")
    Pillow.fromarray(hole.astype(np.uint8) * 255).save(folder / f"{name}_mask.png")
