"""Sample photographs with masks, to try the software on; ASSETS.md says where they come from."""

from importlib.resources import files
from pathlib import Path

#: ``spruce`` has an object to erase, ``caption`` a line of text.
NAMES = ("spruce", "caption")


def photo_path(name: str = "spruce") -> Path:
    """Return where a sample photograph lies, a JPEG file."""
    return _path(name, ".jpg")


def mask_path(name: str = "spruce") -> Path:
    """Return where the mask of a sample lies, a PNG file."""
    return _path(name, "_mask.png")


def _path(name: str, ending: str) -> Path:
    if name not in NAMES:
        raise ValueError(f"There is no sample {name!r}; the samples are {', '.join(NAMES)}.")
    return Path(str(files(__name__) / f"{name}{ending}"))
