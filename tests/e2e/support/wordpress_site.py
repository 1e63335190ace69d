"""As much of a WordPress site as the engine asks, on this machine; its name changes when the test says so."""
import http.server
import json
import threading


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        found = {"/wp-json/": {"name": self.server.name, "home": "https://example.org"},
                 "/wp-json/wp/v2/types": {"post": {"name": "Posts", "rest_base": "posts"}},
                 "/wp-json/wp/v2/posts": [{"id": 1}],
                 "/wp-json/wp/v2/taxonomies": {}}.get(path)
        body = json.dumps(found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("X-WP-Total", "5")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Site(http.server.ThreadingHTTPServer):
    """Listens at once; close() ends it."""

    def __init__(self, name="First name"):
        super().__init__(("127.0.0.1", 0), Answers)
        self.name = name
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
