"""The tools on files of this machine, done by workers of it."""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn

from mcp.types import ContentBlock, ImageContent

from wuhen.action import (
    JOB_LOST,
    OWN_LIMITS,
    EraseRequest,
    FindJob,
    FoundRegions,
    Job,
    SelectedObject,
    SelectJob,
    apply_preset,
    parse_clicks,
    parse_find,
)
from wuhen.photo import BY_ENDING, media_type
from wuhen.tools.folders import Folders
from wuhen.tools.server import Refused, Request, Told
from wuhen.tools.telling import describe_erasure, describe_labels, describe_object, describe_places
from wuhen.tools.tool import ERASE_TOOL, FIND_TOOL, INSPECT_TOOL, SELECT_TOOL, Given, Tool
from wuhen.wire import Binary, Language, validate
from wuhen.workers import WorkerFailedError, Workers

__all__ = ["FileWork"]

SHOWN_BYTES: Final = 700 * 1024
"""Of a picture that is shown to the model beside its path; a larger one is not."""
_WRITABLE: Final = frozenset({"jpeg", "png", "webp", "tiff"})
_OVERWRITE: Final = {"type": "boolean", "description": "Whether a file that is there already is replaced."}


@dataclass(frozen=True, slots=True)
class FileWork:
    """See `wuhen.tools.server.Work`.

    Attributes
    ----------
    folders : Folders
        Where files may be.
    workers : Workers
        Who decodes them, and everything else.
    settle : callable
        Adds to a job what its user has settled for every one: engine, mark and labels.
    write : callable
        Writes a file whole or not at all.
    models : Path
        Where the network that selects objects may lie.
    """

    folders: Folders
    workers: Workers
    settle: Callable[[Job], Job]
    write: Callable[[Path, bytes], None]
    models: Path

    def schema(self, tool: Tool) -> dict[str, Any]:
        """Return the schema, with pictures as paths."""
        texts = {
            "image": "Absolute path of the image.",
            "mask": "Absolute path of a mask picture of the image's size; white is erased.",
            "keep_out": "Absolute path of a picture like the mask; where it is white nothing is copied from.",
        }
        more: dict[str, Any] = {
            name: {"type": "string", "description": f"{texts[name]} In one of {self.folders}."}
            for name in tool.pictures
        }
        required: tuple[str, ...] = ("image",)
        if tool is ERASE_TOOL:
            text = "Absolute path of the file to write; its ending says the format. Never one of the inputs."
            more["output"] = {"type": "string", "description": text}
            required = ("image", "output")
        if tool is FIND_TOOL or tool is SELECT_TOOL:
            text = "Absolute path of a PNG to write the mask to."
            more["mask_output"] = {"type": "string", "description": text}
        if tool is not INSPECT_TOOL:
            more["overwrite"] = _OVERWRITE
        # Presets are a service's.
        return tool.schema(more, required, without=frozenset({"Preset"}))

    def language(self, request: Request) -> Language:
        """Return English: a tool of this machine is not told otherwise."""
        del request
        return Language.ENGLISH

    async def carry_out(self, tool: Tool, given: Given, request: Request) -> Told:
        """Do it."""
        del request
        rest = dict(given)
        files = {
            name: await asyncio.to_thread(self.folders.read, _text(rest.pop(name), name))
            for name in tool.pictures
            if rest.get(name) is not None
        }
        if "image" not in files:
            raise Refused("give image, the absolute path of a file")
        target = self._target(rest, tuple(path for path, _ in files.values()))
        if tool is ERASE_TOOL and target is None:
            raise Refused("give output, the absolute path of the file to write")
        pictures = {tool.pictures[name]: Binary(data) for name, (_, data) in files.items()}
        parameters = apply_preset(validate(tool.action.parameters, tool.read(rest) | pictures), {})
        try:
            if tool is ERASE_TOOL and target is not None:
                return await self._erase(parameters, target)
            if tool is FIND_TOOL:
                return await self._find(files["image"][1], parameters, target)
            if tool is SELECT_TOOL:
                return await self._select(files["image"][1], parameters, target)
            found = await self.workers.examine(files["image"][1], OWN_LIMITS)
        except WorkerFailedError as error:
            raise JOB_LOST() from error
        facts = found.as_answer()
        return Told(describe_labels(facts), facts=facts)

    def _target(self, rest: dict[str, Any], inputs: tuple[Path, ...]) -> Path | None:
        overwrite = rest.pop("overwrite", False) is True
        for name in ("output", "mask_output"):
            if (given := rest.pop(name, None)) is not None:
                target = self.folders.free(_text(given, name), inputs, overwrite=overwrite)
                # Nor is a picture what a file of another kind is to be replaced by.
                if name == "mask_output" and target.suffix.lower() != ".png":
                    raise Refused(f"{target}: give it a name that ends in .png")
                return target
        return None

    async def _erase(self, parameters: Mapping[str, Any], target: Path) -> Told:
        request = EraseRequest.parse({"ResultFormat": _format_of(target)} | dict(parameters), own=True)
        job = self.settle(await request.collect(_fetch_nothing, OWN_LIMITS))
        outcome = await self.workers.run(replace(job, wide=True))
        await self._write(target, outcome.data)
        found = [{"What": name, "Count": count} for name, count in outcome.found.items()]
        remarks = [remark.text(Language.ENGLISH) for remark in outcome.remarks]
        size = outcome.width, outcome.height
        text, facts = describe_erasure(size, outcome.hole, found, remarks)
        shown = _show(outcome.data, outcome.media_type)
        return Told(f"Wrote {target}. {text}", shown, {"output": str(target), **facts})

    async def _find(self, image: bytes, parameters: Mapping[str, Any], target: Path | None) -> Told:
        find = parse_find(parameters, ("text",))
        if find is None:
            raise Refused("give find, a list of what is to be found")
        found = await self.workers.find(FindJob(image, find, OWN_LIMITS))
        text, facts = describe_places(
            [place.as_answer() for place in found.places], (found.width, found.height)
        )
        return await self._hand_out(found, text, facts, target)

    async def _select(self, image: bytes, parameters: Mapping[str, Any], target: Path | None) -> Told:
        clicks = parse_clicks(parameters)
        found = await self.workers.select(SelectJob(image, clicks, self.models, OWN_LIMITS))
        text, facts = describe_object(found.score, (found.width, found.height))
        return await self._hand_out(found, text, facts, target)

    async def _hand_out(
        self, found: FoundRegions | SelectedObject, text: str, facts: dict[str, Any], target: Path | None
    ) -> Told:
        """Return what is told of a mask, which is written where it is to be."""
        if target is not None:
            await self._write(target, found.mask)
            text = f"{text} Wrote the mask to {target}."
        return Told(text, _show(found.mask, found.media_type), facts)

    async def _write(self, target: Path, data: bytes) -> None:
        try:
            await asyncio.to_thread(self.write, target, data)
        except OSError as error:
            raise Refused(f"{target}: {error.strerror}") from error


async def _fetch_nothing(url: str, *, limit: int) -> NoReturn:
    """Stand in for a download: no tool here has an argument that is a URL."""
    del limit
    raise Refused(f"{url[:64]} is no file")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Refused(f"{name} is a path, as text")
    return value


def _format_of(target: Path) -> str:
    ending = target.suffix.lower().removeprefix(".")
    named = BY_ENDING.get(ending, "").lower()
    if named not in _WRITABLE:
        raise Refused(f"{target}: give it a name that ends in .jpg, .png, .webp or .tiff")
    return named


def _show(data: bytes, kind: str) -> tuple[ContentBlock, ...]:
    if len(data) > SHOWN_BYTES or kind == media_type("TIFF"):
        return ()
    return (ImageContent(type="image", data=base64.b64encode(data).decode("ascii"), mime_type=kind),)
