"""What clients ask of the enterprises domain."""

import strawberry

from gateway.enterprises import client
from gateway.enterprises.statuses import ResumptionApplicationStatus
from gateway.enterprises.types import Enterprise, ResumptionApplication
from gateway.shared.types import SCOPE, Connection
from gateway.upstream.declare import Argument
from gateway.upstream.fields import load_one, load_page


@strawberry.type
class EnterprisesQuery:
    """Each is one load."""

    enterprise: Enterprise | None = load_one(
        client.ENTERPRISE_BY_CREDIT_CODE,
        key=Argument("credit_code", str, "Unified social credit code, 18 characters"),
        description="An enterprise within your scope",
    )
    enterprises: Connection[Enterprise] | None = load_page(
        client.ENTERPRISES_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        description="Enterprises of a part of the district",
    )
    resumption_application: ResumptionApplication | None = load_one(
        client.APPLICATIONS,
        key=Argument("id", strawberry.ID, "Global id of a ResumptionApplication", of="ResumptionApplication"),
        description="A resumption application within your scope",
    )
    resumption_applications: Connection[ResumptionApplication] | None = load_page(
        client.APPLICATIONS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(
            Argument("status", list[ResumptionApplicationStatus] | None, "Only applications in one of these states"),
        ),
        description="Resumption applications of a part of the district, the one due first before the others",
    )
