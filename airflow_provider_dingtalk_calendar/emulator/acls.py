"""What the stand-in DingTalk remembers of sharing: who may see or edit whose primary calendar."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVILEGES = ("free_busy_reader", "title_reader", "reader", "writer")
"""From the least to the most (page create-schedule-access-control)."""

_MOST_SHARES = 500


@dataclass(frozen=True)
class Acl:
    """One user's access to another's primary calendar.

    :param acl_id: its id.
    :param owner: unionId of the user whose calendar it is.
    :param union_id: the user who has access.
    :param privilege: one of ``PRIVILEGES``.
    """

    acl_id: str
    owner: str
    union_id: str
    privilege: str


class Acls:
    """Who shares a calendar with whom; not thread-safe, its owner holds a lock."""

    def __init__(self) -> None:
        self.changes = 0
        """Goes up whenever access was given or taken."""
        self._acls: dict[tuple[str, str], Acl] = {}
        self._calendar_ids: dict[str, str] = {}

    def __iter__(self) -> Iterator[Acl]:
        return iter(tuple(self._acls.values()))

    def share(self, owner: str, union_id: str, privilege: str) -> Acl:
        """Give access, or change it: that a user has one for a calendar is undocumented.

        :param owner: whose calendar.
        :param union_id: who shall have access.
        :param privilege: which.
        :raises ApiError: if the owner shares with 500 users already.
        """
        before = self._acls.get((owner, union_id))
        if before is None and len(self.of(owner)) >= _MOST_SHARES:
            raise ApiError(event_errors.SHARE_EXCEED_LIMIT)
        acl = Acl(before.acl_id if before else _new_id(), owner, union_id, privilege)
        self._acls[owner, union_id] = acl
        self.changes += 1
        return acl

    def of(self, owner: str) -> list[Acl]:
        """Return the access to a user's calendar, oldest first.

        :param owner: the user.
        """
        return [acl for acl in self if acl.owner == owner]

    def to(self, union_id: str) -> list[Acl]:
        """Return the access that a user has to the calendars of others, oldest first.

        :param union_id: the user.
        """
        return [acl for acl in self if acl.union_id == union_id]

    def remove(self, acl: Acl) -> None:
        """Take access away.

        :param acl: the access.
        """
        del self._acls[acl.owner, acl.union_id]
        self.changes += 1

    def calendar_id(self, owner: str) -> str:
        """Return the id by which others know a user's primary calendar (undocumented).

        :param owner: the user.
        """
        return self._calendar_ids.setdefault(owner, _new_id())

    def owner_of(self, calendar_id: str) -> str | None:
        """Return whose primary calendar others know by an id, ``None`` if it is nobody's.

        :param calendar_id: the id.
        """
        return next((owner for owner, known in self._calendar_ids.items() if known == calendar_id), None)

    def privilege(self, owner: str, union_id: str) -> str | None:
        """Return what a user may do in the calendar of another, ``None`` for nothing.

        :param owner: whose calendar.
        :param union_id: the user.
        """
        acl = self._acls.get((owner, union_id))
        return acl.privilege if acl else None

    def forget(self) -> None:
        """Forget it all."""
        self._acls.clear()
        self._calendar_ids.clear()


def _new_id() -> str:
    """Return an id that no client can use without percent-encoding it, as those of calendars are."""
    return base64.b64encode(secrets.token_bytes(6) + b"\xff\xef\xbf" + secrets.token_bytes(7)).decode("ascii")
