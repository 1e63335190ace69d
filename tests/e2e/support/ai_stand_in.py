"""An AI on this machine that says what it is told to: it speaks OpenAI's Chat Completions, Anthropic's Messages and
Gemini's generateContent, streamed or not, and checks what their APIs check (every call of a tool has its answer, roles,
the version header, the key's header, signatures that come back)."""
import http.server
import json
import threading


def text(words):
    return {"text": words}


def calls(*tools):
    """Each a pair of a name and its arguments."""
    return {"calls": [(name, json.dumps(arguments)) for name, arguments in tools]}


def status(code, **headers):
    return {"status": code, "headers": headers}


def hold():
    """Says nothing until the other side hangs up."""
    return {"hold": True}


class Refused(Exception):
    pass


def check_chat(body):
    """What Chat Completions refuses with 400."""
    waiting = set()
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                raise Refused("a tool message answers no call")
            waiting.discard(message["tool_call_id"])
            continue
        if waiting:
            raise Refused("calls without answers: %s" % sorted(waiting))
        waiting = {call["id"] for call in message.get("tool_calls", [])}
    if waiting:
        raise Refused("calls without answers: %s" % sorted(waiting))


def check_messages(body):
    """What Messages refuses with 400."""
    waiting, last = set(), None
    if not isinstance(body.get("max_tokens"), int):
        raise Refused("max_tokens is required")
    for message in body["messages"]:
        if message["role"] not in ("user", "assistant"):
            raise Refused("unknown role " + message["role"])
        blocks = message["content"] if isinstance(message["content"], list) else []
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if waiting - answered or answered - waiting:
            raise Refused("tool_use and tool_result do not match")
        waiting = {block["id"] for block in blocks if block["type"] == "tool_use"}
        last = message["role"]
    if waiting or last != "user":
        raise Refused("the conversation must end with the user")


def check_gemini(body):
    """What generateContent refuses with 400."""
    waiting = []
    for content in body["contents"]:
        if content["role"] not in ("user", "model"):
            raise Refused("unknown role " + content["role"])
        answered = [part["functionResponse"]["name"] for part in content["parts"] if "functionResponse" in part]
        if waiting != answered:
            raise Refused("calls %s are answered by %s" % (waiting, answered))
        made = [part for part in content["parts"] if "functionCall" in part]
        if made and "thoughtSignature" not in made[0]:
            raise Refused("a call is not signed")
        if any(not part or part.get("text") == "" for part in content["parts"]):
            raise Refused("a part is empty")
        waiting = [part["functionCall"]["name"] for part in made]
    if waiting or body["contents"][-1]["role"] != "user":
        raise Refused("the conversation must end with the user")


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append({"path": self.path, "body": body, "headers": dict(self.headers)})
            said = self.server.script.pop(0) if self.server.script else text("I have nothing to say.")
        if "hold" in said:
            return self.hold()
        if ":" in self.path:
            return self.answer_gemini(body, said)
        is_chat = self.path.endswith("/chat/completions")
        try:
            if "status" in said:
                return self.refuse(said["status"], "overloaded", said["headers"])
            (check_chat if is_chat else check_messages)(body)
            if not is_chat and "anthropic-version" not in self.headers:
                raise Refused("anthropic-version is required")
        except Refused as refused:
            return self.refuse(400, str(refused), {})
        events = (self.chat_events if is_chat else self.message_events)(said)
        if body.get("stream"):
            self.stream(events, not is_chat, is_chat)
        else:
            self.send(200, (self.chat_whole if is_chat else self.message_whole)(said))

    def hold(self):
        self.connection.settimeout(60)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        with self.server.lock:
            self.server.hung_up += 1
        self.close_connection = True

    def answer_gemini(self, body, said):
        try:
            if "status" in said:
                return self.refuse(said["status"], "overloaded", said["headers"])
            check_gemini(body)
            if "x-goog-api-key" not in self.headers:
                raise Refused("a key is required")
        except Refused as refused:
            return self.refuse(400, str(refused), {})
        if self.path.endswith(":streamGenerateContent?alt=sse"):
            self.stream(self.gemini_events(said), False, False)
        else:
            self.send(200, self.gemini_piece(said.get("text"), said, True))

    def send(self, code, value, headers=None):
        data = json.dumps(value).encode()
        self.send_response(code)
        for name, content in {"Content-Type": "application/json", "Content-Length": str(len(data)),
                              **(headers or {})}.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, code, why, headers):
        self.send(code, {"type": "error", "error": {"type": "api_error", "message": why}}, headers)

    def stream(self, events, has_names, has_end):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for name, data in events:
            lines = ("event: %s\n" % name if has_names else "") + "data: %s\n\n" % json.dumps(data)
            self.wfile.write(lines.encode())
            self.wfile.flush()
        if has_end:
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def numbered(self, said):
        for name, arguments in said.get("calls", []):
            self.server.ids += 1
            yield "call_%d" % self.server.ids, name, arguments

    def chat_whole(self, said):
        message = {"role": "assistant", "content": said.get("text")}
        made = [{"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
                for id, name, arguments in self.numbered(said)]
        if made:
            message["tool_calls"] = made
        return {"choices": [{"index": 0, "message": message,
                             "finish_reason": "tool_calls" if made else "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}}

    def chat_events(self, said):
        def chunk(delta, finish=None):
            return "", {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        words = said.get("text") or ""
        for at in range(0, len(words), 7):
            yield chunk({"content": words[at:at + 7]})
        for index, (id, name, arguments) in enumerate(self.numbered(said)):
            yield chunk({"tool_calls": [{"index": index, "id": id, "type": "function",
                                         "function": {"name": name, "arguments": ""}}]})
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]})
        yield chunk({}, "tool_calls" if "calls" in said else "stop")
        yield "", {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10,
                                            "total_tokens": 110}}

    def message_whole(self, said):
        content = [{"type": "text", "text": said["text"]}] if said.get("text") else []
        content += [{"type": "tool_use", "id": id, "name": name, "input": json.loads(arguments)}
                    for id, name, arguments in self.numbered(said)]
        return {"id": "msg_1", "type": "message", "role": "assistant", "content": content,
                "stop_reason": "tool_use" if "calls" in said else "end_turn",
                "usage": {"input_tokens": 100, "output_tokens": 10}}

    def message_events(self, said):
        yield "message_start", {"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "content": [],
            "usage": {"input_tokens": 100, "output_tokens": 1}}}
        index = 0
        if said.get("text"):
            yield "content_block_start", {"type": "content_block_start", "index": index,
                                          "content_block": {"type": "text", "text": ""}}
            for at in range(0, len(said["text"]), 7):
                yield "content_block_delta", {"type": "content_block_delta", "index": index,
                                              "delta": {"type": "text_delta", "text": said["text"][at:at + 7]}}
            yield "content_block_stop", {"type": "content_block_stop", "index": index}
            index += 1
        for id, name, arguments in self.numbered(said):
            yield "content_block_start", {"type": "content_block_start", "index": index, "content_block": {
                "type": "tool_use", "id": id, "name": name, "input": {}}}
            yield "content_block_delta", {"type": "content_block_delta", "index": index, "delta": {
                "type": "input_json_delta", "partial_json": arguments}}
            yield "content_block_stop", {"type": "content_block_stop", "index": index}
            index += 1
        yield "message_delta", {"type": "message_delta",
                                "delta": {"stop_reason": "tool_use" if "calls" in said else "end_turn"},
                                "usage": {"output_tokens": 10}}
        yield "message_stop", {"type": "message_stop"}

    def gemini_piece(self, words, said, is_last):
        parts = [{"text": words}] if words else []
        made = list(self.numbered(said)) if is_last else []
        parts += [{"functionCall": {"name": name, "args": json.loads(arguments)}} for _, name, arguments in made]
        if made:
            parts[-len(made)]["thoughtSignature"] = "c2lnbmVk"
        candidate = {"index": 0, "content": {"role": "model", "parts": parts}}
        if is_last:
            candidate["finishReason"] = "STOP"
        return {"candidates": [candidate], "modelVersion": "stand-in",
                "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 10 if is_last else 1,
                                  "totalTokenCount": 110}}

    def gemini_events(self, said):
        words = said.get("text") or ""
        for at in range(0, len(words), 7):
            yield "", self.gemini_piece(words[at:at + 7], said, False)
        yield "", self.gemini_piece("", said, True)

    def log_message(self, *_):
        pass


class StandIn(http.server.ThreadingHTTPServer):
    """Runs until close(). `says` puts answers into its script; `asked` is what it was sent."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.lock = threading.Lock()
        self.script, self.asked, self.ids, self.hung_up = [], [], 0, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def says(self, *answers):
        with self.lock:
            self.script.extend(answers)

    def settings(self, provider):
        """The section of engine.yaml."""
        version = "v1beta" if provider == "gemini" else "v1"
        return ("llm:\n  provider: %s\n  base_url: http://127.0.0.1:%d/%s\n  model: stand-in\n"
                "  api_key: !secret ai_key\n" % (provider, self.server_port, version))

    def close(self):
        self.shutdown()
        self.server_close()
