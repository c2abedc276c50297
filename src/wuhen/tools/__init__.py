"""What an agent can have done: tools, made from the declarations of our own actions.

Whoever offers them says how pictures come and go: as files of this machine, or with the call. Nothing here is
imported unless tools are asked for; `server` needs the package `mcp`.
"""

from wuhen.tools.tool import ERASE_TOOL, FIND_TOOL, INSPECT_TOOL, SELECT_TOOL, TOOLS, Given, Tool

__all__ = ["ERASE_TOOL", "FIND_TOOL", "INSPECT_TOOL", "SELECT_TOOL", "TOOLS", "Given", "Tool"]
