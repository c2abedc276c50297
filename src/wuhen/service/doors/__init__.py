"""Doors: other products' interfaces to what the service does, closed unless `--doors` names them.

A module here is a door, by its name in that setting; its `open_door` returns a `Door`.
"""

from wuhen.service.doors.bearers import KeyReader, read_api_key, read_basic, read_bearer
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Page, Refused
from wuhen.service.doors.opening import door_routes, open_door

__all__ = [
    "Answer",
    "Asked",
    "Done",
    "Door",
    "Entrance",
    "KeyReader",
    "Page",
    "Refused",
    "door_routes",
    "open_door",
    "read_api_key",
    "read_basic",
    "read_bearer",
]
