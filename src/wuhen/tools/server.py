"""The tools behind the Model Context Protocol, by its official library: whatever the transport."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Offered

from wuhen._version import __version__
from wuhen.tools.tool import TOOLS, Given, Tool
from wuhen.wire import ApiError, Language

__all__ = ["Refused", "Request", "Told", "Work", "make_server"]

BEAT_SECONDS = 1.0
"""Between two notices of progress."""
INSTRUCTIONS = (
    "Erases objects, text and watermarks from images. Look at what `find` returns before erasing what it "
    "found if only a part is to go. Coordinates are pixels from the upper left corner, negative ones from "
    'the right and bottom edge; shares such as "25%" are taken as well.'
)

Request: TypeAlias = ServerRequestContext[Any, Any]
"""What is known of the request by which a tool is called."""


class Refused(Exception):
    """What a tool cannot do, in words for whoever asked."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool answers.

    Attributes
    ----------
    text : str
        For the model.
    content : sequence of ContentBlock
        Pictures, or links to them.
    facts : mapping
        The same as the text, for programs.
    """

    text: str
    content: tuple[ContentBlock, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


class Work(Protocol):
    """Does what tools are asked for: here, or in the service."""

    def schema(self, tool: Tool) -> dict[str, Any]:
        """Return the JSON Schema of a tool's arguments."""

    def language(self, request: Request) -> Language:
        """Return the language of errors."""

    async def carry_out(self, tool: Tool, given: Given, request: Request) -> Told:
        """Do it; cancelled when whoever asked does not want it any more.

        Raises
        ------
        ApiError, Refused
            It cannot be done.
        """


def make_server(work: Work) -> "Server[Any]":
    """Return a server of the protocol that offers the tools."""
    offered = {tool.name: tool for tool in TOOLS}

    async def list_tools(request: Request, params: PaginatedRequestParams | None) -> ListToolsResult:
        del request, params
        return ListToolsResult(tools=[_offer(tool, work) for tool in offered.values()])

    async def call_tool(request: Request, params: CallToolRequestParams) -> CallToolResult:
        tool = offered.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name[:64]!r}: {', '.join(offered)}")
        try:
            async with _beating(request, tool):
                told = await work.carry_out(tool, params.arguments or {}, request)
        except ApiError as error:
            # Whoever keeps the error would keep the message with it, by the frames that it passed.
            error.__traceback__ = None
            return _failed(f"{error.code}: {error.message(work.language(request))}")
        except Refused as error:
            return _failed(str(error))
        text = TextContent(type="text", text=told.text)
        return CallToolResult(content=[text, *told.content], structured_content=dict(told.facts) or None)

    return Server(
        "wuhen",
        version=__version__,
        title="Wuhen",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _offer(tool: Tool, work: Work) -> Offered:
    return Offered(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=work.schema(tool),
        annotations=ToolAnnotations(
            read_only_hint=not tool.writes,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


@asynccontextmanager
async def _beating(request: Request, tool: Tool) -> AsyncIterator[None]:
    """Tell whoever wants to know that the tool is at work, by the seconds that have passed."""
    began = time.monotonic()

    async def beat() -> None:
        while True:
            seconds = time.monotonic() - began
            await request.session.report_progress(seconds, message=f"{tool.title}: {seconds:.0f} s")
            await asyncio.sleep(BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
