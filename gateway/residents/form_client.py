"""What the gateway asks of the residents service about forms and their exports."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import RESIDENTS, Endpoint, Kind

FORMS = Endpoint(RESIDENTS, "/forms:batch", Kind.ONE)
FORMS_OF_SCOPE = Endpoint(RESIDENTS, "/forms/by-scope:batch", Kind.PAGE)
FORM_VERSIONS = Endpoint(RESIDENTS, "/form-versions:batch", Kind.ONE)
FORM_VERSION_OF_CODE = Endpoint(RESIDENTS, "/form-versions/by-code:batch", Kind.ONE)
FORM_VERSIONS_OF_FORM = Endpoint(RESIDENTS, "/form-versions/by-form:batch", Kind.PAGE)
FORM_ROWS = Endpoint(RESIDENTS, "/forms/rows:batch", Kind.PAGE)
FORM_EXPORTS = Endpoint(RESIDENTS, "/form-exports:batch", Kind.ONE)
FORM_EXPORTS_OF_SCOPE = Endpoint(RESIDENTS, "/form-exports/by-scope:batch", Kind.PAGE)
FORM_EXPORT_ALARMS_OF_SCOPE = Endpoint(RESIDENTS, "/form-export-alarms/by-scope:batch", Kind.PAGE)
FORM_EXPORT_TRACES = Endpoint(RESIDENTS, "/form-exports/trace:batch", Kind.ONE)

DRAFT_FORM = Post(RESIDENTS, "/forms")
ACTIVATE_FORM = Post(RESIDENTS, "/form-versions/{id}/activate")
RETIRE_FORM = Post(RESIDENTS, "/form-versions/{id}/retire")
REQUEST_EXPORT = Post(RESIDENTS, "/form-exports")
APPROVE_EXPORT = Post(RESIDENTS, "/form-exports/{id}/approve")
REFUSE_EXPORT = Post(RESIDENTS, "/form-exports/{id}/refuse")
CANCEL_EXPORT = Post(RESIDENTS, "/form-exports/{id}/cancel")
