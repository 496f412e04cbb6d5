"""The app whose calls the emulator accepts: its credentials and its type."""

from __future__ import annotations

from dataclasses import dataclass

INTERNAL = "internal"
THIRD_PARTY_ENTERPRISE = "third_party_enterprise"
THIRD_PARTY_PERSONAL = "third_party_personal"
APP_TYPES = (INTERNAL, THIRD_PARTY_ENTERPRISE, THIRD_PARTY_PERSONAL)


@dataclass(frozen=True, repr=False)
class App:
    """The app whose calls the emulator accepts.

    :param client_id: AppKey, SuiteKey or AppId.
    :param client_secret: AppSecret or SuiteSecret.
    :param app_type: one of ``APP_TYPES``.
    :param corp_id: the app's own organization, or the organization that authorized the app.
    :raises ValueError: if the app type does not exist.
    """

    client_id: str
    client_secret: str
    app_type: str
    corp_id: str

    def __post_init__(self) -> None:
        if self.app_type not in APP_TYPES:
            raise ValueError(f"app_type must be one of {', '.join(APP_TYPES)}, not {self.app_type!r}")
