# make run = set up what is missing and serve the counter. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
SETUP := .setup
PIP := $(PY) -m pip --disable-pip-version-check

# A stamp is written when its step has ended well: an interrupted step has none and is done again (pip goes on where it
# stopped), and a warm start finds both stamps newer than the lock files and does nothing.
RUNTIME := $(SETUP)/runtime
DEV := $(SETUP)/dev
EVAL := $(SETUP)/eval

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.PHONY: run
run: $(RUNTIME) models-if-possible ## set up what is missing and serve http://127.0.0.1:7860
	@exec $(PY) app.py

.PHONY: test
test: $(DEV) browser models-if-possible ## set up and run every test
	@$(PY) app.py --prepare
	@$(PY) -m pytest $(ARGS)

.PHONY: check
check: $(DEV) ## lint, format, types, structure
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/test_structure.py

.PHONY: format
format: $(DEV) ## what can be put right by machine
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

.PHONY: eval
eval: $(EVAL) models-if-possible ## run a suite against a server: SUITE= URL= TRIALS= SEED= (ARGS=--resume goes on)
	@$(PY) -m eval $(if $(SUITE),--suite $(SUITE)) $(if $(URL),--url $(URL)) $(if $(TRIALS),--trials $(TRIALS)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: bench
bench: $(DEV) models-if-possible ## run every benchmark, one after the other (NAME=turn: only that one)
	@for file in bench/$(or $(NAME),[!_]*).py; do \
		echo "== $$file"; $(PY) -m bench.$$(basename $$file .py) $(ARGS); \
	done

.PHONY: train
train: $(RUNTIME) ## train the understanding anew after its examples changed, and ship it
	@$(PY) -m agent.understand.build --cache $(SETUP)/train

.PHONY: tune
tune: $(RUNTIME) ## tune the encoder's upper layers on the examples (needs torch and half an hour of two cores), then make train
	@$(PIP) install --quiet torch
	@$(PY) -m agent.understand.tune --cache $(SETUP)/tune

.PHONY: models
models: $(RUNTIME) ## fetch the model files that are not here yet
	@$(PY) -m agent.models fetch

# The counter works without its language model: what could not be fetched is named, and everything else goes on.
.PHONY: models-if-possible
models-if-possible: $(RUNTIME)
	@$(PY) -m agent.models fetch --optional

.PHONY: lock
lock: $(DEV) ## renew requirements/*.txt from pyproject.toml (UPGRADE=1: to the newest versions)
	@compile() { env -u PIP_FIND_LINKS -u UV_FIND_LINKS $(VENV)/bin/uv pip compile --quiet --python-version 3.11 \
		--system-certs --python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		$(if $(UPGRADE),--upgrade) "$$@"; }; \
	compile requirements/build.in -o requirements/build.txt; \
	compile pyproject.toml -o requirements/runtime.txt; \
	compile pyproject.toml --group eval -c requirements/runtime.txt -o requirements/eval.txt; \
	compile pyproject.toml --group dev -c requirements/runtime.txt -c requirements/eval.txt -o requirements/dev.txt

.PHONY: clean
clean: ## remove the environment and all caches of this checkout (models and data stay)
	@rm -rf $(VENV) $(SETUP) .mypy_cache .ruff_cache .pytest_cache .hypothesis reports
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------------------------

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install it (Debian: apt-get install python3.11 \
	python3.11-venv) or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: apt-get install python3.11-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)

# install <lock>: a lock is complete, so pip looks for nothing beside it (--no-deps); first what builds the few source
# packages, pinned too, so that nothing unpinned takes part
define install
	@mkdir -p $(SETUP) && rm -f $@
	@echo "Installing $(1) (some minutes the first time)"
	@{ $(PIP) install --quiet --require-hashes -r requirements/build.txt && \
	   $(PIP) install --require-hashes --no-deps --no-build-isolation -r $(1) | \
	   sed -n 's/^Collecting \([^ ]*\).*/  \1/p; /^Installing/s/.*/Installing them/p'; } || { \
		echo "Packages could not be installed (see above). Without a network, or behind a mirror, tell pip where \
	packages are (pip config set global.index-url …) and run the same command again: it goes on where it stopped." >&2; \
		exit 1; }
	@sha256sum $(1) > $@
endef

$(RUNTIME): requirements/runtime.txt requirements/build.txt $(VENV)/bin/pip
	$(call install,requirements/runtime.txt)

$(EVAL): requirements/eval.txt requirements/build.txt $(RUNTIME)
	$(call install,requirements/eval.txt)

$(DEV): requirements/dev.txt requirements/build.txt $(RUNTIME)
	$(call install,requirements/dev.txt)

# --- the browser for the page's tests --------------------------------------------------------------------------------

.PHONY: browser
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the page's tests"; \
		export DEBIAN_FRONTEND=noninteractive; \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null && exit 0; \
	fi; \
	echo "Chromium is missing, the page's tests will say so: apt-get install chromium fonts-noto-cjk" >&2
