"""Fill holes in photographs: arrays in, arrays out, no files, no settings, no logging.

The one function most callers need is `erase`. Importing this package is cheap; compiled code is loaded by the
first fill, or ahead of it by `warmup`.
"""

from wuhen.fill.api import (
    boxes,
    cache_directories,
    describe,
    engines,
    erase,
    estimate,
    load_network,
    measure_speed,
    require,
    warmup,
)
from wuhen.fill.effects import EFFECTS, Effects, find_effects
from wuhen.fill.engines.catalogue import Engine
from wuhen.fill.errors import Cancelled, FillError, NothingToFillFrom
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.options import OPTIONS, Option, OptionChanges, Options
from wuhen.fill.progress import Preview

__all__ = [
    "EFFECTS",
    "OPTIONS",
    "Cancelled",
    "Effects",
    "Engine",
    "FillError",
    "Guide",
    "NothingToFillFrom",
    "Option",
    "OptionChanges",
    "Options",
    "Preview",
    "boxes",
    "cache_directories",
    "describe",
    "engines",
    "erase",
    "estimate",
    "find_effects",
    "load_network",
    "measure_speed",
    "require",
    "warmup",
]
