# Few verbs: setup, run, check, test. `jiuzhu --help` is the operations manual.
SHELL := /bin/bash
BIN := .venv/bin

.PHONY: setup run check test soak portability java-client format lock clean

setup:            ## everything the program needs, inside this folder
	@tools/setup.sh

run: setup        ## demo: web, workers and scheduler on 127.0.0.1:8000
	@$(BIN)/jiuzhu demo

check:            ## format, lint, types, walls, diagrams
	@tools/system.sh && tools/setup.sh --tools
	@$(BIN)/python -m tools.check

test:             ## all tests by group, with their time budgets
	@tools/system.sh && tools/setup.sh --tools
	@$(BIN)/python -m tools.test

soak: setup       ## long runs that a sample of stands in `make test`
	@$(BIN)/python -m tools.test --soak

portability: setup ## every walk on Operaton, too: same path? needs Java 17 and Maven, takes an hour
	@$(BIN)/python -m tools.portability

java-client: setup ## Camunda's Java client as a worker at our REST door; needs Java 17 and Maven
	@$(BIN)/python -m tools.java_client

format:           ## rewrite the code as the formatter wants it
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock:             ## resolve the dependencies anew
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --extra dev --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file=requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --extra clients --constraint requirements.lock --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file=requirements-clients.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file=requirements-mining.lock tests/mining/requirements.in

clean:            ## throw away what can be made again; keeps var/
	@rm -rf .venv webui/node_modules webui/static/vendor tools/diagrams/node_modules build dist
