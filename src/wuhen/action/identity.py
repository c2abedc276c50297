"""What our own product is called, beside the vendor's on the same endpoint."""

from typing import Final

__all__ = ["SERVICE", "VERSION"]

SERVICE: Final = "wuhen"
VERSION: Final = "2026-11-25"
