"""`wuhen mcp`, as the protocol's official client starts it and speaks to it."""

import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, ImageContent, TextContent

from harness import clean_environment
from scenes import assert_erased, red_square

pytestmark = pytest.mark.service


def text_of(result: CallToolResult) -> str:
    (text,) = [one.text for one in result.content if isinstance(one, TextContent)]
    return text


async def test_an_agent_erases_and_finds_on_files_of_allowed_folders(tmp_path: Path) -> None:
    scene = red_square()
    photos, elsewhere = tmp_path / "photos", tmp_path / "elsewhere.png"
    photos.mkdir()
    image, mask, output = (photos / name for name in ("a.png", "m.png", "out.png"))
    for path, data in ((image, scene.photo), (mask, scene.mask), (elsewhere, scene.photo)):
        path.write_bytes(data)
    command = ["-m", "wuhen", "mcp", "--allow", str(photos), "--no-mark"]
    server = StdioServerParameters(command=sys.executable, args=command, env=clean_environment())
    told: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        del total, message
        told.append(progress)

    async with Client(stdio_client(server)) as client:
        offered = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(offered) == {"erase", "find", "inspect"}
        assert offered["erase"].input_schema["required"] == ["image", "output"]

        async def erase(**more: Any) -> CallToolResult:
            given = {"image": str(image), "mask": str(mask), "output": str(output)} | more
            return await client.call_tool("erase", given, progress_callback=note)

        done = await erase()
        assert not done.is_error, done
        assert_erased(output.read_bytes(), scene)
        assert done.structured_content["erased_pixels"] == 24 * 24
        assert any(isinstance(one, ImageContent) for one in done.content)
        assert told == sorted(set(told))
        assert told
        before = {path: path.read_bytes() for path in (image, mask, output, elsewhere)}
        for more, text in (
            ({}, "is there already"),
            ({"output": str(image), "overwrite": True}, "overwrite one of its inputs"),
            ({"image": str(elsewhere)}, "in none of the folders"),
            ({"output": str(tmp_path / "out.png")}, "in none of the folders"),
            ({"output": str(photos / "out.txt")}, "ends in"),
            ({"output": str(photos / "new.png"), "mask": None}, "Nothing says what is to be erased"),
            ({"output": str(photos / "new.png"), "seed": "x"}, "`Seed`"),
        ):
            refused = await erase(**more)
            assert refused.is_error
            assert text in text_of(refused)
        assert before == {path: path.read_bytes() for path in before}
        assert not (photos / "new.png").exists()
        found = await client.call_tool("find", {"image": str(image)})
        assert found.structured_content["count"] == 0
        labels = await client.call_tool("inspect", {"image": str(output)})
        assert (labels.structured_content["Format"], len(labels.structured_content["Aigc"])) == ("PNG", 1)
        large = red_square(1200, 900, side=700)
        image.write_bytes(large.photo)
        mask.write_bytes(large.mask)
        with anyio.CancelScope() as scope:

            async def leave(progress: float, total: float | None, message: str | None) -> None:
                del progress, total, message
                scope.cancel()

            given = {"image": str(image), "mask": str(mask), "output": str(photos / "new.png")}
            await client.call_tool("erase", given, progress_callback=leave)
        assert scope.cancelled_caught
        # There is one worker: it is free again when the erasure was given up.
        assert not (await client.call_tool("inspect", {"image": str(mask)})).is_error
    assert not (photos / "new.png").exists()
