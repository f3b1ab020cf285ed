# Each target makes what it needs: `.venv` with the locked packages, by uv where it is, else by venv and pip.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo run test check format bench screens soak lock clean
.DEFAULT_GOAL := test

ifdef UV
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
NEW = $(UV) venv --quiet --allow-existing --python $(PY) $(VENV)
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
NEW = $(PY) -m venv $(VENV)
endif

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PY=python3.11 …)"; exit 1; }
	@echo "Installing into $(VENV) …"
	@test -x $(BIN)/python || $(NEW) || { echo "Python's venv module is missing: install it (on Debian: python3-venv) or uv"; exit 1; }
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing the tools for tests …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run    ## the whole service on a small web of its own
	@$(BIN)/monitor demo

run: $(VENV)/.run     ## the service, with ./watchlists and the settings of the environment
	@$(BIN)/monitor run

test: $(VENV)/.dev    ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev   ## format, lint, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev   ## every benchmark, with its baseline in the same run
	@for file in tests/benchmarks/[a-z]*.py; do name=$$(basename $$file .py); \
	  echo "== $$name"; $(BIN)/python -m tests.benchmarks.$$name || exit 1; done

screens: $(VENV)/.dev ## pictures of every page, light and dark, wide and narrow, into ./screens
	@$(BIN)/python -m tests.e2e.screens screens

soak: $(VENV)/.dev    ## the long form of the crash tests
	@MONITOR_SOAK=1 $(BIN)/python -m pytest -m slow --timeout 3600

lock: $(VENV)/.dev    ## renews both lock files; no registry address is written
	uv pip compile -q pyproject.toml --extra build --extra postgres --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile -q pyproject.toml --extra build --extra postgres --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
