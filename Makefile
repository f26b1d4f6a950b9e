# Everything a developer runs. `make` alone lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 4566
BUSINESS_DAY ?= 60

# As many as tests/conftest.py says.
PROCESSES := --numprocesses=auto --maxprocesses=4

# Unit tests build nothing, so that their bytecode may be kept, beside the tree: without it each process
# takes seconds to compile what it imports.
UNIT := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX="$(CURDIR)/.pytest_cache/bytecode" \
  $(BIN)/python -m pytest

STATIC := functions/show_user_manager/static
# Begins a command that needs the page's tools: without npm it does nothing.
PAGE := test -d page/node_modules || exit 0; cd page
BUNDLE := node bundle.mjs ../$(STATIC)

export SAM_CLI_TELEMETRY := 0
# Functions are zipped as they lie in the tree: running tests must leave no bytecode there. Not by a
# folder of its own for bytecode: that of the layers would land there, too, and each start be slower.
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z.][a-z_.-]*:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: .venv ## Run the whole system locally (PORT=4566 BUSINESS_DAY=60)
	@exec $(BIN)/python -m local up --port $(PORT) --business-day $(BUSINESS_DAY)

.PHONY: test
test: check ## Run everything: check, then all other tests
	$(BIN)/python -m pytest --ignore=tests/unit $(PROCESSES)

.PHONY: check
check: .venv page-tools ## Lint, types and unit tests, in under a minute
	@$(MAKE) --no-print-directory -j2 -Otarget lint unit-phrases unit-mail unit-others types

.PHONY: lint
lint: .venv page-tools ## Check style and the usual mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(PAGE) && node_modules/.bin/biome check . && $(BUNDLE) --check

.PHONY: types
types: .venv page-tools ## Check the types
	$(BIN)/mypy
	@$(PAGE) && node_modules/.bin/openapi-typescript ../docs/openapi.json -o contract.d.ts >/dev/null && \
	  node_modules/.bin/tsc -p .

.PHONY: page
page: page-tools ## Bundle the page's modules and styles, which is what is deployed
	@$(PAGE) && $(BUNDLE)

.PHONY: page-tools
page-tools:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory page/node_modules/.complete; \
	  else echo "npm is missing: the page's JavaScript and CSS are not checked."; fi

page/node_modules/.complete: page/package.json page/package-lock.json
	@echo "Installing the locked tools of the page into page/node_modules"
	@cd page && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Dealt out by xdist, so many short tests would take half as long again. In three parts, of a third each,
# the longest first, they keep two processors busy to the end, beside the types.
PHRASES := tests/unit/mail/test_phrases.py
.PHONY: unit
unit: .venv ## Run the unit tests
	@$(MAKE) --no-print-directory -j2 -Otarget unit-phrases unit-mail unit-others

.PHONY: unit-phrases unit-mail unit-others
unit-phrases: .venv
	$(UNIT) $(PHRASES)
unit-mail: .venv
	$(UNIT) tests/unit/mail --ignore=$(PHRASES)
unit-others: .venv
	$(UNIT) tests/unit --ignore=tests/unit/mail

.PHONY: faults
faults: .venv ## Run the long tests (ONLY="pairs or model" for parts, PLAN=... for one plan of faults)
	@$(if $(PLAN),PYTHONPATH=layers/licensing/python $(BIN)/python -m tests.faults $(PLAN),$(BIN)/python -m pytest \
	  $(addprefix tests/,billing model fuzz faults contention) --campaign $(if $(ONLY),-k "$(ONLY)") $(PROCESSES))

.PHONY: defects
defects: .venv ## Seed defects in a copy and see the tests fail
	@PYTHONPATH=layers/licensing/python $(BIN)/python -m tests.defects

.PHONY: mutants
mutants: .venv-mutants ## Mutate rules and use cases and see their tests fail (ONLY="domain.books use_cases")
	@.venv-mutants/bin/python -m tests.mutants $(ONLY)

.PHONY: scan
scan: .venv .venv-scan ## Scan the template and the code for weaknesses, in under 3 minutes
	@.venv-scan/bin/python -m scan

.PHONY: format
format: .venv ## Format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	@$(PAGE) && node_modules/.bin/biome check --write .

.PHONY: build
build: .venv ## Build for AWS (python3.13, arm64)
	$(BIN)/sam build

.PHONY: bench
bench: .venv ## Measure what the product costs, in under 5 minutes (ONLY="cold warm" for parts)
	@PYTHONPATH=layers/licensing/python $(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

.PHONY: gate
gate: .venv ## Fail if layers or cold starts have grown (ACCEPT=1 takes them)
	@PYTHONPATH=layers/licensing/python $(BIN)/python -m benchmarks $(if $(ACCEPT),--accept,--gate)

.PHONY: load
load: .venv ## Put the local system under a bounded load for a minute, then judge its books
	@PYTHONPATH=layers/licensing/python $(BIN)/python -m benchmarks.load

.PHONY: down
down: .venv ## Stop a local cloud that was left running
	@$(BIN)/python -m local down

.PHONY: openapi
openapi: .venv ## Write docs/openapi.json from the handlers
	@PYTHONPATH=layers/licensing/python $(BIN)/python -m docs.openapi

.PHONY: lock
lock: .venv ## Refresh the locked requirements from the *.in files
	for name in layers/dependencies/requirements requirements/uv requirements/dev requirements/mutants requirements/scan; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; \
	done

.PHONY: clean
clean: ## Remove everything that was made here
	rm -rf .venv .venv-mutants .venv-scan scan/node_modules page/node_modules .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: .venv
.venv: .venv/.complete ## Make the virtual environment from the locked requirements

.venv/.complete: requirements/uv.txt requirements/dev.txt
	@command -v $(PYTHON) >/dev/null || \
	  { echo "$(PYTHON) is missing: install Python 3.11 or newer, or say PYTHON=... ." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed (PYTHON=...)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing: on Debian, install python3-venv." >&2; exit 1; }
	@echo "Installing the locked requirements into .venv"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: .venv-mutants
.venv-mutants: .venv-mutants/.complete ## Make the virtual environment of the mutation tests

.venv-mutants/.complete: .venv/.complete requirements/mutants.txt
	@echo "Installing the locked mutation tool into .venv-mutants"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-mutants
	@$(BIN)/uv pip install --quiet --python .venv-mutants/bin/python --require-hashes -r requirements/mutants.txt
	@$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > \
	  "$$(.venv-mutants/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/tests.pth"
	@touch $@

.PHONY: .venv-scan
.venv-scan: .venv-scan/.complete ## Make the virtual environment of the scanners, with its npm packages

.venv-scan/.complete: .venv/.complete requirements/scan.txt scan/package.json scan/package-lock.json
	@command -v npm >/dev/null || \
	  { echo "npm is missing, which installs cdk-nag and others: on Debian, npm (with Node 20 or newer)." >&2; exit 1; }
	@echo "Installing the locked scanners into .venv-scan and scan/node_modules"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-scan
	@$(BIN)/uv pip install --quiet --python .venv-scan/bin/python --require-hashes -r requirements/scan.txt
	@cd scan && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
