"""The known networks: whose they are, where they lie, and which bytes they are."""

from dataclasses import dataclass

__all__ = ["BUNDLES", "MODELS", "Model", "named"]

_PUBLIC = ("https://huggingface.co", "https://hf-mirror.com")
"""Where everybody can fetch the models; the second is reached from mainland China."""


@dataclass(frozen=True, slots=True)
class Model:
    """One network of others.

    Attributes
    ----------
    name : str
        What commands and engines call it.
    file : str
        Its file's name, in the models directory as on the mirrors.
    repository : str
        Its home on Hugging Face, ``owner/name``.
    licence : str
        Under which it may be used, as an SPDX identifier.
    size : int
        Bytes of the file.
    sha256 : str
        Of the file, in hexadecimal: whatever a mirror sends, nothing else is taken for the model.
    """

    name: str
    file: str
    repository: str
    licence: str
    size: int
    sha256: str

    @property
    def urls(self) -> tuple[str, ...]:
        """Where everybody can fetch it."""
        return tuple(f"{host}/{self.repository}/resolve/main/{self.file}" for host in _PUBLIC)


MODELS = {
    model.name: model
    for model in (
        Model(
            "lama",
            "lama_fp32.onnx",
            "Carve/LaMa-ONNX",
            "Apache-2.0",
            208_044_816,
            "1faef5301d78db7dda502fe59966957ec4b79dd64e16f03ed96913c7a4eb68d6",
        ),
        Model(
            "migan",
            "migan_pipeline_v2.onnx",
            "andraniksargsyan/migan",
            "MIT",
            28_079_181,
            "6f1f3530a1a2324b19752018ce756088b07973cda8d7d890034ace5c8a48c40b",
        ),
        Model(
            "mobile-sam-encoder",
            "mobile_sam_image_encoder.onnx",
            "Acly/MobileSAM",
            "Apache-2.0",
            28_157_093,
            "580f5fb648ea1062c0aabc26217aed56921985f03f0cbbd852bba81d760cc749",
        ),
        Model(
            "mobile-sam-decoder",
            "sam_mask_decoder_single.onnx",
            "Acly/MobileSAM",
            "Apache-2.0",
            16_501_323,
            "93915fc7c993ab9d59ab8c9ccd3bce37f7509c81ab4150a74abd4d2abbd8570d",
        ),
    )
}
"""By name, each a file."""

BUNDLES = {"mobile-sam": ("mobile-sam-encoder", "mobile-sam-decoder")}
"""Networks that are several files, which are of use only together."""


def named(name: str) -> tuple[Model, ...]:
    """Return the files of a network that `MODELS` or `BUNDLES` has under a name."""
    return tuple(MODELS[one] for one in BUNDLES.get(name, (name,)))
