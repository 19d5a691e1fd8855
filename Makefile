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
	@echo 'make test      run this before a commit; it takes at most ten minutes on two processors'
	@echo 'make proof     run all other tests; it takes at most half an hour (SHARD=2/3: the second of three equal parts)'
	@echo 'make test-all  run all tests on every supported ansible-core, with every Python on this machine'
	@echo 'make bench     compare the collection with other ways, and write docs/benchmarks.md (QUICK=1: a short run that keeps no result)'
	@echo 'make mutants   put mistakes into the code, one at a time, and check that a test fails (FILES=plan.py: in that file only)'
	@echo 'make readme    follow the README and docs/index.md, and write the output of their commands into them'
	@echo 'make reliability  run the proofs, and write their counts into docs/reliability.md'
	@echo 'make seconds   write the times of the last make test and make proof into CONTRIBUTING.md and README.md'
	@echo 'make generate  write the documentation of options and results from the tables, and draw the pictures'
	@echo 'make release-check  list the reasons against a release of this checkout'
	@echo 'make format    format the Python files with ruff'
	@echo 'make clean     remove all files that these commands made'
	@$(PYTHON) -m tests.tools.check help
	@echo
	@echo 'WORKERS=4 runs tests in four processes; RANDOM_ORDER=7 runs them in a random order, and the same number gives the same order again'

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
