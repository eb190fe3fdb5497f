# SPDX-License-Identifier: GPL-2.0
"""The frames that source sends: what the VM says, and what comes through the tunnel for it.

Connections are from the VM, a port of its own for each, to port 9 of the remote VM; in rows
whose flows are new they are from whoever sends.
"""

import dataclasses
import functools
import ipaddress
import struct
import tempfile

from .devices import prefixes
from .lab import (EVIL, EVIL_MAC, GATEWAY_MAC, LABEL, REMOTE_MAC, UNDERLAY, UNDERLAY_MACS, VMS, VNI,
                  REMOTE, STRANGER)

FIRST_PORT, PORTS = 2000, 60000
PEERS = 241             # the remote VM and those behind it; no divisor in common with PORTS
SERVICE = 9
ANYWHERE = 2654435761   # a step by which addresses come from everywhere
ETH_IP, ETH_IPV6, ETH_TEB = 0x0800, 0x86dd, 0x6558
UDP, TCP, GRE = 17, 6, 47
TUNNEL_PORTS = {"vxlan": 4789, "geneve": 6081, "mplsoudp": 6635}


@dataclasses.dataclass
class Frame:
    """Bytes, and the options of source about them."""
    data: bytes
    options: list


def address(text):
    """An address as it is in a packet."""
    return ipaddress.ip_address(text).packed


def checksum(data):
    """The Internet's checksum."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ether(dst, src, kind, payload):
    """A frame."""
    def mac(text):
        return bytes.fromhex(text.replace(":", ""))
    return mac(dst) + mac(src) + struct.pack("!H", kind) + payload


def ip_packet(src, dst, protocol, payload):
    """A packet of the family of the addresses."""
    if ":" in src:
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + address(src) + \
            address(dst) + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0) + \
        address(src) + address(dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def pseudo_header(src, dst, protocol, length):
    """What checksums of UDP and TCP include."""
    return address(src) + address(dst) + struct.pack("!II", length, protocol)


def udp(src, dst, ports, payload):
    """A datagram, over IPv4 without a checksum."""
    head = struct.pack("!HHHH", *ports, 8 + len(payload), 0)
    if ":" in src:
        check = checksum(pseudo_header(src, dst, UDP, 8 + len(payload)) + head + payload)
        head = head[:6] + struct.pack("!H", check or 0xffff)
    return head + payload


def tcp(src, dst, ports, payload):
    """A segment to be split by whoever sends it in the end: its checksum is the seed."""
    seed = checksum(pseudo_header(src, dst, TCP, 20 + len(payload))) ^ 0xffff
    return struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, 0x10, 65535, seed, 0) + payload


def tunnel_header(row):
    """What is in front of what the VM sees, without the outer Ethernet and IP headers."""
    label = struct.pack("!I", LABEL << 12 | 1 << 8 | 64)
    kind = ETH_TEB.to_bytes(2, "big")
    return {
        "vxlan": struct.pack("!II", 1 << 27, VNI << 8),
        "geneve": b"\0\0" + kind + struct.pack("!I", VNI << 8),
        "gre": b"\x20\0" + kind + struct.pack("!I", VNI),
        "mplsoudp": label,
    }[row.type]


def encapsulate(row, inner):
    """What the other hypervisor sends."""
    here, there = UNDERLAY
    payload = tunnel_header(row) + inner
    protocol = GRE
    if row.type != "gre":
        protocol = UDP
        payload = udp(there, here, (50000, TUNNEL_PORTS[row.type]), payload)
    return ether(UNDERLAY_MACS[0], UNDERLAY_MACS[1], ETH_IP,
                 ip_packet(there, here, protocol, payload))


def transport(row, src, dst, ports, room):
    """The protocol in the VM's packet and its bytes, as many as there is room."""
    if row.gso:
        return TCP, tcp(src, dst, ports, bytes(room - 20))
    return UDP, udp(src, dst, ports, bytes(room - 8))


def vm_packet(row, vm, fresh):
    """A packet of the VM, or for it: its addresses, ports and bytes."""
    here, there = vm.addresses[row.inner], (STRANGER if fresh else REMOTE)[row.inner]
    header = 20 if row.inner == 4 else 40
    ports = (FIRST_PORT, SERVICE)
    if row.dir == "decap":
        here, there = there, here
        if not fresh:
            ports = (SERVICE, FIRST_PORT)
    protocol, payload = transport(row, here, there, ports, row.size - 14 - header)
    return ip_packet(here, there, protocol, payload)


def ip_addresses(row):
    """Where the addresses end in an IP header: source and destination."""
    return (16, 20) if row.inner == 4 else (24, 40)


def counting(row, start, fresh, sender):
    """The fields that differ from packet to packet; the VM's IP header is at start. Senders
    have flows of their own, whoever's VM they are."""
    flows = PORTS if fresh else row.established
    ip_length = 20 if row.inner == 4 else 40
    port = start + ip_length + (2 if row.dir == "decap" and not fresh else 0)
    udp_sum = start + 46 if row.inner == 6 else 0
    fields = [f"{port}:2:{FIRST_PORT + sender * flows}:{min(flows, PORTS)}:{udp_sum}"]
    if flows > PORTS:
        peer = int.from_bytes(address(REMOTE[row.inner])[-4:], "big")
        at = start + ip_addresses(row)[row.dir == "encap"] - 4
        fields.append(f"{at}:4:{peer}:{PEERS}:{udp_sum or start + 10}")
    if row.members > 4:
        base = int(ipaddress.ip_address("10.64.0.1"))
        fields.append(f"{start + 16}:4:{base}:10:{start + 10}")
    return fields


@functools.lru_cache(maxsize=None)
def destinations(routes, flows, family):
    """A file of the addresses that routed packets go to."""
    with tempfile.NamedTemporaryFile("wb", suffix=".addresses", delete=False) as file:
        file.write(prefixes.addresses(routes, flows, family))
    return file.name


def routed(row, start, fresh):
    """The options of source about where packets go to, each flow to an address of its own."""
    if not row.routes or row.dir != "encap":
        return []
    end = start + ip_addresses(row)[1]
    size = 4 if row.inner == 4 else 16
    sum_at = start + (10 if row.inner == 4 else 46)
    name = destinations(row.routes, PORTS if fresh else row.established, row.inner)
    return ["-a", f"{end - size}:{size}:{sum_at}:{name}"]


def build_attack():
    """What the other VM sends: no two of its packets are of one connection."""
    inner = ip_packet(EVIL, "16.0.0.0", UDP, udp(EVIL, "16.0.0.0", (0, 0), bytes(18)))
    data = ether(REMOTE_MAC, EVIL_MAC, ETH_IP, inner)
    fields = [f"30:4:{16 << 24}:{1 << 30}:24:{ANYWHERE}", "34:2:1024:64512:0:40503",
              "36:2:1024:64512:0:30011"]
    return Frame(data, [w for f in fields for w in ("-v", f)])


def vm_of(row, sender):
    """The VM that a sender sends from, or to; senders take turns if there are fewer."""
    return VMS[sender % row.vms]


def build(row, fresh, sender=0):
    """The frame of a row. fresh: of connections that are not known yet."""
    vm = vm_of(row, sender)
    kind = ETH_IP if row.inner == 4 else ETH_IPV6
    inner = vm_packet(row, vm, fresh)
    if row.dir == "encap":
        data = ether(GATEWAY_MAC if row.routes else REMOTE_MAC, vm.mac, kind, inner)
    elif row.type == "mplsoudp":
        data = encapsulate(row, inner)
    else:
        data = encapsulate(row, ether(vm.mac, REMOTE_MAC, kind, inner))
    start = len(data) - len(inner)
    options = [w for f in counting(row, start, fresh, sender) for w in ("-v", f)]
    options += routed(row, start, fresh)
    if row.gso:
        options += ["-g", f"{start + 40}:{row.gso}"]
    return Frame(data, options)
