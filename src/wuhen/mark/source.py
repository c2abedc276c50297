"""What kind of picture it is, in the terms of the press (IPTC Photo Metadata 2024.1, Digital Source Type)."""

__all__ = ["EDITED", "EDITED_BY_NETWORK", "source_after", "source_name"]

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
    # Some write https, though the identifier is the http one.
    kept = before.strip().replace("https://", "http://", 1)
    if kept in _STRONGER:
        return kept
    return EDITED_BY_NETWORK if network else EDITED


def source_name(value: str) -> str:
    """Return the term of a source type without its scheme; other texts as they are."""
    return value.strip().replace("https://", "http://", 1).removeprefix(_SCHEME)
