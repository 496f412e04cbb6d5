"""Operators for events: create, change, delete and list them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_SUMMARY, PRIMARY
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, InvalidArgumentError, NotFoundError
from airflow_provider_dingtalk_calendar.support.arguments import (
    count,
    explained,
    flag,
    holds_pending,
    is_pending,
    moment,
    optional,
    period,
    required,
    sequence,
    text,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator, push
from airflow_provider_dingtalk_calendar.support.event_content import EventContentOperator
from airflow_provider_dingtalk_calendar.support.retries import was_cleared

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient

#: The status of an event that was deleted or cancelled.
CANCELLED = "cancelled"

#: The value of ``running_at`` for the moment at which the task runs.
NOW = "now"

#: For each argument that makes the task call another operation: the arguments that it excludes.
REFUSED_WITH = {
    "expand_recurrences": ("show_deleted", "sync_token"),
    "running_at": ("time_min", "time_max", "show_deleted", "sync_token"),
}

#: Maximum number of rows that ``plan`` has in XCom after a run that writes. A dry run pushes the whole plan.
SHOWN_ROWS = 200

#: Longest list whose rows are checked when a DAG is parsed. A longer one is checked when the task runs.
CHECKED_ROWS = 500


def _approved_plan(name: str, value: object) -> None:
    """Check a plan, or the fingerprint of a plan."""
    if not isinstance(value, str):
        sequence(name, value)
    elif not re.fullmatch(r"[0-9a-f]{16}", value):
        msg = f"{name} must be a plan or a fingerprint of 16 hexadecimal digits, not {value[:20]!r}"
        raise InvalidArgumentError(msg)


class CreateEventOperator(EventContentOperator):
    """Create an event and return its id.

    A task that is retried, or cleared within a day, does not create a second event. The task's requests carry
    one ``x-client-token``, which depends on the DAG, run, task, map index and arguments. A cleared task makes
    one more call (GetEvent) and logs a warning if the event has been deleted since.
    https://help.dingtalk.io/open/development/create-schedule

    :param union_id: (templated) unionId of the organizer.
    :param summary: (templated) Required. Title, at most 2048 characters.
    :param start: (templated) Required. Start of the event: a datetime, a date for an all-day event, an ISO
        8601 string for either, or a mapping in the API's spelling. A datetime needs a time zone of its own or
        ``time_zone``.
    :param end: (templated) End of the event, of the same kind as ``start``. For an all-day event this is the
        last day, which defaults to the first day.
    :param calendar_id: (templated) Id of the calendar. DingTalk documents ``"primary"`` only; the id of a
        subscribed calendar is experimental.
    :param time_zone: (templated) TZ database name of the time zone of start and end. Required if the start
        has no named zone, as in an ISO 8601 string. A naive time is wall-clock time in this zone. A time with
        an offset is converted to this zone.
    :param description: (templated) Description, at most 5000 characters.
    :param attendees: (templated) unionIds or mappings, at most 500. Add more with AddAttendeesOperator.
    :param recurrence: (templated) When the event repeats: a :class:`.Recurrence` or a mapping in the API's
        spelling. It must say on which days: a weekly recurrence needs days of the week, for example.
    :param reminders: (templated) Minutes before the start, or mappings. With None, DingTalk sends a reminder
        15 minutes before the start. With an empty list, it sends none.
    :param location: (templated) Location: a name, or a mapping in the API's spelling.
    :param online_meeting_info: (templated) ``"dingtalk"`` for a video meeting.
    :param extra: (templated) Strings by key, such as ``{"noPushNotification": "true"}``.
    :param ui_configs: (templated) Which parts of the event's page are shown, in the API's spelling.
    :param rich_text_description: (templated) Description as HTML.
    :param client_token: (templated) Value of ``x-client-token``, instead of the value that the task makes.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The id of the event.
    """

    checks = {**EventContentOperator.checks, "summary": text(limit=MAX_SUMMARY)}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_known(vars(self))
        if not any(map(holds_pending, self.content().values())):
            from airflow_provider_dingtalk_calendar.client.resources.events.content import event_to_wire
            from airflow_provider_dingtalk_calendar.client.resources.events.single import CREATE_EVENT

            # This refuses an event that lacks a required field.
            event_to_wire(CREATE_EVENT, self.content())

    def call(self, context: Context) -> str:
        """Create the event and return its id."""
        content = self.content()
        token = self.client_token or self.request_token(context)
        with self.client() as client:
            event = client.create_event(self.union_id, self.calendar_id, client_token=token, **content)
            self.log.info("Created event %r of %r: %s", self.summary, self.union_id, event.id)
            # Within a day, the token of an earlier run brings back that run's event, even if it was deleted.
            if was_cleared(context, self.retries) and self._is_gone(client, event.id):
                self.log.warning(
                    "Event %s of %r has been deleted or cancelled since an earlier run of this task created "
                    "it, and was not created again; to create another event, set client_token",
                    event.id,
                    self.union_id,
                )
        return event.id

    def _is_gone(self, client: DingTalkClient, event_id: str) -> bool:
        """Look once, and return whether the event has been deleted or cancelled."""
        from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone

        try:
            return client.get_event(self.union_id, self.calendar_id, event_id).status == CANCELLED
        except NotFoundError as error:
            return is_gone(error)
        except DingTalkError:
            # The event was created, so the task succeeds even if it may not look.
            return False


class UpdateEventOperator(EventContentOperator):
    """Change an event and return its id. Fields whose argument is None keep their values.

    Give at least one field. Give ``reminders`` with every change, because DingTalk's page contradicts itself
    about changes without ``reminders``. https://help.dingtalk.io/open/development/modify-event

    :param union_id: (templated) unionId of the organizer. Nobody else may change the event.
    :param event_id: (templated) Id of the event.
    :returns: The id of the event.

    The other arguments are those of :class:`CreateEventOperator`, all optional.
    """

    template_fields: Sequence[str] = (*EventContentOperator.template_fields, "event_id")
    checks = {**EventContentOperator.checks, "summary": optional(text(limit=MAX_SUMMARY))}

    def __init__(self, *, event_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event_id = event_id
        self.check_known(vars(self))
        if all(value is None for value in self.content().values()):
            from airflow_provider_dingtalk_calendar.client.resources.events.single import NO_CHANGE

            raise InvalidArgumentError(NO_CHANGE)

    def call(self, context: Context) -> str:
        """Change the event and return its id."""
        content, token = self.content(), self.client_token or self.request_token(context)
        with self.client() as client:
            event = client.patch_event(
                self.union_id, self.calendar_id, self.event_id, client_token=token, **content
            )
        sent = ", ".join(name for name, value in content.items() if value is not None)
        self.log.info("Updated event %r of %r: %s", self.event_id, self.union_id, sent)
        return event.id


class DeleteEventOperator(DingTalkOperator):
    """Delete an event: for everybody if the user is its organizer, else from the user's own calendar.

    A missing event is not a failure. https://help.dingtalk.io/open/development/delete-event

    :param union_id: (templated) unionId of the organizer or of an attendee.
    :param event_id: (templated) Id of the event.
    :param calendar_id: (templated) Id of the calendar, as in :class:`CreateEventOperator`.
    :param push_notification: (templated) Whether DingTalk notifies the attendees with a pop-up.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: True, or False if the event did not exist.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        "push_notification",
        "dingtalk_conn_id",
    )
    checks = {"push_notification": flag}

    def __init__(
        self,
        *,
        union_id: str,
        event_id: str,
        calendar_id: str = PRIMARY,
        push_notification: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.event_id = event_id
        self.calendar_id = calendar_id
        self.push_notification = push_notification
        self.check_known(vars(self))

    def call(self, context: Context) -> bool:
        """Delete the event, and return whether it existed."""
        with self.client() as client:
            deleted = client.delete_event(
                self.union_id,
                self.calendar_id,
                self.event_id,
                push_notification=flag("push_notification", self.push_notification),
                client_token=self.request_token(context),
            )
        done = "Deleted" if deleted else "There is no"
        self.log.info("%s event %r of %r", done, self.event_id, self.union_id)
        return deleted


class ListEventsOperator(DingTalkOperator):
    """Return the events of a user from all pages, in the API's spelling.

    DingTalk lists events by their start. An event that began before ``time_min`` is not in the list, even if
    it is still running. To learn what is running, give ``running_at``.

    If DingTalk returns a sync token, it is pushed to XCom as ``sync_token``. Each page of 100 events is one
    call. https://help.dingtalk.io/open/development/query-an-event-list and
    https://help.dingtalk.io/open/development/query-schedule-view

    :param union_id: (templated) unionId of the user.
    :param calendar_id: (templated) Id of the calendar, as in :class:`CreateEventOperator`. With
        ``expand_recurrences`` or ``running_at``, any id that ListCalendarsOperator returns.
    :param time_min: (templated) Earliest start of the events to list: a datetime with a time zone, or an ISO
        8601 string with an offset. With ``expand_recurrences``, the earliest end.
    :param time_max: (templated) Latest start of the events to list, at most a year after ``time_min``.
    :param show_deleted: (templated) Whether to return deleted events, too.
    :param sync_token: (templated) Token from an earlier list, to return only what has changed since then.
    :param expand_recurrences: Whether to return every instance of a recurring event. Cannot be combined with
        ``show_deleted`` or ``sync_token``.
    :param running_at: (templated) A moment: return the events that are running then, including the instances
        of recurring events. An event runs from its start up to, but not including, its end. Give a datetime
        with a time zone, an ISO 8601 string with an offset, or ``"now"`` for the moment at which the task
        runs. Cannot be combined with ``time_min``, ``time_max``, ``show_deleted`` or ``sync_token``.
    :param time_zone: (templated) With ``running_at``: TZ database name of the zone in which all-day events
        lie; default: the time zone of the DAG. DingTalk does not document in which zone they lie. A naive
        ``running_at`` is wall-clock time in this zone.
    :param limit: (templated) Maximum number of events to return.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The events, as mappings in the API's spelling.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "time_min",
        "time_max",
        "show_deleted",
        "sync_token",
        "running_at",
        "time_zone",
        "limit",
        "dingtalk_conn_id",
    )
    checks = {
        "time_min": optional(moment),
        "time_max": optional(moment),
        "show_deleted": flag,
        "limit": count,
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str = PRIMARY,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        show_deleted: bool | None = None,
        sync_token: str | None = None,
        expand_recurrences: bool = False,
        running_at: datetime | str | None = None,
        time_zone: str | None = None,
        limit: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.time_min = time_min
        self.time_max = time_max
        self.show_deleted = show_deleted
        self.sync_token = sync_token
        self.expand_recurrences = expand_recurrences
        self.running_at = running_at
        self.time_zone = time_zone
        self.limit = limit
        self.check_known(vars(self))

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also refuse arguments that do not go together."""
        super().check_known(arguments)
        main = "running_at" if arguments.get("running_at") is not None else "expand_recurrences"
        for name in REFUSED_WITH[main] if arguments.get(main) else ():
            if arguments.get(name) is not None:
                msg = f"{name} must not be given with {main}"
                raise InvalidArgumentError(msg)
        expands = bool(arguments.get("expand_recurrences"))
        period("time_min", "time_max", arguments, longest_of_lists=not expands)
        if "running_at" in arguments:
            cls._check_moment(arguments["running_at"], arguments.get("time_zone"))

    @staticmethod
    def _check_moment(running_at: Any, zone: Any) -> None:
        from airflow_provider_dingtalk_calendar.client.wire.times import moment_to_wire, read_zone

        if running_at is None and zone is not None:
            msg = "time_zone must not be given without running_at"
            raise InvalidArgumentError(msg)
        if zone is not None and not is_pending(zone):
            read_zone("time_zone", zone)
        if not is_pending(running_at) and not is_pending(zone) and running_at != NOW:
            with explained({"running_at": running_at}):
                moment_to_wire("running_at", running_at, zone)

    def call(self, context: Context) -> list[dict[str, Any]]:
        """Return the events."""
        limit, show_deleted = count("limit", self.limit), flag("show_deleted", self.show_deleted)
        window: dict[str, Any] = {"time_min": self.time_min, "time_max": self.time_max}
        with self.client() as client:
            if self.running_at is not None:
                events = client.iter_running_events(self.union_id, self.calendar_id, **self._moment(context))
            elif self.expand_recurrences:
                events = client.iter_events_view(self.union_id, self.calendar_id, **window)
            else:
                more: dict[str, Any] = {"show_deleted": show_deleted, "sync_token": self.sync_token}
                events = client.iter_events(self.union_id, self.calendar_id, **window, **more)
            if limit is not None:
                events.limit(limit)
            found = [dict(event.wire) for event in events]
        self.log.info("Listed %d events of %r in calendar %r", len(found), self.union_id, self.calendar_id)
        if events.sync_token is not None:
            push(context, "sync_token", events.sync_token)
        return found

    def _moment(self, context: Context) -> dict[str, Any]:
        """Return the moment at which events must be running, and the zone of all-day events."""
        dag = context.get("dag")
        return {
            "running_at": datetime.now(timezone.utc) if self.running_at == NOW else self.running_at,
            "time_zone": self.time_zone or (None if dag is None else dag.timezone),
        }


class SyncEventsOperator(DingTalkOperator):
    """Create, update and delete events until a calendar equals a list.

    The last line of an event's description is a mark that names the list and the row. An event without a mark
    of this list is never changed. The calendar is the only state, so a retry after any failure makes
    the missing changes. An unchanged list costs one call for each 100 events.

    Only one instance of the task runs at a time, even in a backfill, because ``max_active_tis_per_dag`` is 1
    unless you set it. This does not hold for a mapped task.

    The log has one line for each change. XCom has ``event_ids`` (id by key), ``plan`` (rows as mappings, at
    most 200 unless ``dry_run``) and ``fingerprint`` (of the plan).
    https://help.dingtalk.io/open/development/query-an-event-list

    :param union_id: (templated) unionId of the organizer.
    :param events: (templated) The list: mappings with ``key``, ``summary``, ``start`` and ``end``, and
        optionally ``time_zone``, ``description``, ``location``, ``recurrence`` and ``reminders``, as in
        :class:`CreateEventOperator`. A key identifies the event: at most 128 characters, without white space,
        ``/`` and ``]``. Empty text, None and NaN mean that an optional field is not given.
    :param calendar_id: (templated) Id of the calendar, as in :class:`CreateEventOperator`.
    :param namespace: (templated) Name of the list, at most 250 characters, as in a key. Each list that shares
        a calendar needs a name of its own.
    :param time_zone: (templated) TZ database name of the zone of naive times, of the window and of all-day
        events. Without it, a naive time in the list is an error, and the window and all-day events lie in
        the DAG's time zone.
    :param window_start: (templated) Only events that start in the window are compared: a date, a datetime or
        ISO 8601. Default: the start of today.
    :param window_end: (templated) End of the window, not included, at most 363 days after its start. Default:
        360 days after its start.
    :param max_deletions: (templated) A plan with more deletions fails, and nothing is written. Duplicates do
        not count.
    :param allow_empty: (templated) Whether the list may be empty. If not, an empty list fails.
    :param dry_run: (templated) Whether to write nothing and only log and push the plan.
    :param approved_plan: (templated) ``plan`` or ``fingerprint`` of an earlier dry run. Any other change
        fails, and nothing is written. A ``plan`` allows a retry to make the rest of its changes.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The number of rows that are ``created``, ``updated``, ``deleted``, ``unchanged``, ``foreign``
        and ``outside``, as a mapping.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "events",
        "calendar_id",
        "namespace",
        "time_zone",
        "window_start",
        "window_end",
        "max_deletions",
        "allow_empty",
        "dry_run",
        "approved_plan",
        "dingtalk_conn_id",
    )
    template_fields_renderers = dict.fromkeys(("events", "approved_plan"), "json")
    checks = {
        "events": sequence,
        "max_deletions": required(count),
        "allow_empty": required(flag),
        "dry_run": required(flag),
        "approved_plan": optional(_approved_plan),
    }
    one_at_a_time = True

    def __init__(
        self,
        *,
        union_id: str,
        events: Sequence[Mapping[str, Any]],
        calendar_id: str = PRIMARY,
        namespace: str = "{{ dag.dag_id }}",
        time_zone: str | None = None,
        window_start: date | str | None = None,
        window_end: date | str | None = None,
        max_deletions: int = 10,
        allow_empty: bool = False,
        dry_run: bool = False,
        approved_plan: Sequence[Mapping[str, Any]] | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.events = events
        self.calendar_id = calendar_id
        self.namespace = namespace
        self.time_zone = time_zone
        self.window_start = window_start
        self.window_end = window_end
        self.max_deletions = max_deletions
        self.allow_empty = allow_empty
        self.dry_run = dry_run  # type: ignore[method-assign, assignment]  # hides `airflow tasks test --dry-run`
        self.approved_plan = approved_plan
        self._is_approved_only = approved_plan is not None
        self.check_known(vars(self))

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also check the names, the window and the rows of the list, as far as they are known."""
        super().check_known(arguments)
        known = {name: value for name, value in arguments.items() if not holds_pending(value)}
        names = {name: known[name] for name in ("namespace", "time_zone") if known.get(name) is not None}
        if not names and not known.keys() & {"window_start", "window_end", "events"}:
            return
        from airflow_provider_dingtalk_calendar.client.wire.times import read_zone
        from airflow_provider_dingtalk_calendar.client.workflows.sync_events.mark import (
            MAX_NAMESPACE,
            check_name,
        )

        with explained(names):
            if "namespace" in names:
                check_name("namespace", names["namespace"], MAX_NAMESPACE)
            # While the zone is not known, any zone will do.
            zone = read_zone("time_zone", names.get("time_zone", "UTC"))
        first, last = known.get("window_start"), known.get("window_end")
        if first is not None:
            from airflow_provider_dingtalk_calendar.client.workflows.sync_events.window import Window

            with explained({"window_start": first, "window_end": last}):
                Window.read(first, last, zone, now=0.0)
        events = known.get("events")
        if isinstance(events, list | tuple) and len(events) <= CHECKED_ROWS:
            from airflow_provider_dingtalk_calendar.client.workflows.sync_events.rows import read_rows

            time_zone = known.get("time_zone", "UTC")
            with explained({"events": events}):
                read_rows(events, names.get("namespace", "n"), time_zone, zone)

    def call(self, context: Context) -> dict[str, int]:
        """Make the calendar equal to the list, and return the counts."""
        if self._is_approved_only and self.approved_plan is None:
            # None would mean that every plan is approved.
            msg = "approved_plan must be the plan or the fingerprint of a dry run, not None"
            raise InvalidArgumentError(msg)
        is_dry_run = bool(flag("dry_run", self.dry_run))
        with self.client() as client:
            result = client.sync_events(
                self.union_id,
                self.events,
                calendar_id=self.calendar_id,
                namespace=self.namespace,
                time_zone=self.time_zone,
                window_start=self.window_start,
                window_end=self.window_end,
                max_deletions=count("max_deletions", self.max_deletions) or 0,
                allow_empty=bool(flag("allow_empty", self.allow_empty)),
                dry_run=is_dry_run,
                approved_plan=self.approved_plan,
                default_zone=self._default_zone(context),
                report=self._report,
            )
        self.log.info(
            "%s %r of %r in calendar %r: %s",
            "Planned" if is_dry_run else "Synced",
            self.namespace,
            self.union_id,
            self.calendar_id,
            ", ".join(f"{number} {kind}" for kind, number in result.counts.items()),
        )
        push(context, "event_ids", dict(result.event_ids))
        push(context, "plan", result.plan if is_dry_run else result.plan[:SHOWN_ROWS])
        push(context, "fingerprint", result.fingerprint)
        return result.counts

    def _report(self, line: str) -> None:
        self.log.info("%s", line)

    def _default_zone(self, context: Context) -> str:
        """Return the TZ database name of the DAG's time zone, for a task without ``time_zone``."""
        from airflow_provider_dingtalk_calendar.client.wire.times import read_zone

        dag = context.get("dag")
        if dag is None or self.time_zone is not None:
            return "UTC"
        name = str(getattr(dag.timezone, "name", dag.timezone))
        try:
            return read_zone("time_zone", name).key
        except InvalidArgumentError:
            msg = f"time_zone must be given, because the DAG's time zone {name!r} is not in the TZ database"
            raise InvalidArgumentError(msg) from None
