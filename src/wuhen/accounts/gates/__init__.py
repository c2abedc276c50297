"""What admits a job: how many an account may run at one time, and how often it may call.

Both gates are protocols. Their home is this process's memory, or a Redis that several services share, which
is imported by whoever asks for it; `tests/accounts` holds both to the same behaviour.
"""

from wuhen.accounts.gates.base import ConcurrencyGate, RateGate
from wuhen.accounts.gates.memory import MemoryConcurrencyGate, MemoryRateGate

__all__ = ["ConcurrencyGate", "MemoryConcurrencyGate", "MemoryRateGate", "RateGate"]
