"""Signed-in JSON calls to one Airflow. Errors contain the whole answer."""

from __future__ import annotations

import json
import time
from typing import Any

import requests

from .errors import ApiError

CALL_TIMEOUT = 60.0
SIGN_IN_TIMEOUT = 5.0
PATIENCE = 30.0
INTERVAL = 0.5


class RestClient:
    """JSON over HTTP, as one user."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._credentials = {"username": user, "password": password}
        self._session = requests.Session()
        # Ignore the machine's proxy and .netrc, because the server is our own.
        self._session.trust_env = False

    def close(self) -> None:
        """Close the connections to the server."""
        self._session.close()

    def request_text(self, method: str, path: str, *, patience: float = PATIENCE, **options: Any) -> str:
        """Call a path, and return the body. A path outside ``/ui`` and ``/auth`` is below ``/api/v2``.

        Airflow on SQLite answers 5xx while another component locks the database, so the call is repeated. If
        the answer is then a conflict, an earlier call was carried out, and an empty string is returned.

        :param patience: Seconds during which to repeat the call.
        :raises ApiError: If the status is 400 or more.
        """
        base = "" if path.startswith(("/ui/", "/auth/")) else "/api/v2"
        options.setdefault("timeout", CALL_TIMEOUT)
        deadline = time.monotonic() + patience
        troubled = False
        while True:
            response = self._session.request(method, self.url + base + path, **options)
            if response.status_code < requests.codes.server_error or time.monotonic() >= deadline:
                break
            troubled = True
            time.sleep(INTERVAL)
        if troubled and response.status_code == requests.codes.conflict:
            return ""
        if not response.ok:
            raise ApiError(f"{method} {response.url}", response.status_code, response.text)
        response.encoding = "utf-8"
        return response.text

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Call ``path`` as ``request_text`` does and return the JSON, or None if there is no body."""
        text = self.request_text(method, path, **options)
        return json.loads(text) if text else None

    def get(self, path: str, **query: Any) -> Any:
        """Send a GET request with the given query parameters."""
        return self.request("GET", path, params=query)

    def post(self, path: str, body: Any) -> Any:
        """Send a POST request with a JSON body."""
        return self.request("POST", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """Send a PATCH request with a JSON body."""
        return self.request("PATCH", path, json=body)

    def sign_in(self) -> bool:
        """Sign in. Return False if the server cannot be reached or rejects our password.

        A health check would not be enough, because another Airflow on the same port would answer it, too.
        """
        try:
            answer = self.request(
                "POST", "/auth/token", json=self._credentials, timeout=SIGN_IN_TIMEOUT, patience=0.0
            )
            token = answer["access_token"]
        except (requests.ConnectionError, requests.Timeout, json.JSONDecodeError, KeyError, ApiError):
            return False
        self._session.headers["Authorization"] = f"Bearer {token}"
        return True
