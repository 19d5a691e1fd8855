# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: every request that a run makes, times everything that can happen to it, times once or always.

`subjects` says which resources are played, `scenarios` which runs there are and which requests each makes, `faults`
what can happen to a request, `stage` plays one cell of the matrix, and `assertions` holds what came of it against
docs/rate-limits.md and docs/receipts.md.
"""
