"""A service of the hour's own, that can be stopped and started again, and files to open in its studio."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pillow_heif
from bench.effect_scenes import Scene, draw_scene
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parents[3]
_SHADOWED = (7, 0, 2)  # seeds of a scene whose shadow is found about a rectangle, too


class Serving:
    """A service on a port and a folder of data of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {"PYTHONPATH": str(HERE / "src")}

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        command = [sys.executable, "-m", "wuhen", "serve", "--workers", "1", "--threads", "1", *self._place]
        with self.folder.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz").close()
                return
            time.sleep(0.1)
        raise TimeoutError("The service does not get ready.")

    def stop(self) -> None:
        """Stop it."""
        if self._process:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def link(self) -> str:
        """Return a link that opens the studio."""
        return self._wuhen("studio", *self._place).strip()

    def key(self) -> tuple[str, str]:
        """Return a new key: its SecretId and SecretKey."""
        made = json.loads(self._wuhen("keys", "create", "--json", *self._place[:2]))
        return made["SecretId"], made["SecretKey"]

    def disable(self, secret_id: str) -> None:
        """Disable a key."""
        self._wuhen("keys", "disable", secret_id, *self._place[:2])

    @property
    def _place(self) -> list[str]:
        return ["--data-dir", str(self.folder), "--port", self.port]

    def _wuhen(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "wuhen", *arguments]
        done = subprocess.run(command, env=self._environment, check=True, capture_output=True)
        return done.stdout.decode()


def files(folder: Path) -> dict[str, Path]:
    """Make the files that are opened in the hour, and return them by what they are called there."""
    folder.mkdir(parents=True, exist_ok=True)
    photo = _photo()
    made = {kind: folder / f"A walk by the sea.{kind}" for kind in ("jpg", "png", "tif", "heic", "pdf")}
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    photo.save(made["jpg"], quality=90, exif=exif)
    photo.save(made["png"])
    photo.save(made["tif"])
    pillow_heif.register_heif_opener()
    photo.save(made["heic"], format="HEIF", quality=80)
    made["marked"] = folder / "marked.jpg"
    _marked(photo).save(made["marked"], quality=95)
    made["shadowed"] = folder / "shadowed.png"
    Image.fromarray(shadowed().photo).save(made["shadowed"])
    made["pdf"].write_bytes(b"%PDF-1.4\n")
    for name in ("one", "two", "a photo with a very long name that somebody gave it on a rainy afternoon"):
        made[name] = folder / f"{name}.jpg"
        photo.resize((480, 320)).save(made[name], quality=90)
    made["broken"] = folder / "broken.jpg"
    made["broken"].write_bytes(b"\xff\xd8\xff")
    return made


def shadowed() -> Scene:
    """Return a scene in which something casts a soft shadow."""
    return draw_scene("around", np.random.default_rng(_SHADOWED))


def _photo() -> Image.Image:
    """Something like a sky, a sea, and a red thing in it."""
    height, width = 640, 960
    noise = np.random.default_rng(5).integers(-8, 9, (height, width, 3))
    shade = np.linspace(0, 1, height)[:, None, None]
    pixels = (1 - shade) * (120, 165, 210) + shade * (185, 170, 140) + noise
    pixels[280:360, 440:520] = (200, 40, 40)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _marked(photo: Image.Image) -> Image.Image:
    """Lay a watermark all over it, and write a line into it."""
    width, height = photo.size
    cover = Image.new("L", photo.size)
    draw = ImageDraw.Draw(cover)
    for row in range(height // 90 + 1):
        for column in range(-1, width // 150 + 1):
            x, y = column * 150 + (75 if row % 2 else 0), row * 90
            draw.ellipse((x, y, x + 34, y + 34), outline=102, width=5)
            draw.line((x + 44, y + 30, x + 60, y + 4, x + 76, y + 30, x + 92, y + 4), fill=102, width=5)
    marked = Image.composite(Image.new("RGB", photo.size, "white"), photo, cover)
    ImageDraw.Draw(marked).text(
        (60, height - 90), "Summer 2026", fill="black", font=ImageFont.load_default(56)
    )
    return marked
