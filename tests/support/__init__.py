# SPDX-License-Identifier: GPL-3.0-or-later
"""Support code that tests of several directories share."""
