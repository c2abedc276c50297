"""XMP packets: read a property, replace it, keep everything else (ISO 16684-1).

A packet comes from a stranger's file: no entity in it is expanded, nothing is fetched, and one that is broken
is read as far as it goes.
"""

from wuhen.xmp.editing import Kind, drop, properties, replace, rewrite, supply
from wuhen.xmp.packets import drop_items, merge, split
from wuhen.xmp.tree import Property, legal

__all__ = [
    "Kind",
    "Property",
    "drop",
    "drop_items",
    "legal",
    "merge",
    "properties",
    "replace",
    "rewrite",
    "split",
    "supply",
]
