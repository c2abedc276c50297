"""`wuhen mcp`, as the protocol's official client starts it and speaks to it."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, ImageContent, TextContent

from harness import clean_environment
from networks import tiny_sam
from pictures import decoded
from scenes import Scene, assert_erased, red_square, reds

pytestmark = pytest.mark.service


@dataclass
class Agent:
    """An agent with a folder of photos, and one photo that it may not touch."""

    client: Client
    folder: Path
    told: list[float] = field(default_factory=list)

    @property
    def elsewhere(self) -> Path:
        return self.folder.parent / "elsewhere.png"

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def bring(self, scene: Scene) -> None:
        (self.folder / "a.png").write_bytes(scene.photo)
        (self.folder / "m.png").write_bytes(scene.mask)

    async def erase(self, **more: Any) -> CallToolResult:
        given = {"image": self.path("a.png"), "mask": self.path("m.png"), "output": self.path("out.png")}
        return await self.client.call_tool("erase", given | more, progress_callback=self._note)

    async def _note(self, progress: float, total: float | None, message: str | None) -> None:
        del total, message
        self.told.append(progress)


@asynccontextmanager
async def agent_of(tmp_path: Path) -> AsyncIterator[Agent]:
    photos, models = tmp_path / "photos", tmp_path / "models"
    photos.mkdir()
    tiny_sam(models)
    command = ["-m", "wuhen", "mcp", "--allow", str(photos), "--no-mark", "--models-dir", str(models)]
    server = StdioServerParameters(command=sys.executable, args=command, env=clean_environment())
    async with Client(stdio_client(server)) as client:
        yield Agent(client, photos)


def text_of(result: CallToolResult) -> str:
    (text,) = [one.text for one in result.content if isinstance(one, TextContent)]
    return text


# One process for all: to start it and its worker is what takes time.
async def test_an_agent_works_on_files_of_allowed_folders(tmp_path: Path) -> None:
    async with agent_of(tmp_path) as agent:
        await erases(agent, red_square())
        await loses_nothing(agent)
        await finds_selects_and_inspects(agent)
        await gives_up(agent, red_square(1200, 900, side=700))


async def erases(agent: Agent, scene: Scene) -> None:
    offered = {tool.name: tool for tool in (await agent.client.list_tools()).tools}
    assert set(offered) == {"erase", "find", "inspect", "select"}
    assert offered["erase"].input_schema["required"] == ["image", "output"]
    agent.bring(scene)
    done = await agent.erase()
    assert not done.is_error, done
    assert_erased((agent.folder / "out.png").read_bytes(), scene)
    assert done.structured_content["erased_pixels"] == 24 * 24
    assert any(isinstance(one, ImageContent) for one in done.content)
    assert agent.told == sorted(set(agent.told))
    assert agent.told


async def loses_nothing(agent: Agent) -> None:
    agent.elsewhere.write_bytes(red_square().photo)
    before = {path: path.read_bytes() for path in (*agent.folder.iterdir(), agent.elsewhere)}
    new = agent.path("new.png")
    for more, text in (
        ({}, "is there already"),
        ({"output": agent.path("a.png"), "overwrite": True}, "overwrite one of its inputs"),
        ({"image": str(agent.elsewhere)}, "in none of the folders"),
        ({"output": str(agent.elsewhere), "overwrite": True}, "in none of the folders"),
        ({"output": agent.path("out.txt")}, "ends in"),
        ({"output": new, "mask": None}, "Nothing says what is to be erased"),
        ({"output": new, "seed": "x"}, "`Seed`"),
    ):
        refused = await agent.erase(**more)
        assert refused.is_error
        assert text in text_of(refused)
    notes = {"image": agent.path("a.png"), "mask_output": agent.path("out.txt"), "overwrite": True}
    refused = await agent.client.call_tool("find", notes)
    assert (refused.is_error, "ends in" in text_of(refused)) == (True, True)
    assert before == {path: path.read_bytes() for path in (*agent.folder.iterdir(), agent.elsewhere)}


async def finds_selects_and_inspects(agent: Agent) -> None:
    image, mask, output = (agent.path(name) for name in ("a.png", "object.png", "gone.png"))
    found = await agent.client.call_tool("find", {"image": image})
    assert found.structured_content["count"] == 0
    clicked = {"image": image, "points": [{"x": 48, "y": 32}], "mask_output": mask}
    assert not (await agent.client.call_tool("select", clicked)).is_error
    done = await agent.erase(mask=mask, output=output, grow=4)
    assert not done.is_error, done
    assert reds(decoded((agent.folder / "gone.png").read_bytes())) == 0
    labels = await agent.client.call_tool("inspect", {"image": output})
    assert (labels.structured_content["Format"], len(labels.structured_content["Aigc"])) == ("PNG", 1)
    lines = dict(line.split(": ", 1) for line in text_of(labels).splitlines())
    assert json.loads(lines["Aigc"]) == labels.structured_content["Aigc"]


async def gives_up(agent: Agent, large: Scene) -> None:
    agent.bring(large)
    scope = anyio.CancelScope()

    async def leave(progress: float, total: float | None, message: str | None) -> None:
        del progress, total, message
        scope.cancel()

    given = {"image": agent.path("a.png"), "mask": agent.path("m.png"), "output": agent.path("never.png")}
    with scope:
        await agent.client.call_tool("erase", given, progress_callback=leave)
    assert scope.cancelled_caught
    # There is one worker: it is free again when the erasure was given up.
    assert not (await agent.client.call_tool("inspect", {"image": agent.path("m.png")})).is_error
    assert not (agent.folder / "never.png").exists()
