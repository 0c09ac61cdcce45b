# nianbao: `make help` lists what there is. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Test files run side by side, one process a core; WORKERS=0 runs them one after the other.
WORKERS ?= auto
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test acceptance lint format lock clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock (once; a few minutes) ..."
	@$(PYTHON) -c 'import sys; sys.exit("nianbao needs Python 3.11 or newer, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP) ## install everything into .venv; leaves .venv/bin/nianbao

demo: setup ## three nights over the fictional demo web under Prefect, then the report (about 3 minutes)
	@echo "Running the demo: a loopback government web, three nights, a year-over-year report ..."
	$(BIN)/nianbao demo

lint: setup ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint ## lint, types and the tests (at most ten minutes on two cores)
	@echo "Running the tests ..."
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not acceptance"

acceptance: setup ## the longer proofs
	@echo "Running the longer proofs ..."
	$(BIN)/python -m pytest -m acceptance

format: setup ## rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-header -q -o requirements.lock

clean: ## remove what make made (not your data)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache
