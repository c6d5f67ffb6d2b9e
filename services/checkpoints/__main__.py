"""The process of the checkpoints service: python -m services.checkpoints serve | migrate | load | rebuild."""

from chassis.service import main
from services.checkpoints.app import SERVICE

main(SERVICE)
