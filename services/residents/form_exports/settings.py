"""How much may leave at once."""

from dataclasses import dataclass

from chassis import settings
from chassis.service import State


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """Limits of exports, from the environment: RESIDENTS_EXPORT_NAMED_ROWS_MAX and so on.

    Named rows tell of a person each; those of one requester are counted over 24 hours as well, so that a
    list of many does not leave in parts.
    """

    export_named_rows_max: int = 1_000
    export_named_rows_per_day_max: int = 3_000
    export_rows_max: int = 1_000_000

    def of(self, names_people: bool) -> int:
        """Return how many rows a form may have in one export."""
        return self.export_named_rows_max if names_people else self.export_rows_max


def limits_of(state: State) -> ExportLimits:
    """Return the limits of this process, read once."""
    if "export_limits" not in state.extra:
        state.extra["export_limits"] = settings.load(ExportLimits, prefix=state.service.name)
    found: ExportLimits = state.extra["export_limits"]
    return found
