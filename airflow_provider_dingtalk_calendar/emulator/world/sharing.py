"""The access that users give each other to their primary calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import SHARE_EXCEED_LIMIT, ServiceError
from .ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVILEGES = ("free_busy_reader", "title_reader", "reader", "writer")
"""The privileges, from the weakest to the strongest (page create-schedule-access-control)."""

_MOST_SHARES = 500


@dataclass(frozen=True)
class SharedAccess:
    """One user's access to another user's primary calendar.

    :param acl_id: the id of the entry.
    :param owner: unionId of the calendar's owner.
    :param union_id: unionId of the user who has access.
    :param privilege: one of ``PRIVILEGES``.
    """

    acl_id: str
    owner: str
    union_id: str
    privilege: str


class Sharing:
    """All access to shared primary calendars. Not thread-safe, so the owner holds a lock."""

    def __init__(self) -> None:
        self.changes = 0
        """A count of all changes to access."""
        self._shared: dict[tuple[str, str], SharedAccess] = {}
        self._calendar_ids: dict[str, str] = {}

    def __iter__(self) -> Iterator[SharedAccess]:
        return iter(tuple(self._shared.values()))

    def share(self, owner: str, union_id: str, privilege: str) -> SharedAccess:
        """Give or change access. A user has only one entry for each calendar (undocumented).

        :raises ServiceError: if the owner already shares with 500 users.
        """
        before = self._shared.get((owner, union_id))
        if before is None and len(self.by(owner)) >= _MOST_SHARES:
            raise ServiceError(SHARE_EXCEED_LIMIT)
        shared = SharedAccess(before.acl_id if before else new_id(), owner, union_id, privilege)
        self._shared[owner, union_id] = shared
        self.changes += 1
        return shared

    def by(self, owner: str) -> list[SharedAccess]:
        """Return the access that others have to a user's calendar, oldest first."""
        return [shared for shared in self if shared.owner == owner]

    def to(self, union_id: str) -> list[SharedAccess]:
        """Return the access that a user has to other users' calendars, oldest first."""
        return [shared for shared in self if shared.union_id == union_id]

    def remove(self, shared: SharedAccess) -> None:
        """Take access away."""
        del self._shared[shared.owner, shared.union_id]
        self.changes += 1

    def calendar_id(self, owner: str) -> str:
        """Return the id that others use for a user's primary calendar (undocumented).

        The first call creates the id.
        """
        return self._calendar_ids.setdefault(owner, new_id())

    def owner_of(self, calendar_id: str) -> str | None:
        """Return the owner of a shared primary calendar, ``None`` for any other id."""
        return next((owner for owner, known in self._calendar_ids.items() if known == calendar_id), None)

    def privilege(self, owner: str, union_id: str) -> str | None:
        """Return a user's privilege in another user's calendar, ``None`` for no access."""
        shared = self._shared.get((owner, union_id))
        return shared.privilege if shared else None

    def forget(self) -> None:
        """Forget everything."""
        self._shared.clear()
        self._calendar_ids.clear()
