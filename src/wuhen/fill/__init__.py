"""Fill holes in photographs: arrays in, arrays out, no files, no settings, no logging.

The one function most callers need is `erase`. Importing this package is cheap; compiled code is loaded by the
first fill, or ahead of it by `warmup`.
"""

from wuhen.fill.api import EngineInfo, boxes, describe, engines, erase, require, warmup
from wuhen.fill.errors import Cancelled, FillError
from wuhen.fill.guides.protocol import Guide

__all__ = [
    "Cancelled",
    "EngineInfo",
    "FillError",
    "Guide",
    "boxes",
    "describe",
    "engines",
    "erase",
    "require",
    "warmup",
]
