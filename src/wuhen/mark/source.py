"""What kind of picture it is, in the terms of the press (IPTC Photo Metadata 2024.1, Digital Source Type)."""

from collections.abc import Sequence

__all__ = ["EDITED", "EDITED_BY_NETWORK", "source_after", "source_name", "strongest"]

_SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"
EDITED = _SCHEME + "algorithmicallyEnhanced"
"""An algorithm has altered it, and nothing that was learned from other pictures is in it."""
EDITED_BY_NETWORK = _SCHEME + "compositeWithTrainedAlgorithmicMedia"
"""Some of it was made by a network, as by inpainting."""
# What was made by a network stays so, whatever is done to it afterwards.
_STRONGER = {
    _SCHEME + term
    for term in ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic")
}


def source_after(before: str, *, network: bool) -> str:
    """Return the source type of a picture in which a hole was filled.

    Parameters
    ----------
    before
        The source type that it had, or an empty text.
    network
        Whether a trained network painted any of the fill.
    """
    if _SCHEME + source_name(before) in _STRONGER:
        return _SCHEME + source_name(before)
    return EDITED_BY_NETWORK if network else EDITED


def is_by_network(value: str) -> bool:
    """Tell whether a source type says that a trained network made any of the picture."""
    term = _SCHEME + source_name(value)
    return term in _STRONGER or term == EDITED_BY_NETWORK


def strongest(values: Sequence[str]) -> str:
    """Return the value that says that a network made the picture, else the first; an empty text of none."""
    telling = (value for value in values if _SCHEME + source_name(value) in _STRONGER)
    return next(telling, values[0] if values else "")


def source_name(value: str) -> str:
    """Return the term of a source type without its scheme; other texts as they are.

    Some write https, though the identifier is the http one.
    """
    return value.strip().replace("https://", "http://", 1).removeprefix(_SCHEME)
