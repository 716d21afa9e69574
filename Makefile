.PHONY: guide help setup setup-dev run test test-long test-postgres test-browser check bench fmt lock vendor messages clean
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
LONG ?= tests

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Payung needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "Install the Debian package python3-venv first (as root: apt-get install python3-venv)"; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev-stamp: requirements-dev.lock $(VENV)/.run-stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run-stamp  ## a .venv with payung in it

setup-dev: $(VENV)/.dev-stamp  ## what tests and checks need besides

run: setup  ## make the demo regency, do the main job on it, and serve its office (SERVE=0: without)
	$(BIN)/payung demo run --out hasil
	@if [ -t 1 ] && [ "$(SERVE)" != 0 ]; then exec $(BIN)/payung demo serve; fi

test: setup-dev  ## the tests
	$(BIN)/python -m pytest -q -n auto -m "not postgres and not browser and not spark and not long and not torture"

test-long: setup-dev  ## the slow tests: kills, whole demo years
	$(BIN)/python -m pytest -q -n auto -m "long and not torture" $(LONG)

# A program that the tests need: installed by root, named clearly to anybody else. $(1) is a test, $(2) the Debian package.
define need
	@$(1) || { if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2); \
	  else echo "Install the Debian package $(2) first (as root: apt-get install $(2))"; exit 1; fi; }
endef

test-postgres: setup-dev  ## the office's tests on a PostgreSQL server of their own
	$(call need,ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null,postgresql)
	$(BIN)/python -m tests.postgres -q -n auto -m "not browser and not spark and not long and not torture" tests/office

test-browser: setup-dev  ## the office in Chromium
	$(call need,command -v chromium >/dev/null,chromium)
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "browser and not torture" tests/browser

guide: setup-dev  ## the pictures of docs/guide, taken anew from the running office
	$(call need,command -v chromium >/dev/null,chromium)
	rm -rf docs/guide/gambar
	PAYUNG_GUIDE=docs/guide/gambar $(BIN)/python -m pytest -q -m browser tests/browser/test_journey.py

check: setup-dev  ## format, lint, strict types, import contracts, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint payung --lint --quiet

bench: setup-dev  ## measure against the floor and a peer, and the office at size on both databases
	$(call need,ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null,postgresql)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.office
	$(BIN)/python -m bench.office --postgres

fmt: setup-dev  ## format and sort imports
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: setup-dev  ## pin what pyproject.toml asks for, with hashes, without addresses
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements-dev.lock

WEB := payung/web/static/web
vendor:  ## compile the look from npm's packages (needs Node 20; users need neither)
	npm ci --ignore-scripts
	node_modules/.bin/sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules payung/web/scss/payung.scss $(WEB)/payung.css
	cp node_modules/htmx.org/dist/htmx.min.js $(WEB)/htmx.min.js
	sed '/^\/\/# sourceMappingURL/d' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > $(WEB)/govuk-frontend.min.js
	mkdir -p tests/browser/vendor
	cp node_modules/axe-core/axe.min.js tests/browser/vendor/axe.min.js
	cp node_modules/axe-core/LICENSE tests/browser/vendor/axe.LICENSE.txt
	{ echo "payung.css and govuk-frontend.min.js: govuk-frontend, MIT licence"; echo; cat payung/web/scss/govuk-frontend.LICENSE.txt; \
	  echo; echo "htmx.min.js: htmx, Zero-Clause BSD licence"; echo; cat node_modules/htmx.org/LICENSE; } > $(WEB)/LICENSES.txt

CATALOGUE := locale/en/LC_MESSAGES/django.po
messages:  ## collect what is to be translated, and compile it (needs gettext)
	cd payung && ../$(BIN)/django-admin makemessages -l en --no-location --no-obsolete --no-wrap -i 'static/*'
	@# What gettext guesses from like sentences is no translation: such lines are left empty.
	cd payung && msgattrib --force-po --no-wrap --only-fuzzy --clear-fuzzy --clear-previous --empty $(CATALOGUE) -o $(CATALOGUE).empty
	cd payung && msgattrib --force-po --no-wrap --no-fuzzy $(CATALOGUE) -o $(CATALOGUE).known
	cd payung && msgcat --no-wrap --sort-output --use-first $(CATALOGUE).known $(CATALOGUE).empty | sed '/^"POT-Creation-Date/d; /^"Report-Msgid/d' > $(CATALOGUE) && rm -f $(CATALOGUE).*
	cd payung && ../$(BIN)/django-admin compilemessages

clean:  ## remove what was made here
	rm -rf $(VENV) hasil demo-paser bench/out
