"""The environment variables that all Airflow processes of one stack share. Each stack has its own values."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

USER = "admin"
DATABASE = "airflow.db"
LOGS = "logs"
PARALLELISM = 4
OF_AIRFLOW = ("AIRFLOW", "_AIRFLOW")
PASSWORDS = "simple_auth_manager_passwords.json"


@dataclass(frozen=True)
class Secrets:
    """The components' secrets. Each stack creates new secrets, so no stack accepts another stack's tokens."""

    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    jwt_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    api_secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    fernet_key: str = field(
        default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    )


def environment(home: Path, dags_folder: Path, port: int, shared: Secrets) -> dict[str, str]:
    """Return the environment of a component: the caller's variables except those for Airflow, plus ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OF_AIRFLOW)}
    settings = {
        f"AIRFLOW__{section.upper()}__{option.upper()}": value
        for section, options in _configuration(home, dags_folder, port, shared).items()
        for option, value in options.items()
    }
    return {
        **inherited,
        **settings,
        "AIRFLOW_HOME": str(home),
        # Components start more processes with the commands `airflow` and `python`.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        # Calls between components and calls to an emulator must not go through a proxy.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        # One of Airflow's libraries gives this warning at every start, and we cannot prevent it.
        "PYTHONWARNINGS": "ignore:Using `httpx` with `starlette.testclient` is deprecated",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _configuration(home: Path, dags_folder: Path, port: int, shared: Secrets) -> dict[str, dict[str, str]]:
    api = f"http://127.0.0.1:{port}"
    return {
        "core": {
            "dags_folder": str(dags_folder),
            "load_examples": "False",
            "executor": "LocalExecutor",
            # Airflow forks this many worker processes at the start. The default is 32.
            "parallelism": str(PARALLELISM),
            "execution_api_server_url": f"{api}/execution/",
            "fernet_key": shared.fernet_key,
            "simple_auth_manager_users": f"{USER}:admin",
            # We write this file before the start. Otherwise Airflow would generate a password and print it.
            "simple_auth_manager_passwords_file": str(home / PASSWORDS),
            # The default looks up the host in DNS, which can take seconds on a machine without DNS.
            "hostname_callable": "socket.gethostname",
        },
        "database": {"sql_alchemy_conn": f"sqlite:///{home / DATABASE}"},
        "api": {
            "host": "127.0.0.1",
            "port": str(port),
            "base_url": api,
            "secret_key": shared.api_secret_key,
        },
        "api_auth": {"jwt_secret": shared.jwt_secret},
        "logging": {
            "base_log_folder": str(home / LOGS),
            "dag_processor_child_process_log_directory": str(home / LOGS / "dag_processor"),
            "colored_console_log": "False",
        },
        "workers": {
            # When the first task calls the api-server, the server is still loading: about 5 s on two cores.
            # With the default timeout of 5 s, the call would time out and be repeated with a warning.
            "execution_api_timeout": "60",
        },
        "scheduler": {
            # Start only the runs that are requested. Otherwise unpausing a daily DAG would start today's run.
            "use_job_schedule": "False",
            "scheduler_idle_sleep_time": "0.5",
        },
        "dag_processor": {
            "refresh_interval": "5",
            "bundle_refresh_check_interval": "1",
            # No DAG file changes while Airflow runs. By default, Airflow parses each file every 30 s.
            "min_file_process_interval": "3600",
            # The default is in the system's temporary folder, which every other Airflow shares.
            "dag_bundle_storage_path": str(home / "bundles"),
        },
    }
