"""What the gateway asks of the enterprises service."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import ENTERPRISES, Endpoint, Kind

INDUSTRIES = Endpoint(ENTERPRISES, "/industries:batch", Kind.ONE)
ENTERPRISE_BY_ID = Endpoint(ENTERPRISES, "/enterprises:batch", Kind.ONE)
ENTERPRISES_OF_SCOPE = Endpoint(ENTERPRISES, "/enterprises/by-scope:batch", Kind.PAGE)
ENTERPRISE_BY_CREDIT_CODE = Endpoint(ENTERPRISES, "/enterprises/by-credit-code:batch", Kind.ONE)
LIAISON_TEAMS = Endpoint(ENTERPRISES, "/liaison-teams:batch", Kind.ONE)
APPLICATIONS = Endpoint(ENTERPRISES, "/resumption-applications:batch", Kind.ONE)
APPLICATIONS_OF_ENTERPRISE = Endpoint(ENTERPRISES, "/resumption-applications/by-enterprise:batch", Kind.PAGE)
APPLICATIONS_OF_SCOPE = Endpoint(ENTERPRISES, "/resumption-applications/by-scope:batch", Kind.PAGE)
ROSTER_OF_APPLICATION = Endpoint(ENTERPRISES, "/roster-entries/by-application:batch", Kind.PAGE)
EMPLOYMENT_OF_PERSON = Endpoint(ENTERPRISES, "/employments/by-person-key:batch", Kind.ONE)
TICKETS = Endpoint(ENTERPRISES, "/problem-tickets:batch", Kind.ONE)
TICKETS_OF_ENTERPRISE = Endpoint(ENTERPRISES, "/problem-tickets/by-enterprise:batch", Kind.PAGE)
DIVISION_SUMMARIES = Endpoint(ENTERPRISES, "/division-summaries:batch", Kind.ONE)

REGISTER_ENTERPRISE = Post(ENTERPRISES, "/enterprises")
SUBMIT = Post(ENTERPRISES, "/resumption-applications")
APPROVE = Post(ENTERPRISES, "/resumption-applications/{id}/approve")
RETURN = Post(ENTERPRISES, "/resumption-applications/{id}/return")
REJECT = Post(ENTERPRISES, "/resumption-applications/{id}/reject")
WITHDRAW = Post(ENTERPRISES, "/resumption-applications/{id}/withdraw")
INSPECT = Post(ENTERPRISES, "/resumption-applications/{id}/inspect")
RESUME = Post(ENTERPRISES, "/resumption-applications/{id}/resume")
OPEN_TICKET = Post(ENTERPRISES, "/problem-tickets")
