"""`wuhen erase`: one photo, or a folder of them."""

import json
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import click

from wuhen import fill
from wuhen.action import MOST_CANDIDATES, NOTHING_FOUND, OVERLAY, Job, perform
from wuhen.batch import OUTPUT_FORMATS, JobTemplate
from wuhen.cli.batch import run_batch
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.far import NEW_PLACE, PLACE, Far, Url, far_options, run_far
from wuhen.cli.files import STANDARD, is_stream, read_picture, write_picture
from wuhen.cli.filling import fill_options, usable_models
from wuhen.cli.marks import labelling_of, mark_options, wording_of
from wuhen.cli.models import models_dir_option
from wuhen.cli.selecting import Selected, shape_options
from wuhen.cli.warmup import warm
from wuhen.cli.watch import bar, interruptible
from wuhen.mark import MarkOptions, SigningFailed
from wuhen.photo import BY_ENDING, QUALITIES, USUAL_QUALITY, media_type
from wuhen.processors import count_processors
from wuhen.wire import ApiError

__all__ = ["command"]

SAME = "same"


@click.command()
@click.argument("photo", type=PLACE)
@click.argument("mask", type=PLACE, required=False)
@click.option(
    "-o",
    "--output",
    type=NEW_PLACE,
    required=True,
    help="File, or folder for a folder; - is standard output.",
)
@shape_options
@fill_options
@models_dir_option
@click.option(
    "--keep-out",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A mask of what must not be copied.",
)
@click.option("--invert", is_flag=True, help="Erase what MASK shows black, or transparent, instead.")
@click.option(
    "--fit-mask",
    is_flag=True,
    help="Scale masks of another size to the photo, if their sides have the same ratio to within a pixel.",
)
@click.option("--mark/--no-mark", default=True, show_default=True, help="Draw the visible mark.")
@mark_options
@click.option(
    "--quality",
    type=click.IntRange(QUALITIES[0], QUALITIES[-1]),
    help="Of JPEG and WebP results; by default as the photo has it, if it is of that format, and else "
    f"{USUAL_QUALITY} for JPEG and lossless for WebP.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice([SAME, *OUTPUT_FORMATS], case_sensitive=False),
    help=f"Format; by default as OUTPUT is named, in a folder and a stream {SAME}: each photo's own. A "
    "result of its photo's format is coded as that is. What is only read becomes JPEG (HEIC) "
    "or PNG (BMP, AVIF).",
)
@click.option(
    "--candidates",
    type=click.IntRange(1, MOST_CANDIDATES),
    default=1,
    help="Make several results of one photo to choose from, each by the next seed: OUTPUT-1, OUTPUT-2, …",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 256), help="Photos at a time in a folder.  [default: processors]"
)
@click.option("--overwrite", is_flag=True, help="In a folder, redo what is already done.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="In a folder, print each file's entry of the report, one object a line, as soon as it is known.",
)
@far_options
def command(
    photo: Path | Url,
    mask: Path | Url | None,
    output: Path | Url,
    selected: Selected,
    options: fill.Options,
    models_dir: Path | None,
    keep_out: Path | None,
    invert: bool,
    fit_mask: bool,
    mark: bool,
    marks: MarkOptions,
    quality: int | None,
    output_format: str | None,
    candidates: int,
    jobs: int | None,
    overwrite: bool,
    as_json: bool,
    far: Far,
) -> None:
    """Erase from PHOTO what MASK shows white, and write OUTPUT.

    Instead of a mask, or beside it, shapes say what is to go (--rect, --polygon, --stroke), or what is to be
    found does (--find), in one photo and in each of a folder.

    PHOTO may be a folder. Then MASK is a folder with a mask for each photo, of the same name (photo.jpg:
    photo.jpg.png, photo_mask.png, photo-mask.png or photo.png, in any case), or one mask for all, and OUTPUT
    is a folder. A mask that fits several photos is used for none, and the exit status is 1. What is there
    already is not done again, so a batch that was stopped goes on where it was; report.json in OUTPUT tells
    of each file in the folder. A photo in which nothing is found of what is looked for is copied as it is.

    Folders may lie in an object store, as s3://BUCKET/FOLDER/ or cos://BUCKET/FOLDER/, and --cluster has
    other machines work through them. Then a photo is what is called one; it is done again where it, its mask
    or the options have changed; and the report is a table.

    For one photo, PHOTO or MASK may be - for standard input, and OUTPUT a pipe, a device or - for standard
    output.

    \b
      wuhen erase beach.jpg people.png -o beach-empty.jpg
      wuhen erase scan.jpg --find text -o clean.jpg
      wuhen erase photos/ --find overlay,text -o out/
      wuhen erase photos/ --rect -220,-60,200,40 -o out/
      wuhen erase photos/ masks/ -o out/
      wuhen erase s3://shop/photos/ s3://shop/masks/ -o s3://shop/out/ --cluster 10.0.0.5:6379
      curl -s https://example.com/beach.jpg | wuhen erase - people.png -o - > beach-empty.jpg
    """
    # What a decoder grumbles about a picture that it reads all the same is not for the terminal.
    warnings.filterwarnings("ignore", module="PIL")
    if mask is None and not selected:
        raise Failed("nothing says what is to go: give MASK, --find, --rect, --polygon, --stroke or --preset")
    with report_errors():
        template = JobTemplate(
            options=options,
            models=usable_models(options.engine, models_dir),
            keep_out=read_picture(keep_out) if keep_out else None,
            invert=invert,
            fit_mask=fit_mask,
            marked=mark,
            wording=wording_of(marks),
            labelling=labelling_of(marks),
            quality=quality,
            output_format=OUTPUT_FORMATS.get((output_format or SAME).lower()),
            shapes=selected.shapes,
            find=selected.find(),
            learns=selected.learns,
        )
        tell = _teller(as_json=as_json)
        if far.is_meant(photo, mask, output):
            _check_one(candidates)
            warm("patch")
            places = photo, mask, output
            raise SystemExit(
                run_far(places, template, selected, far, jobs=jobs, overwrite=overwrite, tell=tell)
            )
        photo, mask, output = Path(photo), None if mask is None else Path(mask), Path(output)
        if photo.is_dir() and photo != STANDARD:
            _check_one(candidates)
            if STANDARD in {mask, output}:
                raise Failed("- is for one photo: give a file or a folder")
            # Workers load the engine's network, and this process none.
            warm("patch")
            jobs = jobs or count_processors()
            near = photo, mask, output
            raise SystemExit(run_batch(near, template, selected, jobs=jobs, overwrite=overwrite, tell=tell))
        if selected.learns:
            raise Failed(f"{OVERLAY} is what many photos have in common: give a folder")
        warm(options.engine, template.models)
        _erase_one(photo, mask, output, template, candidates=candidates, named=output_format is None)


def _check_one(candidates: int) -> None:
    if candidates > 1:
        raise Failed("--candidates is for one photo")


class _Entry(Protocol):
    """What is in a report."""

    def as_json(self) -> dict[str, object]:
        """Return it as the report has it."""


def _teller(*, as_json: bool) -> Callable[[_Entry], None]:
    """Return what tells of a file: on standard output as it is now, or not at all, as the report does."""
    out = sys.stdout

    def tell(entry: _Entry) -> None:
        if as_json:
            line = json.dumps(entry.as_json(), ensure_ascii=False)
            click.echo(line.encode("utf-8", "replace"), file=out)

    return tell


def _erase_one(
    photo: Path, mask: Path | None, output: Path, template: JobTemplate, *, candidates: int, named: bool
) -> None:
    _check_places(photo, mask, output, candidates)
    job = template.job(read_picture(photo), None if mask is None else read_picture(mask))
    if named:
        job = _named_after(output, job)
    try:
        with interruptible() as cancelled, bar() as progress:
            outcome = perform(replace(job, candidates=candidates), progress=progress, cancelled=cancelled)
    except SigningFailed as error:
        raise Failed(str(error)) from error
    except ApiError as error:
        if error.code != NOTHING_FOUND.code or job.find is None:
            raise
        # The text speaks of parameters; here they are flags.
        what = ", ".join(job.find.names)
        raise Failed(
            f"nothing was found of what --find names ({what}), so nothing is written: look with a higher "
            "--sensitivity, or give MASK or a shape"
        ) from error
    results = [outcome.data, *(other.data for other in outcome.alternatives)]
    for number, data in enumerate(results, 1):
        write_picture(output if candidates == 1 else _numbered(output, number), data)
    for remark in outcome.remarks:
        click.echo(remark.line(), err=True)
    promised = BY_ENDING.get(_suffix(output))
    if promised is not None and media_type(promised) != outcome.media_type:
        held = outcome.media_type.removeprefix("image/").upper()
        click.echo(f"Warning: {output} holds a {held} file, whatever its name says.", err=True)


def _check_places(photo: Path, mask: Path | None, output: Path, candidates: int) -> None:
    """Make sure that the files of one photo go together, and none is overwritten."""
    if mask is not None and mask.is_dir() and mask != STANDARD:
        raise Failed(f"{mask} is a folder but {photo} is a file: give the mask's file")
    if output.is_dir() and output != STANDARD:
        raise Failed(f"{output} is a folder: give the file to write")
    if photo == mask == STANDARD:
        raise Failed("standard input holds one picture: give a file for the photo or for the mask")
    if candidates > 1 and is_stream(output):
        raise Failed("--candidates makes several files: give the name of a file")
    inputs = {os.path.realpath(path) for path in (photo, mask) if path not in {STANDARD, None}}
    numbers = range(1, candidates + 1)
    outputs = [_numbered(output, number) for number in numbers] if candidates > 1 else [output]
    for path in outputs:
        if not is_stream(path) and os.path.realpath(path) in inputs:
            raise Failed(f"{path} would overwrite one of its inputs: give another file")


def _numbered(output: Path, number: int) -> Path:
    return output.with_name(f"{output.stem}-{number}{output.suffix}")


def _suffix(output: Path) -> str:
    return output.suffix.lower().removeprefix(".")


def _named_after(output: Path, job: Job) -> Job:
    suffix = _suffix(output)
    if suffix in OUTPUT_FORMATS:
        return replace(job, output_format=OUTPUT_FORMATS[suffix])
    if is_stream(output):
        return job
    allowed = ", ".join(OUTPUT_FORMATS)
    reason = "unknown ending"
    if suffix == "bmp":
        reason = "a bmp file has no place for the labels that results carry"
    elif suffix in BY_ENDING:
        reason = f"{suffix} files are only read"
    raise Failed(f"{output}: {reason}; give it a name that ends in one of {allowed}, or give --format")
