# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: every request that a run makes, times everything that can happen to it, times once or always.

`jobs` says which runs there are and which requests each makes, `faults` what can happen to a request, `stage` plays one
cell of the matrix, and `oracle` holds what came of it against the promises: what the run says (`assert_truth`), how it
goes about it (`assert_conduct`), and what it comes to (`assert_ending`). The tests are in
tests/integration/proof/matrix.
"""
