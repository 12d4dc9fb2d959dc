"""A node's socket as the commands see it: real HTTP over a real Unix socket, with answers the test chooses."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingUnixStreamServer


@contextmanager
def unix_node(path, answer):
    """Serve `answer(method, target, body) -> (status, data)` at `path`; yields the list of what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            asked.append((self.command, self.path, body))
            status, data = answer(self.command, self.path, body)
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815 - the names http.server looks for

        def log_message(self, *_):
            pass

        def address_string(self):
            return "unix"

    with ThreadingUnixStreamServer(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()
