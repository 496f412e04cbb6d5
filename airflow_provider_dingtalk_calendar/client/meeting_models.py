"""Records of what surrounds events: sharing, check-in, and the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_provider_dingtalk_calendar.client.records import Record


@dataclass(frozen=True)
class AclScope(Record):
    """Whom a calendar is shared with.

    :param scope_type: ``user``, the only one documented.
    :param user_id: unionId.
    """

    scope_type: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class Acl(Record):
    """What somebody may do with a calendar.

    https://help.dingtalk.io/open/development/create-schedule-access-control

    :param acl_id: Its id.
    :param privilege: ``free_busy_reader``, ``title_reader``, ``reader`` or ``writer``.
    :param scope: Who may.
    """

    acl_id: str
    privilege: str | None = None
    scope: AclScope | None = None


@dataclass(frozen=True)
class Presence(Record):
    """Somebody who has, or has not, signed in to an event or out of it.

    :param user_id: unionId.
    :param display_name: Name.
    :param check_in_time: Milliseconds since the epoch.
    :param check_out_time: Milliseconds since the epoch.
    """

    user_id: str
    display_name: str | None = None
    check_in_time: int | None = None
    check_out_time: int | None = None


@dataclass(frozen=True)
class CaldavAccount(Record):
    """An account for a CalDAV program; not in the public reference.

    :param username: Name of the account.
    :param password: Its password.
    :param server_address: Where the program connects to.
    """

    username: str
    password: str = field(repr=False)
    server_address: str | None = None


@dataclass(frozen=True)
class Category(Record):
    """A kind of meeting; not in the public reference.

    :param open_category_id: Its id.
    :param display_name: Its name.
    """

    open_category_id: str
    display_name: str | None = None


@dataclass(frozen=True)
class AiMinutes(Record):
    """Minutes of a meeting, written by a machine; not in the public reference.

    :param minutes_id: Their id.
    :param creator_user_id: Whose they are.
    """

    minutes_id: str
    creator_user_id: str | None = None


@dataclass(frozen=True)
class PluginSubscribers(Record):
    """Who has a plugin.

    :param dept_ids: Departments.
    :param union_ids: unionIds of users.
    """

    dept_ids: tuple[str, ...] = ()
    union_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plugin(Record):
    """A plugin of the organization's calendar; not in the public reference.

    :param plugin_id: Its id.
    :param name: Its name.
    :param logo: Its picture.
    :param plugin_classification: Its kind.
    :param subscribers: Who has it.
    """

    plugin_id: str
    name: str | None = None
    logo: str | None = None
    plugin_classification: str | None = None
    subscribers: PluginSubscribers | None = None
