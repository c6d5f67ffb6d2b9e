"""What the gateway asks of the residents service about lists of returnees and their matches."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import RESIDENTS, Endpoint, Kind

TO_MATCH_OF_SCOPE = Endpoint(RESIDENTS, "/returnees/to-match-by-scope:batch", Kind.PAGE)
DIFFERENCES = Endpoint(RESIDENTS, "/returnee-list-imports/differences:batch", Kind.ONE)
ADDED = Endpoint(RESIDENTS, "/returnee-list-imports/differences/added:batch", Kind.PAGE)
GONE = Endpoint(RESIDENTS, "/returnee-list-imports/differences/gone:batch", Kind.PAGE)
CHANGED = Endpoint(RESIDENTS, "/returnee-list-imports/differences/changed:batch", Kind.PAGE)

CANCEL_IMPORT = Post(RESIDENTS, "/returnee-list-imports/{id}/cancel")
RETRY_IMPORT = Post(RESIDENTS, "/returnee-list-imports/{id}/retry")
CONFIRM_MATCH = Post(RESIDENTS, "/returnees/{id}/confirm-match")
REJECT_MATCH = Post(RESIDENTS, "/returnees/{id}/reject-match")
ENTER_ROSTER = Post(RESIDENTS, "/returnees/{id}/enter-roster")
