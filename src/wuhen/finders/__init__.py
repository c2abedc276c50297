"""What should go: finders look at a photo and return the mask of what lies over it, such as text.

Nothing that a finder needs, a network above all, is loaded before it is asked for.
"""

from wuhen.finders.api import find, names
from wuhen.finders.errors import Cancelled, FinderError
from wuhen.finders.found import Box, Found, Place
from wuhen.finders.search import Learned, Search

__all__ = ["Box", "Cancelled", "FinderError", "Found", "Learned", "Place", "Search", "find", "names"]
