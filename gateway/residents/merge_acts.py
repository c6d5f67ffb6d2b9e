"""Acts that merge two records of one person, and undo it."""

import strawberry

from gateway.residents import merge_client
from gateway.residents.merge_types import ResidentMerge, ResidentMergeReason
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import command, entry
from gateway.upstream.fields import answered

MERGE = "resident_merge"


@strawberry.type(description="What came of an act on a merge (合并操作结果)")
class MergePayload(Payload):
    """A payload with a merge."""

    resident_merge: ResidentMerge | None = answered(
        merge_client.MERGES, MERGE, "The merge; null when the act was refused"
    )


@strawberry.input(description="Merge two records of one person, with everything that follows (合并居民档案)")
class ResidentMergeInput(Act):
    """Merge."""

    survivor_id: strawberry.ID = entry("The record that survives", of="Resident")
    lost_id: strawberry.ID = entry(
        "The record that is lost in it; its id answers the survivor ever after", of="Resident"
    )
    reason: ResidentMergeReason = entry("Why they are held to be of one person")
    note: str | None = entry("In words; needed where the reason is OTHER", optional=True)


@strawberry.type(description="What came of a merge (合并结果)")
class ResidentMergePayload(MergePayload):
    """Merge."""


@strawberry.input(description="Undo a merge within 24 hours (撤销合并)")
class ResidentMergeUndoInput(Act):
    """Undo."""

    id: strawberry.ID = entry("The merge", of="ResidentMerge")


@strawberry.type(description="What came of undoing a merge (撤销合并结果)")
class ResidentMergeUndoPayload(MergePayload):
    """Undo."""


@strawberry.type
class MergesMutation:
    """Each is one command of the service."""

    resident_merge: ResidentMergePayload | None = command(
        merge_client.MERGE_RESIDENTS, ResidentMergeInput, MERGE, "Merge two records of one person"
    )
    resident_merge_undo: ResidentMergeUndoPayload | None = command(
        merge_client.UNDO_MERGE, ResidentMergeUndoInput, MERGE, "Undo a merge within a day"
    )
