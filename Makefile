# SPDX-License-Identifier: GPL-3.0-or-later
# Thin on purpose: what is longer than a line lives in tests/tools.

PYTHON ?= python3
RUN := .venv/bin/python
# The demo is one of them, too; it has a target of its own above.
CHECKS := lint types docs content artifact reference sanity molecule cores units playbooks coverage

.PHONY: help demo test test-all bench readme reliability mutants $(CHECKS) ready-for-demo ready-for-test format clean

help:
	@echo 'make demo    show the collection at work, against an emulator of Kapso on this machine'
	@echo 'make test    run every test there is; single ones: make $(CHECKS)'
	@echo 'make test-all  the same on every supported ansible-core, with every Python that is on this machine'
	@echo 'make bench   measure it against other ways, and write docs/benchmarks.md (QUICK=1: a short look, not kept)'
	@echo 'make docs    build the documentation with the reference as HTML, into .build/docs/html'
	@echo 'make readme  follow the README, and put into it what its commands print'
	@echo 'make reliability  run the proofs, and put into docs/reliability.md what they went through'
	@echo 'make mutants  make mistakes, one at a time, and see whether a test notices (FILES=plan.py: in that file alone)'
	@echo 'make format  let ruff lay out the Python files'
	@echo 'make clean   remove everything that these made'

demo: ready-for-demo
	@$(RUN) -m tests.tools.demo

test: ready-for-test
	@$(RUN) -m tests.tools.check

test-all: ready-for-test
	@.venv/bin/nox

$(CHECKS): ready-for-test
	@$(RUN) -m tests.tools.check $@

bench: ready-for-test
	@$(RUN) -m tests.bench --size $(if $(QUICK),quick,full)

readme: ready-for-test
	@$(RUN) -m tests.tools.readme

reliability: ready-for-test
	@$(RUN) -m tests.tools.reliability

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
