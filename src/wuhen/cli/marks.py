"""Options of marks and labels, named as the service's settings are, and what they come to."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click
import numpy as np

from wuhen import mark
from wuhen.action import Labelling

__all__ = ["Marks", "mark_options"]

LONGEST = 128
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Marks:
    """The values of the options."""

    mark_text: str
    mark_corner: mark.Corner
    mark_font: Path | None
    aigc_label: bool
    aigc_producer: str
    aigc_propagator: str
    iptc_source: bool
    c2pa_cert: Path | None
    c2pa_key: Path | None
    c2pa_timestamp: str | None

    def wording(self) -> mark.Wording:
        """Return the visible mark's wording, tried out.

        Raises
        ------
        click.UsageError
            It cannot be drawn.
        OSError
            The font cannot be read.
        """
        font = self.mark_font.read_bytes() if self.mark_font else None
        wording = mark.Wording(mark.TEXTS.get(self.mark_text, self.mark_text), self.mark_corner, font)
        try:
            mark.draw_mark(np.zeros((100, 100, 3), np.uint8), wording)
        except mark.MarkError as error:
            raise click.UsageError(str(error)) from error
        return wording

    def labelling(self) -> Labelling:
        """Return the labels, certificate and key tried out.

        Raises
        ------
        click.UsageError
            They cannot be written or signed.
        OSError
            A file cannot be read.
        """
        for value in (self.aigc_producer, self.aigc_propagator):
            if not mark.printable(value) or len(value) > LONGEST:
                raise click.UsageError(
                    f"{value[:LONGEST]!r} cannot stand in the AIGC label: "
                    f"use at most {LONGEST} characters of printable ASCII without spaces"
                )
        return Labelling(
            aigc=self.aigc_label,
            iptc=self.iptc_source,
            issuer=mark.Issuer(self.aigc_producer, self.aigc_propagator),
            signing=self._signing(),
        )

    def _signing(self) -> mark.Signing | None:
        if (self.c2pa_cert is None) != (self.c2pa_key is None):
            raise click.UsageError("--c2pa-cert and --c2pa-key belong together: give both or neither")
        if self.c2pa_cert is None or self.c2pa_key is None:
            if self.c2pa_timestamp:
                raise click.UsageError("--c2pa-timestamp is of no use without --c2pa-cert and --c2pa-key")
            return None
        signing = mark.Signing(
            self.c2pa_cert.read_bytes(), self.c2pa_key.read_bytes(), self.c2pa_timestamp or None
        )
        try:
            mark.check_signing(signing)
        except mark.SigningFailed as error:
            raise click.UsageError(str(error)) from error
        return signing


_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--mark-text",),
        {
            "default": "zh",
            "help": "What the mark says: zh (图片由 AI 生成), en (AI-generated image), or a text.",
        },
    ),
    (
        ("--mark-corner",),
        {"type": click.Choice(get_args(mark.Corner)), "default": "bottom-right", "help": "Where it stands."},
    ),
    (
        ("--mark-font",),
        {"type": FILE, "help": "Font for texts that the mark's own has not the characters of."},
    ),
    (
        ("--aigc-label/--no-aigc-label",),
        {"default": True, "help": "Write the AIGC label of China's rules into the metadata."},
    ),
    (("--aigc-producer",), {"default": "", "help": "Your code or name, for the label."}),
    (
        ("--aigc-propagator",),
        {"default": "", "help": "The same, for photos that others have labelled.  [as --aigc-producer]"},
    ),
    (
        ("--iptc-source/--no-iptc-source",),
        {"default": True, "help": "Write IPTC's digital source type into the metadata."},
    ),
    (("--c2pa-cert",), {"type": FILE, "help": "Sign Content Credentials with this certificate chain (PEM)."}),
    (("--c2pa-key",), {"type": FILE, "help": "Its private key (PEM)."}),
    (("--c2pa-timestamp",), {"metavar": "URL", "help": "A timestamp service for the signatures."}),
)


def mark_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets them as one `Marks` in the parameter ``marks``."""

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        names = Marks.__dataclass_fields__
        marks = Marks(**{name: given.pop(name) for name in names})
        return function(marks=marks, **given)

    wrapped: Callable[..., Any] = command
    for names, options in reversed(_OPTIONS):
        variable = "WUHEN_" + names[0].split("/")[0].removeprefix("--").replace("-", "_").upper()
        shown = bool(options.get("default"))
        wrapped = click.option(*names, **options, envvar=variable, show_default=shown)(wrapped)
    return wrapped
