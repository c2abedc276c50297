"""Measure what an install weighs: the wheel's bytes by part, and how long importing and getting warm take.

    python -m bench.footprint [--before TREE] [--runs 15]

TREE is another checkout to compare with. Wheels are built by pip. Imports are timed in fresh processes, those
of both trees by turns, so that what else the machine does hits both; medians count. For each entry point it
is told, too, which heavy modules it loads, and which weights it opens, before anything is asked for. To be
warm is to have loaded what the first fill would wait for, from code that was compiled before: what a worker,
and whoever erases on the command line, starts with.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENTRIES = ("wuhen", "wuhen.finders", "wuhen.cli", "wuhen.cli.erase", "wuhen.action", "wuhen.service.app")
HEAVY = ("onnxruntime", "numba", "PIL", "lxml", "wuhen.finders.text", "wuhen.finders.overlay")
_PROBE = """
import json, sys, time
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
start = time.perf_counter()
__import__(sys.argv[1])
seconds = time.perf_counter() - start
print(json.dumps({
    "seconds": seconds,
    "heavy": [name for name in sys.argv[2].split(",") if name in sys.modules],
    "weights": sorted({name for name in opened if name.endswith(".onnx")}),
}))
"""

_WARM_UP = """
import json, resource, time
start = time.process_time()
from wuhen import fill
fill.warmup()
seconds = time.process_time() - start
print(json.dumps({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def build(tree: Path, folder: Path) -> Path:
    """Build a tree's wheel."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(tree)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def weigh(wheel: Path) -> Counter[str]:
    """Return the compressed bytes of a wheel by its parts, and all of them as ``whole``."""
    parts: Counter[str] = Counter()
    with zipfile.ZipFile(wheel) as opened:
        for one in opened.infolist():
            package, _, rest = one.filename.partition("/")
            part = f"{package}/{rest.partition('/')[0]}" if "/" in rest else package
            parts[part] += one.compress_size
    parts["whole"] = wheel.stat().st_size
    return parts


def load(tree: Path, entry: str) -> dict[str, object]:
    """Import a module in a fresh process."""
    return _run(tree, _PROBE, entry, ",".join(HEAVY))


def _run(tree: Path, program: str, *arguments: str) -> dict[str, object]:
    environment = os.environ | {"PYTHONPATH": str(tree / "src")}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    found: dict[str, object] = json.loads(done.stdout)
    return found


def show_wheels(trees: dict[str, Path]) -> None:
    """Print what the trees' wheels weigh, part by part."""
    weights = {}
    for name, tree in trees.items():
        with tempfile.TemporaryDirectory() as folder:
            weights[name] = weigh(build(tree, Path(folder)))
    print(f"{'wheel, KB':36}" + "".join(f"{name:>12}" for name in trees))
    for part, _ in sum(weights.values(), Counter[str]()).most_common():
        sizes = [found[part] for found in weights.values()]
        if max(sizes) >= 20_000:
            print(f"{part:36}" + "".join(f"{size / 1000:12.0f}" for size in sizes))


def show_imports(trees: dict[str, Path], runs: int) -> None:
    """Print how long the entry points take to import, and what comes with them."""
    print(f"\n{'import, ms (median)':36}" + "".join(f"{name:>12}" for name in trees))
    loaded = {}
    for entry in ENTRIES:
        times: dict[str, list[float]] = {name: [] for name in trees}
        for _ in range(runs + 1):
            for name, tree in trees.items():
                if found := load(tree, entry):
                    times[name].append(float(str(found["seconds"])))
                    loaded[entry] = found
        # The first run of each reads files that others find in memory.
        medians = [statistics.median(one[1:]) * 1000 if one[1:] else None for one in times.values()]
        shown = (f"{one:12.0f}" if one is not None else f"{'-':>12}" for one in medians)
        print(f"{entry:36}" + "".join(shown))
    print("\nloaded at import (this tree)")
    for entry, found in loaded.items():
        print(f"{entry:36}heavy: {found['heavy']}, weights: {found['weights']}")


def show_warm_ups(trees: dict[str, Path], runs: int) -> None:
    """Print the processor's time and the peak memory of getting warm."""
    print(f"\n{'warm-up (median)':36}" + "".join(f"{name:>12}" for name in trees))
    found: dict[str, list[dict[str, object]]] = {name: [] for name in trees}
    for _ in range(runs + 1):
        for name, tree in trees.items():
            found[name].append(_run(tree, _WARM_UP))
    for row, key, scale in (("processor, ms", "seconds", 1000), ("peak RSS, MiB", "peak", 1 / 1024)):
        # The first run of each may compile.
        medians = [statistics.median(float(str(one[key])) for one in each[1:]) for each in found.values()]
        print(f"{row:36}" + "".join(f"{one * scale:12.0f}" for one in medians))


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--before", type=Path, help="another checkout to compare with")
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    trees = {"before": given.before} if given.before else {}
    trees["now"] = ROOT
    show_wheels(trees)
    show_imports(trees, given.runs)
    show_warm_ups(trees, given.runs)


if __name__ == "__main__":
    main()
