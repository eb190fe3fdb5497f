# SPDX-License-Identifier: GPL-2.0
"""Open vSwitch with the kernel's datapath; policy by ct() and ingress policing."""

import os
import shutil
import subprocess
import tempfile

from ..lab import HV, UNDERLAY, VM, VM_MAC, VNI, Failure, Inside, hv
from .bridge import untracked_underlay
from .policy import members, others

MODULES = ("openvswitch", "vport-vxlan", "vport-geneve", "vport-gre")
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
state = {"dir": None, "env": None}


def daemon(program, *words):
    """Starts a daemon, which is ready when it has gone to the background."""
    where = state["dir"]
    hv(program, *words, "--detach", "--no-chdir", f"--pidfile={where}/{program}.pid",
       f"--unixctl={where}/{program}.ctl", f"--log-file={where}/{program}.log", "-vconsole:off",
       env=state["env"])


def vsctl(*words):
    """Configures the switch, and waits until it has done so."""
    return hv("ovs-vsctl", "--timeout=60", *words, env=state["env"])


def start():
    """A database of its own, and the switch."""
    where = state["dir"] = tempfile.mkdtemp()
    names = ("RUNDIR", "DBDIR", "LOGDIR", "SYSCONFDIR")
    state["env"] = {**os.environ, **{f"OVS_{n}": where for n in names}}
    hv("ovsdb-tool", "create", f"{where}/conf.db", SCHEMA, env=state["env"])
    daemon("ovsdb-server", f"{where}/conf.db", f"--remote=punix:{where}/db.sock")
    vsctl("--no-wait", "init")
    daemon("ovs-vswitchd", f"unix:{where}/db.sock")


def prepare():
    """Its modules, before there are namespaces."""
    subprocess.run(["modprobe", "-a", *MODULES], check=True)


def set_up(row):
    """A VM's port and a tunnel to the only remote."""
    start()
    vsctl("add-br", "br0", "--", "add-port", "br0", "v1", "--", "add-port", "br0", "t0", "--",
          "set", "interface", "t0", f"type={row.type}", f"options:remote_ip={UNDERLAY[1]}",
          f"options:local_ip={UNDERLAY[0]}", f"options:key={VNI}")
    error = vsctl("get", "interface", "t0", "error").strip()
    if error != "[]":
        raise Failure(f"Open vSwitch: {error}")
    if row.policy == "on":
        untracked_underlay()
        vsctl("set", "interface", "v1", "ingress_policing_rate=100000000",
              "ingress_policing_burst=10000000")
    hv("ovs-ofctl", "del-flows", "br0", env=state["env"])
    hv("ovs-ofctl", "add-flows", "br0", "-", env=state["env"],
       text="\n".join(policy_flows(row) if row.policy == "on" else plain_flows()))


def plain_flows():
    """What comes in by one port leaves by the other."""
    return ["in_port=v1,actions=output:t0", "in_port=t0,actions=output:v1"]


def policy_flows(row):
    """Anti-spoofing, connection state, the set as a flow for each element, as controllers do."""
    family, kind = ("nw", "ip") if row.inner == 4 else ("ipv6", "ipv6")
    yield f"table=0,priority=10,in_port=v1,dl_src={VM_MAC},{kind},{family}_src={VM[row.inner]}" \
          ",actions=ct(table=1,zone=7)"
    yield f"table=0,priority=10,in_port=t0,{kind},actions=ct(table=1,zone=7)"
    yield "table=0,priority=0,actions=drop"
    yield "table=1,priority=50000,ct_state=+trk+est,actions=goto_table:2"
    udp = "udp" if row.inner == 4 else "udp6"
    accept = "actions=ct(commit,zone=7),goto_table:2"
    for i, (port, prefix) in enumerate(others(row)):
        yield f"table=1,priority={40000 - i},ct_state=+trk+new,{udp},in_port=v1," \
              f"{family}_dst={prefix},tp_dst={port},{accept}"
    for prefix in members(row):
        for direction in (f"in_port=v1,{family}_dst", f"in_port=t0,{family}_src"):
            yield f"table=1,priority=10,ct_state=+trk+new,{udp},{direction}={prefix}," \
                  f"tp_dst=9,{accept}"
    yield "table=1,priority=0,actions=drop"
    yield "table=2,in_port=v1,actions=output:t0"
    yield "table=2,in_port=t0,actions=output:v1"


def tear_down():
    """Ends the daemons and removes the datapath."""
    where = state["dir"]
    if not where:
        return
    with Inside(HV):
        for words in (("ovs-vswitchd", "exit", "--cleanup"), ("ovsdb-server", "exit")):
            subprocess.run(["ovs-appctl", "--timeout=30", "-t", f"{where}/{words[0]}.ctl",
                            *words[1:]], check=False, env=state["env"])
    shutil.rmtree(where)
    state["dir"] = None
    # While they are there all namespaces track connections, the VMs' too, whoever is measured.
    # The other hypervisor of a transfer may need them still, and then removes them.
    subprocess.run(["modprobe", "-q", "-r", *MODULES[::-1]], check=False)
