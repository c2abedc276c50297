"""Measure what each label adds to a result, in bytes and in time, as a share of the whole job.

    python -m bench.labels [PHOTO MASK] [--runs 9] [--large]

Without a photo, the bundled one is used; with --large it is enlarged to 4999 pixels. The variants of one
format run in turn, and medians are printed: every variant has what stands above it too, so each line tells of
one label. The whole job is decoding, filling, marking, encoding and the labels.
"""

import argparse
import io
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from PIL import Image

from wuhen import mark
from wuhen.action import Job, Labelling, Outcome, perform

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
_LONGEST = 4999


@dataclass(frozen=True)
class Variant:
    """A job with some of the labels."""

    name: str
    job: Job


def variants(job: Job) -> Iterator[Variant]:
    """Yield the job with ever more labels."""
    made = mark.make_identity("Benchmark")
    bare = Labelling(aigc=False, iptc=False)
    aigc = Labelling(iptc=False, issuer=mark.Issuer("001191110108MA01KP2T5U00000"))
    both = replace(aigc, iptc=True)
    signed = replace(both, signing=mark.Signing(made.chain, made.key))
    yield Variant("no label", replace(job, marked=False, labelling=bare))
    yield Variant("visible mark", replace(job, labelling=bare))
    yield Variant("AIGC label", replace(job, labelling=aigc))
    yield Variant("IPTC source type", replace(job, labelling=both))
    yield Variant("Content Credentials", replace(job, labelling=signed))


def steps(outcome: Outcome) -> dict[str, float]:
    """Return the milliseconds of the steps that labels take part in, and of all."""
    spent = {name: 1000 * seconds for name, seconds in outcome.seconds.items()}
    labels = sum(spent.get(name, 0.0) for name in ("mark", "label", "sign"))
    return {"labels": labels, "whole": sum(spent.values())}


def measure(job: Job, runs: int) -> None:
    """Print the table of one format."""
    compared = list(variants(job))
    for variant in compared:
        perform(variant.job)
    results: dict[str, list[Outcome]] = {variant.name: [] for variant in compared}
    for _ in range(runs):
        for variant in compared:
            results[variant.name].append(perform(variant.job))
    before_bytes = before_ms = 0.0
    for name, outcomes in results.items():
        size = statistics.median(len(outcome.data) for outcome in outcomes)
        spent = statistics.median(steps(outcome)["labels"] for outcome in outcomes)
        whole = statistics.median(steps(outcome)["whole"] for outcome in outcomes)
        added, took = size - before_bytes, spent - before_ms
        if name == "no label":
            print(f"| {job.output_format} | {name} | {size:,.0f} | | {whole:.0f} | |")
        else:
            print(
                f"| | + {name} | {added:+,.0f} | {100 * added / size:+.2f} % "
                f"| {took:+.1f} | {100 * took / whole:+.1f} % |"
            )
        before_bytes, before_ms = size, spent


def enlarged(data: bytes, *, mask: bool) -> bytes:
    """Return a picture with its longer side at the limit."""
    with Image.open(io.BytesIO(data)) as image:
        share = _LONGEST / max(image.size)
        size = (round(image.width * share), round(image.height * share))
        large = image.resize(size, Image.Resampling.NEAREST if mask else Image.Resampling.BICUBIC)
    out = io.BytesIO()
    large.save(out, "PNG" if mask else "JPEG", quality=95)
    return out.getvalue()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="PHOTO MASK")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--large", action="store_true", help="enlarge to 4999 pixels")
    given = parser.parse_args()
    samples = files("wuhen.samples")
    names = given.files or [samples / "spruce.jpg", samples / "spruce_mask.png"]
    photo, mask = (name.read_bytes() for name in names)
    if given.large:
        photo, mask = enlarged(photo, mask=False), enlarged(mask, mask=True)
    print("| format | | bytes | | ms | |\n|---|---|---|---|---|---|")
    for name in _FORMATS:
        measure(Job(photo, mask, output_format=name), given.runs)


if __name__ == "__main__":
    main()
