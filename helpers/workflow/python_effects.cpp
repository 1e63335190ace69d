#include <array>

#include "base/text.hpp"
#include "helpers/workflow/python_prelude.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::string_view kHttp = R"py(

def effect_http_request(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Calls an address over HTTP."""
    import http.client
    import ssl
    import urllib.error
    import urllib.parse
    import urllib.request

    class Redirects(urllib.request.HTTPRedirectHandler):
        max_redirections = max_repeats = arguments["follow_redirects"]

        def redirect_request(self, *parts: Any) -> Any:
            return super().redirect_request(*parts) if self.max_redirections else None

    method, _, url = arguments["http_request"].partition(" ")
    url = url.strip()
    if url.startswith("/"):
        url = arguments["base_url"] + url
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        return Failure(url + " is no http address")
    headers = {name: as_text(value) for name, value in arguments["headers"].items()}
    body: Optional[bytes] = None
    if "json" in arguments:
        body = json.dumps(arguments["json"]).encode()
        headers = {"Content-Type": "application/json", **headers}
    elif "form" in arguments:
        form = {name: as_text(value) for name, value in arguments["form"].items()}
        body = urllib.parse.urlencode(form).encode()
    elif "body" in arguments:
        body = as_text(arguments["body"]).encode()
    try:
        context = ssl.create_default_context(cafile=arguments["ca_file"])
        opener = urllib.request.build_opener(
            Redirects, urllib.request.HTTPSHandler(context=context)
        )
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            answer = opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            limit = arguments["max_response"]
            data, status = answer.read(limit + 1), answer.status
            fields = {name.lower(): value for name, value in answer.headers.items()}
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Failure(method + " " + url + ": " + str(error))
    if len(data) > limit:
        return Failure("the answer of " + url + " is larger than max_response allows")
    text = data.decode("utf-8", "replace")
    if not any(first <= status <= last for first, last in arguments["expect_status"]):
        return Failure("%s %s: answered %d %s" % (method, url, status, text[:200]))
    answered: Any = text
    if "json" in fields.get("content-type", ""):
        try:
            answered = json.loads(text)
        except ValueError:
            pass
    return Success({"status": status, "headers": fields, "body": answered})
)py";

constexpr std::string_view kProcess = R"py(

def effect_command(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Starts a program; no shell reads its arguments."""
    import subprocess

    words = [as_text(word) for word in arguments["command"]]
    extra = {name: as_text(value) for name, value in arguments["env"].items()}
    try:
        done = subprocess.run(
            words,
            input=as_text(arguments["stdin"]).encode(),
            env={**os.environ, **extra},
            cwd=arguments["working_dir"],
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Failure("%s took longer than %g s" % (words[0], timeout))
    except (OSError, ValueError) as error:
        return Failure(words[0] + ": " + str(error))
    out, err = (
        stream[: arguments["max_output"]].decode("utf-8", "replace")
        for stream in (done.stdout, done.stderr)
    )
    if done.returncode != 0:
        said = (err or out).strip().splitlines()[-1:]
        return Failure(": ".join(["ended with exit code %d" % done.returncode] + said))
    return Success({"exit_code": 0, "stdout": out, "stderr": err})
)py";

constexpr std::string_view kShell = R"py(

def effect_shell(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Runs a line of shell; values reach it through the environment."""
    words = ["/bin/sh", "-c", arguments["shell"]]
    return effect_command({**arguments, "command": words}, timeout)
)py";

constexpr std::string_view kLog = R"py(

def effect_log(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Writes a line into the log: what is printed and is no JSON object goes there."""
    message = " ".join(as_text(arguments["log"]).splitlines())
    print(arguments["level"] + ": " + message, flush=True)
    return Success(message)
)py";

constexpr std::string_view kTell = R"py(

def tell_engine(request: Mapping[str, Any]) -> Result:
    """Asks the engine for something, with a JSON line."""
    try:
        line = json.dumps(request, allow_nan=False)
    except (TypeError, ValueError) as error:
        return Failure("the value is not fit for JSON: " + str(error))
    print(line, flush=True)
    return Success(None)
)py";

constexpr std::string_view kSet = R"py(

def effect_set(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Sets states of the project, when the program has ended well."""
    told = tell_engine({"aifp": "set", "values": arguments["set"]})
    return told if told.failed else Success(arguments["set"])
)py";

constexpr std::string_view kEmit = R"py(

def effect_emit(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Emits an event, when the program has ended well."""
    data = arguments.get("data")
    told = tell_engine({"aifp": "emit", "event": arguments["emit"], "data": data})
    return told if told.failed else Success(data)
)py";

constexpr std::string_view kNotify = R"py(

def effect_notify(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Sends a message over its channel: a line of log, an HTTP POST, or a program."""
    message = {name: as_text(arguments[name]) for name in ("title", "message", "to")}
    channel = arguments["channel"]
    if channel["kind"] == "log":
        line = ": ".join(filter(None, (message["title"], message["message"])))
        return effect_log({"level": "info", "log": "notify: " + line}, timeout)
    if channel["kind"] == "http":
        return effect_http_request(
            {
                "http_request": "POST " + channel["url"],
                "base_url": "",
                "json": {**message, "directive": DIRECTIVE},
                "headers": channel["headers"],
                "follow_redirects": 0,
                "expect_status": [(200, 299)],
                "ca_file": None,
                "max_response": 65536,
            },
            timeout,
        )
    return effect_command(
        {
            "command": channel["command"],
            "env": {"AIFP_TITLE": message["title"], "AIFP_TO": message["to"]},
            "stdin": ": ".join(filter(None, (message["title"], message["message"]))) + "\n",
            "working_dir": None,
            "max_output": 65536,
        },
        timeout,
    )
)py";

constexpr std::string_view kRun = R"py(

CALL_FUNCTION = (
    "import sys; sys.path[:] = [place for place in sys.path if place]\n"
    "import importlib.util, json, os\n"
    "path, entry = sys.argv[1:3]\n"
    "call = json.loads(sys.stdin.readline())\n"
    "sys.path.insert(0, os.path.dirname(path))\n"
    "spec = importlib.util.spec_from_file_location('aifp_implementation', path)\n"
    "module = importlib.util.module_from_spec(spec)\n"
    "sys.modules['aifp_implementation'] = module\n"
    "spec.loader.exec_module(module)\n"
    "result = getattr(module, entry)(**call['with'])\n"
    "if getattr(result, 'failed', False): sys.exit(str(result.reason))\n"
    "if hasattr(result, 'failed'): result = getattr(result, 'value', None)\n"
    "sys.stdout.flush()\n"
    "print('\\n' + json.dumps({'result': result}, default=str))\n"
)


def effect_run(arguments: Mapping[str, Any], timeout: float) -> Result:
    """Calls another implementation of the project: one JSON line in, JSON lines out."""
    path, entry = os.path.abspath(arguments["run"]), arguments["entry"]
    words = [path]
    if path.endswith(".py"):
        words = [sys.executable, "-c", CALL_FUNCTION, path, entry] if entry else [sys.executable, path]
    elif path.endswith(".sh"):
        words = ["/bin/sh", path]
    line = json.dumps({"with": arguments["with"], "trigger": arguments["trigger"]}) + "\n"
    done = effect_command({**arguments, "command": words, "stdin": line}, timeout)
    if done.failed:
        return done
    result: Any = None
    for said in done.value["stdout"].splitlines():
        try:
            value = json.loads(said)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            if said.strip():
                print("info: " + said, flush=True)
        elif "aifp" in value:
            tell_engine(value)
        else:
            result = value.get("result", value)
    return Success(result)
)py";

constexpr std::array kEffects{
    Effect{"effect_http_request", kHttp},
    Effect{"effect_command", kProcess},
    Effect{"effect_shell", kShell, "effect_command"},
    Effect{"effect_log", kLog},
    Effect{"tell_engine", kTell},
    Effect{"effect_set", kSet, "tell_engine"},
    Effect{"effect_emit", kEmit, "tell_engine"},
    Effect{"effect_notify", kNotify, "effect_log effect_http_request effect_command"},
    Effect{"effect_run", kRun, "effect_command tell_engine"},
};

constexpr std::array kOfKinds{
    EffectOfKind{"http_request", "effect_http_request"},
    EffectOfKind{"command", "effect_command"},
    EffectOfKind{"shell", "effect_shell"},
    EffectOfKind{"log", "effect_log"},
    EffectOfKind{"set", "effect_set"},
    EffectOfKind{"emit", "effect_emit"},
    EffectOfKind{"notify", "effect_notify"},
    EffectOfKind{"run", "effect_run"},
};

}  // namespace

std::span<const Effect> python_effects() noexcept {
    return kEffects;
}

std::span<const EffectOfKind> effects_of_kinds() noexcept {
    return kOfKinds;
}

std::string_view effect_of(std::string_view kind) noexcept {
    for (const auto& row : kOfKinds) {
        if (row.kind == kind) {
            return row.effect;
        }
    }
    return {};
}

}  // namespace aifp::helpers::workflow
