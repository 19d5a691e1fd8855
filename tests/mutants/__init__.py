# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the tests test? Small mistakes are made in a copy of the collection, one at a time, and some test has to notice.

The mistakes are those that mutmut knows. Running them is done here: the collection is imported by its full name through
a tree of links, and decorated functions and constants, which mutmut leaves out, are a good part of it.
"""
