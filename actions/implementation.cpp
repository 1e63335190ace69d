#include "actions/implementation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/text.hpp"

namespace aifp::actions {
namespace {

constexpr std::size_t kMaxLogLineBytes = 1'000;

// Imports the file by its path and calls one function. The result goes out as the last line, so
// that what the function prints itself stays log. With -c Python looks for modules in the working
// folder first: a json.py in the project would run although nobody approved it.
constexpr const char* kPythonRunner = R"python(
import sys
sys.path[:] = [place for place in sys.path if place]
import importlib.util, json, os
path, entry = sys.argv[1], sys.argv[2]
call = json.loads(sys.stdin.readline())
sys.path.insert(0, os.path.dirname(path))
spec = importlib.util.spec_from_file_location("aifp_implementation", path)
module = importlib.util.module_from_spec(spec)
sys.modules["aifp_implementation"] = module
spec.loader.exec_module(module)
function = getattr(module, entry, None)
if not callable(function):
    sys.exit("%s has no function %s" % (os.path.basename(path), entry))
result = function(**call["with"])
if getattr(result, "failed", False):
    sys.exit(str(getattr(result, "reason", "failed")))
if hasattr(result, "failed"):
    result = getattr(result, "value", None)
sys.stdout.flush()
print("\n" + json.dumps({"result": result}, default=str))
)python";

void collect_files(const std::vector<model::Action>& actions, std::vector<std::string>& files) {
    for (const auto& action : actions) {
        const auto* path = action.kind == "run" ? action.arguments.if_contains("run") : nullptr;
        if (path == nullptr || !path->is_string()) {
            continue;
        }
        std::string text(path->get_string());
        if (std::find(files.begin(), files.end(), text) == files.end()) {
            files.push_back(std::move(text));
        }
    }
}

void take_line(std::string_view line, ImplementationOutput& output) {
    if (line.starts_with('{')) {
        boost::json::error_code error;
        auto value = boost::json::parse(line, error);
        if (!error && value.is_object() && value.get_object().contains("aifp")) {
            if (output.requests.size() < kMaxRequests) {
                output.requests.push_back(std::move(value.get_object()));
            } else {
                ++output.dropped_lines;
            }
            return;
        }
        if (!error && value.is_object()) {
            const auto* result = value.get_object().if_contains("result");
            output.result = result != nullptr ? *result : value;
            return;
        }
    }
    if (output.log_lines.size() >= kMaxLogLines) {
        ++output.dropped_lines;
        return;
    }
    output.log_lines.emplace_back(truncate_utf8(line, kMaxLogLineBytes));
}

}  // namespace

std::vector<std::string> implementation_files(const model::Directive& directive) {
    std::vector<std::string> files;
    collect_files(model::all_actions(directive), files);
    return files;
}

Result<std::filesystem::path> locate_implementation(const ProjectPaths& paths,
                                                    std::string_view written) {
    const auto relative = std::filesystem::path(written).lexically_normal();
    if (relative.is_absolute() || relative.empty() || *relative.begin() == "..") {
        return fail(
            ErrorCode::denied,
            fmt::format("{} is not inside the project: write a path like src/automations/x.py",
                        written));
    }
    return paths.root() / relative;
}

std::vector<std::string> implementation_argv(const std::filesystem::path& file,
                                             const std::string& entry) {
    const auto extension = file.extension();
    if (extension == ".py" && !entry.empty()) {
        return {"python3", "-c", kPythonRunner, file.string(), entry};
    }
    if (extension == ".py") {
        return {"python3", file.string()};
    }
    if (extension == ".sh") {
        return {"/bin/sh", file.string()};
    }
    return {file.string()};
}

ImplementationOutput read_implementation_output(std::string_view standard_output) {
    ImplementationOutput output;
    for (auto line : split(standard_output, '\n')) {
        line = trim(line);
        if (!line.empty()) {
            take_line(line, output);
        }
    }
    return output;
}

}  // namespace aifp::actions
