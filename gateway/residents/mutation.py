"""Acts of the residents domain."""

import strawberry

from gateway.residents import client
from gateway.residents import quarantine_acts as orders
from gateway.residents import roster_acts as roster
from gateway.residents import round_acts as rounds
from gateway.residents import screening_acts as screening
from gateway.residents import unmask_acts as unmasking
from gateway.upstream.commands import command

ORDER = "quarantine_order"
TASK = "screening_task"
RESIDENT = "resident"
HOUSEHOLD = "household"


@strawberry.type
class ResidentsMutation:
    """Each is one command of the service."""

    resident_register: roster.ResidentRegisterPayload | None = command(
        client.REGISTER_RESIDENT, roster.ResidentRegisterInput, "resident", "Register a person within your scope"
    )
    resident_unmask: unmasking.ResidentUnmaskPayload | None = command(
        client.UNMASK_RESIDENT,
        unmasking.ResidentUnmaskInput,
        "unmasked",
        "Show a person's numbers in clear; needs a purpose and a recent second factor, and is logged (脱敏还原)",
    )
    risk_region_declare: screening.RiskRegionDeclarePayload | None = command(
        client.DECLARE_RISK_REGION,
        screening.RiskRegionDeclareInput,
        "risk_region",
        "Declare a region from which infection is feared",
    )
    returnee_register: screening.ReturneeRegisterPayload | None = command(
        client.REGISTER_RETURNEE, screening.ReturneeRegisterInput, "returnee", "Register somebody who comes back"
    )
    quarantine_order_create: orders.QuarantineOrderCreatePayload | None = command(
        client.CREATE_ORDER, orders.QuarantineOrderCreateInput, ORDER, "Put a resident under quarantine at once"
    )
    quarantine_order_issue: orders.QuarantineOrderIssuePayload | None = command(
        client.ISSUE_ORDER, orders.QuarantineOrderIssueInput, ORDER, "Bring a drafted order into force"
    )
    quarantine_order_deliver: orders.QuarantineOrderDeliverPayload | None = command(
        client.DELIVER_NOTICE, orders.QuarantineOrderDeliverInput, ORDER, "Record that the notice was delivered"
    )
    quarantine_order_release: orders.QuarantineOrderReleasePayload | None = command(
        client.RELEASE_ORDER, orders.QuarantineOrderReleaseInput, ORDER, "End an order whose last day has passed"
    )
    quarantine_order_extend: orders.QuarantineOrderExtendPayload | None = command(
        client.EXTEND_ORDER, orders.QuarantineOrderExtendInput, ORDER, "Let an order last longer"
    )
    quarantine_order_revoke: orders.QuarantineOrderRevokePayload | None = command(
        client.REVOKE_ORDER, orders.QuarantineOrderRevokeInput, ORDER, "Ask that an order is revoked; another confirms"
    )
    quarantine_order_revoke_confirm: orders.QuarantineOrderRevokeConfirmPayload | None = command(
        client.CONFIRM_REVOCATION, orders.QuarantineOrderRevokeConfirmInput, ORDER, "Confirm as the second person"
    )
    quarantine_order_transfer: orders.QuarantineOrderTransferPayload | None = command(
        client.TRANSFER_ORDER, orders.QuarantineOrderTransferInput, ORDER, "End an order: the person is taken elsewhere"
    )
    health_check_report: orders.HealthCheckReportPayload | None = command(
        client.REPORT_HEALTH_CHECK, orders.HealthCheckReportInput, "health_check", "Report one slot of a health check"
    )
    health_check_review: orders.HealthCheckReviewPayload | None = command(
        client.REVIEW_HEALTH_CHECK, orders.HealthCheckReviewInput, "health_check", "Conclude from an escalated check"
    )
    resident_change: roster.ResidentChangePayload | None = command(
        client.CHANGE_RESIDENT, roster.ResidentChangeInput, RESIDENT, "Correct a resident's record"
    )
    resident_document_give: roster.ResidentDocumentGivePayload | None = command(
        client.GIVE_DOCUMENT, roster.ResidentDocumentGiveInput, RESIDENT, "Add the document that a person was given"
    )
    resident_move: roster.ResidentMovePayload | None = command(
        client.MOVE_RESIDENT, roster.ResidentMoveInput, RESIDENT, "Move a person to another household of the district"
    )
    resident_leave: roster.ResidentLeavePayload | None = command(
        client.LEAVE_DISTRICT, roster.ResidentLeaveInput, RESIDENT, "Record that a person left the district"
    )
    resident_die: roster.ResidentDiePayload | None = command(
        client.DIE, roster.ResidentDieInput, RESIDENT, "Record that a person died"
    )
    resident_proxy_set: roster.ResidentProxySetPayload | None = command(
        client.SET_PROXY, roster.ResidentProxySetInput, RESIDENT, "Let somebody report for a person"
    )
    resident_proxy_remove: roster.ResidentProxyRemovePayload | None = command(
        client.REMOVE_PROXY, roster.ResidentProxyRemoveInput, RESIDENT, "Let nobody report for a person any more"
    )
    household_register: roster.HouseholdRegisterPayload | None = command(
        client.REGISTER_HOUSEHOLD, roster.HouseholdRegisterInput, HOUSEHOLD, "Register a household within your scope"
    )
    household_change: roster.HouseholdChangePayload | None = command(
        client.CHANGE_HOUSEHOLD, roster.HouseholdChangeInput, HOUSEHOLD, "Correct a household's address"
    )
    household_close: roster.HouseholdClosePayload | None = command(
        client.CLOSE_HOUSEHOLD, roster.HouseholdCloseInput, HOUSEHOLD, "Close an empty household"
    )
    screening_task_assign: screening.ScreeningTaskAssignPayload | None = command(
        client.ASSIGN_TASK, screening.ScreeningTaskAssignInput, TASK, "Give a task to the grid's worker"
    )
    screening_task_hand_over: screening.ScreeningTaskHandOverPayload | None = command(
        client.HAND_OVER_TASK, screening.ScreeningTaskHandOverInput, TASK, "Let another worker go on with a task"
    )
    screening_task_batch: rounds.ScreeningTaskBatchPayload | None = command(
        client.SEND_TASK_BATCH, rounds.ScreeningTaskBatchInput, "batch", "Send steps recorded without a connection"
    )
    screening_round_open: rounds.ScreeningRoundOpenPayload | None = command(
        client.OPEN_ROUND, rounds.ScreeningRoundOpenInput, "screening_round", "Ask every household of a scope"
    )
    screening_round_close: rounds.ScreeningRoundClosePayload | None = command(
        client.CLOSE_ROUND, rounds.ScreeningRoundCloseInput, "screening_round", "Close a round that is finished"
    )
    screening_round_cancel: rounds.ScreeningRoundCancelPayload | None = command(
        client.CANCEL_ROUND, rounds.ScreeningRoundCancelInput, "screening_round", "Give a round up"
    )
    contact_record: rounds.ContactRecordPayload | None = command(
        client.RECORD_CONTACT, rounds.ContactRecordInput, "contact", "Record that somebody was contacted"
    )
    screening_task_contact: screening.ScreeningTaskContactPayload | None = command(
        client.CONTACT_TASK, screening.ScreeningTaskContactInput, TASK, "The person was reached"
    )
    screening_task_no_answer: screening.ScreeningTaskNoAnswerPayload | None = command(
        client.NO_ANSWER_OF_TASK, screening.ScreeningTaskNoAnswerInput, TASK, "Nobody answered"
    )
    screening_task_not_here: screening.ScreeningTaskNotHerePayload | None = command(
        client.NOT_HERE_OF_TASK, screening.ScreeningTaskNotHereInput, TASK, "The person is not in this grid"
    )
    screening_task_transfer: screening.ScreeningTaskTransferPayload | None = command(
        client.TRANSFER_TASK, screening.ScreeningTaskTransferInput, TASK, "Hand a task to another grid"
    )
    screening_task_refuse: screening.ScreeningTaskRefusePayload | None = command(
        client.REFUSE_TASK, screening.ScreeningTaskRefuseInput, TASK, "The person refused to answer"
    )
    screening_task_verify: screening.ScreeningTaskVerifyPayload | None = command(
        client.VERIFY_TASK, screening.ScreeningTaskVerifyInput, TASK, "Everything is known"
    )
    screening_task_close: screening.ScreeningTaskClosePayload | None = command(
        client.CLOSE_TASK, screening.ScreeningTaskCloseInput, TASK, "Close a verified task"
    )
