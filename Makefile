# Every target sets up .venv from requirements.lock by itself; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.from-lock

.PHONY: help serve test real-servers check fix generated nightly bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@# The lock is complete, so nothing is resolved: else pip reads "coverage[toml]" as a wish apart from the pin.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet
	@touch $@

serve: $(STAMP) ## run the service on 127.0.0.1 for development, and print a curl to try it
	$(BIN)/cdshooks serve --dev

test: $(STAMP) ## every test; branch coverage is whole where a patient depends on it
	$(BIN)/python -m pytest --cov --cov-report=term
	$(BIN)/coverage report --include='fhir_mappings/*,cdshooks/guideline/*' --fail-under=100

real-servers: $(STAMP) ## the prefetch templates against a FHIR server that others wrote (needs npm)
	cd tests/real_servers/medplum && npm ci --silent
	$(BIN)/python -m pytest tests/real_servers

check: $(STAMP) ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(STAMP) ## what lint and format can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generated: $(STAMP) ## rewrite every generated file: draft templates and reference documentation
	$(BIN)/python scripts/generate.py

nightly: $(STAMP) ## the tests that take long: 50,000 fuzzed bodies, 10,000 posts of feedback, every threshold moved
	FUZZED_BODIES=50000 $(BIN)/python -m pytest -q tests/conformance/test_server_process.py
	FEEDBACK_POSTS=10000 scripts/with-postgresql $(BIN)/python -m pytest -q tests/faults
	$(BIN)/python scripts/mutate_thresholds.py

bench: $(STAMP) ## the ratios of benchmarks/, side by side in one run
	$(BIN)/python -m benchmarks

lock: ## resolve pyproject.toml anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-find-links --no-emit-index-url --custom-compile-command "make lock" --upgrade --quiet -o requirements.lock

clean: ## remove .venv and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage .hypothesis
