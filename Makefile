# Everything is one command from a fresh clone: `make run`, `make test`. PYTHON names another Python than python3.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test check night bench lock

setup:
	@$(PYTHON) tools/environment.py
	@$(BIN)/python tools/catalogues.py

run: setup
	@$(BIN)/commonweal run --demo $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/lint-imports setup.cfg
	$(BIN)/mypy

# Compiled first: hundreds of tests start a process of their own, which may not write what it has compiled.
test: check
	@$(BIN)/python -m compileall -q core plugins themes
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

# The whole suite on both databases, a longer search for odd values, and mutants that the machines must notice.
night: check
	HYPOTHESIS_PROFILE=night COMMONWEAL_TEST_DATABASES=all $(BIN)/pytest -n 2 --dist worksteal $(ARGS)
	$(BIN)/python tools/mutants.py

# Each file answers one question with ratios measured in one run.
bench: setup
	@for question in bench/*.py; do $(BIN)/python $$question || exit 1; done

# Takes the newest versions that setup.cfg allows, for Python 3.11 to 3.13 and every platform in one file.
lock: setup
	$(BIN)/uv pip compile setup.cfg --all-extras --universal --python-version 3.11 --upgrade --generate-hashes \
	    --no-config --no-sources --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" --quiet --output-file requirements.lock
	@rm -rf commonweal.egg-info
