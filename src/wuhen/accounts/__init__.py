"""Who may call, and how much: keys with their accounts, and the gates that hold their limits."""

from wuhen.accounts.audit import AuditLog, Delivery
from wuhen.accounts.calls import (
    MAX_CALLS,
    MAX_UNPROVEN,
    CallFilter,
    CallLog,
    CallRecord,
    CallSummary,
    Outcome,
)
from wuhen.accounts.codes import OneTimeCodes
from wuhen.accounts.credential import BEARER_PREFIX, STUDIO, AccountKey, BearerKey, KeyRecord, KeyState
from wuhen.accounts.database import Database, open_database, open_unprepared
from wuhen.accounts.disabling import Disabled, disable_account
from wuhen.accounts.errors import (
    AccountsError,
    GatesAway,
    InactiveKey,
    InvalidSetting,
    JobNumExceeded,
    RateExceeded,
    StoreUnavailable,
    UnknownAccount,
    UnknownKey,
)
from wuhen.accounts.examination import examine_database
from wuhen.accounts.gates import ConcurrencyGate, MemoryConcurrencyGate, MemoryRateGate, RateGate
from wuhen.accounts.postgresql import find_open_hosts
from wuhen.accounts.sessions import Store
from wuhen.accounts.store import KeyStore

__all__ = [
    "BEARER_PREFIX",
    "MAX_CALLS",
    "MAX_UNPROVEN",
    "STUDIO",
    "AccountKey",
    "AccountsError",
    "AuditLog",
    "BearerKey",
    "CallFilter",
    "CallLog",
    "CallRecord",
    "CallSummary",
    "ConcurrencyGate",
    "Database",
    "Delivery",
    "Disabled",
    "GatesAway",
    "InactiveKey",
    "InvalidSetting",
    "JobNumExceeded",
    "KeyRecord",
    "KeyState",
    "KeyStore",
    "MemoryConcurrencyGate",
    "MemoryRateGate",
    "OneTimeCodes",
    "Outcome",
    "RateExceeded",
    "RateGate",
    "Store",
    "StoreUnavailable",
    "UnknownAccount",
    "UnknownKey",
    "disable_account",
    "examine_database",
    "find_open_hosts",
    "open_database",
    "open_unprepared",
]
