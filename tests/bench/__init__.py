# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmarks of the collection, next to other ways to do the same work: `python -m tests.bench`."""
