"""Fill holes in photographs: arrays in, arrays out, no files, no settings, no logging.

The one function most callers need is `erase`. Importing this package is cheap; compiled code is loaded by the
first fill, or ahead of it by `warmup`.
"""

from wuhen.fill.api import EngineInfo, boxes, describe, engines, erase, warmup
from wuhen.fill.errors import Cancelled, FillError

__all__ = ["Cancelled", "EngineInfo", "FillError", "boxes", "describe", "engines", "erase", "warmup"]
