"""Drills: what callers notice of a fault, how soon it is over, and what was lost.

While some callers call all the time, one thing after the other is broken under the service, and mended. Told
are the answers meanwhile, the longest wait for one, the seconds from mending to the first of a row of good
answers, and what was lost: results that were handed out and can no longer be fetched, answers without their
audit record, slots that are never given back, files that nobody needs.
"""

import sys
from pathlib import Path

# The tests' ways to run services and servers, and to call them.
sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))
