"""What is to be done with each file of a folder, decided before anything is erased."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from wuhen.action import Remark
from wuhen.batch import Pairing, Picture, copy_name, pair, result_names
from wuhen.cli.folder import list_folder
from wuhen.wire import Language

__all__ = ["Item", "plan", "show"]


@dataclass(slots=True)
class Item:
    """One file of the photos' folder and what became of it.

    It is `unchanged` where nothing was found in it of what was looked for; its result is then its copy.
    """

    photo: Path
    mask: Path | None = None
    output: Path | None = None
    status: Literal["waiting", "done", "unchanged", "skipped", "failed"] = "waiting"
    code: str | None = None
    message: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    def fail(self, message: str, code: str | None = None) -> None:
        """Note why there is no result."""
        self.status, self.message, self.code = "failed", message, code

    @property
    def copy(self) -> Path | None:
        """Where it goes if it stays as it is."""
        return self.output and copy_name(self.photo, self.output)

    def as_json(self) -> dict[str, object]:
        """Return the item's entry in the report."""
        entry = {
            "photo": show(self.photo),
            "mask": self.mask and show(self.mask),
            "output": self.output and show(self.output),
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "seconds": self.seconds,
            "found": self.found,
            "remarks": [remark.text(Language.ENGLISH) for remark in self.remarks],
        }
        return {name: value for name, value in entry.items() if value}


def show(path: Path) -> str:
    """Return the path as text that can be written; bytes of its name that are not UTF-8 become marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def plan(photos: Path, masks: Path | None, output: Path, output_format: str | None) -> list[Item]:
    """Make an item of every file in `photos`, in the order of names.

    Those with a mask wait. Photos without one have failed and other files are skipped, with the reason.
    Results keep their folders. Where two photos would have results of one name (a.bmp, a.png), the photos'
    endings are kept in them (a.bmp.png, a.png.png).

    Parameters
    ----------
    photos
        A folder.
    masks
        A folder, which may be the same, or one mask for all, or none where something else says what is to go.
    output
        The folder of results; what it holds is neither photo nor mask.
    output_format
        Of all results; by default each has its photo's, save where that is only read.

    Raises
    ------
    OSError
        A folder cannot be read.
    """
    listed = list_folder(photos, without=output)
    pairing = _pair(photos, masks, listed.pictures, output)
    owners = {mask.resolve(): photo.name for photo, mask in pairing.masks.items()}
    items = [Item(path, status="skipped", message=reason) for path, reason in listed.others.items()]
    planned = []
    for picture in listed.pictures:
        if masks is None or picture.path in pairing.masks or picture.path in pairing.reasons:
            planned.append(picture)
        else:
            owner = owners.get(picture.path.resolve()) if masks.is_dir() else None
            reason = f"the mask of {owner}" if owner else "a mask"
            items.append(Item(picture.path, status="skipped", message=reason))
    results = result_names(planned, output_format)
    for picture in planned:
        item = Item(picture.path, pairing.masks.get(picture.path), output / results[picture.path])
        if picture.path in pairing.reasons:
            item.fail(pairing.reasons[picture.path])
        items.append(item)
    return sorted(items, key=lambda item: item.photo)


def _pair(photos: Path, masks: Path | None, pictures: list[Picture], output: Path) -> Pairing:
    if masks is None:
        return Pairing({}, {})
    if masks.is_dir():
        return _from_folder(photos, masks, pictures, output)
    return _one_for_all(masks, pictures)


def _from_folder(photos: Path, masks: Path, pictures: list[Picture], output: Path) -> Pairing:
    inner = masks.resolve()
    if inner == photos.resolve():
        # In whatever way it was written: a photo is told from its mask by its path.
        return pair(pictures, pictures)
    outside = [picture for picture in pictures if inner not in picture.path.resolve().parents]
    return pair(outside, list_folder(masks, without=output).pictures)


def _one_for_all(mask: Path, pictures: list[Picture]) -> Pairing:
    own = mask.resolve()
    return Pairing({picture.path: mask for picture in pictures if picture.path.resolve() != own}, {})
