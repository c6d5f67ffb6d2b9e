"""`python -m services.enterprises serve | migrate | openapi | load | rebuild`."""

from chassis.service import main
from services.enterprises.app import SERVICE

main(SERVICE)
