"""Measure what runs networks: ONNX Runtime, OpenVINO and PyTorch on the same graphs, in one run.

    python -m venv .venv-networks
    .venv-networks/bin/pip install -r bench/networks.txt
    .venv-networks/bin/python -m bench.networks [--rounds 15] [--only LaMa] [--threads 2] [--json FILE]

Each contender is a process of its own, and they take turns, round by round, so that what else the machine
does falls on all of them. Printed are median and least of the wall clock, and of the processor's time over
the number of threads, which other work on the machine changes less; the peak memory of the process, libraries
included; and the largest difference from the first contender's answer. PyTorch's threads are told to sleep
while they wait (OMP_WAIT_POLICY), or their waiting would count as work.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnx
from bench import lama
from bench.lama_fast import fast
from bench.lama_graph import straight
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
COARSE = ROOT / "src" / "wuhen" / "fill" / "weights" / "coarse.onnx"
COARSE_SIDE = 256

Inputs = dict[str, NDArray[np.float32]]
Run = Callable[[], NDArray[np.float32]]

#: Graph, threads and contenders (name, runtime, file) of each table; the first is what others are held to.
TABLES: tuple[tuple[str, int, tuple[tuple[str, str, str], ...]], ...] = (
    *(
        (
            f"coarse network, {COARSE_SIDE} px",
            threads,
            (
                ("ONNX Runtime, fp32", "onnxruntime", "coarse-fp32.onnx"),
                ("ONNX Runtime, int8", "onnxruntime", "coarse.onnx"),
                ("ONNX Runtime, int8, 4 at once", "onnxruntime", "coarse-x4.onnx"),
                ("OpenVINO, int8", "openvino", "coarse.onnx"),
            ),
        )
        for threads in (1, 2)
    ),
    *(
        (
            f"LaMa, {lama.SIDE} px",
            threads,
            (
                ("PyTorch eager, fp32", "torch", "lama.npz"),
                ("ONNX Runtime, straight", "onnxruntime", "straight.onnx"),
                ("ONNX Runtime, fast", "onnxruntime", "fast.onnx"),
                ("OpenVINO, straight", "openvino", "straight.onnx"),
                ("OpenVINO, fast", "openvino", "fast.onnx"),
            ),
        )
        for threads in (2, 1)
    ),
)


def make_files(folder: Path) -> None:
    """Write every graph that the tables name."""
    weights = lama.make_weights()
    np.savez(folder / "lama.npz", allow_pickle=False, **weights)
    onnx.save(straight(weights), folder / "straight.onnx")
    onnx.save(fast(weights), folder / "fast.onnx")
    for name in ("coarse.onnx", "coarse-fp32.onnx", "coarse-x4.onnx"):
        (folder / name).write_bytes(COARSE.read_bytes())


def make_inputs(file: str) -> Inputs:
    """Return what a file's graph is measured with."""
    if file.startswith("coarse"):
        count = 4 if "x4" in file else 1
        random = np.random.default_rng(0).random((count, 3, COARSE_SIDE, COARSE_SIDE), np.float32)
        hole = np.zeros((count, 1, COARSE_SIDE, COARSE_SIDE), np.float32)
        hole[..., 80:170, 80:170] = 1
        return {"image": random * (1 - hole), "hole": hole}
    image, hole = lama.make_input()
    return {"image": image, "mask": hole}


def load(runtime: str, path: Path, threads: int) -> Run:
    """Load a graph and return what computes its first output."""
    inputs = make_inputs(path.name)
    library: Any = importlib.import_module(runtime)
    if runtime == "torch":
        library.set_num_threads(threads)
        network = lama.torch_eager(dict(np.load(path)))
        tensors = [library.from_numpy(values) for values in inputs.values()]

        def run() -> NDArray[np.float32]:
            with library.inference_mode():
                return np.asarray(network(*tensors))

        return run
    if runtime == "openvino":
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        request = library.Core().compile_model(str(path), "CPU", settings).create_infer_request()
        return lambda: np.array(request.infer(inputs)[0])
    options = library.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if "fp32" in path.name:
        # Weights widened, activations never rounded: what the graph was before it was quantized.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        options.add_session_config_entry("session.enable_quant_qdq_cleanup", "1")
    session = library.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda: np.asarray(session.run(None, inputs)[0])


def contend(runtime: str, path: Path, threads: int) -> None:
    """Load, answer, then compute once for every line of standard input."""
    run = load(runtime, path, threads)
    np.save(path.with_suffix(f".{runtime}.npy"), run())
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, own = time.perf_counter(), time.process_time()
        run()
        print(json.dumps([time.perf_counter() - wall, time.process_time() - own]), flush=True)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024, flush=True)


def _start(runtime: str, path: Path, threads: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.networks", "--one", runtime, str(path), str(threads)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"},
    )
    _line(process)
    return process


def _line(process: "subprocess.Popen[str]") -> str:
    if process.stdout is None or not (line := process.stdout.readline()):
        raise SystemExit("a contender ended early")
    return line


def measure(
    title: str, threads: int, contenders: tuple[tuple[str, str, str], ...], folder: Path, rounds: int
) -> list[dict[str, Any]]:
    """Measure one table; print and return its rows."""
    started = [_start(runtime, folder / file, threads) for _, runtime, file in contenders]
    times: list[list[list[float]]] = [[] for _ in started]
    for _ in range(rounds):
        for process, own in zip(started, times, strict=True):
            if process.stdin:
                process.stdin.write("\n")
                process.stdin.flush()
            own.append(json.loads(_line(process)))
    print(f"\n{title}, {threads} thread{'s' if threads > 1 else ''}, {rounds} rounds")
    rows, first = [], None
    for (name, runtime, file), process, own in zip(contenders, started, times, strict=True):
        if process.stdin:
            process.stdin.close()
        memory = float(_line(process))
        process.wait()
        answer = np.load((folder / file).with_suffix(f".{runtime}.npy"))[:1]
        first = answer if first is None else first
        row = {
            "graph": title,
            "threads": threads,
            "contender": name,
            "wall": median(wall for wall, _ in own),
            "least": min(wall for wall, _ in own),
            "processor": median(processor for _, processor in own) / threads,
            "least_processor": min(processor for _, processor in own) / threads,
            "mib": memory,
            "difference": float(np.abs(answer - first).max()),
        }
        print(
            f"{name:30}  wall {row['wall']:7.3f} s (least {row['least']:7.3f})"
            f"  processor {row['processor']:7.3f} s (least {row['least_processor']:7.3f})"
            f"  {memory:6.0f} MiB  difference {row['difference']:.1e}",
            flush=True,
        )
        rows.append(row)
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", metavar="GRAPH", help="coarse or LaMa")
    parser.add_argument("--threads", type=int, help="only tables of so many")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, metavar=("RUNTIME", "FILE", "THREADS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        runtime, path, threads = options.one
        contend(runtime, Path(path), int(threads))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_files(Path(folder))
        rows = [
            row
            for title, threads, contenders in TABLES
            if title.startswith(options.only) and options.threads in {None, threads}
            for row in measure(title, threads, contenders, Path(folder), options.rounds)
        ]
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
