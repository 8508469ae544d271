# Every target sets up what it needs: a .venv with the locked dependencies, made by uv (installed by pip if absent).
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)
RUN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
# Compiled once here, not by every process that starts before (or, where nobody may write, instead of) the first.
export UV_COMPILE_BYTECODE := 1

.PHONY: demo test lint format bench crash clean

demo: .venv/.ready
	$(RUN)/harbourmaster demo $(if $(AUTOPLAY),--autoplay) $(if $(REPOSITORY),--repository $(REPOSITORY)) $(if $(PORT),--port $(PORT))

test: .venv/.ready
	@.ci/browser
	$(RUN)/pytest $(ARGS)

lint: .venv/.ready
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

format: .venv/.ready
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

bench: .venv/.ready
	$(RUN)/python -m bench $(ARGS)

crash: .venv/.ready
	$(RUN)/python -m tests.crash.matrix $(ARGS)

.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	@command -v git >/dev/null || { echo "git is needed: install it first."; exit 1; }
	test -d .venv || $(PYTHON) -m venv .venv
	command -v uv >/dev/null || test -x .venv/bin/uv || .venv/bin/python -m pip install --quiet "uv>=0.8"
	$(UV) sync --quiet --locked --inexact --all-extras --python .venv/bin/python
	touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
