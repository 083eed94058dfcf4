# `make` lists what there is. PORT=8001 and every variable of .env.example may follow: make run PORT=8001
PYTHON := .venv/bin/python

.PHONY: help run test lint bench crash mutants format messages lock vendor

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## Start Convite with its demonstration data; Ctrl-C ends it
	@tools/setup.sh run
	@$(PYTHON) manage.py serve --demo

test: ## Everything that must pass: checks, the suite on SQLite, the suite on PostgreSQL and Redis
	@tools/setup.sh test
	@$(PYTHON) tools/gate.py

lint: ## Only the checks: style, imports, templates, migrations, deployment
	@tools/setup.sh test
	@$(PYTHON) tools/gate.py --lint

bench: ## Measure speed as ratios into docs/benchmarks.md (many minutes); `make bench SIZE=--quick` to try it
	@tools/setup.sh test
	@$(PYTHON) -m tools.bench $(SIZE)

crash: ## Kill workers, Redis and PostgreSQL while twenty reports are published: none may be lost or doubled (a minute and a half)
	@tools/setup.sh test
	@$(PYTHON) -m tools.crash

mutants: ## Which small fault in the modules that must not be wrong does no test see? (many minutes; MODULES="jobs balance" for some)
	@tools/setup.sh test
	@$(PYTHON) tools/mutants.py $(MODULES)

format: ## Put Python and templates in shape
	@$(PYTHON) -m ruff check --fix --quiet . || true
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m djlint --reformat --quiet templates || true

messages: ## Collect the texts to translate into locale/en and compile them
	@$(PYTHON) manage.py makemessages --locale en --no-location --no-obsolete --ignore .venv --ignore var --ignore tests
	@$(PYTHON) manage.py compilemessages --locale en --ignore .venv

lock: ## Pin and hash requirements*.in into requirements*.txt
	@for list in requirements requirements-dev; do \
	    $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	        --output-file $$list.txt $$list.in || exit 1; \
	done

vendor: ## Copy the front end of others into static/vendor (needs npm)
	@$(PYTHON) tools/vendor.py
