# Set-up and the two things a newcomer wants: `make sample` and `make test`. Windows: see README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: sample test check setup lock train corpus clean

$(VENV)/.run-ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

setup: $(VENV)/.dev-ready

sample: $(VENV)/.run-ready
	$(BIN)/foi-triage run corpora/inbox --out out/sample --replace

test: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/pytest -n 2

lock:
	uv pip compile --universal --generate-hashes -q --python-version 3.11 pyproject.toml --all-extras --group dev --group build -o requirements-dev.txt
	uv pip compile --universal --generate-hashes -q --python-version 3.11 pyproject.toml --group build -o requirements.txt -c requirements-dev.txt

corpus: $(VENV)/.run-ready
	$(BIN)/python scripts/corpus.py build

train: corpus
	$(BIN)/foi-triage train

clean:
	rm -rf $(VENV) out build dist
