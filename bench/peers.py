"""Other engines, called the way their users call them; their packages are in the `bench` extra."""

import importlib
from collections.abc import Callable
from typing import cast

import cv2
from bench.figures import Image

import wuhen.fill

__all__ = ["Engine", "find_engine"]

#: Called with photo (H, W, 3) and mask (H, W; 0 or 255); returns the filled photo.
Engine = Callable[[Image, Image], Image]


def find_engine(name: str) -> Engine:
    """Look an engine up: one of ours, ``telea``, ``navier-stokes``, ``pypatchmatch``, ``module:function``."""
    if name in wuhen.fill.engines():
        return lambda photo, mask: wuhen.fill.erase(photo, mask, engine=name)
    if name in _PEERS:
        return _PEERS[name]
    module, colon, function = name.partition(":")
    if not colon:
        known = ", ".join((*wuhen.fill.engines(), *_PEERS))
        raise SystemExit(f"engine {name!r} is not known; use one of {known}, or module:function")
    return cast("Engine", getattr(importlib.import_module(module), function))


def _telea(photo: Image, mask: Image) -> Image:
    return cast("Image", cv2.inpaint(photo, mask, 5, cv2.INPAINT_TELEA))


def _navier_stokes(photo: Image, mask: Image) -> Image:
    return cast("Image", cv2.inpaint(photo, mask, 5, cv2.INPAINT_NS))


def _pypatchmatch(photo: Image, mask: Image) -> Image:
    patch_match = importlib.import_module("patchmatch.patch_match")
    return cast("Image", patch_match.inpaint(photo, mask, patch_size=3))


_PEERS: dict[str, Engine] = {"telea": _telea, "navier-stokes": _navier_stokes, "pypatchmatch": _pypatchmatch}
