"""``python -m airflow_provider_dingtalk_calendar.emulator``: serve until interrupted."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import signal
import sys
import threading
from typing import TYPE_CHECKING

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
    options = _parser().parse_args(arguments)
    try:
        from . import DingTalkEmulator

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
        latency=options.latency,
        on_request=_show if options.verbose else None,
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
        print(f"DingTalk emulator on {emulator.url} (stop with Ctrl+C)")
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
        "--latency",
        type=_between(float, 0, 3600, "latency", " seconds"),
        default=0.0,
        metavar="SECONDS",
        help="how long each answer is delayed (default: not at all)",
    )
    parser.add_argument(
        "--openapi", action="store_true", help="print the OpenAPI description as JSON and exit"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print a line for each request, without secrets"
    )
    return parser


def _between(kind: type[float], least: int, most: int, name: str, unit: str = "") -> Callable[[str], float]:
    """Return a function that parses a number and checks that it is between two bounds."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= kind(text) <= most:
                return kind(text)
        raise argparse.ArgumentTypeError(f"{text!r} is no {name}: {least} to {most}{unit}")

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
    # The process that reads the output may have ended, as ``head`` does after ten lines. Keep serving.
    with contextlib.suppress(OSError):
        print(f"{request.operation or '-'} {request.method} {shown['target']} -> {status}{fault}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
