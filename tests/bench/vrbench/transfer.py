# SPDX-License-Identifier: GPL-2.0
"""Rows about transfers: what a kilobyte costs in a TCP connection between VMs of two
hypervisors, in instructions of all that takes part in it: VMs, devices under test and what is
between them.

With copy=off neither end copies: one sends pages of a file, the other throws away what it gets.
"""

import multiprocessing
import os
import socket
import tempfile

from . import lab
from .far import Far
from .packets import DEVICES
from .spinner import Spinner

PORT = 9
PIECE = 1 << 20
MEGABYTE = 1000 * 1000
PATIENCE = 300      # seconds that an end waits for the other
REPEATS = 3


def receive(server, total, copy, done):
    """Takes what one connection brings; puts how much it was into a pipe."""
    connection, _ = server.accept()
    connection.settimeout(PATIENCE)
    room = bytearray(PIECE)
    flags = 0 if copy else socket.MSG_TRUNC
    got = 0
    while got < total:
        size = connection.recv_into(room, PIECE, flags)
        if not size:
            break
        got += size
    done.send(got)
    connection.close()


def send(file, total, copy):
    """Sends so much through a connection."""
    data = bytes(PIECE)
    with lab.Inside("vm"):
        client = socket.create_connection((lab.REMOTE[4], PORT), PATIENCE)
    client.settimeout(None)     # or sendfile() would not wait
    with client:
        while total:
            size = min(total, PIECE)
            if copy:
                client.sendall(data[:size])
            else:
                size = os.sendfile(client.fileno(), file.fileno(), 0, size)
            total -= size


def transfer(file, total, copy):
    """Instructions that it takes to carry so many bytes."""
    with lab.Inside("peer"):
        server = socket.create_server((lab.REMOTE[4], PORT))
    here, there = multiprocessing.Pipe(False)
    receiver = multiprocessing.Process(target=receive, args=(server, total, copy, there))
    receiver.start()
    server.close()
    try:
        with Spinner() as spinner:
            send(file, total, copy)
            got = here.recv() if here.poll(PATIENCE) else 0
            took = spinner.others()
    finally:
        receiver.join(1)
        receiver.kill()
    if got != total:
        raise lab.Failure(f"{got} of {total} bytes arrived")
    return took


def measure_in(row):
    """What a kilobyte costs, but for what a tenth of it costs: that a connection begins and ends
    is not of it. The least of several runs, since how often the ends wait for each other is up to
    the scheduler."""
    copy = row.copy == "on"
    few, many = row.megabytes * MEGABYTE // 10, row.megabytes * MEGABYTE
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(bytes(PIECE))
        file.flush()
        transfer(file, few, copy)       # neighbours, flows, windows
        took = [min(transfer(file, total, copy) for _ in range(REPEATS)) for total in (few, many)]
    return {"megabytes": row.megabytes,
            "instructions": round((took[1] - took[0]) * 1000 / (many - few))}


def measure(row, device):
    """The row with one of its devices, or with the floor, at both ends."""
    module = DEVICES[device]
    if hasattr(module, "prepare"):
        module.prepare()
    lab.build_pair()
    try:
        with Far(device, row) as far:
            module.set_up(row)
            if not far.is_ready():
                raise lab.Failure("the other hypervisor cannot be set up")
            return measure_in(row)
    finally:
        module.tear_down()
        lab.clear()
