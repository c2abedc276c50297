"""Fill holes in photographs: arrays in, arrays out, no files, no settings, no logging.

The one function most callers need is `erase`. Importing this package is cheap; compiled code is loaded by the
first fill, or ahead of it by `warmup`.
"""

from wuhen.fill.api import engines, erase, warmup
from wuhen.fill.errors import Cancelled, FillError
from wuhen.fill.guide import Guide

__all__ = ["Cancelled", "FillError", "Guide", "engines", "erase", "warmup"]
