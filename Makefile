# Everything needs python3 (3.11 or later) and make, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup up down status logs reset audit-verify token trace story test fuzz bench chaos lint format types contracts check

PYTHON := .venv/bin/python
STORY ?= wang
BENCH = $(if $(SHAPES),--shapes $(SHAPES)) $(if $(SERVERS),--servers $(SERVERS)) $(if $(SECONDS),--seconds $(SECONDS)) \
	$(if $(REAL),--parts real) $(if $(MEMORY),--parts memory) $(if $(RESIDENTS),--parts residents) $(if $(WRITE),--write)
PATHS := chassis services gateway infra tests

help: ## print this
	@echo "make <target> [NAME=value ...]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv from requirements.lock; every other target does so when it is needed
	@python3 infra/bootstrap.py

up: setup ## run the district until Ctrl-C or make down; SCALE=town (default) or district
	@exec $(PYTHON) -m infra.run up --tether $$PPID $(if $(SCALE),--scale $(SCALE))

down: setup ## stop the district
	@exec $(PYTHON) -m infra.run down

status: setup ## show processes, addresses, readiness and versions
	@$(PYTHON) -m infra.run status || test $$? -eq 3

logs: setup ## show the last log lines; PROCESS=residents for one process, FOLLOW=1 to go on
	@exec $(PYTHON) -m infra.run logs $(PROCESS) $(if $(FOLLOW),--follow)

reset: setup ## stop the district and delete its data; YES=1 does not ask
	@exec $(PYTHON) -m infra.run reset $(if $(YES),--yes)

audit-verify: setup ## verify the hash chains of history and read log; SERVICE=residents for one service
	@exec $(PYTHON) -m infra.audit $(SERVICE)

token: setup ## print a token; PERSONA=grid_worker, without it the list; STEP_UP=1 as after a second factor
	@exec $(PYTHON) -m infra.issuer token $(PERSONA) $(if $(STEP_UP),--step-up)

trace: setup ## print one request's spans as a tree; ID=<trace id>, without it the latest traces
	@exec $(PYTHON) -m infra.tracedesk $(ID)

story: setup ## play a story in a district of its own; STORY=wang, KEEP=1 leaves it up
	@exec $(PYTHON) -m infra.story $(STORY)

test: setup ## run unit, component, contract and e2e tests on every core; TESTS=tests/unit for a part
	@exec $(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(TESTS)

fuzz: setup ## compare the engine with the reference; CASES=100000, SEED=7, PROCESSES=2, KINDS=valid,partial,broken
	@exec $(PYTHON) -m tests.equivalence --keep $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED)) \
		$(if $(PROCESSES),--processes $(PROCESSES)) $(if $(KINDS),--kinds $(KINDS))

bench: setup ## measure against peers and ceilings; SHAPES=q1,q2 SERVERS=apollo SECONDS=5 REAL=1 MEMORY=1 RESIDENTS=1 WRITE=1
	@exec $(PYTHON) -m tests.bench $(BENCH)

chaos: setup ## faults and overload against a district of its own; RUN=down|slow|resets|overload, SEED=1
	@exec $(PYTHON) -m tests.chaos $(RUN) $(if $(SEED),--seed $(SEED))

lint: setup ## check style and format
	@$(PYTHON) -m ruff check $(PATHS)
	@$(PYTHON) -m ruff format --check $(PATHS)

format: setup ## format the code and mend what ruff can
	@$(PYTHON) -m ruff check --fix $(PATHS)
	@$(PYTHON) -m ruff format $(PATHS)

types: setup ## check types, strictly
	@exec $(PYTHON) -m mypy $(PATHS)

contracts: setup ## check who imports whom, and the committed API documents; WRITE=1 writes those
	@.venv/bin/lint-imports
	@$(if $(WRITE),$(PYTHON) -m tests.contract.problem_codes)
	@exec $(PYTHON) -m infra.contracts $(if $(WRITE),--write)

check: lint types contracts test ## all of the checks
