# Every target sets up what it needs by itself, on Debian and Ubuntu, as root or with sudo.

export PIP_DISABLE_PIP_VERSION_CHECK := 1
BIN := .venv/bin
QEMU := qemu-system-x86_64:qemu-system-x86 qemu-img:qemu-utils nasm:nasm
AARCH64 := qemu-system-aarch64:qemu-system-arm
CHROMIUM := chromium:chromium,fonts-dejavu-core?
SOURCES := qemubuild tests docs benchmarks notebooks .ci

.PHONY: help demo notebook assets test lint types docs outputs bench oracle clean setup-demo \
	setup-dev

help:
	@echo "make demo     boot an installer CD-ROM, install, and boot the installed disk: for real"
	@echo "make notebook JupyterLab, with the notebooks  (ARGS='--no-browser --port=9999')"
	@echo "make test     all tests, on the real QEMU      (ARGS='-k smp' chooses among them)"
	@echo "make lint     ruff, and whether everything is formatted"
	@echo "make types    mypy --strict"
	@echo "make docs     the documentation, in docs/_build/html"
	@echo "make outputs  run the notebooks, and keep in them what they give"
	@echo "make bench    what it costs, beside its peers"
	@echo "make oracle   random machines, judged by check() and by each QEMU (N=2000)"
	@echo "make clean    remove everything that the others made"

demo: setup-demo
	@$(BIN)/python docs/examples/lesson.py $(ARGS)

notebook:
	@.ci/setup.sh lab $(QEMU)
	@.ci/notebook.sh $(ARGS)

# What notebooks' browsers run, made of qemubuild/live/web/; installing the library makes it, too.
assets: setup-dev
	@$(BIN)/python .ci/bundle.py

test: QEMU += $(AARCH64) $(CHROMIUM)
test: setup-dev
	@$(BIN)/python .ci/bundle.py || echo "assets: so the tests of what is live in notebooks are skipped"
	@tests/real/guests/fetch.sh
	@tests/real/qemu/fetch.sh
	@$(BIN)/python -m pytest $(ARGS)

lint: setup-dev
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES) || $(BIN)/ruff format --diff $(SOURCES)

types: setup-dev
	@$(BIN)/mypy

docs: setup-dev
	@$(BIN)/sphinx-build --fresh-env --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo "documentation: docs/_build/html/index.html"

outputs: setup-dev
	@$(BIN)/python -m tests.notebooks $(ARGS)

bench: QEMU += xz:xz-utils
bench: setup-dev
	@benchmarks/peers.sh
	@.bench/venv/bin/python benchmarks $(ARGS)

oracle: setup-dev
	@tests/real/qemu/fetch.sh
	@$(BIN)/python -m tests.oracle $(or $(N),2000) $(ARGS)

clean:
	rm -rf .venv .cache build dist qemubuild/_assets docs/_build .*_cache .hypothesis .bench
	find . -name __pycache__ -prune -exec rm -rf {} +

setup-demo:
	@.ci/setup.sh test $(QEMU)

setup-dev:
	@.ci/setup.sh dev $(QEMU)
