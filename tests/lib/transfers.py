# SPDX-License-Identifier: GPL-2.0
"""Servers and clients of file transfer protocols, for tests/lib/wire.

A server serves one client, in a thread and a network namespace of its own, and says what
went wrong when it is waited for.
"""

import contextlib
import ftplib
import io
import os
import re
import socket
import struct
import threading

BLOCK = 512
RRQ, DATA, ACK = 1, 3, 4


class Server(threading.Thread):
    """Runs serve() with a socket that listens in a namespace."""

    kind = socket.SOCK_STREAM

    def __init__(self, netns, family, target, content, timeout):
        super().__init__(daemon=True)
        self.netns, self.content, self.timeout = netns, content, timeout
        self.family = family
        self.peer = self.passive = self.active = None
        with netns:
            self.sock = self.open()
        self.sock.bind(target)
        if self.kind == socket.SOCK_STREAM:
            self.sock.listen(1)
        self.address = target[0]

    def open(self):
        sock = socket.socket(self.family, self.kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.settimeout(self.timeout)
        return sock

    def run(self):
        # A namespace is a thread's: it ends with it.
        self.netns.__enter__()
        with self.sock, contextlib.suppress(OSError):
            self.serve()


class FtpServer(Server):
    """RFC 959 and RFC 2428, as much as one client needs."""

    def serve(self):
        control, peer = self.sock.accept()
        control.settimeout(self.timeout)
        self.peer = peer[0]
        with control, control.makefile("rwb", buffering=0) as lines:
            self.say(lines, "220 ready")
            for line in lines:
                verb, _, rest = line.decode().strip().partition(" ")
                self.say(lines, self.answer(lines, verb.upper(), rest))
                if verb.upper() == "QUIT":
                    return

    @staticmethod
    def say(lines, text):
        lines.write(text.encode() + b"\r\n")

    def answer(self, lines, verb, rest):
        if verb in ("PASV", "EPSV"):
            return self.listen(verb)
        if verb in ("PORT", "EPRT"):
            numbers = re.findall(r"\d+", rest)
            self.active = int(rest.split(rest[0])[3]) if verb == "EPRT" else \
                int(numbers[4]) * 256 + int(numbers[5])
            return "200 ok"
        if verb == "RETR":
            return self.transfer(lines, lambda data: data.sendall(self.content))
        if verb == "STOR":
            return self.transfer(lines, self.check)
        return {"USER": "230 in", "QUIT": "221 bye"}.get(verb, "200 ok")

    def listen(self, verb):
        self.passive = self.open()
        self.passive.bind((self.address, 0))
        self.passive.listen(1)
        port = self.passive.getsockname()[1]
        if verb == "EPSV":
            return f"229 (|||{port}|)"
        host = self.address.replace(".", ",")
        return f"227 ({host},{port // 256},{port % 256})"

    def data(self):
        if self.passive:
            with self.passive:
                return self.passive.accept()[0]
        sock = self.open()
        sock.connect((self.peer, self.active))
        return sock

    def check(self, data):
        with data.makefile("rb") as file:
            if file.read() != self.content:
                raise ValueError("other bytes came than went")

    def transfer(self, lines, how):
        self.say(lines, "150 here")
        try:
            with self.data() as data:
                how(data)
        except (OSError, ValueError) as error:
            return f"426 {error}"
        finally:
            self.passive = self.active = None
        return "226 done"


class TftpServer(Server):
    """RFC 1350: answers a read request from another port."""

    kind = socket.SOCK_DGRAM

    def serve(self):
        _, client = self.sock.recvfrom(BLOCK + 4)
        with self.open() as data:
            data.bind((self.address, 0))
            for number in range(1, len(self.content) // BLOCK + 2):
                block = self.content[(number - 1) * BLOCK:number * BLOCK]
                data.sendto(struct.pack("!HH", DATA, number) + block, client)
                ack, client = data.recvfrom(BLOCK + 4)
                if ack != struct.pack("!HH", ACK, number):
                    return


def ftp(client, address, number, passive, content, timeout):
    """Gets and puts; an exception says what failed."""
    with client:
        session = ftplib.FTP(timeout=timeout)
        session.connect(address, number)
    with contextlib.closing(session):
        session.login()
        session.set_pasv(passive)
        came = bytearray()
        with client:
            session.retrbinary("RETR file", came.extend)
            if came != content:
                raise ValueError("FTP: other bytes came than went")
            session.storbinary("STOR file", io.BytesIO(content))
        session.quit()


def tftp(sock, target, timeout):
    """What a read request brings."""
    sock.settimeout(timeout)
    sock.sendto(struct.pack("!H", RRQ) + b"file\0octet\0", target)
    came = b""
    while True:
        block, source = sock.recvfrom(BLOCK + 4)
        sock.sendto(struct.pack("!H", ACK) + block[2:4], source)
        came += block[4:]
        if len(block) < BLOCK + 4:
            return came


def content():
    """Of a file that is not a whole number of blocks."""
    return os.urandom(3 * BLOCK + 7)
