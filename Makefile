# The two commands of a newcomer are `make run` and `make test`; nothing else has to be known.

DEMO ?= 1
FUZZ_SECONDS ?= 3600
export UV_PROJECT_ENVIRONMENT = .venv
# Tests of the wheel look for uv on the path.
export PATH := $(PATH):$(CURDIR)/.uv-bootstrap/bin
PYTHON := .venv/bin/python
# uv from the machine, or a private one from PyPI.
UV := $(or $(shell command -v uv),.uv-bootstrap/bin/uv)
# Only for tools that load Django without a server.
WITHOUT_SERVERS = TOGGLEMESH_SECRET_KEY=$(shell printf '0%.0s' $$(seq 64)) TOGGLEMESH_DEMO=1 \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1

.PHONY: run test check permissions fuzz bench testbed install format

run: install  ## everything embedded; DEMO=0 leaves the shop out
	@DEMO=$(DEMO) exec $(PYTHON) manage.py up

test: install  ## the whole suite
	$(PYTHON) -m pytest

check: install  ## formatting, lint, types, layers, migrations, API description
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(WITHOUT_SERVERS) $(PYTHON) -m mypy
	$(WITHOUT_SERVERS) MYPYPATH=sdk/src $(PYTHON) -m mypy --package togglemesh
	.venv/bin/lint-imports
	$(WITHOUT_SERVERS) $(PYTHON) manage.py makemigrations --check --dry-run
	$(WITHOUT_SERVERS) $(PYTHON) manage.py spectacular --validate --fail-on-warn --file .openapi.new.yaml
	diff -u docs/openapi.yaml .openapi.new.yaml && rm .openapi.new.yaml

permissions: install  ## writes docs/permissions.md: who may do what
	TOGGLEMESH_WRITE_PERMISSIONS=1 $(PYTHON) -m pytest tests/api/test_permissions_document.py

fuzz: install  ## 300 kills at random moments, then hostile input; FUZZ_SECONDS=… for another time
	TOGGLEMESH_KILLS=300 $(PYTHON) -m pytest tests/killed
	TOGGLEMESH_FUZZ_SECONDS=$(FUZZ_SECONDS) $(PYTHON) -m pytest tests/fuzz tests/evaluator/test_described.py

bench: install  ## decisions beside others' SDKs, loading, OFREP, unleash-server, the way of a flip
	@$(UV) sync --quiet --locked --all-extras --group bench
	$(PYTHON) -m benchmarks

testbed: install  ## a real API server, istiod and Envoy by hand; prints a kubeconfig
	$(PYTHON) -m testbed

format: install
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

install: .venv/.installed

.venv/.installed: uv.lock pyproject.toml sdk/pyproject.toml | $(filter .uv-bootstrap/bin/uv,$(UV))
	@$(UV) sync --quiet --locked --all-extras --compile-bytecode
	@touch $@

.uv-bootstrap/bin/uv:
	@python3 -m venv .uv-bootstrap
	@.uv-bootstrap/bin/python -m pip install --quiet uv
