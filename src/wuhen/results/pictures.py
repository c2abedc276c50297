"""Names for pictures that are handed out."""

import uuid

__all__ = ["MEDIA_TYPES", "PICTURE", "name_picture"]

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/tiff": "tiff"}
MEDIA_TYPES = {extension: media_type for media_type, extension in _EXTENSIONS.items()}
"""By the ends of names."""
PICTURE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|png|webp|tiff)"
"""Pattern of such a name; its group is the end."""


def name_picture(media_type: str) -> str:
    """Return a name that no other picture has.

    Raises
    ------
    ValueError
        It is no media type of results.
    """
    if media_type not in _EXTENSIONS:
        raise ValueError(f"a result must be one of {', '.join(_EXTENSIONS)}, not {media_type!r}")
    return f"{uuid.uuid4()}.{_EXTENSIONS[media_type]}"
