"""Doors: other products' interfaces to what the service does, closed unless `--doors` names them.

A module here is a door, by its name in that setting; its `open_door` returns a `Door`.
"""

from wuhen.service.doors.bearers import KeyReader, read_api_key, read_basic, read_bearer
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Page, Refused
from wuhen.service.doors.opening import Doors, open_door, open_doors

__all__ = [
    "Answer",
    "Asked",
    "Done",
    "Door",
    "Doors",
    "Entrance",
    "KeyReader",
    "Page",
    "Refused",
    "open_door",
    "open_doors",
    "read_api_key",
    "read_basic",
    "read_bearer",
]
