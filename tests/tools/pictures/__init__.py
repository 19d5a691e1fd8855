# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the documentation: SVG that can be read in light and dark, on any screen, without the network.

`make generate` writes those that are drawn from data, and `make readme` the terminal, which shows a real run. The text
of a picture for those who do not see it, its `title`, is also the text in the pages that show it.
"""

from tests.collection import ROOT

PLACE = ROOT / "docs" / "pictures"
