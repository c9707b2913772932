# Everything a contributor or CI runs. `make` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup lint types imports unit test demo fmt bench docs lock clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

setup: $(STAMP) ## Create the environment in .venv

lint: $(STAMP) ## Lint and check formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## Check types
	$(BIN)/mypy

imports: $(STAMP) ## Check that the rooms only use what they may
	$(BIN)/lint-imports

unit: $(STAMP) ## Run the tests with branch coverage
	$(BIN)/coverage erase
	$(BIN)/pytest -n 2 --cov --cov-report= -q
	$(BIN)/coverage report

test: lint types imports unit ## Lint, types, layers, tests

demo: $(STAMP) ## Start a sandbox incident.io, plan, apply, plan again
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

fmt: $(STAMP) ## Format the code and the route files
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/reconciler fmt

bench: $(STAMP) ## Count requests and measure ratios
	$(BIN)/python -m benchmarks

docs: $(STAMP) ## Rewrite the generated reference pages
	$(BIN)/python -m docs.generate

lock: $(STAMP) ## Resolve requirements.lock anew
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-trusted-host --output-file requirements.lock pyproject.toml

clean: ## Remove the environment and what was built
	rm -rf $(VENV) dist build
