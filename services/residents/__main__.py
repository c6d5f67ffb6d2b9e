"""The process of the residents service: python -m services.residents serve | migrate | load | snapshot."""

from chassis.service import main
from services.residents.app import SERVICE

main(SERVICE)
