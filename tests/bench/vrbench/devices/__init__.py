# SPDX-License-Identifier: GPL-2.0
"""Devices under test, a file each: set_up(row) makes one, tear_down() is for what does not go
with the namespace."""
