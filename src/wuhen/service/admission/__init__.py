"""Who is let in to the workers, in which order, and who is told at once that it would take too long.

`Line` decides, and knows neither tasks nor a clock: a simulation can drive it. `Admission` is its face
towards the calls of the service, `Costs` is what it knows of jobs to come, and `Screen` asks before a call is
worth the reading.
"""

from wuhen.service.admission.costs import Costs
from wuhen.service.admission.door import Admission, Load, Roomer, Wish
from wuhen.service.admission.line import Busy, Line, Policy, Reason, Ticket
from wuhen.service.admission.screen import Screen

__all__ = [
    "Admission",
    "Busy",
    "Costs",
    "Line",
    "Load",
    "Policy",
    "Reason",
    "Roomer",
    "Screen",
    "Ticket",
    "Wish",
]
