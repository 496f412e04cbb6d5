"""The official names of the permissions that operations need."""

from __future__ import annotations

CALENDAR_READ = "Calendar.Calendar.Read"
CALENDAR_WRITE = "Calendar.Calendar.Write"
EVENT_READ = "Calendar.Event.Read"
EVENT_WRITE = "Calendar.Event.Write"
SCHEDULE_READ = "Calendar.EventSchedule.Read"
ACL_READ = "Calendar.Acl.Read"
ACL_WRITE = "Calendar.Acl.Write"
CONTACT_READ = "Contact.User.Read"
MEMBER = "qyapi_get_member"
MEMBER_BY_MOBILE = "qyapi_get_member_by_mobile"
DEPARTMENT_MEMBER = "qyapi_get_department_member"
CHAT_READ = "qyapi_chat_read"
CHAT_MANAGE = "qyapi_chat_manage"

PERMISSIONS = (
    CALENDAR_READ,
    CALENDAR_WRITE,
    EVENT_READ,
    EVENT_WRITE,
    SCHEDULE_READ,
    ACL_READ,
    ACL_WRITE,
    CONTACT_READ,
    MEMBER,
    MEMBER_BY_MOBILE,
    DEPARTMENT_MEMBER,
    CHAT_READ,
    CHAT_MANAGE,
)
"""Every permission."""

ANY_PERMISSION = ""
"""For an operation that takes a token but whose permission no page names. Here it needs no permission."""
