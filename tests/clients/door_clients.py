"""Clients of other products, as they are: told another address and a key of ours, and nothing else.

Each is a function that erases what a mask shows and returns the result, or raises `Told` with what its user
would learn.
"""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import openai
import pyclipdrop
import requests
from PIL import Image

from harness import clean_environment
from pictures import base64_of

__all__ = ["CALLERS", "Caller", "Told", "cut_out"]

NODE = Path(sys.executable).with_name("node")
FOLDER = Path(__file__).with_name("node")
NODE_SDK = FOLDER / "node_modules" / "openai"


class Told(Exception):
    """What a client made of a refusal.

    Attributes
    ----------
    status : int
        Of HTTP.
    text : str
        What the client shows.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


@dataclass(frozen=True)
class Caller:
    """One client.

    Attributes
    ----------
    name : str
        The client and where it is from.
    door : str
        Which door it goes by.
    erase : callable
        Takes the service's address, a key, photo and mask as files, and a directory that it may write to.
    """

    name: str
    door: str
    erase: Callable[[str, str, bytes, bytes], bytes]


def cut_out(mask: bytes) -> bytes:
    """Return a mask as OpenAI has it: transparent where the other is white."""
    with Image.open(io.BytesIO(mask)) as image:
        alpha = 255 - np.asarray(image.convert("L"))
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([np.full((*alpha.shape, 3), 90, np.uint8), alpha])).save(buffer, "PNG")
    return buffer.getvalue()


def _openai_python(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    with openai.OpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0) as client:
        try:
            answer = client.images.edit(
                image=("photo.png", photo),
                mask=("mask.png", cut_out(mask)),
                prompt="Remove the marked object",
                model="gpt-image-2.5-flare",
                size="1024x1024",
            )
        except openai.APIStatusError as error:
            raise Told(error.status_code, f"{type(error).__name__} {error.code}: {error.message}") from error
    assert answer.data
    return base64.b64decode(answer.data[0].b64_json or "")


def _openai_node(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    job = {"baseURL": f"{url}/v1", "apiKey": key, "image": base64_of(photo), "mask": base64_of(cut_out(mask))}
    done = subprocess.run(
        [NODE, FOLDER / "edit.cjs"],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=False,
        timeout=60,
        env=clean_environment(),
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: Mapping[str, Any] = json.loads(done.stdout)
    if "status" in answer:
        raise Told(answer["status"], f"{answer['name']} {answer['code']}: {answer['message']}")
    return base64.b64decode(answer["picture"])


def _pyclipdrop(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        files = {name: str(Path(folder) / name) for name in ("photo.png", "mask.png", "out.png")}
        Path(files["photo.png"]).write_bytes(photo)
        Path(files["mask.png"]).write_bytes(mask)
        client = pyclipdrop.ClipdropClient(key, base_url=url)
        try:
            client.cleanup(files["photo.png"], files["mask.png"], output_file=files["out.png"])
        except pyclipdrop.exceptions.APIRequestError as error:
            cause = error.__cause__
            assert isinstance(cause, requests.HTTPError)
            raise Told(cause.response.status_code, str(error)) from error
        return Path(files["out.png"]).read_bytes()


def _clipdrop_documentation(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    """Call as the documentation's example for Python does."""
    answer = requests.post(
        f"{url}/cleanup/v1",
        files={
            "image_file": ("image.jpg", photo, "image/jpeg"),
            "mask_file": ("mask.png", mask, "image/png"),
        },
        headers={"x-api-key": key},
        timeout=60,
    )
    if not answer.ok:
        raise Told(answer.status_code, answer.json()["error"])
    assert int(answer.headers["x-remaining-credits"]) > 0
    assert answer.headers["x-credits-consumed"] == "1"
    return answer.content


IOPAINT_PAGE: Mapping[str, Any] = {
    "ldm_steps": 30,
    "ldm_sampler": "ddim",
    "zits_wireframe": True,
    "cv2_flag": "INPAINT_NS",
    "cv2_radius": 5,
    "hd_strategy": "Crop",
    "hd_strategy_crop_triger_size": 640,
    "hd_strategy_crop_margin": 128,
    "hd_trategy_resize_imit": 2048,
    "prompt": "",
    "negative_prompt": "",
    "use_croper": False,
    "croper_x": 0,
    "croper_y": 0,
    "croper_height": 512,
    "croper_width": 512,
    "use_extender": False,
    "extender_x": 0,
    "extender_y": 0,
    "extender_height": 1024,
    "extender_width": 1024,
    "sd_mask_blur": 12,
    "sd_strength": 1.0,
    "sd_steps": 50,
    "sd_guidance_scale": 7.5,
    "sd_sampler": "DPM++ 2M",
    "sd_seed": -1,
    "sd_match_histograms": False,
    "sd_lcm_lora": False,
    "paint_by_example_example_image": None,
    "p2p_image_guidance_scale": 1.5,
    "enable_controlnet": False,
    "controlnet_conditioning_scale": 0.4,
    "controlnet_method": "",
    "enable_brushnet": False,
    "brushnet_method": "random_mask",
    "brushnet_conditioning_scale": 1.0,
    "enable_powerpaint_v2": False,
    "powerpaint_task": "text-guided",
}
"""What the page of IOPaint 1.6.0 sends beside the pictures (`web_app/src/lib/api.ts`), as it spells it."""


def _iopaint_page(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    """Call as IOPaint's own page does, its browser having asked for the key."""
    pictures = {
        name: f"data:image/png;base64,{base64_of(data)}" for name, data in (("image", photo), ("mask", mask))
    }
    answer = requests.post(
        f"{url}/api/v1/inpaint", json={**pictures, **IOPAINT_PAGE}, auth=("any", key), timeout=60
    )
    if not answer.ok:
        raise Told(answer.status_code, answer.json()["errors"])
    assert 1 <= int(answer.headers["X-Seed"]) <= 99_999_999
    return answer.content


def _iopaint_address(url: str, key: str, photo: bytes, mask: bytes) -> bytes:
    """Call as scripts and plug-ins do, which know nothing but an address: the key is in it."""
    address = url.replace("://", f"://wuhen:{key}@")
    pictures = {"image": base64_of(photo), "mask": base64_of(mask)}
    answer = requests.post(f"{address}/api/v1/inpaint", json=pictures, timeout=60)
    if not answer.ok:
        raise Told(answer.status_code, answer.text)
    return answer.content


CALLERS = (
    Caller(f"openai {openai.__version__} (PyPI)", "openai", _openai_python),
    Caller("openai (npm)", "openai", _openai_node),
    Caller("pyclipdrop 1.0.1 (PyPI)", "clipdrop", _pyclipdrop),
    Caller("ClipDrop's documentation", "clipdrop", _clipdrop_documentation),
    Caller("IOPaint's page, its request", "iopaint", _iopaint_page),
    Caller("an IOPaint plug-in, its request", "iopaint", _iopaint_address),
)
