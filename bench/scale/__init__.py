"""How far the service grows: what is measured, what is reckoned, and what is simulated."""

import sys
from pathlib import Path

# The tests' ways to run services and servers, and to call them.
sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))
