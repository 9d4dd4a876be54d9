# Two commands matter to a newcomer: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-web run serve test lint bench prove guides example clean

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "junheng needs Python 3.11 or newer; try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[documents,plan]'
	@touch $@

.venv/.developing: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# The web application, with its scripts, styles, fonts and English words.
setup-web: .venv/.serving

.venv/.serving: .venv/.installed $(wildcard src/junheng/web/project/static_src/package*.json)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[web]'
	$(BIN)/python -m junheng.web.project.assets
	@touch $@

serve: setup-web
	@$(BIN)/python -m junheng.web.project.words
	$(BIN)/junheng serve --demo --data out/web

run: setup
	@$(BIN)/junheng demo out/demo --quiet
	$(BIN)/junheng evaluate out/demo --standard cn-quality-2017

test: .venv/.developing setup-web
	@scripts/system-packages
	@$(BIN)/python -m junheng.web.project.words
	$(BIN)/python -m pytest -n auto --dist loadgroup

# The long proofs: hours. SEED is thrown by the caller, so that nobody can choose it.
SEED ?= 2025
prove: .venv/.developing setup-web
	@scripts/system-packages
	@$(BIN)/python -m junheng.web.project.words
	$(BIN)/python tests/prove/prove_workbooks.py --seed $(SEED) --mutations 2000
	$(BIN)/python tests/prove/prove_forged.py --seed $(SEED)
	$(BIN)/python tests/prove/prove_kills.py --seed $(SEED) --n 200
	$(BIN)/python tests/prove/prove_backups.py --seed $(SEED) --n 20
	$(BIN)/python tests/prove/prove_cluster.py
	$(BIN)/python tests/prove/prove_races.py --seed $(SEED) --n 500
	$(BIN)/python tests/prove/prove_races.py --seed $(SEED) --n 500 --postgresql
	$(BIN)/python tests/prove/prove_api.py --seed $(SEED) --requests 20000

lint: .venv/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.developing setup-web
	$(BIN)/python -m bench
	$(BIN)/python -m bench.reading
	$(BIN)/python -m bench.site
	$(BIN)/python -m bench.plan
	$(BIN)/python -m bench.documents
	$(BIN)/python -m bench.registers
	$(BIN)/python -m bench.web
	$(BIN)/python -m bench.boards

# The pictures of docs/guides/people, taken anew from the pages as they are.
guides: .venv/.developing setup-web
	@$(BIN)/python -m junheng.web.project.words
	JUNHENG_GUIDES=1 $(BIN)/python -m pytest tests/web/test_guides_browser.py

example: .venv/.developing
	$(BIN)/python examples/california/make.py out/california
	$(BIN)/junheng evaluate out/california --standard examples/california/standard

clean:
	rm -rf .venv out build dist
