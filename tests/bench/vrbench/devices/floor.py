# SPDX-License-Identifier: GPL-2.0
"""Nothing: tc carries packets from one port to the other. What that costs is source and sink."""

from ..lab import HV, VMS, tc

# From the outer IP header on, of a VXLAN packet: the last byte of the VM's IPv4 address.
VM_BYTE = 20 + 8 + 8 + 14 + 19


def set_up(row):
    """Both directions."""
    for vm in VMS[:row.vms]:
        redirect(vm.port, "u1")
    if row.vms == 1:
        redirect("u1", VMS[0].port)
    else:
        tc(HV, "qdisc add dev u1 clsact")
        for vm in VMS[:row.vms]:
            redirect_to(vm)


def redirect(one, other):
    """All packets."""
    tc(HV, f"""
        qdisc add dev {one} clsact
        filter add dev {one} ingress matchall action mirred egress redirect dev {other}
        """)


def redirect_to(vm):
    """Those for one of several VMs, by no more than tells them apart."""
    byte = vm.addresses[4].rpartition(".")[2]
    tc(HV, f"""
        filter add dev u1 ingress protocol ip u32 match u8 {byte} 0xff at {VM_BYTE} \
            action mirred egress redirect dev {vm.port}
        """)


def tear_down():
    """Goes with the namespace."""
