"""Jobs in the database, as whoever submits them sees them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from wuhen.accounts import schema
from wuhen.accounts.database import Database
from wuhen.accounts.sessions import Store
from wuhen.jobs.ending import end_job, now_of, read_end
from wuhen.jobs.errors import AccountFull, TokenTaken
from wuhen.jobs.records import CallbackState, JobRecord, Limits, NewJob, Standing, Status

__all__ = ["JobStore"]

_OPEN = (Status.WAITING, Status.RUNNING)
SWEPT_AT_A_TIME = 100


class JobStore(Store):
    """Jobs, from submission to oblivion. The methods block, and raise `StoreUnavailable`.

    Parameters
    ----------
    database : Database
        Where they are.
    limits : Limits
        What each account may have.
    keep : float
        Seconds for which a job is kept after its end.

    Attributes
    ----------
    limits : Limits
        The same.
    """

    def __init__(self, database: Database, *, limits: Limits, keep: float) -> None:
        super().__init__(database)
        self.limits = limits
        self._keep = int(keep * 1000)

    def submit(self, job: NewJob) -> None:
        """Keep a job for whoever is free.

        Raises
        ------
        TokenTaken
            The account has one by that token; `find_by_token` tells which.
        AccountFull
            It has too many already.
        """
        jobs = schema.jobs
        with self._writing() as connection:
            lock_account(connection, job.account)
            if job.client_token is not None:
                same = _by_token(select(jobs.c.id), job.account, job.client_token)
                if connection.execute(same).first() is not None:
                    raise TokenTaken
            self._check_room(connection, job.account, job.size)
            connection.execute(
                insert(jobs).values(
                    id=job.id,
                    account=job.account,
                    secret_id=job.secret_id,
                    client_token=job.client_token,
                    digest=job.digest,
                    status=Status.WAITING,
                    submitted_at=now_of(connection),
                    attempts=0,
                    size=job.size,
                    parameters=job.parameters,
                    callback_url=job.callback_url,
                )
            )

    def check_room(self, account: str, size: int) -> None:
        """Make sure that an account may have one more job, before its pictures are kept; see `submit`."""
        with self._reading() as connection:
            self._check_room(connection, account, size)

    def find(self, account: str, job: str) -> JobRecord | None:
        """Return how an account's job stands; None if it has none of this number."""
        with self._reading() as connection:
            return self._one(connection, _by_id(_standing(), account, job))

    def find_by_token(self, account: str, token: str) -> JobRecord | None:
        """Return the job that an account submitted by a token; None if there is none."""
        with self._reading() as connection:
            return self._one(connection, _by_token(_standing(), account, token))

    def cancel(self, account: str, job: str) -> JobRecord | None:
        """End a job that has not ended, whoever works on it, and return how it stands then.

        What its holder brings from now on is not taken. None if the account has no such job.
        """
        with self._writing() as connection:
            found = connection.execute(
                _by_id(select(schema.jobs), account, job).with_for_update()
            ).one_or_none()
            if found is not None and found.status in _OPEN:
                end_job(connection, found, Status.CANCELLED, None, now=now_of(connection), keep=self._keep)
            return self._one(connection, _by_id(_standing(), account, job))

    def measure(self) -> Standing:
        """Return how much there is to do."""
        jobs, callbacks = schema.jobs, schema.callbacks
        counted = (
            select(jobs.c.status, func.count(), func.min(jobs.c.submitted_at))
            .where(jobs.c.status.in_(_OPEN))
            .group_by(jobs.c.status)
        )
        untold = select(func.count()).where(callbacks.c.due_at.is_not(None))
        with self._reading() as connection:
            found = {status: (count, first) for status, count, first in connection.execute(counted)}
            waiting, first = found.get(Status.WAITING, (0, None))
            oldest = 0.0 if first is None else max(0.0, (now_of(connection) - first) / 1000)
            running, _ = found.get(Status.RUNNING, (0, None))
            return Standing(waiting, running, oldest, connection.execute(untold).scalar_one())

    def find_expired(self) -> list[str]:
        """Return some of the jobs that have been kept for long enough."""
        jobs = schema.jobs
        with self._reading() as connection:
            old = select(jobs.c.id).where(jobs.c.expires_at < now_of(connection)).limit(SWEPT_AT_A_TIME)
            return list(connection.execute(old).scalars())

    def forget(self, ids: Sequence[str]) -> None:
        """Delete jobs, and what was to be told of them."""
        with self._writing() as connection:
            connection.execute(delete(schema.callbacks).where(schema.callbacks.c.job.in_(ids)))
            connection.execute(delete(schema.jobs).where(schema.jobs.c.id.in_(ids)))

    def find_unknown(self, ids: Sequence[str]) -> set[str]:
        """Return those that are the numbers of no jobs."""
        with self._reading() as connection:
            known = connection.execute(select(schema.jobs.c.id).where(schema.jobs.c.id.in_(ids)))
            return set(ids) - set(known.scalars())

    def _check_room(self, connection: Connection, account: str, size: int) -> None:
        jobs = schema.jobs
        held = select(func.count(), func.coalesce(func.sum(jobs.c.size), 0)).where(
            jobs.c.account == account, jobs.c.status.in_(_OPEN)
        )
        count, total = connection.execute(held).one()
        if count >= self.limits.jobs or total + size > self.limits.size:
            raise AccountFull(count, int(total))

    @staticmethod
    def _one(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> JobRecord | None:
        found = connection.execute(wanted).one_or_none()
        return None if found is None else _record(found)


def lock_account(connection: Connection, account: str) -> None:
    """Keep other transactions from submitting and taking jobs of an account, until this one ends."""
    row = select(schema.accounts.c.name).where(schema.accounts.c.name == account)
    connection.execute(row.with_for_update(key_share=True))


def _standing() -> Select[*tuple[Any, ...]]:
    jobs, callbacks = schema.jobs, schema.callbacks
    columns = (*jobs.c, callbacks.c.due_at, callbacks.c.delivered)
    return select(*columns).select_from(jobs.outerjoin(callbacks, callbacks.c.job == jobs.c.id))


def _by_id(wanted: Select[*tuple[Any, ...]], account: str, job: str) -> Select[*tuple[Any, ...]]:
    return wanted.where(schema.jobs.c.id == job, schema.jobs.c.account == account)


def _by_token(wanted: Select[*tuple[Any, ...]], account: str, token: str) -> Select[*tuple[Any, ...]]:
    return wanted.where(schema.jobs.c.client_token == token, schema.jobs.c.account == account)


def _record(row: Row[*tuple[Any, ...]]) -> JobRecord:
    return JobRecord(
        id=row.id,
        status=Status(row.status),
        attempts=row.attempts,
        submitted_at=row.submitted_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at,
        digest=row.digest,
        parameters=row.parameters,
        end=read_end(row),
        callback=_callback_state(row),
    )


def _callback_state(row: Row[*tuple[Any, ...]]) -> CallbackState:
    if row.callback_url is None:
        return CallbackState.NONE
    if row.delivered is None:
        return CallbackState.WAITING
    return CallbackState.DELIVERED if row.delivered else CallbackState.GIVEN_UP
