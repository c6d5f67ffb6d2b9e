"""The schema: what the domains declare, put together."""

from functools import lru_cache

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from gateway.checkpoints import client as checkpoints
from gateway.checkpoints.mutation import CheckpointsMutation
from gateway.checkpoints.query import CheckpointsQuery
from gateway.enterprises import client as enterprises
from gateway.enterprises.mutation import EnterprisesMutation
from gateway.enterprises.query import EnterprisesQuery
from gateway.enterprises.ticket_mutation import TicketsMutation
from gateway.residents import client as residents
from gateway.residents import form_client as forms
from gateway.residents import merge_client as merges
from gateway.residents.division_mutation import DivisionsMutation
from gateway.residents.division_types import District, Grid, Town, Village
from gateway.residents.form_acts import FormsMutation
from gateway.residents.form_query import FormsQuery
from gateway.residents.import_acts import ImportsMutation
from gateway.residents.import_query import ImportsQuery
from gateway.residents.merge_acts import MergesMutation
from gateway.residents.mutation import ResidentsMutation
from gateway.residents.query import ResidentsQuery
from gateway.shared.scalars import SCALARS
from gateway.shared.types import Node, Viewer
from gateway.subscriptions.types import Subscription
from gateway.upstream.declare import NodeType, Row
from gateway.upstream.fields import any_node, derived

NODES = {
    **{
        level.title(): NodeType(residents.DIVISIONS, "level", level)
        for level in ("DISTRICT", "TOWN", "VILLAGE", "GRID")
    },
    "Resident": NodeType(residents.RESIDENT_BY_ID),
    "Household": NodeType(residents.HOUSEHOLDS),
    "GridWorker": NodeType(residents.GRID_WORKERS),
    "GridAssignment": NodeType(residents.GRID_ASSIGNMENTS),
    "CoverageAlarm": NodeType(residents.COVERAGE_ALARMS),
    "ResidentMerge": NodeType(merges.MERGES),
    "QuarantineOrder": NodeType(residents.ORDERS),
    "HealthCheck": NodeType(residents.HEALTH_CHECKS),
    "ScreeningTask": NodeType(residents.TASKS),
    "ScreeningRound": NodeType(residents.ROUNDS),
    "ScreeningTaskBatch": NodeType(residents.TASK_BATCHES),
    "Contact": NodeType(residents.CONTACTS),
    "Returnee": NodeType(residents.RETURNEES),
    "RiskRegion": NodeType(residents.RISK_REGIONS),
    "ReturneeListImport": NodeType(residents.IMPORTS),
    "Form": NodeType(forms.FORMS),
    "FormVersion": NodeType(forms.FORM_VERSIONS),
    "FormExport": NodeType(forms.FORM_EXPORTS),
    "Checkpoint": NodeType(checkpoints.CHECKPOINT_BY_ID),
    "CheckpointAlarm": NodeType(checkpoints.ALARMS),
    "Passage": NodeType(checkpoints.PASSAGES),
    "PassageBatch": NodeType(checkpoints.BATCHES),
    "Enterprise": NodeType(enterprises.ENTERPRISE_BY_ID),
    "ResumptionApplication": NodeType(enterprises.APPLICATIONS),
    "ProblemTicket": NodeType(enterprises.TICKETS),
}


@strawberry.type(description="Everything that can be read (查询)")
class Query(ResidentsQuery, ImportsQuery, FormsQuery, CheckpointsQuery, EnterprisesQuery):
    """The query root."""

    viewer: Viewer = derived("Who is signed in", lambda _row, _context: {})
    node: Node | None = any_node(NODES, "Any object by its global id; null if there is none within your scope")


@strawberry.type(description="Everything that can be done (操作)")
class Mutation(
    ResidentsMutation,
    DivisionsMutation,
    MergesMutation,
    ImportsMutation,
    FormsMutation,
    CheckpointsMutation,
    EnterprisesMutation,
    TicketsMutation,
):
    """The mutation root."""


def column_of(row: Row, name: str) -> object:
    """Return a column of a row; one that nobody asked for is a bug of the projection."""
    return row[name]


@lru_cache(maxsize=1)
def strawberry_schema() -> strawberry.Schema:
    """Return the schema as Strawberry has it."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[District, Town, Village, Grid],
        config=StrawberryConfig(default_resolver=column_of, scalar_map=SCALARS),
    )


def executable_schema() -> GraphQLSchema:
    """Return the schema as graphql-core executes it."""
    return strawberry_schema()._schema


def schema_text() -> str:
    """Return the schema as it is committed: sorted."""
    return print_schema(lexicographic_sort_schema(executable_schema())) + "\n"
