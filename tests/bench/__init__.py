# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection costs, measured side by side with other ways to the same end. `python -m tests.bench`."""
