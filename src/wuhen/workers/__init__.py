"""Where pictures are decoded, filled and encoded: in processes that can be lost.

Each worker has pipes of its own: one that is killed, runs out of memory or hangs costs the job it was
carrying and nothing else. `Workers` is what a home for jobs promises; `LocalWorkers` is the one on this
machine.
"""

from wuhen.workers.base import Loss, OutOfTimeError, WorkerFailedError, Workers
from wuhen.workers.local import LocalWorkers

__all__ = ["LocalWorkers", "Loss", "OutOfTimeError", "WorkerFailedError", "Workers"]
