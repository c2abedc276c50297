"""Jobs: erasures that are asked for now and done when somebody is free, by whichever process that is.

What is asked for and how it stands is in the database, pictures are in the store of objects, so that any
process can take a job and any other can tell of it. Whoever works on one holds it by a lease, and what they
bring when that is no longer theirs is not taken.
"""

from wuhen.jobs.errors import AccountFull, LeaseLost, TokenTaken
from wuhen.jobs.leases import Leases
from wuhen.jobs.outbox import Outbox
from wuhen.jobs.parcel import PREFIX, Parcel, parse_parcel, picture_name, write_parcel
from wuhen.jobs.records import (
    MOST_ATTEMPTS,
    Callback,
    CallbackState,
    Done,
    Failed,
    JobRecord,
    Limits,
    NewJob,
    Standing,
    Status,
    Taken,
)
from wuhen.jobs.store import JobStore
from wuhen.jobs.webhook import GIVE_UP_SECONDS, Notice, next_pause, secret_of, sign

__all__ = [
    "GIVE_UP_SECONDS",
    "MOST_ATTEMPTS",
    "PREFIX",
    "AccountFull",
    "Callback",
    "CallbackState",
    "Done",
    "Failed",
    "JobRecord",
    "JobStore",
    "LeaseLost",
    "Leases",
    "Limits",
    "NewJob",
    "Notice",
    "Outbox",
    "Parcel",
    "Standing",
    "Status",
    "Taken",
    "TokenTaken",
    "next_pause",
    "parse_parcel",
    "picture_name",
    "secret_of",
    "sign",
    "write_parcel",
]
