# SPDX-License-Identifier: GPL-2.0
"""Nothing: tc carries packets from one port to the other. What that costs is source and sink."""

from ..lab import HV, tc


def set_up(_row):
    """Both directions."""
    for one, other in (("v1", "u1"), ("u1", "v1")):
        tc(HV, f"""
            qdisc add dev {one} clsact
            filter add dev {one} ingress matchall action mirred egress redirect dev {other}
            """)


def tear_down():
    """Goes with the namespace."""
