# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutation testing: change a copy of the collection in one place at a time. Some test must notice each change.

The changes are those of mutmut. This package runs them itself, for two reasons: the collection is imported by its full
name through a tree of links, and mutmut skips decorated functions and constants, which are a large part of it.
"""
