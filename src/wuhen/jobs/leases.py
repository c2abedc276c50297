"""Jobs in the database, as whoever works on them sees them: each is held by a lease, or by nobody.

A lease is a random text beside the job. Whoever renews it or brings a result shows it, and is refused where
another stands there by now, however long they slept in between. Times are the database server's.
"""

import uuid
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from wuhen.accounts import Delivery, schema
from wuhen.accounts.audit import record_delivery
from wuhen.accounts.database import Database
from wuhen.accounts.sessions import Store
from wuhen.jobs.ending import end_job, now_of
from wuhen.jobs.errors import LeaseLost
from wuhen.jobs.records import MOST_ATTEMPTS, Done, Failed, Status, Taken

__all__ = ["Leases"]


class Leases(Store):
    """Hands jobs out to whoever works on them. The methods block, and raise `StoreUnavailable`.

    Parameters
    ----------
    database : Database
        Where the jobs are.
    seconds : float
        For how long a lease holds from when it was last renewed.
    keep : float
        Seconds for which a job is kept after its end.
    lost : Failed
        What is told of a job that too many have died of.
    """

    def __init__(self, database: Database, *, seconds: float, keep: float, lost: Failed) -> None:
        super().__init__(database)
        self._lease = int(seconds * 1000)
        self._keep = int(keep * 1000)
        self._lost = lost

    def any_waiting(self) -> bool:
        """Tell whether a job waits for somebody."""
        with self._looking() as connection:
            found = connection.execute(
                select(schema.jobs.c.number).where(schema.jobs.c.status == Status.WAITING).limit(1)
            )
            return found.first() is not None

    def take(self) -> Taken | None:
        """Take up the next job; None if there is none for now.

        Accounts take turns: that one is next whose latest job was started longest ago. None has more jobs
        under way than it may run erasures at a time. Within an account, the first submitted is the first
        taken.
        """
        jobs = schema.jobs
        with self._writing() as connection:
            account = _lock_next_account(connection)
            if account is None:
                return None
            waiting = select(jobs).where(jobs.c.account == account, jobs.c.status == Status.WAITING)
            first = waiting.order_by(jobs.c.number).limit(1).with_for_update(skip_locked=True)
            job = connection.execute(first).one_or_none()
            if job is None:
                return None
            lease, now = str(uuid.uuid4()), now_of(connection)
            connection.execute(
                update(jobs)
                .where(jobs.c.number == job.number)
                .values(
                    status=Status.RUNNING,
                    attempts=job.attempts + 1,
                    started_at=now,
                    lease=lease,
                    lease_until=now + self._lease,
                )
            )
            return Taken(
                job.id, job.account, job.secret_id, job.parameters, job.size, lease, job.attempts + 1
            )

    def renew(self, taken: Taken) -> None:
        """Go on holding a job.

        Raises
        ------
        LeaseLost
            It is no longer the holder's.
        """
        jobs = schema.jobs
        with self._writing() as connection:
            held = update(jobs).where(jobs.c.id == taken.id, jobs.c.lease == taken.lease)
            if not connection.execute(held.values(lease_until=now_of(connection) + self._lease)).rowcount:
                raise LeaseLost

    def complete(self, taken: Taken, came: Done | Failed, *deliveries: Delivery) -> None:
        """End a job, and note in the audit record who is given each result: both, or neither.

        Raises
        ------
        LeaseLost
            It is no longer the holder's, and nothing was noted.
        """
        with self._writing() as connection:
            try:
                job = _held(connection, taken)
            except LeaseLost:
                # The answer to an earlier try may have been lost, and not what was written.
                if isinstance(came, Done) and _has_result(connection, taken, came.result):
                    return
                raise
            for delivery in deliveries:
                record_delivery(connection, delivery)
            status = Status.DONE if isinstance(came, Done) else Status.FAILED
            end_job(connection, job, status, came, now=now_of(connection), keep=self._keep)

    def give_back(self, taken: Taken, *, counted: bool) -> None:
        """Let somebody else have a job that the holder cannot finish; one that is lost stays as it is.

        Parameters
        ----------
        taken
            The job.
        counted
            Whether the job may be to blame, so that this counts as one of its attempts.
        """
        with self._writing() as connection:
            try:
                job = _held(connection, taken)
            except LeaseLost:
                return
            if counted:
                self._return(connection, job)
            else:
                _put_back(connection, job, attempts=job.attempts - 1)

    def reap(self) -> int:
        """Take jobs from holders that have fallen silent, and return how many there were.

        Somebody else may take each up, once; what that one died of too has failed.
        """
        jobs = schema.jobs
        with self._looking() as connection:
            running = select(jobs.c.number).where(jobs.c.status == Status.RUNNING).limit(1)
            if connection.execute(running).first() is None:
                return 0
        with self._writing() as connection:
            silent = select(jobs).where(
                jobs.c.status == Status.RUNNING, jobs.c.lease_until < now_of(connection)
            )
            found = connection.execute(silent.with_for_update(skip_locked=True)).all()
            for job in found:
                self._return(connection, job)
            return len(found)

    def _return(self, connection: Connection, job: Row[*tuple[Any, ...]]) -> None:
        if job.attempts < MOST_ATTEMPTS:
            _put_back(connection, job, attempts=job.attempts)
        else:
            now = now_of(connection)
            end_job(connection, job, Status.FAILED, self._lost, now=now, keep=self._keep)


def _held(connection: Connection, taken: Taken) -> Row[*tuple[Any, ...]]:
    """Return and lock the row of a job, if it is still the holder's."""
    jobs = schema.jobs
    held = select(jobs).where(jobs.c.id == taken.id, jobs.c.lease == taken.lease)
    job = connection.execute(held.with_for_update()).one_or_none()
    if job is None:
        raise LeaseLost
    return job


def _has_result(connection: Connection, taken: Taken, result: str) -> bool:
    jobs = schema.jobs
    same = select(jobs.c.id).where(jobs.c.id == taken.id, jobs.c.result == result)
    return connection.execute(same).first() is not None


def _put_back(connection: Connection, job: Row[*tuple[Any, ...]], *, attempts: int) -> None:
    values = {"status": Status.WAITING, "attempts": attempts, "lease": None, "lease_until": None}
    connection.execute(update(schema.jobs).where(schema.jobs.c.number == job.number).values(values))


def _lock_next_account(connection: Connection) -> str | None:
    """Find whose turn it is, and keep others from taking a job of theirs meanwhile."""
    jobs, accounts = schema.jobs, schema.accounts
    latest = select(func.max(jobs.c.started_at)).where(jobs.c.account == accounts.c.name).scalar_subquery()
    wanted = (
        select(accounts.c.name, accounts.c.concurrency)
        .where(
            accounts.c.name.in_(select(jobs.c.account).where(jobs.c.status == Status.WAITING)),
            _running(accounts.c.name).scalar_subquery() < accounts.c.concurrency,
        )
        .order_by(func.coalesce(latest, 0), accounts.c.name)
        .limit(1)
        .with_for_update(of=accounts, key_share=True, skip_locked=True)
    )
    found = connection.execute(wanted).one_or_none()
    # What was counted before the lock was had may have changed since.
    if found is None or connection.execute(_running(found.name)).scalar_one() >= found.concurrency:
        return None
    return str(found.name)


def _running(account: Any) -> Select[*tuple[Any, ...]]:
    jobs = schema.jobs
    return select(func.count()).where(jobs.c.account == account, jobs.c.status == Status.RUNNING)
