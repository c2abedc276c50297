# Every target installs what it needs into .venv; none needs more than Python 3.11, make and a package registry.
# Another Python: make test-fast PYTHON=python3.13 VENV=.venv-3.13
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What the npm registry has for the tests and the checks, by the package.json beside it.
STUDIO := tests/studio/node_modules/.installed
CLIENT := tests/clients/node/node_modules/.installed
ARGS ?=
SECONDS ?= 60
TARGETS ?= head json form multipart door header mask metadata picture

# Folders without a unit test, by tests/tiers.py: what they import takes seconds.
OTHER_TIERS := clients download faults models studio

TOOLS := .venv-release/bin

# Processes of tests, services and workers start by the hundred: what Python compiles is kept for the next one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install image lock audit sbom hooks demo serve test test-fast test-shared test-cluster coverage interpreters same matrix fuzz check fmt bench finders effects doors studio-hour footprint load soak capacity simulation drills drill-shared drill-jobs drill-gates drill-batch drill-folder cluster docs clean
.DEFAULT_GOAL := help

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## Make .venv with the project and everything its tests need

$(STAMP): pyproject.toml constraints.txt scripts/bootstrap.sh src/wuhen/_version.py
	bash scripts/bootstrap.sh $(VENV)
	@touch $@

%/node_modules/.installed: %/package.json $(STAMP)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $* install --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

hooks: $(STAMP) ## Have git check every commit as `make check` does
	$(BIN)/pre-commit install

demo: $(STAMP) ## Start the service, erase an object through the official SDK, say where before and after are
	$(BIN)/python scripts/demo.py $(ARGS)

serve: $(STAMP) ## Start the service on http://127.0.0.1:8000 (ARGS="--port 9000" for more)
	$(BIN)/wuhen serve $(ARGS)

test: $(STAMP) $(STUDIO) $(CLIENT) ## Install everything the tests need and run the whole suite
	bash scripts/test.sh $(VENV) $(ARGS)

test-fast: $(STAMP) ## Run the quick unit tests: no network, no service, no browser, nothing slow
	$(BIN)/python -m pytest -q -m "unit and not slow" $(OTHER_TIERS:%=--ignore=tests/%) -n logical --dist worksteal $(ARGS)

test-shared: ## Run the tests of the service with PostgreSQL, Redis and an object store in place of files and memory
test-cluster: ## Run them with Ray Serve as well
test-shared test-cluster: test-%: $(STAMP) $(STUDIO) $(CLIENT)
	WUHEN_TEST_HOME=$* bash scripts/test.sh $(VENV) -m "service or clients or browser" $(ARGS)

coverage: $(STAMP) ## Say which lines of what is not compiled no test of units or of the service reaches
	$(BIN)/python -m pytest -q -m "unit or service" -n logical --dist loadfile --cov --cov-report=term:skip-covered $(ARGS)

interpreters: ## Run the unit tests on every Python from 3.11 to 3.14 that is here
	bash scripts/interpreters.sh $(ARGS)

same: $(STAMP) ## Compare the bytes of some fills with those that are kept (ARGS=--write keeps them anew)
	$(BIN)/python tests/same_fills.py $(ARGS)

matrix: $(STAMP) ## Print what is read of each kind of picture file, beside other decoders (ARGS=--cells lists all)
	$(BIN)/python tests/picture_matrix.py $(ARGS)

fuzz: $(STAMP) ## Fuzz what reads strangers' bytes, each target for a minute (SECONDS=600 for longer, TARGETS="head json" for some)
	for target in $(TARGETS); do $(BIN)/python -m fuzz.run $$target -max_total_time=$(SECONDS) || exit; done

check: $(STAMP) $(STUDIO) ## Lint, format, types, import rules, change notes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/reference.py --check
	$(BIN)/towncrier build --draft --version next >/dev/null
	$(BIN)/node tests/studio/node_modules/@biomejs/biome/bin/biome lint --error-on-warnings
	$(BIN)/node tests/studio/node_modules/typescript/bin/tsc --project jsconfig.json

fmt: $(STAMP) ## Format and apply the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) ## Run the benchmarks, each beside a peer (ARGS=FOLDER measures quality on its cases)
	bash scripts/bench.sh $(VENV) $(ARGS)

finders: $(STAMP) ## Measure the finder of text on drawn pictures, beside the page's former one (ARGS=FOLDER of photos without text)
	$(BIN)/python -m bench.finders.text $(ARGS)

effects: $(STAMP) ## Measure how often shadows and reflections go with their object, and what is changed besides (ARGS="--count 20")
	$(BIN)/python -m bench.effects $(ARGS)

doors: $(STAMP) ## Print what clients of other products get at the service's doors
	$(BIN)/python -m bench.doors $(ARGS)

studio-hour: $(STAMP) $(STUDIO) ## Replay a newcomer's whole hour in the studio on every device, and say what is wrong (ARGS="SHOTS --devices phone")
	$(BIN)/python -m bench.studio.hour $(ARGS)

footprint: $(STAMP) ## Measure what an install weighs and how long importing takes (ARGS="--before TREE" compares)
	$(BIN)/python -m bench.footprint $(ARGS)

load: $(STAMP) ## Measure what comes of more calls than can be served, on two processors (ARGS="--seconds 60")
	$(BIN)/pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m bench.load $(ARGS)

soak: $(STAMP) ## Run the service under mixed work for ten minutes and say what grew (ARGS="--minutes 60")
	$(BIN)/python -m bench.soak $(ARGS)

drills: $(STAMP) ## Break one thing after the other under a running service and say what was lost (as root)
	$(BIN)/python -m bench.drills $(ARGS)

drill-jobs: $(STAMP) ## Submit a thousand jobs to services that are killed meanwhile, and compare what came of each
	$(BIN)/python -m bench.drills.jobs $(ARGS)

cluster: $(STAMP) ## Do one thing with a Ray cluster of several nodes on this machine (ARGS=lose; ARGS=--help lists them)
	$(BIN)/pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m bench.scale.cluster $(ARGS)

drill-gates: $(STAMP) ## Have processes share one slot, kill holders and the server, and say whether it was held twice or lost
	$(BIN)/python -m bench.drills.gates $(ARGS)

drill-batch: $(STAMP) ## Have a Ray cluster do a thousand photos while nodes, processes and the store are killed, and compare all results
	$(BIN)/python -m bench.drills.batch $(ARGS)

drill-folder: $(STAMP) ## Erase logo and dates from a folder of drawn photos, and compare each with the truth (ARGS="PHOTOS OUT")
	$(BIN)/python -m bench.finders.folder $(ARGS)

capacity: $(STAMP) ## Measure what a call takes of each process, and write it and what follows into docs/scale.md
	$(BIN)/python -m bench.scale.capacity --page docs/scale.md $(ARGS)

simulation: $(STAMP) ## Simulate a thousand nodes, and write what came of it into docs/scale.md (ARGS="storm --nodes 200")
	$(BIN)/pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m bench.scale.simulation --page docs/scale.md --figures docs/figures $(ARGS)

drill-shared: $(STAMP) ## Break what several services share, or one of them, and count who holds an account's one slot
	$(BIN)/python -m bench.drills.shared
	$(BIN)/python -m bench.drills.stages
	$(BIN)/python -m bench.drills.single $(ARGS)

docs: $(STAMP) ## Write docs/reference/ from the schema, the error catalogue, the settings and the commands
	$(BIN)/python scripts/reference.py

image: ## Build the service's image, wuhen:local (ENGINE=podman or buildah, too; ARGS="--build-arg BASE=...")
	$(or $(ENGINE),docker) build $(ARGS) --tag wuhen:local .

$(TOOLS)/.installed: pyproject.toml
	python3 -m venv .venv-release
	$(TOOLS)/pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(TOOLS)/pip install --quiet --disable-pip-version-check --group release
	@touch $@

lock: $(TOOLS)/.installed ## Write anew what the image consists of, by hash: deploy/requirements*.txt
	bash scripts/lock.sh $(TOOLS)/uv

audit: $(TOOLS)/.installed ## Look up what is locked among known vulnerabilities
	$(TOOLS)/pip-audit --strict --require-hashes --disable-pip --requirement deploy/requirements-cluster.txt
	$(TOOLS)/pip-audit --strict --require-hashes --disable-pip --requirement deploy/requirements-build.txt

sbom: $(TOOLS)/.installed ## Write dist/wuhen.cdx.json: all that is in the image, as CycloneDX
	mkdir -p dist
	$(TOOLS)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file dist/wuhen.cdx.json deploy/requirements.txt

clean: ## Remove everything made here
	rm -rf $(VENV) .venv-* .cache demo dist build
