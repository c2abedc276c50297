"""`wuhen mcp`: the tools of an agent, on files of this machine."""

from dataclasses import replace
from pathlib import Path

import click

from wuhen.action import Job, selector_files
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.files import write_whole
from wuhen.cli.filling import usable_models
from wuhen.cli.marks import labelling_of, mark_options, wording_of
from wuhen.cli.models import models_dir_option, models_directory
from wuhen.cli.warmup import warm
from wuhen.finders.clicks import BUILT_IN
from wuhen.mark import MarkOptions
from wuhen.workers import LocalWorkers

__all__ = ["command"]

MEMORY = 4096
"""MiB that a worker may allocate."""


@click.command()
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder whose files may be read and written; may be given several times.",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Images at a time."
)
@click.option("--engine", default="auto", show_default=True, help="Which engine fills; see `wuhen erase`.")
@models_dir_option
@click.option("--mark/--no-mark", default=True, show_default=True, help="Draw the visible mark.")
@mark_options
def command(
    allowed: tuple[Path, ...],
    jobs: int,
    engine: str,
    models_dir: Path | None,
    mark: bool,
    marks: MarkOptions,
) -> None:
    """Serve the tools `erase`, `find`, `select` and `inspect` to an agent, by the Model Context Protocol.

    The agent starts this command and speaks to it by standard input and output. Files are named by absolute
    paths, wherever links lead within the folders that --allow names; no input is ever written over.

    \b
      wuhen mcp --allow ~/Pictures
    """
    try:
        from wuhen.tools.files import FileWork
        from wuhen.tools.folders import Folders
        from wuhen.tools.stdio import serve_files
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise Failed("`wuhen mcp` needs another package: pip install 'wuhen[mcp]'") from error
    with report_errors():
        models = usable_models(engine, models_dir)
        wording, labelling = wording_of(marks), labelling_of(marks)
        warm("patch")

    def settle(job: Job) -> Job:
        return replace(
            job,
            options=replace(job.options, engine=engine),
            models=models,
            marked=mark and job.marked,
            wording=wording,
            labelling=labelling,
        )

    signing, selecting = labelling.signing, models_directory(models_dir)
    workers = LocalWorkers(
        count=jobs,
        memory=MEMORY,
        engine=engine,
        # Workers may read no other files than those that they are started with.
        models=models or (None if selector_files(selecting) is BUILT_IN else selecting),
        network=signing is not None and signing.timestamp is not None,
    )
    serve_files(FileWork(Folders(allowed), workers, settle, write_whole, selecting), workers)
