# `make help` lists the targets. `make lab` and `make test` work in a fresh clone.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PIP := .venv/bin/python -m pip --disable-pip-version-check -q
LIBRARY := gslb/engine/native/library.so gslb/zone/native/library.so
PACKETS := 10000000
SEED := 1

.PHONY: help lab test fuzz coverage lint format types floors bench bench-quick lock clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

lab: $(LIBRARY) ## three regions, backends, vantages and two name servers on this machine
	@scripts/system-packages lab || true   # dig is for trying it out; the lab itself runs without
	@.venv/bin/gslb lab

# Scenarios wait more than they work: three processes keep two cores busy, each fetching one test at a time.
test: .venv/.ready-test ## every test, with real peers; results and coverage under build/
	@scripts/system-packages test
	@$(MAKE) --no-print-directory $(LIBRARY)
	@mkdir -p build
	.venv/bin/pytest -n 3 --maxschedchunk 1 -q --junitxml=build/junit.xml --cov --cov-report=xml --cov-report=html

fuzz: .venv/.ready-test ## engine against engine, then C under sanitizers; PACKETS=10000000 each, SEED=1
	@scripts/system-packages test
	@$(MAKE) --no-print-directory $(LIBRARY)
	.venv/bin/python tests/fuzz/engines.py --packets $(PACKETS) --seed $(SEED)
	.venv/bin/python tests/fuzz/engines.py --packets $(PACKETS) --seed $(SEED) --sanitize

coverage: ## the share of branches that the last `make test` reached, where it must be 95 %
	.venv/bin/coverage report --fail-under=95 \
	  --include='gslb/nameserver/*,gslb/policy/*,gslb/health/*,gslb/zone/*'

lint: .venv/.ready-test ## ruff and shellcheck
	@scripts/system-packages lint
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	shellcheck scripts/* .ci/run

format: .venv/.ready-test ## let ruff write what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

types: .venv/.ready-test ## mypy, strict
	@mkdir -p build
	.venv/bin/mypy

floors: .venv/.ready-test ## a package imports only from the floors below it
	@mkdir -p build
	.venv/bin/lint-imports --cache-dir build/imports

bench: .venv/.ready-test ## every goal of speed, beside the peers on this machine; ONLY=speed,reload takes parts
	@scripts/system-packages bench
	@$(MAKE) --no-print-directory $(LIBRARY)
	.venv/bin/python benchmarks/bench.py $(if $(ONLY),--only $(ONLY))

bench-quick: .venv/.ready-test ## a few cases beside gdnsd, in under two minutes
	@scripts/system-packages bench
	@$(MAKE) --no-print-directory $(LIBRARY)
	.venv/bin/python benchmarks/bench.py --quick

lock: ## write requirements/*.txt anew from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer releases)
	scripts/lock $(UPGRADE)

clean: ## remove what was built; the .venv stays
	rm -rf build dist *.egg-info .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# The compiled engine and zone reader. Without a C compiler this makes nothing and fails nothing: Python does it.
$(LIBRARY) &: setup.py $(wildcard gslb/*/native/*.[ch]) | .venv/.ready
	.venv/bin/python setup.py -q build_ext --inplace

# The build tool is pinned too, so an install asks for nothing that is not hashed.
.venv/.ready: requirements/build.txt requirements/runtime.txt pyproject.toml scripts/make-venv
	@scripts/make-venv
	$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-test: .venv/.ready requirements/test.txt
	$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
