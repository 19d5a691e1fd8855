# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the pictures of the documentation: SVG for light and dark mode and any screen, without the network.

`make generate` writes the pictures that are drawn from data, `make readme` the terminal, which shows a real run. The
`title` of a picture is its text for people who do not see it. Pages use it as the text of the picture, too.
"""

from tests.collection import ROOT

PLACE = ROOT / "docs" / "pictures"
