"""What can be chosen about marks and labels, declared once for command line and settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wuhen.mark.aigc import Issuer
from wuhen.mark.credentials import Signing, check_signing
from wuhen.mark.place import Corner
from wuhen.mark.text import TEXTS, Wording, mark_layer

__all__ = ["LONGEST_NAME", "MarkOptions"]

LONGEST_NAME = 128
"""Characters of a producer's or a propagator's name."""


@dataclass(frozen=True, slots=True)
class MarkOptions:
    """The options by the names that they have as flags, in the environment and in `wuhen.toml`.

    Metadata of each field: ``text`` says what it is for; ``longest`` is how many characters it may have;
    ``metavar`` is what the help of the command line calls its value.
    """

    mark_text: str = field(
        default="zh",
        metadata={"text": f"What the visible mark says: zh ({TEXTS['zh']}), en ({TEXTS['en']}), or a text."},
    )
    mark_corner: Corner = field(default="bottom-right", metadata={"text": "The corner of mark and logo."})
    mark_font: Path | None = field(
        default=None,
        metadata={
            "text": "OpenType or TrueType file for texts with characters that the mark's own font lacks."
        },
    )
    aigc_label: bool = field(
        default=True,
        metadata={"text": "Whether results carry the AIGC label of China's rules in their metadata."},
    )
    aigc_producer: str = field(
        default="",
        metadata={
            "text": "Your code or name as the label's ContentProducer: printable ASCII without space.",
            "longest": LONGEST_NAME,
        },
    )
    aigc_propagator: str = field(
        default="",
        metadata={
            "text": "The same as ContentPropagator, for photos that others have labelled; "
            "by default as aigc_producer.",
            "longest": LONGEST_NAME,
        },
    )
    iptc_source: bool = field(
        default=True,
        metadata={"text": "Whether results state IPTC's digital source type in their metadata."},
    )
    c2pa_cert: Path | None = field(
        default=None,
        metadata={"text": "PEM certificate chain; with it results are signed with Content Credentials."},
    )
    c2pa_key: Path | None = field(default=None, metadata={"text": "PEM private key of --c2pa-cert."})
    c2pa_timestamp: str | None = field(
        default=None,
        metadata={
            "text": "URL of a timestamp service (RFC 3161) for those signatures.",
            "metavar": "URL",
        },
    )

    def check_pairs(self, shown: Callable[[str], str] = str) -> None:
        """Check that what belongs together is given together.

        Parameters
        ----------
        shown
            Gives the name of an option as its user knows it.

        Raises
        ------
        ValueError
            It is not.
        """
        chain, key, timestamp = map(shown, ("c2pa_cert", "c2pa_key", "c2pa_timestamp"))
        if (self.c2pa_cert is None) != (self.c2pa_key is None):
            raise ValueError(f"{chain} and {key} belong together: give both or neither")
        if self.c2pa_timestamp and not self.c2pa_cert:
            raise ValueError(f"{timestamp} has no effect without {chain} and {key}")

    def wording(self) -> Wording:
        """Return the visible mark's wording, tried out.

        Raises
        ------
        MarkError
            It cannot be drawn.
        OSError
            The font cannot be read.
        """
        font = self.mark_font.read_bytes() if self.mark_font else None
        wording = Wording(TEXTS.get(self.mark_text, self.mark_text), self.mark_corner, font)
        mark_layer((100, 100), wording)
        return wording

    def issuer(self) -> Issuer:
        """Return whom the AIGC label names."""
        return Issuer(self.aigc_producer, self.aigc_propagator)

    def signing(self) -> Signing | None:
        """Return certificate and key, tried out; None if nothing is to be signed.

        Raises
        ------
        SigningFailed
            Nothing can be signed with them.
        OSError
            A file cannot be read.
        """
        if self.c2pa_cert is None or self.c2pa_key is None:
            return None
        signing = Signing(
            self.c2pa_cert.read_bytes(), self.c2pa_key.read_bytes(), self.c2pa_timestamp or None
        )
        check_signing(signing)
        return signing
