"""What a result says about itself: the labels in its metadata, and its Content Credentials.

`wuhen.photo` knows what a file carries and `wuhen.mark` what labels look like; here they meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from wuhen import mark, photo

__all__ = ["Labelling", "label_result", "with_labels_alone"]

# Of the labels that were found, so much goes into the record: a stranger's file may hold megabytes of them.
_MAX_KEPT, _MAX_KEPT_LENGTH = 4, 2048


@dataclass(frozen=True, slots=True)
class Labelling:
    """Which labels a result gets.

    Attributes
    ----------
    aigc : bool
        Whether it gets the AIGC label of China's rules.
    iptc : bool
        Whether its IPTC digital source type is set.
    issuer : wuhen.mark.Issuer
        Whom the AIGC label names.
    number : str, optional
        The issuer's number for this result; by default one that the same job always gets.
    signing : wuhen.mark.Signing, optional
        With what to sign Content Credentials; none without it.
    """

    aigc: bool = True
    iptc: bool = True
    issuer: mark.Issuer = field(default_factory=mark.Issuer)
    number: str | None = None
    signing: mark.Signing | None = None

    @classmethod
    def of(cls, options: mark.MarkOptions) -> Self:
        """Return what options ask for, certificate and key tried out.

        Raises
        ------
        wuhen.mark.SigningFailed
            Nothing can be signed with them.
        OSError
            A file cannot be read.
        """
        return cls(
            aigc=options.aigc_label,
            iptc=options.iptc_source,
            issuer=options.issuer(),
            signing=options.signing(),
        )


def label_result(
    picture: photo.Photo, output_format: str, labelling: Labelling, *, number: str, network: bool
) -> tuple[photo.Photo, tuple[str, ...]]:
    """Write the labels into a picture's metadata.

    There is one AIGC label afterwards, in XMP, wherever those were that the picture came with. Without
    labelling, they stay what and where they are, save that one in a PNG text moves to XMP in a format that
    has no such texts.

    Parameters
    ----------
    picture : wuhen.photo.Photo
        The result.
    output_format : str
        What it will be written as.
    labelling : Labelling
        Which labels it gets.
    number : str
        Its number, where `labelling` has none.
    network : bool
        Whether a trained network painted any of the fill.

    Returns
    -------
    wuhen.photo.Photo
        The picture with its metadata.
    tuple of str
        The AIGC labels that it came with, as they were: the first four, 2048 characters of each at most.
    """
    found = mark.find_labels(picture.xmp, photo.exif_texts(picture.exif), picture.texts)
    label = _label(found, labelling, number) if labelling.aigc else None
    if label is None and found and output_format != "PNG" and found[0].place == "PNG":
        label = found[0].text
    source = None
    if labelling.iptc:
        source = mark.source_after(mark.find_source(picture.xmp), network=network)
    packet = mark.write_labels(picture.xmp, label=label, source=source)
    picture = replace(picture, xmp=packet)
    if labelling.aigc:
        tags = {one.name for one in found if one.place == "EXIF"}
        keywords = {one.name for one in found if one.place == "PNG"}
        picture = replace(picture, exif=_without(picture.exif, tags), texts=_less(picture.texts, keywords))
    return picture, tuple(one.text[:_MAX_KEPT_LENGTH] for one in found[:_MAX_KEPT])


def with_labels_alone(picture: photo.Photo) -> photo.Photo:
    """Return a picture without its metadata, save for its AIGC label and its digital source type.

    Colour profile and resolution stay: they say how the pixels are meant.
    """
    found = mark.find_labels(picture.xmp, photo.exif_texts(picture.exif), picture.texts)
    packet = mark.write_labels(
        None,
        label=found[0].text if found else None,
        source=mark.find_source(picture.xmp) or None,
    )
    return replace(picture, exif=None, xmp=packet, texts={}, comment=None)


def _label(found: tuple[mark.Found, ...], labelling: Labelling, number: str) -> str:
    """Return the one label to write, made from the first that can be read of those that are there."""
    number = labelling.number or number
    for one in found:
        try:
            return one.label().pass_on(labelling.issuer, number).as_json()
        except mark.BrokenLabel:
            continue
    return mark.AigcLabel.first(labelling.issuer, number).as_json()


def _without(block: bytes | None, names: set[str]) -> bytes | None:
    return photo.without_texts(block, names) if block is not None and names else block


def _less(texts: Mapping[str, str], names: set[str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name not in names}
