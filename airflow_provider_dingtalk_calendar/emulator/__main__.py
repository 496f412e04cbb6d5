"""``python -m airflow_provider_dingtalk_calendar.emulator``: serve until interrupted."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import signal
import sys
import threading
from dataclasses import fields
from typing import TYPE_CHECKING

from .core.errors import FieldError
from .core.options import SCHEMAS, Options, allowed, checked
from .world.app import APP_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .journal import RecordedRequest

_CANNOT_SERVE = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM.

    :param arguments: the command-line arguments, ``None`` for the arguments of the process.
    :return: the exit status: 0, or 1 if the emulator cannot serve.
    """
    try:
        from . import DingTalkEmulator

        options = _parser().parse_args(arguments)
        if options.openapi:
            from .openapi import describe

            print(json.dumps(describe(), indent=2, ensure_ascii=False))
            return 0
    except ModuleNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return _CANNOT_SERVE
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    emulator = DingTalkEmulator(
        options.port,
        client_id=options.client_id,
        client_secret=options.client_secret,
        app_type=options.app_type,
        on_request=_show if options.verbose else _warn,
        **{name: getattr(options, name) for name in SCHEMAS},
    )
    emulator.fail_at_random(options.fail_at_random)
    for userid, union_id, mobile in options.user:
        emulator.add_user(userid=userid, union_id=union_id, mobile=mobile)
    for dept_id, userids in options.department:
        emulator.add_department(dept_id, userids)
    try:
        emulator.start()
    except OSError as error:
        print(f"error: cannot serve on port {options.port}: {error.strerror}", file=sys.stderr)
        return _CANNOT_SERVE
    with emulator:
        print(f"DingTalk emulator on {emulator.url}/ (a page for the browser; stop with Ctrl+C)")
        print(
            f"export AIRFLOW_CONN_DINGTALK_DEFAULT={shlex.quote(emulator.airflow_connection())}", flush=True
        )
        stopping.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_provider_dingtalk_calendar.emulator",
        description="A stand-in DingTalk server on 127.0.0.1.",
    )
    parser.add_argument(
        "--port", type=_between(int, 0, 65535, "port"), default=0, help="0, the default, for a free one"
    )
    parser.add_argument("--client-id", help="of the app that may call (default: a fixed one)")
    parser.add_argument("--client-secret", help="its secret (default: a random one)")
    parser.add_argument("--app-type", choices=APP_TYPES, default=APP_TYPES[0], help="default: %(default)s")
    parser.add_argument(
        "--user",
        type=_user,
        action="append",
        default=[],
        metavar="USERID:UNIONID[:MOBILE]",
        help="a person who can be looked up; may be repeated",
    )
    parser.add_argument(
        "--department",
        type=_department,
        action="append",
        default=[],
        metavar="ID:USERID[,USERID...]",
        help="a department that can be looked up; may be repeated",
    )
    parser.add_argument(
        "--fail-at-random",
        type=_between(float, 0, 1, "rate"),
        default=0.0,
        metavar="RATE",
        help="share of requests that fail, such as 0.3 (default: none)",
    )
    parser.add_argument(
        "--openapi", action="store_true", help="print the OpenAPI description as JSON and exit"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print a line for each request, without secrets"
    )
    behaviour = parser.add_argument_group("limits and behaviour")
    for option in fields(Options):
        _add_option(behaviour, option.name, option.default, option.metadata["text"])
    return parser


def _add_option(group: argparse._ArgumentGroup, name: str, default: object, text: str) -> None:
    """Add an option of the emulator to the command line, under the same name."""
    flag, words = f"--{name.replace('_', '-')}", text.replace("`", "")
    if SCHEMAS[name]["type"] == "boolean":
        group.add_argument(flag, action="store_true", help=words)
        return
    shown = "none" if default in (None, ()) else default
    told = f"{words} Value: {allowed(SCHEMAS[name])}. Default: {shown}."
    group.add_argument(flag, type=_option(name), default=default, metavar="VALUE", help=told)


def _option(name: str) -> Callable[[str], object]:
    """Return a function that reads an option of the emulator. The items of a list are separated by commas."""

    def read(text: str) -> object:
        kinds = SCHEMAS[name]["type"]
        value: object = text
        if "null" in kinds and text == "none":
            value = None
        elif "array" in kinds:
            value = [part for part in text.split(",") if part]
        elif "string" not in kinds:
            with contextlib.suppress(ValueError):
                value = float(text) if "number" in kinds else int(text)
        try:
            return checked(name, value)
        except FieldError as error:
            raise argparse.ArgumentTypeError(error.message) from error

    return read


def _between(kind: type[float], least: int, most: int, name: str) -> Callable[[str], float]:
    """Return a function that parses a number and checks that it is between two bounds."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= kind(text) <= most:
                return kind(text)
        raise argparse.ArgumentTypeError(f"{text!r} is no {name}: {least} to {most}")

    return read


def _user(text: str) -> tuple[str, str, str]:
    userid, _, rest = text.partition(":")
    union_id, _, mobile = rest.partition(":")
    if not (userid and union_id):
        raise argparse.ArgumentTypeError(f"{text!r} is no USERID:UNIONID[:MOBILE]")
    return userid, union_id, mobile


def _department(text: str) -> tuple[int, list[str]]:
    dept_id, _, userids = text.partition(":")
    if not dept_id.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no ID:USERID[,USERID...]")
    return int(dept_id), [userid for userid in userids.split(",") if userid]


def _show(request: RecordedRequest) -> None:
    shown = request.redacted()
    fault = f" ({shown['fault']})" if request.fault else ""
    status = "no answer" if request.status is None else request.status
    _print(f"{request.operation or '-'} {shown['method']} {shown['target']} -> {status}{fault}")
    _warn(request)


def _warn(request: RecordedRequest) -> None:
    if request.warning:
        _print(f"warning: {request.operation}: {request.redacted()['warning']}")


def _print(line: str) -> None:
    # The process that reads the output might have ended, as ``head`` does after ten lines. Keep serving.
    with contextlib.suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
