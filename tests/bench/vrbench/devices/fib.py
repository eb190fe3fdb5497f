# SPDX-License-Identifier: GPL-2.0
"""The kernel as a router of a single network: its main table, and a tunnel."""

from . import vrf


def set_up(row):
    """As with a VRF, without one."""
    vrf.route(row, "main", "")


def tear_down():
    """Goes with the namespace."""
