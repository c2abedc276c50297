"""The action's parameters as a value: what a call asks for, checked once."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from wuhen import fill
from wuhen.action.failures import (
    BAD_VALUE,
    INPUT,
    LOGO,
    MASK,
    NO_IMAGE,
    NO_LOGO_IMAGE,
    NO_MASK,
    NO_SELECTION,
    RECT_INCOMPLETE,
    RESULT_TYPE,
)
from wuhen.action.job import Job, Logo
from wuhen.action.limits import (
    ANSWER_FORMS,
    MARK_LANGUAGES,
    PATCH_FORMAT,
    RESULT_FORMATS,
    RESULT_PARTS,
    AnswerForm,
    PictureLimits,
)
from wuhen.action.options import parse_options
from wuhen.action.pasting import Patch
from wuhen.action.pictures import Downloaded, Encoded, PictureData, bytes_of
from wuhen.action.selection import Selection
from wuhen.action.translation import translate_errors
from wuhen.download import Download
from wuhen.mark import Rect
from wuhen.photo import media_type
from wuhen.wire import Message

__all__ = [
    "EraseRequest",
    "Fetch",
    "Pictures",
    "Source",
    "download_picture",
    "parse_answer_form",
    "parse_choice",
    "parse_logo",
    "parse_mark_language",
]


class Fetch(Protocol):
    """Downloads what a URL names; raises what `wuhen.download` raises."""

    async def __call__(self, url: str, *, limit: int) -> Download:
        """Return the file, which may have `limit` bytes at most."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a picture comes from: a URL, or base64 text. The URL wins when a caller gives both."""

    url: str | None = None
    text: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, values: Mapping[str, Any], url: str, text: str) -> Self | None:
        """Take the two parameters named `url` and `text`; None where both are absent or empty."""
        if values.get(url):
            return cls(url=values[url])
        if values.get(text):
            return cls(text=values[text])
        return None

    async def collect(self, what: Message, fetch: Fetch, limits: PictureLimits) -> Downloaded | Encoded:
        """Download the picture, or pass its text on for the worker to decode."""
        if self.url is None:
            return Encoded(self.text or "")
        return await _download(self.url, what, fetch, limits)


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """One call of ImageInpaintingRemoval, of EraseRegions, which takes more, or of PasteRegions."""

    photo: Source
    mask: Source | None
    answer: AnswerForm = ANSWER_FORMS[0]
    marked: bool = True
    logo: Source | None = None
    logo_rect: Rect | None = None
    options: fill.Options = field(default_factory=fill.Options)
    keep_out: Source | None = None
    invert: bool = False
    fit_mask: bool = False
    transparent: bool = False
    result_format: str = "auto"
    selection: Selection = field(default_factory=Selection)
    part: bool = False
    mark_language: str | None = None
    patches: tuple[Patch, ...] = ()
    quality: int | None = None
    bare: bool = False
    effects_mask: Source | None = None

    @classmethod
    def parse(cls, parameters: Mapping[str, Any], *, own: bool = False) -> Self:
        """Read parameters that the schema has passed, which with `own` is that of an action of ours.

        Raises
        ------
        ApiError
            A picture is missing, or a value is none of those allowed.
        """
        photo = Source.of(parameters, "InputUrl", "InputImage")
        if photo is None:
            raise NO_IMAGE()
        mask = Source.of(parameters, "MaskUrl", "Mask")
        selection = Selection.parse(parameters)
        if mask is None and not selection:
            raise (NO_SELECTION if own else NO_MASK)()
        answer = parse_answer_form(parameters)
        # 0 turns the mark off; any other integer counts as 1.
        marked = parameters.get("LogoAdd", 1) != 0
        logo, rect = parse_logo(parameters)
        options = parse_options(parameters)
        keep_out = Source.of(parameters, "KeepOutUrl", "KeepOut")
        flags = ("Invert", "FitMask", "Transparent")
        invert, fit_mask, transparent = (parameters.get(name, 0) != 0 for name in flags)
        result_format = parse_choice(parameters, "ResultFormat", RESULT_FORMATS)
        return cls(
            photo,
            mask,
            answer,
            marked,
            logo,
            rect,
            options,
            keep_out,
            invert,
            fit_mask,
            transparent,
            result_format,
            selection,
            parse_choice(parameters, "ResultPart", RESULT_PARTS) == RESULT_PARTS[1],
            parse_mark_language(parameters),
            effects_mask=Source.of(parameters, "EffectsMaskUrl", "EffectsMask"),
        )

    async def collect(self, fetch: Fetch, limits: PictureLimits) -> Job:
        """Download what was given as URL, and return the job with its limits; see `collect_pictures`."""
        return self.job_of(await self.collect_pictures(fetch, limits), limits)

    async def collect_pictures(self, fetch: Fetch, limits: PictureLimits) -> "Pictures":
        """Download what was given as URL, all at a time, and return all that the job needs.

        Raises
        ------
        ApiError
            A URL is refused or cannot be downloaded.
        """
        logo = self.logo if self.marked else None
        try:
            async with asyncio.TaskGroup() as group:
                photo = group.create_task(self.photo.collect(INPUT, fetch, limits))
                mask = group.create_task(_collect(self.mask, MASK, fetch, limits))
                keep_out = group.create_task(_collect(self.keep_out, MASK, fetch, limits))
                drawn = group.create_task(_collect(logo, LOGO, fetch, limits))
                effects = group.create_task(_collect(self.effects_mask, MASK, fetch, limits))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return Pictures(photo.result(), mask.result(), keep_out.result(), drawn.result(), effects.result())

    def job_of(self, pictures: "Pictures", limits: PictureLimits) -> Job:
        """Return the job on these pictures, which `limits` hold for."""
        logo = None if pictures.logo is None else Logo(pictures.logo, self.logo_rect)
        return Job(
            pictures.photo,
            pictures.mask,
            keep_out=pictures.keep_out,
            effects_mask=pictures.effects_mask,
            shapes=self.selection.shapes,
            find=self.selection.find,
            candidates=self.selection.candidates,
            patches=self.patches,
            part=self.part,
            bare=self.bare,
            marked=self.marked and not self.part,
            mark_language=self.mark_language,
            logo=None if self.part else logo,
            options=self.options,
            invert=self.invert,
            fit_mask=self.fit_mask,
            transparent=self.transparent,
            limits=limits,
            quality=self.quality,
            output_format=PATCH_FORMAT if self.part else RESULT_FORMATS[self.result_format],
            as_given=not self.part and self.result_format != "auto",
        )


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a call: photo, mask, those of what may not be copied and may be treated, and logo."""

    photo: PictureData = field(repr=False)
    mask: PictureData | None = field(default=None, repr=False)
    keep_out: PictureData | None = field(default=None, repr=False)
    logo: PictureData | None = field(default=None, repr=False)
    effects_mask: PictureData | None = field(default=None, repr=False)

    def files(self, limits: PictureLimits) -> "dict[str, bytes]":
        """Return those that there are as files, by name; takes as long as decoding their base64 does.

        Raises
        ------
        ApiError
            A text is too long or is no base64, or it is no picture of the formats that are taken.
        """
        given = {
            "photo": (self.photo, INPUT),
            "mask": (self.mask, MASK),
            "keep_out": (self.keep_out, MASK),
            "logo": (self.logo, LOGO),
            "effects_mask": (self.effects_mask, MASK),
        }
        return {
            name: bytes_of(picture, what, limits)
            for name, (picture, what) in given.items()
            if picture is not None
        }


async def _collect(
    source: Source | None, what: Message, fetch: Fetch, limits: PictureLimits
) -> PictureData | None:
    return await source.collect(what, fetch, limits) if source else None


async def download_picture(url: str, fetch: Fetch, limits: PictureLimits) -> tuple[bytes, str]:
    """Download a picture; return it and its media type, which its first bytes tell.

    Raises
    ------
    ApiError
        The URL is refused, it cannot be downloaded, or it is no picture.
    """
    found = await _download(url, INPUT, fetch, limits)
    return found.data, media_type(found.format(INPUT, limits.formats))


async def _download(url: str, what: Message, fetch: Fetch, limits: PictureLimits) -> Downloaded:
    with translate_errors(what):
        answer = await fetch(url, limit=limits.download)
    return Downloaded(answer.data, answer.media_type)


def parse_answer_form(parameters: Mapping[str, Any]) -> AnswerForm:
    """Return how a picture is to come back.

    Raises
    ------
    ApiError
        In none of the ways that there are.
    """
    given = parameters.get("RspImgType") or ANSWER_FORMS[0]
    for form in ANSWER_FORMS:
        if given == form:
            return form
    raise RESULT_TYPE(given=given)


def parse_logo(parameters: Mapping[str, Any]) -> tuple[Source | None, Rect | None]:
    """Return the picture that is drawn in the mark's place, and where; None of each that is not given.

    Raises
    ------
    ApiError
        There is no picture, or a rectangle is no whole one.
    """
    return _logo(parameters.get("LogoParam") or {})


def parse_choice(parameters: Mapping[str, Any], name: str, choices: Collection[str]) -> str:
    """Return a parameter that is one of several words, the first of them where it is absent or empty.

    Raises
    ------
    ApiError
        It is none of them.
    """
    given = parameters.get(name) or next(iter(choices))
    if given in choices:
        return str(given)
    *others, last = choices
    right = Message(f"{', '.join(others)} or {last}", f"{'、'.join(others)} 或 {last}")
    raise BAD_VALUE(name=name, given=given, right=right)


def parse_mark_language(parameters: Mapping[str, Any]) -> str | None:
    """Return in which language the visible mark is wanted, if the caller says so.

    Raises
    ------
    ApiError
        In none of those that there are.
    """
    return (
        parse_choice(parameters, "MarkLanguage", MARK_LANGUAGES) if parameters.get("MarkLanguage") else None
    )


def _logo(values: Mapping[str, Any]) -> tuple[Source | None, Rect | None]:
    # Clients that send unset members as null leave structures of nothing behind.
    if not any(values.values()):
        return None, None
    logo = Source.of(values, "LogoUrl", "LogoImage")
    if logo is None:
        raise NO_LOGO_IMAGE()
    rect = values.get("LogoRect")
    if not rect:
        return logo, None
    missing = [name for name in ("Width", "Height") if name not in rect]
    if missing:
        raise RECT_INCOMPLETE(missing=", ".join(missing))
    return logo, Rect(rect.get("X", 0), rect.get("Y", 0), rect["Width"], rect["Height"])
