"""Make the network of the text finder of PaddleOCR's detector, a quarter as large.

    python scripts/pack_text_detector.py rapidocr-3.10.0-py3-none-any.whl src/wuhen/finders/weights/text.onnx

Weights are kept as 8-bit integers with a scale for each channel, and long vectors in half precision. Both
are turned into single precision when the graph is loaded, which is folded away then: it takes as long to
run as before. Reads a wheel of the package rapidocr from PyPI, or the model itself; needs `onnx`, of the
development group.
"""

import argparse
import hashlib
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MEMBER = "rapidocr/models/PP-OCRv6_det_small.onnx"
SHA256 = "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
#: Smaller arrays are not worth it.
_LEAST = 256
_MOST = 127  # of a signed byte


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("result", type=Path)
    given = parser.parse_args()
    if given.source.suffix == ".whl":
        with zipfile.ZipFile(given.source) as wheel:
            content = wheel.read(MEMBER)
    else:
        content = given.source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{given.source} is not the model that this was written for")
    model = onnx.load_model_from_string(content)
    pack(model.graph)
    packed = model.SerializeToString()
    given.result.write_bytes(packed)
    print(hashlib.sha256(packed).hexdigest(), len(content), "->", len(packed))


def pack(graph: onnx.GraphProto) -> None:
    """Replace a graph's large weights by smaller ones and by what makes them large again."""
    weights = list(graph.initializer)
    nodes = list(graph.node)
    del graph.initializer[:]
    before: list[onnx.NodeProto] = []
    for weight in weights:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _LEAST:
            graph.initializer.append(weight)
        elif values.ndim == 1:
            _keep(graph, values.astype(np.float16), f"{weight.name}.half")
            before.append(_cast(f"{weight.name}.half", weight.name))
        else:
            scale = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True) / _MOST
            scale = np.where(scale > 0, scale, 1).astype(np.float32)
            _keep(graph, np.rint(values / scale).astype(np.int8), f"{weight.name}.steps")
            _keep(graph, scale, f"{weight.name}.scale")
            before.append(_cast(f"{weight.name}.steps", f"{weight.name}.whole"))
            names = [f"{weight.name}.whole", f"{weight.name}.scale"]
            before.append(helper.make_node("Mul", names, [weight.name]))
    del graph.node[:]
    graph.node.extend(before + nodes)


def _keep(graph: onnx.GraphProto, values: np.ndarray, name: str) -> None:
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))


def _cast(name: str, result: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [name], [result], to=TensorProto.FLOAT)


if __name__ == "__main__":
    main()
