"""Small pictures for tests: made here, so that what must come out is known."""

import base64
import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def scene(width: int = 96, height: int = 64, seed: int = 0) -> NDArray[np.uint8]:
    """Return a green gradient with grain, uint8 `(height, width, 3)`: something to continue."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    base = np.stack([columns / width * 60, 80 + rows / height * 100, columns * 0 + 40.0], axis=-1)
    return np.clip(base + rng.normal(0, 4, base.shape), 0, 255).astype(np.uint8)


def with_object(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Put a red square in the middle; return the picture and a mask that covers it and a little more."""
    height, width = pixels.shape[:2]
    top, left, side = height // 2 - height // 8, width // 2 - width // 8, max(2, height // 4)
    changed = pixels.copy()
    changed[top : top + side, left : left + side] = (255, 0, 0)
    mask = np.zeros((height, width), dtype=bool)
    mask[max(0, top - 2) : top + side + 2, max(0, left - 2) : left + side + 2] = True
    return changed, mask


def with_shadow() -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Put a red disc with a soft shadow on a scene; return the picture, its mask and where it is shaded."""
    ground = scene(220, 180)
    rows, columns = np.mgrid[:180, :220]
    mask = (rows - 90) ** 2 + (columns - 110) ** 2 < 40**2
    away = np.hypot(rows - 95, columns - 113) - 40
    shade = 0.5 / (1 + np.exp(away / 1.5))
    changed = np.rint(ground * (1 - shade[..., None])).astype(np.uint8)
    changed[mask] = (255, 0, 0)
    return changed, mask, ~mask & (shade > 0.2)


def encoded(pixels: NDArray[Any], picture_format: str = "PNG", **options: Any) -> bytes:
    """Return an array, or a mask of booleans, as a file."""
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, picture_format, **options)
    return out.getvalue()


def decoded(data: bytes) -> NDArray[np.uint8]:
    """Return the file's pixels."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB") if image.mode not in {"RGBA", "L"} else image)


def same_but_for_numbers(image: str | bytes) -> bytes:
    """Return what two results of one job have in common: all pixels, and the metadata less their numbers."""
    data = base64.b64decode(image) if isinstance(image, str) else image
    with Image.open(io.BytesIO(data)) as opened:
        packet = str(opened.info.get("xmp", ""))
    numbers = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
    return decoded(data).tobytes() + re.sub(numbers, "NUMBER", packet).encode()


def base64_of(data: bytes) -> str:
    """Return `data` as the protocol's base64 text."""
    return base64.b64encode(data).decode("ascii")
