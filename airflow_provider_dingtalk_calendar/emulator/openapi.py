"""The OpenAPI description of the emulator's operations, generated from the routes and their contracts.

The description leaves out ordered faults and IP blocks, because these can have any answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar import __version__

from .api.route import ME
from .catalog import ROUTES
from .core.contract import INTEGER, MAPPING, TEXT, exactly, text_with
from .core.legacy import TOKEN_PARAMETER
from .service import TOKEN_HEADER

if TYPE_CHECKING:
    from .api.route import Route
    from .core.contract import Contract, Schema

PATH = "/openapi.json"

_PAGES = "https://help.dingtalk.io/open/development/"
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_PARAMETER = re.compile(r"{(\w+)}")

_ERROR = exactly(
    {"code": TEXT, "message": TEXT, "requestid": TEXT, "accessdenieddetail": MAPPING},
    optional=("accessdenieddetail",),
)
_LEGACY_ERROR = exactly(
    {
        "errcode": {**INTEGER, "not": {"const": 0}},
        "errmsg": TEXT,
        "sub_code": TEXT,
        "sub_msg": TEXT,
        "request_id": TEXT,
    },
    optional=("sub_code", "sub_msg"),
)
_LEGACY_OK: dict[str, Schema] = {"errcode": {"const": 0}, "errmsg": TEXT, "request_id": TEXT}


def describe() -> dict[str, object]:
    """Return the description as an OpenAPI 3.1 document."""
    paths: dict[str, dict[str, object]] = {}
    for route in ROUTES:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DingTalk emulator",
            "version": __version__,
            "description": "A stand-in for the parts of DingTalk's API that concern calendars.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, "LegacyError": _LEGACY_ERROR},
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
                "legacyToken": {"type": "apiKey", "in": "query", "name": TOKEN_PARAMETER},
            },
        },
    }


def _operation(route: Route) -> dict[str, object]:
    contract = route.contract
    described: dict[str, object] = {
        "operationId": route.operation,
        "description": _description(route),
        "parameters": _parameters(route),
        "responses": _legacy_responses(contract) if route.is_legacy else _responses(route),
        "security": [] if route.permission is None else [{"legacyToken" if route.is_legacy else "token": []}],
    }
    if route.page is not None:
        described["externalDocs"] = {"url": f"{_PAGES}{route.page}"}
    if contract.body is not None:
        media = {"schema": contract.body}
        content = {_JSON: media, _FORM: media} if route.is_legacy else {_JSON: media}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _description(route: Route) -> str:
    source = "The official SDK has it, no page describes it." if route.page is None else ""
    permission = f"Needs the permission {route.permission}." if route.permission else ""
    return " ".join(sentence for sentence in (source, permission) if sentence)


def _parameters(route: Route) -> list[dict[str, object]]:
    path, contract = _PARAMETER.findall(route.template), route.contract
    return [
        *({"name": name, "in": "path", "required": True, "schema": text_with(minLength=1)} for name in path),
        *(
            {"name": name, "in": "query", "required": name in contract.required, "schema": schema}
            for name, schema in contract.query.items()
        ),
    ]


def _responses(route: Route) -> dict[str, object]:
    """Return the descriptions of the successful answer and of the errors, by HTTP status."""
    statuses = ["400", "403"]
    if _PARAMETER.search(route.template) or route.template.startswith(f"{ME}/"):
        statuses.append("404")
    if route.permission is None:
        statuses.append("401")
    error = {
        "description": "An error in the form of the API.",
        "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {"200": _good(route.contract.answer), **dict.fromkeys(statuses, error)}


def _legacy_responses(contract: Contract) -> dict[str, object]:
    """Return the description of the legacy API's only response, which covers success and failure."""
    fields = contract.answer["properties"] if contract.answer else {}
    good = exactly({**_LEGACY_OK, **fields})
    return {"200": _good({"anyOf": [good, {"$ref": "#/components/schemas/LegacyError"}]})}


def _good(answer: Schema | None) -> dict[str, object]:
    described: dict[str, object] = {"description": "Carried out."}
    return described if answer is None else {**described, "content": {_JSON: {"schema": answer}}}
