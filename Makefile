# Everything here needs Python 3.11+ and make; `make check` needs Node.js too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
POETRY := .venv-poetry/bin/poetry
# Settings: the environment wins over .env, and .env over the development defaults.
DOTENV := $(BIN)/python -m dotenv
WITH_SETTINGS := $(if $(wildcard .env),$(DOTENV) -f .env run --no-override --) $(DOTENV) -f .env.development run --no-override --
DEVELOPMENT := $(DOTENV) -f .env.development run --override --
PRODUCTION = SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_hex(32))") $(DOTENV) -f .ci/production.env run --override --
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench newman generate format install manage doctor demo screenshots

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Install what is missing and serve the API on http://127.0.0.1:8000
	@$(WITH_SETTINGS) $(BIN)/python manage.py serve

# What measures time runs alone, after the rest. Code 5 of pytest says that PYTEST_ARGS select
# nothing: one of the two may select nothing, but not both.
test: $(VENV)/.test ## Run every test against a real PostgreSQL
	@$(BIN)/python -m pytest -m "not timing" $(PYTEST_ARGS); rest=$$?; \
	case $$rest in 0|5) ;; *) exit $$rest ;; esac; \
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m timing -n 0; timing=$$?; \
	if [ $$timing -eq 5 ]; then exit $$rest; fi; \
	exit $$timing

check: $(VENV)/.lint node_modules/.done ## Lint, types, import rules, documents, migrations, and every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(DEVELOPMENT) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(DEVELOPMENT) $(BIN)/python manage.py makemigrations --check --dry-run
	npm run --silent lint:openapi
	npm run --silent types
	npm run --silent types:js
	npm run --silent lint:js
	npm run --silent postman:check
	$(MAKE) --no-print-directory newman
	$(MAKE) --no-print-directory test

newman: $(VENV)/.run node_modules/.done ## Run the Postman collection against a server of its own
	$(DEVELOPMENT) $(BIN)/python .ci/with_server.py npm run --silent newman

bench: $(VENV)/.bench ## Measure against FastAPI, DRF and a raw ASGI floor: make bench BENCH_ARGS="--users 1000000"
	$(BIN)/python -m benchmarks --svg benchmarks/results.svg --json build/benchmarks/results.json $(BENCH_ARGS)

generate: $(VENV)/.run node_modules/.done ## Write all that is derived from the code: OpenAPI, Postman, .env.example, tables
	$(DEVELOPMENT) $(BIN)/python manage.py export_openapi
	npm run --silent postman
	$(DEVELOPMENT) $(BIN)/python manage.py write_reference

format: $(VENV)/.lint node_modules/.done ## Format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	npm run --silent format:js

doctor: ## Say what this machine lacks
	@$(PYTHON) backend/doctor.py

demo: $(VENV)/.run ## Fill the database with people to look at
	@$(WITH_SETTINGS) $(BIN)/python manage.py seed_demo

screenshots: $(VENV)/.test ## Take the pictures of the README anew, from the running product
	@$(DEVELOPMENT) $(BIN)/python -m referral_api.tests.support.screenshots

install: $(VENV)/.lint ## Install all tools of development
manage: $(VENV)/.run ## Run a management command: make manage ARGS="createsuperuser"
	@$(WITH_SETTINGS) $(BIN)/python manage.py $(ARGS)

node_modules/.done: package.json package-lock.json .npmrc
	@npm ci --silent --no-audit --no-fund
	@touch $@

# What is installed follows poetry.lock to the hash. `poetry export` needs that file alone, no index.
.venv-poetry/.done: .ci/poetry.txt
	@echo "Installing Poetry"
	@$(PYTHON) -m venv .venv-poetry
	@.venv-poetry/bin/python -m pip install --quiet --disable-pip-version-check -r .ci/poetry.txt
	@touch $@

$(VENV)/.run: GROUPS = main,embedded
$(VENV)/.test: GROUPS = main,embedded,test
$(VENV)/.lint: GROUPS = main,embedded,test,lint
$(VENV)/.bench: GROUPS = main,embedded,bench
$(VENV)/.run $(VENV)/.test $(VENV)/.lint $(VENV)/.bench: poetry.lock pyproject.toml | .venv-poetry/.done
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of poetry.lock ($(GROUPS))"
	@$(POETRY) export --quiet --only $(GROUPS) --output $@.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $@.txt
	@touch $@
