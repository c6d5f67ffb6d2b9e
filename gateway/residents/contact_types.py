"""The contact ledger: what is shown before anybody asks again."""

from datetime import datetime

import strawberry

from gateway.residents.screening_statuses import ContactHow, ContactOutcome, ContactReason
from gateway.shared.types import Node
from gateway.upstream.fields import column, global_id


@strawberry.type(description="That somebody was contacted (联系台账)")
class Contact(Node):
    """Who asked whom, when, how and why."""

    id: strawberry.ID = global_id()
    how: ContactHow = column("How")
    reason: ContactReason = column("Why")
    outcome: ContactOutcome = column("What came of it")
    made_by_name: str = column("Who made the contact")
    made_at: datetime = column("When")
    asked_again_because: str | None = column("Why they were asked although somebody had asked the same lately")
    note: str | None = column("What there is to say about it")
