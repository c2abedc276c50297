"""What the operator's settings say about marks and labels, read and tried out before the first call."""

from dataclasses import dataclass, replace

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
        labelling = replace(self.labelling, number=number)
        if job.part:
            # What is signed is the finished picture.
            labelling = replace(labelling, signing=None)
        return replace(job, wording=self.worded(job.mark_language), labelling=labelling)

    def worded(self, language: str | None) -> mark.Wording:
        """Return the wording for who reads a language; a text of the operator's own stays as it is."""
        if language is None or self.wording.text not in mark.TEXTS.values():
            return self.wording
        wording = replace(self.wording, text=mark.TEXTS[language])
        try:
            wording.check()
        except mark.MarkError:
            # The operator's font is for the other language.
            return self.wording
        return wording


def read_marking(settings: Settings) -> Marking:
    """Read fonts, certificates and keys, draw a mark and sign a picture with them.

    Raises
    ------
    wuhen.mark.MarkError
        The mark cannot be drawn, or nothing can be signed.
    OSError
        A file cannot be read.
    """
    marks = settings.marks
    wording = marks.wording()
    if not mark.states_generation(wording.text):
        log.info("the visible mark lacks the words that GB 45438-2025 requires", text=wording.text)
    if marks.aigc_label and not marks.aigc_producer:
        log.info("the AIGC label names no producer; set aigc_producer to your code")
    return Marking(wording, Labelling.of(marks))
