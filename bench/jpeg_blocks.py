"""Hold what comes of JPEG photos against an independent reader of their coefficients.

    python -m bench.jpeg_blocks FOLDER [--table FILE]

From each photo of the folder a disc of 2 % is erased, and the mark is drawn. Three results are made of it:
to the block, coded anew (quality 95, as the vendor's action does), and PNG, which says where pixels have
changed. Then jpeglib reads the coefficients of the photo and of the first result: of the blocks in which no
pixel has changed, none may differ. Each photo has a process of its own; its peak memory is that of the whole
call, interpreter and compiled code included. Times are the processor's: of encoding to the block and anew,
the least of three runs, and what the first adds to the whole call with the second.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from bench.memory import forget_peak, peak_mib
from numpy.typing import NDArray
from PIL import Image

from wuhen import photo
from wuhen.action import Job, Outcome, perform
from wuhen.fill import Options
from wuhen.photo.orientation import turn_back
from wuhen.wire import ApiError

_RUNS = 3
_SHARE = 0.02  # of the photo that is erased
_COLUMNS = (
    ("file", 34),
    ("pixels", 11),
    ("sampling", 8),
    ("kind", 19),
    ("kB", 7),
    ("blocks", 7),
    ("anew", 7),
    ("outside", 9),
    ("differ", 6),
    ("encode", 7),
    ("anew", 7),
    ("added", 6),
    ("MiB", 5),
    ("anew", 5),
)


def make_mask(width: int, height: int) -> bytes:
    """Return a disc in the middle as a PNG file."""
    y, x = np.ogrid[:height, :width]
    disc = ((x - width / 2) ** 2 + (y - height / 2) ** 2) * np.pi < _SHARE * width * height
    out = io.BytesIO()
    Image.fromarray(disc).save(out, "PNG")
    return out.getvalue()


def call(job: Job) -> tuple[Outcome, float, float]:
    """Carry a job out; return its outcome, the processor's seconds, and the peak memory in MiB."""
    forget_peak()
    start = time.process_time()
    outcome = perform(job)
    return outcome, time.process_time() - start, peak_mib()


def seconds_of(work: Callable[[], object]) -> float:
    """Return the processor's seconds of the quickest of a few runs."""
    times = []
    for _ in range(_RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def read_blocks(data: bytes) -> tuple[list[NDArray[np.int16]], NDArray[np.int64]]:
    """Return coefficients by component, ``(rows, columns, 8, 8)``, and sampling factors, down first."""
    import jpeglib  # noqa: PLC0415 - of the group bench

    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(data)
        file.flush()
        found = jpeglib.read_dct(file.name)
        planes = [found.Y] if found.Cb is None else [found.Y, found.Cb, found.Cr]
        return [np.asarray(plane, np.int16) for plane in planes], np.asarray(found.samp_factor, np.int64)


def count_outside(before: bytes, after: bytes, touched: NDArray[np.bool_]) -> tuple[int, int]:
    """Count the blocks in which no pixel was touched, and those of them that differ; of all components."""
    (old, factors), (new, _) = read_blocks(before), read_blocks(after)
    ys, xs = np.nonzero(touched)
    outside = differing = 0
    for i, (one, other) in enumerate(zip(old, new, strict=True)):
        down, across = (factors.max(axis=0) // factors[i]).tolist()
        hit = np.zeros(one.shape[:2], np.bool_)
        hit[ys // (8 * down), xs // (8 * across)] = True
        outside += int(np.count_nonzero(~hit))
        differing += int(np.count_nonzero((one != other).any(axis=(2, 3)) & ~hit))
    return outside, differing


def describe(file: bytes) -> tuple[str, str]:
    """Return a file's sampling, and what else is special about it."""
    image: Any = Image.open(io.BytesIO(file))
    factors = [(across, down) for _, across, down, _ in image.layer]
    names: dict[tuple[Any, ...], str] = {
        ((2, 2), (1, 1), (1, 1)): "4:2:0",
        ((2, 1), (1, 1), (1, 1)): "4:2:2",
        ((4, 1), (1, 1), (1, 1)): "4:1:1",
        ((1, 2), (1, 1), (1, 1)): "4:4:0",
        ((1, 1), (1, 1), (1, 1)): "4:4:4",
    }
    sampling = (
        "grey" if len(factors) == 1 else names.get(tuple(factors), "x".join(str(a * d) for a, d in factors))
    )
    start = file.find(b"\xff\xdd\0\4")
    kinds = {
        "progressive": "progressive" in image.info,
        "restart": start > 0 and file[start + 4 : start + 6] != b"\0\0",
        "Adobe": "adobe" in image.info,
        f"turned {image.getexif().get(0x0112, 1)}": image.getexif().get(0x0112, 1) in range(2, 9),
    }
    return sampling, " ".join(name for name, there in kinds.items() if there) or "baseline"


def measure(path: Path) -> dict[str, Any]:
    """Measure one photo, in this process."""
    file = path.read_bytes()
    try:
        original = photo.read_photo(file)
        job = Job(file, make_mask(*original.size), options=Options(engine="patch"))
        perform(job)
    except (photo.PhotoError, ApiError) as error:
        return {"refused": str(error)}
    blocks, _, memory = call(job)
    anew, whole, memory_anew = call(replace(job, quality=photo.USUAL_QUALITY))
    result = replace(
        original, pixels=photo.read_photo(perform(replace(job, output_format="PNG")).data).pixels
    )
    hole = photo.read_mask(job.mask, original)  # type: ignore[arg-type]
    touched = photo.find_changes(original, result) | hole
    sampling, kind = describe(file)
    found: dict[str, Any] = {
        "width": original.stored_size[0],
        "height": original.stored_size[1],
        "sampling": sampling,
        "kind": kind,
        "bytes": [len(file), len(blocks.data), len(anew.data)],
        "encode": [
            seconds_of(lambda: photo.encode_as_given(result, file, touched)),
            seconds_of(lambda: photo.encode(result, "JPEG")),
        ],
        "call": whole,
        "MiB": [memory, memory_anew],
        "remarks": [remark.en for remark in blocks.remarks],
    }
    if not any("compressed anew" in remark for remark in found["remarks"]):
        stored = turn_back(touched, original.orientation)
        found["outside"], found["differ"] = count_outside(file, blocks.data, stored)
    return found


def row(name: str, found: dict[str, Any]) -> str:
    """Return a measurement as a line of the table."""
    if "refused" in found:
        return f"{name[:34]:34} refused: {found['refused']}"
    sizes, encode, whole, memory = found["bytes"], found["encode"], found["call"], found["MiB"]
    cells = (
        name[:34],
        f"{found['width']}x{found['height']}",
        found["sampling"],
        found["kind"],
        *(f"{size / 1000:.0f}" for size in sizes),
        str(found.get("outside", "-")),
        str(found.get("differ", "-")),
        *(f"{1000 * seconds:.0f} ms" for seconds in encode),
        f"{100 * (encode[0] - encode[1]) / whole:+.0f} %",
        *(f"{size:.0f}" for size in memory),
    )
    line = " ".join(
        f"{cell:{width}}" if i in {0, 2, 3} else f"{cell:>{width}}"
        for i, (cell, (_, width)) in enumerate(zip(cells, _COLUMNS, strict=True))
    )
    return line + "".join(f"\n    {remark}" for remark in found["remarks"])


def main() -> None:
    """Measure every photo of a folder and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--table", type=Path, help="write the table here, too")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    lines = [
        " ".join(
            f"{name:{width}}" if i in {0, 2, 3} else f"{name:>{width}}"
            for i, (name, width) in enumerate(_COLUMNS)
        )
    ]
    print(lines[0])
    results = []
    for path in sorted(options.folder.iterdir()):
        command = [sys.executable, "-m", "bench.jpeg_blocks", str(options.folder), "--one", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines.append(f"{path.name[:34]:34} FAILED: {done.stderr.strip().splitlines()[-1]}")
        else:
            results.append(json.loads(done.stdout.splitlines()[-1]))
            lines.append(row(path.name, results[-1]))
        print(lines[-1], flush=True)
    kept = [one for one in results if "outside" in one]
    refused = sum("refused" in one for one in results)
    outside, differing = (sum(one[name] for one in kept) for name in ("outside", "differ"))
    sizes = ", ".join(f"{sum(one['bytes'][i] for one in kept) / 1e6:.1f}" for i in range(3))
    lines.append(
        f"{len(kept)} to the block, {len(results) - len(kept) - refused} coded anew, {refused} refused; "
        f"{outside} blocks outside, of which {differing} differ; MB before, to the block, anew: {sizes}"
    )
    print(lines[-1])
    if options.table:
        options.table.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
