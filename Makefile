# Horux360. `make demo` and `make test` need only Python >= 3.11, make and git.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.listo
RIVALS := .tools/bench/.listo

.PHONY: demo run worker test lint bench screenshots openapi lock clean

demo: $(READY)
	$(BIN)/horux demo

run: $(READY)
	$(BIN)/horux serve

worker: $(READY)
	$(BIN)/horux worker

test: $(READY)
	$(BIN)/python -m pytest $(PYTEST)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p horux_core -p horux_adapters -p horux_http -p contracts -p tests
	$(BIN)/lint-imports

bench: $(READY) $(RIVALS)
	$(BIN)/python -m tests.benchmarks $(BENCH)

screenshots: $(READY)
	$(BIN)/python -m tests.browser.shots --out capturas $(SHOTS)

openapi: $(READY)
	$(BIN)/python -m horux_http > contracts/openapi.json
	$(BIN)/python -m horux_http.problem_table

lock:
	$(PYTHON) -m venv .tools && .tools/bin/pip install -q uv
	UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
		--python-version 3.11 --all-extras pyproject.toml -o requirements.lock
	UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
		--python-version 3.11 -c requirements.lock pyproject.toml deploy/requirements.in -o deploy/requirements.lock
	UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip compile -q --no-config --universal --generate-hashes --no-annotate --no-header \
		--python-version 3.11 -c requirements.lock tests/benchmarks/requirements.in -o tests/benchmarks/requirements.lock

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Hace falta Python 3.11 o más nuevo."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "No se pudo crear .venv: en Debian instala el paquete python3-venv."; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

# What `make bench` compares with, apart from all that the product needs.
$(RIVALS): tests/benchmarks/requirements.lock $(READY)
	@rm -rf .tools/bench
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --target .tools/bench \
		-r tests/benchmarks/requirements.lock
	@touch $@
