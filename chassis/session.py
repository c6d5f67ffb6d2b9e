"""What a transaction is told of its caller; it opens no database."""

from collections.abc import Mapping
from dataclasses import dataclass

LOCK_TIMEOUT_MS = 1_200


@dataclass(frozen=True, slots=True)
class Session:
    """What a transaction is told of its caller: the kind of scope and the settings of policies.

    A kind of scope is a database role, `<service>_<kind>`, that has policies of its own. Without one
    the transaction stays the serving login, for which no protected row exists.
    """

    kind: str | None
    settings: Mapping[str, str]
    role: str = ""

    def opening(self, service: str) -> str:
        """Return the script that starts the transaction in one round trip."""
        parts = ["BEGIN", f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"]
        if self.kind is not None:
            parts.append(f"SET LOCAL ROLE {service}_{self.kind}")
        parts += [f"SET LOCAL app.{name} = {quoted(value)}" for name, value in self.settings.items() if value]
        return "; ".join(parts)


def quoted(text: str) -> str:
    """Quote a setting's value for a script."""
    assert "\x00" not in text
    return "'" + text.replace("'", "''") + "'"
