"""Servers that misbehave, on the loopback: what a rail meets when the firewall is not there or is not one."""

import contextlib
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def _send(handler, status, content):
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def _drop(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


REPLIES = {
    "500": lambda handler: _send(handler, 500, b'{"error":"broken"}'),
    "404": lambda handler: _send(handler, 404, b"{}"),
    "401": lambda handler: _send(handler, 401, b"{}"),
    "garbage": lambda handler: _send(handler, 200, b"<html>\xff"),
    "other JSON": lambda handler: _send(handler, 200, b'{"ok":true}'),
    "dropped": _drop,
    "slow": lambda handler: time.sleep(20),
}


class BadServer:
    """`url` of one; counts what it was asked."""

    # URLs of those that never answer.
    slow = set()

    def __init__(self, name):
        server, reply = self, REPLIES[name]
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                server.asked += 1
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with contextlib.suppress(OSError):
                    reply(self)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        if name == "slow":
            self.slow.add(self.url)


@contextlib.contextmanager
def environment(**values):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
