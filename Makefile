# make demo · make test · make lint · make bench · make lock · make messages
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

.PHONY: demo test lint bench lock messages install install-dev check-versions clean

demo: install
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) collectstatic --noinput --verbosity 0
	$(MANAGE) demo
	$(BIN)/honcho start

test: install-dev
	CI=$(CI) $(BIN)/python -m tests.run

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

bench: install-dev
	$(BIN)/python -m benchmarks

messages: install-dev
	$(BIN)/python tools/messages.py extract
	$(BIN)/python tools/messages.py check

# A secret of this machine's own; the demo serves this machine only.
.env:
	@$(PYTHON) -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(60))" > $@
	@printf 'STARHALL_DEMO=1\nALLOWED_HOSTS=localhost,127.0.0.1\n' >> $@

install: .env .stamp-runtime .stamp-node .stamp-messages
install-dev: .env .stamp-dev .stamp-node .stamp-messages

check-versions:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Starhall needs Python 3.11 or newer')"
	@node -e "process.exit(Number(process.versions.node.split('.')[0]) < 20 ? 1 : 0)" || { echo "Starhall needs Node 20 or newer"; exit 1; }

$(VENV)/bin/python:
	@$(MAKE) --no-print-directory check-versions
	$(PYTHON) -m venv $(VENV)

.stamp-runtime: requirements/runtime.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.stamp-dev: requirements/dev.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@ .stamp-runtime

.stamp-node: package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

.stamp-messages: $(shell find . -path ./node_modules -prune -o -path ./.venv -prune -o -name '*.po' -print) | $(VENV)/bin/python
	@test -f .stamp-dev || $(MAKE) --no-print-directory .stamp-runtime
	$(BIN)/python tools/messages.py compile
	@touch $@

# Hashes, and no address of any index: the lock says what, the machine says whence.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock:
	$(LOCK) pyproject.toml -o requirements/runtime.lock
	$(LOCK) --group dev pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV) node_modules var .stamp-* starhall.sqlite3*
