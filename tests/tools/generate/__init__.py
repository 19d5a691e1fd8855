# SPDX-License-Identifier: GPL-3.0-or-later
"""Write documentation from the tables of the collection, which is imported from the checkout."""

import sys

from tests.collection import link_tree

sys.path.insert(0, str(link_tree()))
