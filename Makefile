# SPDX-License-Identifier: GPL-3.0-or-later
# Recipes are short on purpose: longer ones are in tests/tools.

PYTHON ?= python3
RUN := .venv/bin/python
# tests/tools/checks.py describes these. The demo is a check, too, with its own target below.
CHECKS := lint types quick artifact sanity floors core-2.16 core-2.21 docs molecule coverage long units playbooks

.PHONY: help demo test proof total test-all bench readme reliability seconds generate mutants release-check $(CHECKS)
.PHONY: ready-for-demo ready-for-test format clean

help:
	@echo 'make demo      show the collection at work, against an emulator of Kapso on this machine'
	@echo 'make test      what to run before a commit: at most ten minutes on two processors'
	@echo 'make proof     the rest: at most half an hour (SHARD=2/3: the second of three equal parts)'
	@echo 'make test-all  all tests on every supported ansible-core, with every Python that is on this machine'
	@echo 'make bench     measure it against other ways, and write docs/benchmarks.md (QUICK=1: a short look, not kept)'
	@echo 'make mutants   make mistakes, one at a time, and see if a test notices (FILES=plan.py: in that file alone)'
	@echo 'make readme    follow the README and the first page, and put into them what their commands print'
	@echo 'make reliability  run the proofs, and put into docs/reliability.md what they went through'
	@echo 'make seconds   put into CONTRIBUTING.md how long the tests took in the last make test and make proof'
	@echo 'make generate  write the documentation of options and results from the tables, and draw the pictures'
	@echo 'make release-check  say what stands against a release of this checkout'
	@echo 'make format    let ruff lay out the Python files'
	@echo 'make clean     remove everything that these made'
	@$(PYTHON) -m tests.tools.check help
	@echo
	@echo 'WORKERS=4 runs tests in four processes; RANDOM_ORDER=7 runs them in a random order, in the same one with the same number'

demo: ready-for-demo
	@$(RUN) -m tests.tools.demo

test: ready-for-test
	@$(RUN) -m tests.tools.check test

proof: ready-for-test
	@$(RUN) -m tests.tools.check proof $(if $(SHARD),--shard $(SHARD))

total:
	@$(RUN) -m tests.tools.check total

test-all: ready-for-test
	@.venv/bin/nox

$(CHECKS): ready-for-test
	@$(RUN) -m tests.tools.check $@

bench: ready-for-test
	@$(RUN) -m tests.bench --size $(if $(QUICK),quick,full)
	@$(RUN) -m tests.tools.generate

readme: ready-for-test
	@$(RUN) -m tests.tools.readme

reliability: ready-for-test
	@$(RUN) -m tests.tools.reliability

seconds: ready-for-test
	@$(RUN) -m tests.tools.seconds

generate: ready-for-test
	@$(RUN) -m tests.tools.generate

release-check: ready-for-test
	@$(RUN) -m tests.tools.release

mutants: ready-for-test
	@$(RUN) -m tests.tools.mutants $(FILES) $(if $(AGAIN),--again)

format: ready-for-test
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

ready-for-demo:
	@$(PYTHON) tests/tools/bootstrap.py demo

ready-for-test:
	@$(PYTHON) tests/tools/bootstrap.py test

clean:
	rm -rf .venv .build .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis
