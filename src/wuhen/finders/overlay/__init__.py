"""What lies over all photos of a folder alike: logos and captions that stand still, and stamps of dates.

What is over one photo only cannot be told from the scene; over many photos it can, as scenes differ. So
overlays are learned first, from photos of one kind, and then found in each.
"""

from wuhen.finders.overlay.learning import ENOUGH, FEWEST, Learner, Overlays, learn
from wuhen.finders.overlay.sketch import Sketch, sketch

__all__ = ["ENOUGH", "FEWEST", "Learner", "Overlays", "Sketch", "learn", "sketch"]
