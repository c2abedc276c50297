"""What can go wrong with keys, limits and their store; the service and the command line translate these."""


class AccountsError(Exception):
    """Base of everything this package raises on its own account."""


class UnknownKey(AccountsError):
    """No key has this SecretId."""

    def __init__(self, secret_id: str) -> None:
        super().__init__(f"there is no key {secret_id!r}; `wuhen keys list` shows the existing ones")
        self.secret_id = secret_id


class UnknownAccount(AccountsError):
    """No account has this name."""

    def __init__(self, account: str) -> None:
        super().__init__(f"there is no account {account!r}; `wuhen keys list` shows the existing ones")
        self.account = account


class InactiveKey(AccountsError):
    """The key is disabled or has expired, so it cannot be rotated."""

    def __init__(self, secret_id: str, state: str) -> None:
        super().__init__(f"key {secret_id} is {state}; only an active key can be rotated; create a new one")
        self.secret_id = secret_id
        self.state = state


class InvalidSetting(AccountsError, ValueError):
    """An account name, a limit or a duration is outside what is possible."""


class StoreUnavailable(AccountsError):
    """The account store cannot be opened, read or written."""


class GatesAway(AccountsError):
    """What counts slots and calls for several services cannot be reached."""


class JobNumExceeded(AccountsError):
    """The account already runs as many jobs as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the account already runs {self.limit} job(s), as many as it may at one time"


class RateExceeded(AccountsError):
    """The account called one action more often in a second than it may."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(count, limit)
        self.count = count
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.count} calls within a second, where the account may make {self.limit}"
