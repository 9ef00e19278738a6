# Two commands a newcomer needs: `make demo` and `make test`. Both share the one set-up rule below.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

SEEDS  ?= 5
JOBS   ?= 8
# Many tests wait for a daemon or a server most of the time.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) * 2 + 1)')

# Tickets in the store of `make bench`, and how long the daemon is watched on it.
BENCH_LINKS   ?= 300000
BENCH_SECONDS ?= 120

.PHONY: help setup demo picture man test faults mutants bench bench-throughput lint wheel lock clean

help:
	@echo "make demo   start the sandbox and the daemon; a page to play the story on"
	@echo "make picture  take the picture in README anew (needs Chromium)"
	@echo "make man    write man/syncd.1 anew, after a change of commands or options"
	@echo "make test   run every test that can run here"
	@echo "make faults every fault and every crash point, SEEDS=$(SEEDS) stories; writes the fault matrix in docs"
	@echo "make mutants break a copy of the code in one way at a time; a test must notice each"
	@echo "make bench  what a quiet daemon costs with BENCH_LINKS=$(BENCH_LINKS) tickets; takes minutes, 3 GB"
	@echo "make bench-throughput  how much goes through the daemon, and who waits for whom; takes minutes"
	@echo "make lint   ruff, ruff format, mypy --strict"
	@echo "make wheel  build what is installed elsewhere, into dist/"
	@echo "make lock   resolve requirements.lock anew (needs the package index)"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "syncd needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python lacks venv here; install it with: sudo apt-get install -y python3-venv"; exit 1; }
	@echo "Setting up $(VENV); this takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	$(BIN)/syncd demo

picture: $(STAMP)
	SYNCD_PICTURE=docs/picture.png $(BIN)/pytest -q tests/sandbox/page/test_story.py -k picture

man: $(STAMP)
	$(BIN)/syncd man > man/syncd.1

test: $(STAMP)
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

faults: $(STAMP)
	cd tests && PYTHONPATH=.:flows ../$(BIN)/python -m faults.run $(SEEDS) $(JOBS)

mutants: $(STAMP)
	$(BIN)/python tests/mutants/run.py

bench: $(STAMP)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cd tests && export PYTHONPATH=. \
	  && ../$(BIN)/python -m bench.make_store "$$folder/syncd.db" --links $(BENCH_LINKS) \
	  && ../$(BIN)/python -m bench.quiet "$$folder/syncd.db" --seconds $(BENCH_SECONDS) \
	  && PYTHONPATH=.:flows:running ../$(BIN)/python -m bench.acks

bench-throughput: $(STAMP)
	@cd tests && PYTHONPATH=. ../$(BIN)/python -m bench.throughput

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(STAMP)
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

# uv resolves for every platform at once and can leave the index address out of the file.
lock:
	$(PYTHON) -m venv $(VENV)/.lock
	$(VENV)/.lock/bin/pip install -qq --disable-pip-version-check uv
	$(VENV)/.lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --all-extras --group dev --custom-compile-command "make lock" \
	  pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
