# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the collection at work: `make demo`."""
