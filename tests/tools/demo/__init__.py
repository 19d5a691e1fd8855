# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo of the collection: `make demo`."""
