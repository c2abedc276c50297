"""Show the main job: start the service, erase through the official SDK, say where the pictures are."""

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tencentcloud.aiart.v20221229 import aiart_client, models
from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from wuhen import samples

WUHEN = [sys.executable, "-m", "wuhen"]


@contextmanager
def service(data_dir: Path) -> Iterator[str]:
    """Run `wuhen serve` on a free port and yield its address."""
    command = [*WUHEN, "serve", "--port", "0", "--data-dir", str(data_dir), "--log-format", "json"]
    log = (data_dir.parent / "service.log").open("w+")
    process = subprocess.Popen(command, stderr=log, stdout=subprocess.DEVNULL)
    try:
        yield wait_until_ready(process, Path(log.name))
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Return the address that the service says it listens on, once it is ready."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r'"url": "(https?://[^"]+)"', log.read_text())
        with suppress(urllib.error.URLError):
            if found and urllib.request.urlopen(found[1] + "/readyz", timeout=60).status == 200:
                return found[1]
        time.sleep(0.1)
    sys.exit(f"the service did not start; {log} says why")


def erase(address: str, key: dict[str, str], photo: Path, mask: Path) -> bytes:
    """Erase as any caller of Tencent Cloud would: only the endpoint is ours."""
    scheme, endpoint = address.split("://")
    profile = ClientProfile(httpProfile=HttpProfile(protocol=scheme, endpoint=endpoint))
    client = aiart_client.AiartClient(
        credential.Credential(key["SecretId"], key["SecretKey"]), "ap-guangzhou", profile
    )
    request = models.ImageInpaintingRemovalRequest()
    request.InputImage = base64.b64encode(photo.read_bytes()).decode()
    request.Mask = base64.b64encode(mask.read_bytes()).decode()
    return base64.b64decode(client.ImageInpaintingRemoval(request).ResultImage)


def main() -> None:
    """Run the demonstration."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path("demo"), help="where to write the pictures")
    out: Path = arguments.parse_args().out
    data_dir = out / "data"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    os.environ.pop("WUHEN_CONFIG", None)

    created = subprocess.run(
        [*WUHEN, "keys", "create", "--json", "--data-dir", str(data_dir)], check=True, capture_output=True
    )
    before = out / "before.jpg"
    shutil.copyfile(samples.photo_path("hikers"), before)
    shutil.copyfile(samples.mask_path("hikers"), out / "mask.png")
    print("Starting the service.", flush=True)
    with service(data_dir) as address:
        print(f"Calling ImageInpaintingRemoval at {address} with tencentcloud-sdk-python.", flush=True)
        start = time.perf_counter()
        result = erase(address, json.loads(created.stdout), before, out / "mask.png")
    after = out / "after.jpg"
    after.write_bytes(result)
    print(f"Erased in {time.perf_counter() - start:.1f} s.")
    print(f"  before: {before}\n  mask:   {out / 'mask.png'}\n  after:  {after}")


if __name__ == "__main__":
    main()
