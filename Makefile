# Everything is made inside the checkout: .venv, .venv-sdk (the official SDK, for comparison), .demo.
# Needs make and a Python 3.10 to 3.13; name another one with make PYTHON=/path/to/python.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint faults live screenshot check-python clean constraints package docs tables bench matrix latest

CANDIDATES := python3 python3.13 python3.12 python3.11 python3.10 python
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c '$(USABLE)' 2>/dev/null && echo $$p && break; done)
# The program itself and not a name: the name could stand for the environment that is about to be made anew.
INTERPRETER := $(shell $(PYTHON) -c 'import os, sys; print(os.path.realpath(sys.executable))' 2>/dev/null)

VENV := .venv
BIN := $(VENV)/bin
SDK := .venv-sdk
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet --quiet --progress-bar off
# Twice the cores, since many tests wait.
WORKERS ?= $(shell $(INTERPRETER) -c 'import os; print(2 * (os.cpu_count() or 1))' 2>/dev/null)
# Airflow starts programs of its own by name, so the environment's bin comes first.
export PATH := $(CURDIR)/$(BIN):$(PATH)

help:
	@echo "make demo   a real Airflow runs the daily example for two days against the emulator"
	@echo "make test   what make lint does, and the whole test suite"
	@echo "make matrix the tests on every supported Airflow, and a table of what ran"
	@echo "make latest the same with the newest release of everything, which shows what will break next"
	@echo "make lint   ruff, mypy and the other hooks of pre-commit only"
	@echo "make faults plays what can go wrong, with ours and by other means, and writes docs/faults.md anew"
	@echo "make live   a short run against the real DingTalk, with your credentials; says first what it needs"
	@echo "make tables writes the parts of the documentation that the code knows"
	@echo "make docs   builds the documentation into build/site, and fails on a warning"
	@echo "make bench  measures what ours costs beside other ways, and holds it to bounds; WRITE=1 writes docs/benchmarks.*"
	@echo "make screenshot  takes docs/connection-form.png anew; needs Chromium"
	@echo "make package  builds wheel and sdist into dist/, and uses the wheel in an empty environment"
	@echo "make clean  removes everything that make has made"

check-python:
	@test -n "$(INTERPRETER)" && "$(INTERPRETER)" -c '$(USABLE)' 2>/dev/null || \
		{ echo "No Python 3.10 to 3.13 with venv and pip found; try make PYTHON=/path/to/python"; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | check-python
	@echo "== environment: $$("$(INTERPRETER)" --version), Airflow and the tools for development (a minute or two)"
	"$(INTERPRETER)" -m venv --clear $(VENV)
	$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(SDK)/.installed: tests/oracle/requirements.txt | check-python
	@echo "== environment: the official SDK, kept apart, for comparison"
	"$(INTERPRETER)" -m venv --clear $(SDK)
	$(SDK)/bin/python $(PIP_INSTALL) --requirement tests/oracle/requirements.txt
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/python -m tests.end_to_end.demo

lint: $(VENV)/.installed
	@echo "== ruff and mypy"
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@echo "== files, secrets and workflows"
	SKIP=ruff-check,ruff-format,mypy $(BIN)/pre-commit run --all-files

test: $(VENV)/.installed $(SDK)/.installed lint
	@echo "== tests"
	$(BIN)/python -m pytest -v --numprocesses $(WORKERS) --cov --cov-report=term

matrix: $(VENV)/.installed
	@echo "== every supported Airflow, each with its own Python and environment"
	@$(BIN)/python -m tests.matrix

latest: $(VENV)/.installed
	@echo "== the newest release of everything: what fails here will break next"
	@$(BIN)/python -m tests.matrix --session latest

faults: $(VENV)/.installed $(SDK)/.installed
	@$(BIN)/python -m tests.faults.peers --write

live: $(VENV)/.installed
	@$(BIN)/python -m tests.live

bench: $(VENV)/.installed $(SDK)/.installed
	@$(BIN)/python -m benchmarks $(if $(WRITE),--write)

screenshot: $(VENV)/.installed
	REQUIRE_BROWSER=1 SCREENSHOT=docs/connection-form.png $(BIN)/python -m pytest -v tests/browser/test_screenshot.py

package: $(VENV)/.installed
	@echo "== the sdist, and the wheel made from it"
	rm -rf dist
	$(BIN)/python -m build --installer uv --outdir dist
	$(BIN)/twine check --strict dist/*
	@ls -lh dist
	@echo "== the wheel in an empty environment (a minute or two)"
	DIST=dist $(BIN)/python -m pytest -v tests/packaging

tables: $(VENV)/.installed
	@$(BIN)/python -m tools.tables

# The theme announces its successor; that is not a warning about these pages.
docs: $(VENV)/.installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "the documentation is in build/site/index.html"

# Pins, made with uv, which is needed here and by nox: constraints.txt for the newest Airflow on Python 3.10 to
# 3.13; constraints/ for older ones, with the packages of their time, as their users have them.
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --upgrade --no-annotate --no-header --no-emit-index-url --quiet
# Newer than those Airflows, and needed.
LATER := --exclude-newer-package apache-airflow-providers-common-compat=2026-11-20 \
	--exclude-newer-package borax=2026-11-20

constraints: $(VENV)/.installed
	$(UV_COMPILE) --universal --python-version 3.10 --extra dev --output-file constraints.txt
	$(UV_COMPILE) --python-version 3.10 --exclude-newer 2026-05-01 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==2.11.*') --output-file constraints/airflow-2.11.txt
	$(UV_COMPILE) --python-version 3.12 --exclude-newer 2025-09-10 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==3.0.*') --output-file constraints/airflow-3.0.txt
	$(UV_COMPILE) --python-version 3.12 --exclude-newer 2026-05-01 $(LATER) --extra test \
		--constraint <(echo 'apache-airflow==3.1.*') --output-file constraints/airflow-3.1.txt

clean:
	rm -rf $(VENV) $(SDK) .demo .airflow .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .nox build dist
