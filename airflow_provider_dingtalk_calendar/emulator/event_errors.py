"""The error answers of the operations on events, in the form of ``errors``."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.errors import ErrorAnswer

_CREATE = "create-schedule"
_ATTENDEES = "get-the-participants-of-a-schedule"
_GLOBAL = "server-api-error-codes-1"

EVENT_MISSING = ErrorAnswer(
    400,
    "invalidParameter",
    "Event must be provided.",
    _CREATE,
    "A body that is no JSON object is answered like a missing one.",
)
SUMMARY_BLANK = ErrorAnswer(400, "invalidParameter", "Event summary cannot be blank", _CREATE)
START_MISSING = ErrorAnswer(400, "invalidParameter", "Event start time not set.", _CREATE)
END_MISSING = ErrorAnswer(400, "invalidParameter", "Event end time not set.", _CREATE)
OCCURRENCES_OUT_OF_RANGE = ErrorAnswer(
    400, "invalidParameter", "Recurrence range numberOfOccurrences must between [1, 99]", _CREATE
)
INTERVAL_OUT_OF_RANGE = ErrorAnswer(
    400, "invalidParameter", "Recurrence interval must between [1, 365]", _CREATE
)
EVENT_ID_BLANK = ErrorAnswer(400, "invalidParameter", "Event id summary cannot be blank", "modify-event")
FLOW_LIMIT = ErrorAnswer(
    400,
    "flowLimit",
    "current user can not create events exceed 100 per day",
    _CREATE,
    "In which time zone a day begins is not documented: in that of China.",
)
IDEMPOTENCY_PROCESSING = ErrorAnswer(400, "idempotencyProcessing", "Idempotency processing", _CREATE)
ITEM_NOT_FOUND = ErrorAnswer(
    404,
    "itemNotFound",
    "forwardErrorMessage",
    _CREATE,
    "An event in somebody else's calendar is answered like one that does not exist.",
)
INSTANCE_NOT_EXIST = ErrorAnswer(
    404, "instanceNotExist", "instance not exist", "query-details-about-an-event"
)
TOO_MANY_ATTENDEES = ErrorAnswer(
    400,
    "exceedMaxReceiverSize",
    "日程人数超过上限",
    _GLOBAL,
    "That this is the answer to the 5,001st attendee is the emulator's reading of the global error codes.",
)
NOT_IN_EVENT = ErrorAnswer(
    400,
    "notInEvent",
    "用户不在日程内",
    _GLOBAL,
    "That this is the answer to a response of one who is no attendee is the emulator's choice.",
)
SUBSCRIBED_NOT_SUPPORTED = ErrorAnswer(
    400,
    "invalidParameter.subscribed.invalid",
    "Subscribed calendar not support this method",
    _ATTENDEES,
    "The page of ListAttendees has it; that the other operations on attendees, responses and sharing have "
    "it too is not documented.",
)
MAX_RESULTS = ErrorAnswer(
    400,
    "invalidParameter.maxResults",
    "maxResults size must within range [0,500]",
    _ATTENDEES,
    "The message allows 0, with which a list would never end: it is refused.",
)
SCHEDULE_PARAMETER = ErrorAnswer(400, "paramIllegal", "PARAM ILLEGAL", "free-schedule")
SHARE_EXCEED_LIMIT = ErrorAnswer(
    400, "invalidParameter", "shareExceedLimit", "create-schedule-access-control"
)
