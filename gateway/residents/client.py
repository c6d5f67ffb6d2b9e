"""What the gateway asks of the residents service."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import RESIDENTS, Endpoint, Kind

DIVISIONS = Endpoint(RESIDENTS, "/divisions:batch", Kind.ONE)
DIVISIONS_OF_PARENT = Endpoint(RESIDENTS, "/divisions/by-parent:batch", Kind.PAGE)
DIVISION_SUMMARIES = Endpoint(RESIDENTS, "/division-summaries:batch", Kind.ONE)
WORKER_OF_GRID = Endpoint(RESIDENTS, "/grid-workers/by-grid:batch", Kind.ONE)

RESIDENT_BY_ID = Endpoint(RESIDENTS, "/residents:batch", Kind.ONE)
RESIDENT_BY_PERSON_KEY = Endpoint(RESIDENTS, "/residents/by-person-key:batch", Kind.ONE)
RESIDENTS_OF_HOUSEHOLD = Endpoint(RESIDENTS, "/residents/by-household:batch", Kind.PAGE)
HOUSEHOLDS = Endpoint(RESIDENTS, "/households:batch", Kind.ONE)
HEALTH_CODE_OF_RESIDENT = Endpoint(RESIDENTS, "/health-codes/by-resident:batch", Kind.ONE)
STANDINGS = Endpoint(RESIDENTS, "/standings/by-person-key:batch", Kind.ONE)

ORDERS = Endpoint(RESIDENTS, "/quarantine-orders:batch", Kind.ONE)
ORDERS_OF_RESIDENT = Endpoint(RESIDENTS, "/quarantine-orders/by-resident:batch", Kind.PAGE)
ORDERS_OF_GRID = Endpoint(RESIDENTS, "/quarantine-orders/by-grid:batch", Kind.PAGE)
ORDERS_OF_SCOPE = Endpoint(RESIDENTS, "/quarantine-orders/by-scope:batch", Kind.PAGE)
HEALTH_CHECKS = Endpoint(RESIDENTS, "/health-checks:batch", Kind.ONE)
HEALTH_CHECKS_DUE_OF_GRID = Endpoint(RESIDENTS, "/health-checks/due-by-grid:batch", Kind.PAGE)

TASKS = Endpoint(RESIDENTS, "/screening-tasks:batch", Kind.ONE)
TASKS_OF_GRID = Endpoint(RESIDENTS, "/screening-tasks/by-grid:batch", Kind.PAGE)
RETURNEES = Endpoint(RESIDENTS, "/returnees:batch", Kind.ONE)
RISK_REGIONS = Endpoint(RESIDENTS, "/risk-regions:batch", Kind.ONE)
RISK_REGIONS_OF_SCOPE = Endpoint(RESIDENTS, "/risk-regions/by-scope:batch", Kind.PAGE)
IMPORTS = Endpoint(RESIDENTS, "/returnee-list-imports:batch", Kind.ONE)
REFUSALS_OF_IMPORT = Endpoint(RESIDENTS, "/returnee-list-imports/refusals:batch", Kind.PAGE)

DECLARE_RISK_REGION = Post(RESIDENTS, "/risk-regions")
REGISTER_RETURNEE = Post(RESIDENTS, "/returnees")
CREATE_ORDER = Post(RESIDENTS, "/quarantine-orders")
ISSUE_ORDER = Post(RESIDENTS, "/quarantine-orders/{id}/issue")
DELIVER_NOTICE = Post(RESIDENTS, "/quarantine-orders/{id}/deliver")
RELEASE_ORDER = Post(RESIDENTS, "/quarantine-orders/{id}/release")
EXTEND_ORDER = Post(RESIDENTS, "/quarantine-orders/{id}/extend")
REVOKE_ORDER = Post(RESIDENTS, "/quarantine-orders/{id}/revoke")
CONFIRM_REVOCATION = Post(RESIDENTS, "/quarantine-orders/{id}/revoke/confirm")
TRANSFER_ORDER = Post(RESIDENTS, "/quarantine-orders/{id}/transfer")
REPORT_HEALTH_CHECK = Post(RESIDENTS, "/health-checks")
TASK_STEP = "/screening-tasks/{id}/"
ASSIGN_TASK = Post(RESIDENTS, TASK_STEP + "assign")
CONTACT_TASK = Post(RESIDENTS, TASK_STEP + "contact")
NO_ANSWER_OF_TASK = Post(RESIDENTS, TASK_STEP + "no-answer")
NOT_HERE_OF_TASK = Post(RESIDENTS, TASK_STEP + "not-here")
TRANSFER_TASK = Post(RESIDENTS, TASK_STEP + "transfer")
REFUSE_TASK = Post(RESIDENTS, TASK_STEP + "refuse")
VERIFY_TASK = Post(RESIDENTS, TASK_STEP + "verify")
CLOSE_TASK = Post(RESIDENTS, TASK_STEP + "close")
