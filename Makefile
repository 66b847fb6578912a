# Everything here needs Python 3.11+ and make; `make check` needs Node.js too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is installed follows poetry.lock to the hash; a broken .venv is made anew. Nothing below calls
# a script of .venv/bin by itself: it would name the place where the checkout was before.
INSTALL := $(PYTHON) -m backend.install
DOTENV := $(BIN)/python -m dotenv
# Settings: the environment wins over .env. Where neither says, DEBUG is true; what that brings is
# in backend/development.py. An empty DEBUG of the environment is none.
ifeq ($(DEBUG),)
unexport DEBUG
endif
WITH_SETTINGS := $(if $(wildcard .env),$(DOTENV) -f .env run --no-override --) sh -c 'exec env DEBUG="$${DEBUG-true}" "$$@"' sh
DEVELOPMENT := env DEBUG=true
PRODUCTION = SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_hex(32))") $(DOTENV) -f .ci/production.env run --override --
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench newman audit generate format install manage doctor demo screenshots

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Install what is missing and serve the API on http://127.0.0.1:8000
	@$(INSTALL) run
	@$(WITH_SETTINGS) $(BIN)/python manage.py serve

# What measures time runs alone, after the rest. Code 5 of pytest says that PYTEST_ARGS select
# nothing: one of the two may select nothing, but not both.
test: ## Run every test against a real PostgreSQL
	@$(INSTALL) test
	@$(BIN)/python -m pytest -m "not timing" $(PYTEST_ARGS); rest=$$?; \
	case $$rest in 0|5) ;; *) exit $$rest ;; esac; \
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m timing -n 0; timing=$$?; \
	if [ $$timing -eq 5 ]; then exit $$rest; fi; \
	exit $$timing

check: ## Lint, types, import rules, documents, migrations, and every test
	@$(INSTALL) lint
	@$(INSTALL) node
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(DEVELOPMENT) $(BIN)/python -m mypy .
	$(BIN)/python $(BIN)/lint-imports
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

newman: ## Run the Postman collection against a server of its own
	@$(INSTALL) run
	@$(INSTALL) node
	$(DEVELOPMENT) $(BIN)/python .ci/with_server.py npm run --silent newman

audit: ## Name the packages with known weaknesses
	@$(INSTALL) audit
	@.venv-audit/bin/python .ci/audit.py .venv-audit/all.txt .ci/poetry.txt .ci/audit.txt

bench: ## Measure against FastAPI, DRF and a raw ASGI floor: make bench BENCH_ARGS="--users 1000000"
	@$(INSTALL) bench
	$(BIN)/python -m benchmarks --svg benchmarks/results.svg --json build/benchmarks/results.json $(BENCH_ARGS)

generate: ## Write all that is derived from the code: OpenAPI, Postman, .env.example, tables
	@$(INSTALL) run
	@$(INSTALL) node
	$(DEVELOPMENT) $(BIN)/python manage.py export_openapi
	npm run --silent postman
	$(DEVELOPMENT) $(BIN)/python manage.py write_reference

format: ## Format the code
	@$(INSTALL) lint
	@$(INSTALL) node
	$(BIN)/python -m ruff check --fix-only --quiet .
	$(BIN)/python -m ruff format .
	npm run --silent format:js

doctor: ## Say what this machine lacks
	@$(PYTHON) -m backend.doctor

demo: ## Fill the database with people to look at
	@$(INSTALL) run
	@$(WITH_SETTINGS) $(BIN)/python manage.py seed_demo

screenshots: ## Take the pictures of the README anew, from the running product
	@$(INSTALL) test
	@$(DEVELOPMENT) $(BIN)/python -m referral_api.tests.support.screenshots

install: ## Install all tools of development
	@$(INSTALL) lint

manage: ## Run a management command: make manage ARGS="createsuperuser"
	@$(INSTALL) run
	@$(WITH_SETTINGS) $(BIN)/python manage.py $(ARGS)
