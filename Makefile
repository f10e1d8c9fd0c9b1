PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CHECKOV := .venv-checkov
CHECKOV_STAMP := $(CHECKOV)/.installed

.PHONY: demo test lint bench clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e '.[dev]'
	touch $(STAMP)

# checkov lives in an environment of its own: its parser installs the module name of python-hcl2.
$(CHECKOV_STAMP): tests/checkov.txt
	$(PYTHON) -m venv --clear $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r tests/checkov.txt
	touch $(CHECKOV_STAMP)

demo: $(STAMP)
	PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(STAMP) $(CHECKOV_STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) $(CHECKOV_STAMP)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/pulumi_projects.py
	PYTHONPATH=. $(BIN)/python benchmarks/editor.py
	$(BIN)/python benchmarks/checkov_policies.py

clean:
	rm -rf $(VENV) .venv-* build dist *.egg-info
