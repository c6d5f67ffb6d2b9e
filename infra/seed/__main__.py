"""`python -m infra.seed residents --scale town` writes the district as lines of JSON."""

import sys

from infra.seed.cli import main

sys.exit(main(sys.argv[1:]))
