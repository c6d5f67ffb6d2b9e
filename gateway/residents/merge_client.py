"""What the gateway asks of the residents service about merges."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import RESIDENTS, Endpoint, Kind

MERGES = Endpoint(RESIDENTS, "/resident-merges:batch", Kind.ONE)
MERGES_OF_RESIDENT = Endpoint(RESIDENTS, "/resident-merges/by-resident:batch", Kind.PAGE)

MERGE_RESIDENTS = Post(RESIDENTS, "/resident-merges")
UNDO_MERGE = Post(RESIDENTS, "/resident-merges/{id}/undo")
