# Two commands do everything, set-up included: `make demo` and `make test`.
PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# A folder may have any name, and the locale may be C: Python 3.15 does this by itself (PEP 686).
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo site test check format coverage bench proof check-httpx2 check-matrix wheel lock clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## build .venv when it is missing or out of date

$(STAMP): pyproject.toml .ci/requirements.txt .ci/setup
	@PYTHON="$(PYTHON)" bash .ci/setup $(VENV)
	@touch $@

demo: $(STAMP) ## generate the SDK, run it against the local emulator, save the pictures in out/demo
	@$(BIN)/runcomfy-codegen demo --save out/demo

site: $(STAMP) ## build the website of the reference pages, and serve it beside the emulator until Ctrl-C
	@$(BIN)/runcomfy-codegen site
	@$(BIN)/runcomfy-codegen serve

test: $(STAMP) ## all tests
	@$(BIN)/pytest -n auto --dist worksteal

check: $(STAMP) ## lint, format, spelling, types, and whether generated/ is what the generator writes
	$(BIN)/ruff check .
	$(BIN)/black --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/deptry generator
	cd generated && ../$(BIN)/deptry . --known-first-party runcomfy \
	  --per-rule-ignores "DEP002=imagesize|h2|hpack"
	$(BIN)/runcomfy-codegen generate --check

format: $(STAMP) ## let ruff and black rewrite the hand-written code
	$(BIN)/ruff check --fix .
	$(BIN)/black --quiet generator tests

coverage: $(STAMP) ## all tests, and which lines of the code they reach
	@$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term --cov-report=xml:out/coverage.xml

bench: $(STAMP) ## benchmarks, as ratios against a peer in the same run
	$(BIN)/python -m pytest tests/benchmarks -p no:xdist -s

proof: $(STAMP) ## the long proofs, one table: random instances, hostile schemas, kills, full disks, paid jobs
	@$(BIN)/python -m tests.proof

check-httpx2: $(STAMP) ## the SDK's tests against an SDK that is generated for httpx2
	@$(BIN)/python -m tests.e2e.with_httpx2

check-matrix: $(STAMP) ## the SDK's tests with the lowest and newest dependencies, on each Python
	@$(BIN)/python -m tests.e2e.matrix

wheel: $(STAMP) ## wheels of the generator and of the SDK, in dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(BIN)/python -m build --wheel --no-isolation --outdir dist generated

lock: ## resolve .ci/requirements.txt again from pyproject.toml (needs uv)
	$(UV) pip compile --quiet --universal --python-version 3.11 --group dev pyproject.toml \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate --output-file .ci/requirements.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) .bench out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
