"""What the operator's settings say about marks and labels, read and tried out before the first call."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wuhen import mark
from wuhen.action import Job, Labelling
from wuhen.service.logs import log
from wuhen.settings import Settings

__all__ = ["Marking", "read_marking"]


@dataclass(frozen=True, slots=True)
class Marking:
    """The visible mark and the labels of every result."""

    wording: mark.Wording
    labelling: Labelling

    def of(self, job: Job, number: str) -> Job:
        """Return the job with them; `number` is its result's."""
        return replace(job, wording=self.wording, labelling=replace(self.labelling, number=number))


def read_marking(settings: Settings) -> Marking:
    """Read fonts, certificates and keys, draw a mark and sign a picture with them.

    Raises
    ------
    wuhen.mark.MarkError
        The mark cannot be drawn, or nothing can be signed.
    OSError
        A file cannot be read.
    """
    wording = mark.Wording(
        mark.TEXTS.get(settings.mark_text, settings.mark_text),
        settings.mark_corner,
        _read(settings.mark_font),
    )
    mark.draw_mark(np.zeros((100, 100, 3), np.uint8), wording)
    if not mark.states_generation(wording.text):
        log.info("the visible mark has not the words that GB 45438-2025 asks for", text=wording.text)
    if settings.aigc_label and not settings.aigc_producer:
        log.info("the AIGC label names no producer; set aigc_producer to your code")
    signing = None
    chain, key = _read(settings.c2pa_cert), _read(settings.c2pa_key)
    if chain is not None and key is not None:
        signing = mark.Signing(chain, key, settings.c2pa_timestamp)
        mark.check_signing(signing)
    issuer = mark.Issuer(settings.aigc_producer, settings.aigc_propagator)
    return Marking(
        wording,
        Labelling(aigc=settings.aigc_label, iptc=settings.iptc_source, issuer=issuer, signing=signing),
    )


def _read(file: Path | None) -> bytes | None:
    return None if file is None else file.read_bytes()
