"""Acts of the enterprises domain."""

import strawberry

from gateway.enterprises import acts, client
from gateway.upstream.commands import command

APPLICATION = "resumption_application"


@strawberry.type
class EnterprisesMutation:
    """Each is one command of the service."""

    enterprise_register: acts.EnterpriseRegisterPayload | None = command(
        client.REGISTER_ENTERPRISE, acts.EnterpriseRegisterInput, "enterprise", "Register an enterprise"
    )
    resumption_application_submit: acts.ResumptionApplicationSubmitPayload | None = command(
        client.SUBMIT, acts.ResumptionApplicationSubmitInput, APPLICATION, "Ask to work again"
    )
    resumption_application_approve: acts.ResumptionApplicationApprovePayload | None = command(
        client.APPROVE, acts.ResumptionApplicationApproveInput, APPLICATION, "Let an enterprise work again"
    )
    resumption_application_return: acts.ResumptionApplicationReturnPayload | None = command(
        client.RETURN, acts.ResumptionApplicationReturnInput, APPLICATION, "Return an application to be mended"
    )
    resumption_application_reject: acts.ResumptionApplicationRejectPayload | None = command(
        client.REJECT, acts.ResumptionApplicationRejectInput, APPLICATION, "Refuse an application"
    )
    resumption_application_withdraw: acts.ResumptionApplicationWithdrawPayload | None = command(
        client.WITHDRAW, acts.ResumptionApplicationWithdrawInput, APPLICATION, "Take one's own application back"
    )
    resumption_application_inspect: acts.ResumptionApplicationInspectPayload | None = command(
        client.INSPECT, acts.ResumptionApplicationInspectInput, APPLICATION, "Send somebody to look"
    )
    resumption_application_resume: acts.ResumptionApplicationResumePayload | None = command(
        client.RESUME, acts.ResumptionApplicationResumeInput, APPLICATION, "Report that the enterprise works again"
    )
