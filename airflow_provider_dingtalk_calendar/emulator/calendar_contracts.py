"""The contracts of the operations for tokens and on subscribed calendars."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.contract import Contract
from airflow_provider_dingtalk_calendar.emulator.schema import (
    FLAG,
    INTEGER,
    TEXT,
    array,
    exactly,
    one_of,
    record,
    text,
)

_NAME_MAX = 128
_DESCRIPTION_MAX = 1024

_TOKEN = exactly({"accessToken": TEXT, "expireIn": INTEGER})
_SCOPE_LISTS = {"unionIds": array(TEXT), "openConversationIds": array(TEXT), "corpIds": array(TEXT)}
_FIELDS = {
    "name": text(maxLength=_NAME_MAX),
    "description": text(maxLength=_DESCRIPTION_MAX),
    "managers": array(TEXT),
    "subscribeScope": record(_SCOPE_LISTS),
}
_RESULT = exactly({"result": FLAG})

CALENDAR_CONTRACTS = {
    "GetAccessToken": Contract(
        _TOKEN, record({"appKey": TEXT, "appSecret": TEXT}, required=("appKey", "appSecret"))
    ),
    "GetToken": Contract(
        exactly({"access_token": TEXT, "expires_in": INTEGER}),
        record(
            {"client_id": TEXT, "client_secret": TEXT, "grant_type": one_of("client_credentials")},
            required=("client_id", "client_secret", "grant_type"),
        ),
    ),
    "GetCorpAccessToken": Contract(
        _TOKEN,
        record(
            {"suiteKey": TEXT, "suiteSecret": TEXT, "authCorpId": TEXT, "suiteTicket": TEXT},
            required=("suiteKey", "suiteSecret", "authCorpId", "suiteTicket"),
        ),
    ),
    "GetUserToken": Contract(
        exactly({"accessToken": TEXT, "refreshToken": TEXT, "expireIn": INTEGER, "corpId": TEXT}),
        record(
            {
                "clientId": TEXT,
                "clientSecret": TEXT,
                "grantType": one_of("authorization_code", "refresh_token"),
                "code": TEXT,
                "refreshToken": TEXT,
            },
            required=("clientId", "clientSecret", "grantType"),
        ),
    ),
    "CreateSubscribedCalendar": Contract(
        exactly({"calendarId": TEXT}), record(_FIELDS, required=("name", "subscribeScope"))
    ),
    "GetSubscribedCalendar": Contract(
        exactly(
            {
                "calendarId": TEXT,
                "name": TEXT,
                "description": TEXT,
                "author": TEXT,
                "managers": array(TEXT),
                "subscribeScope": exactly(_SCOPE_LISTS),
            }
        )
    ),
    "UpdateSubscribedCalendars": Contract(_RESULT, record(_FIELDS)),
    "DeleteSubscribedCalendar": Contract(_RESULT),
    "ListCalendars": Contract(
        exactly(
            {
                "response": exactly(
                    {
                        "calendars": array(
                            exactly(
                                {
                                    "id": TEXT,
                                    "summary": TEXT,
                                    "description": TEXT,
                                    "timeZone": TEXT,
                                    "eTag": TEXT,
                                    "type": one_of("unknown", "primary", "subscribed", "shared"),
                                    "privilege": one_of(
                                        "free_busy_reader", "title_reader", "reader", "writer", "owner"
                                    ),
                                }
                            )
                        )
                    }
                )
            }
        )
    ),
    "SubscribeCalendar": Contract(None),
    "UnsubscribeCalendar": Contract(_RESULT),
}
