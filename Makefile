# Apart from caches and temporary files, make writes only inside the checkout.
# .venv-sdk holds the official SDK, for comparison.
# Needs make and Python 3.10 or later. To choose an interpreter: make PYTHON=/path/to/python.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long lint faults live cluster screenshot check-python clean constraints package docs tables bench matrix latest

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python3.10 python
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c '$(USABLE)' 2>/dev/null && echo $$p && break; done)
# The full path, because a bare name could mean the environment that make is about to replace.
INTERPRETER := $(shell $(PYTHON) -c 'import os, sys; print(os.path.realpath(sys.executable))' 2>/dev/null)

VENV := .venv
BIN := $(VENV)/bin
SDK := .venv-sdk
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet --quiet --progress-bar off
# Twice the number of cores, because many tests spend most of their time waiting.
WORKERS ?= $(shell $(INTERPRETER) -c 'import os; print(2 * (os.cpu_count() or 1))' 2>/dev/null)
# Airflow starts other programs by name, so the environment comes first in PATH.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Empty, so that Python writes bytecode files. Otherwise dozens of processes would compile the same modules.
export PYTHONDONTWRITEBYTECODE :=

help:
	@echo "make demo        run the release calendar for two days on a real Airflow; KEEP=1 then leaves it running"
	@echo "make test        run make lint and the tests"
	@echo "make test-long   run the tests on a real Airflow and in a browser, and all generated examples"
	@echo "make lint        run ruff, mypy and the other pre-commit hooks"
	@echo "make matrix      run the tests on every supported Airflow and print a table"
	@echo "make latest      run the tests with the newest release of every dependency"
	@echo "make faults      play every failure with this package and two alternatives; write docs/faults.md"
	@echo "make cluster     run a load on a real Airflow cluster and kill a worker; print what it took"
	@echo "make live        run a short test against the real DingTalk, with your credentials"
	@echo "make bench       compare our cost with alternatives and check the bounds; WRITE=1 writes docs/benchmarks.*"
	@echo "make tables      write the parts of the documentation that come from the code"
	@echo "make docs        build the documentation into build/site, and fail on a warning"
	@echo "make screenshot  take the screenshots in docs/ anew; needs Chromium"
	@echo "make package     build wheel and sdist into dist/ and test the wheel in an empty environment"
	@echo "make constraints pin the newest dependencies in constraints/"
	@echo "make clean       remove everything that make has created"

check-python:
	@test -n "$(INTERPRETER)" && "$(INTERPRETER)" -c '$(USABLE)' 2>/dev/null || \
		{ echo "No Python 3.10 or later with venv and pip found; try make PYTHON=/path/to/python"; exit 1; }

$(VENV)/.installed: pyproject.toml constraints/newest.txt | check-python
	@echo "== environment: $$("$(INTERPRETER)" --version), Airflow and development tools (a minute or two)"
	"$(INTERPRETER)" -m venv --clear $(VENV)
	$(BIN)/python $(PIP_INSTALL) --constraint constraints/newest.txt --editable '.[dev]'
	@touch $@

$(SDK)/.installed: tests/oracle/requirements.txt | check-python
	@echo "== environment: the official SDK, for comparison"
	"$(INTERPRETER)" -m venv --clear $(SDK)
	$(SDK)/bin/python $(PIP_INSTALL) --requirement tests/oracle/requirements.txt
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/python -m tools.demo $(if $(KEEP),--keep)

lint: $(VENV)/.installed
	@echo "== ruff and mypy"
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@echo "== files, secrets and workflows"
	SKIP=ruff-check,ruff-format,mypy $(BIN)/pre-commit run --all-files

# Lint runs at the same time as the tests. Its output is printed at the end, so that it does not mix with the
# output of the tests.
test: $(VENV)/.installed $(SDK)/.installed
	@mkdir -p build
	@echo "== tests, and lint at the same time (the output of lint follows at the end)"
	@$(MAKE) --no-print-directory lint > build/lint.log 2>&1 & lint=$$!; \
	trap "kill $$lint 2> /dev/null" INT TERM; \
	$(BIN)/python -m pytest -v --numprocesses $(WORKERS) -m "not (real_airflow or cluster)" --cov --cov-report=term; tests=$$?; \
	wait $$lint; linted=$$?; cat build/lint.log; \
	echo "== tests ended with $$tests, lint with $$linted (0 is success)"; \
	[ $$tests = 0 ] && [ $$linted = 0 ]

test-long: $(VENV)/.installed
	@echo "== the tests on a real Airflow and in a browser, and the generated tests with all examples"
	TEST_EFFORT=all $(BIN)/python -m pytest -v --numprocesses $(WORKERS) -m "thorough or real_airflow"

matrix: $(VENV)/.installed
	@echo "== the tests on every supported Airflow, each in an environment of its own"
	@$(BIN)/python -m tools.matrix

latest: $(VENV)/.installed
	@echo "== the tests with the newest release of every dependency"
	@$(BIN)/python -m tools.matrix --session latest

faults: $(VENV)/.installed $(SDK)/.installed
	@$(BIN)/python -m tools.faults --write

cluster: $(VENV)/.installed
	@echo "== a load on a real Airflow cluster"
	$(BIN)/python -m pytest -v tests/cluster

live: $(VENV)/.installed
	@$(BIN)/python -m tools.live

bench: $(VENV)/.installed $(SDK)/.installed
	@$(BIN)/python -m tools.benchmarks $(if $(WRITE),--write)

screenshot: $(VENV)/.installed
	REQUIRE_BROWSER=1 SCREENSHOTS=docs $(BIN)/python -m pytest -v -m screenshot tests/browser

package: $(VENV)/.installed
	@echo "== the sdist, and the wheel built from it"
	rm -rf dist
	$(BIN)/python -m build --installer uv --outdir dist
	$(BIN)/twine check --strict dist/*
	@ls -lh dist
	@echo "== the wheel in an empty environment (a minute or two)"
	DIST=dist $(BIN)/python -m pytest -v tests/packaging

tables: $(VENV)/.installed
	@$(BIN)/python -m tools.tables

# The variable silences the theme's advertisement for MkDocs 2, which --strict would count as a warning.
docs: $(VENV)/.installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "the documentation is in build/site/index.html"

# Pin the dependencies with uv. constraints/newest.txt pins the newest Airflow on Python 3.10 and later. The other
# files pin older Airflows with packages of the same age, because their users have such packages, and the lowest
# versions that pyproject.toml allows.
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --upgrade --no-annotate --no-header --no-emit-index-url --quiet
# Of these two packages, we need newer versions than the dates below allow.
LATER := --exclude-newer-package apache-airflow-providers-common-compat=2026-11-20 \
	--exclude-newer-package borax=2026-11-20

constraints: $(VENV)/.installed
	$(UV_COMPILE) --universal --python-version 3.10 --extra dev --output-file constraints/newest.txt
	$(UV_COMPILE) --python-version 3.10 --exclude-newer 2026-05-01 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==2.11.*') --output-file constraints/airflow-2.11.txt
	$(UV_COMPILE) --python-version 3.12 --exclude-newer 2025-09-10 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==3.0.*') --output-file constraints/airflow-3.0.txt
	$(UV_COMPILE) --python-version 3.12 --exclude-newer 2026-05-01 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==3.1.*') --output-file constraints/airflow-3.1.txt
	$(UV_COMPILE) --python-version 3.10 --exclude-newer 2026-11-20 --extra test \
		--resolution lowest-direct --output-file constraints/lowest.txt

clean:
	rm -rf $(VENV) $(SDK) .demo .airflow .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .nox build dist
