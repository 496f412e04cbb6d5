"""The result of keeping a calendar equal to a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .plan import PlanRow


@dataclass(frozen=True)
class SyncResult:
    """What a sync has done or, as a dry run, would do.

    :param created: Rows whose event was created.
    :param updated: Rows whose event was updated.
    :param deleted: Events that were deleted, duplicates included.
    :param unchanged: Rows whose event needed no change.
    :param foreign: Rows for which an unmarked event with the same title and start exists.
    :param outside: Rows that start outside the window.
    :param event_ids: Ids of the events by key.
    :param fingerprint: Digest of the changes. Equal plans have equal fingerprints.
    :param metered_calls: Number of requests that count against the organization's monthly quota.
    :param is_dry_run: Whether nothing was written.
    """

    created: tuple[PlanRow, ...]
    updated: tuple[PlanRow, ...]
    deleted: tuple[PlanRow, ...]
    unchanged: tuple[PlanRow, ...]
    foreign: tuple[PlanRow, ...]
    outside: tuple[PlanRow, ...]
    event_ids: Mapping[str, str]
    fingerprint: str
    metered_calls: int
    is_dry_run: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows of each kind."""
        kinds = ("created", "updated", "deleted", "unchanged", "foreign", "outside")
        return {kind: len(getattr(self, kind)) for kind in kinds}

    @property
    def plan(self) -> list[dict[str, Any]]:
        """The plan as JSON objects, without unchanged rows: a value for ``approved_plan`` of a later run."""
        lines = (*self.updated, *self.created, *self.deleted, *self.foreign, *self.outside)
        return [line.to_json() for line in lines]
