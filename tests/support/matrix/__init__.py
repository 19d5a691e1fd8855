# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: each request of a run, with each fault that can happen to it, once or always.

`subjects` lists the resources, `scenarios` the runs and the requests of each, and `faults` the faults. `stage` runs one
cell of the matrix, and `assertions` compares the outcome with docs/rate-limits.md and docs/receipts.md.
"""
