#include "helpers/workflow/entry_points.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include "actions/arguments.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "helpers/workflow/check_dependencies.hpp"
#include "process/process.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr Seconds kParseTime{15};

// Names bound at the top of the module: functions, and what is imported or assigned.
constexpr const char* kParse = R"python(
import ast, json, sys
def problem_of(item):
    try:
        with open(item["path"], "rb") as file:
            tree = ast.parse(file.read())
    except (SyntaxError, ValueError, RecursionError) as error:
        return "is no Python: %s" % error
    except OSError as error:
        return "cannot be read: %s" % error.strerror
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    entry = item["entry"]
    return "has no function %s" % entry if entry and entry not in names else None
print(json.dumps([problem_of(item) for item in json.loads(sys.stdin.readline())]))
)python";

/// The steps that call a Python file; the first other file that cannot be called.
struct Collected {
    boost::json::array python;
    Status problem;
};

Collected collect(const ProjectPaths& paths, const model::Directive& directive) {
    Collected collected;
    for (const auto& action : model::all_actions(directive)) {
        if (action.kind != "run" || !action.enabled) {
            continue;
        }
        const auto path = actions::to_text(actions::main_argument(action));
        const auto where = paths.root() / path;
        if (where.extension() == ".py") {
            boost::json::object one;
            one["path"] = where.string();
            one["shown"] = path;
            one["entry"] = actions::text_argument(action, "entry", "");
            collected.python.push_back(std::move(one));
        } else if (::access(where.c_str(), where.extension() == ".sh" ? R_OK : X_OK) != 0) {
            collected.problem = fail(ErrorCode::conflict,
                                     fmt::format("{0} cannot be run: type chmod +x {0}", path));
        }
    }
    return collected;
}

Status judge(const boost::json::array& asked, const Result<process::ProcessResult>& result) {
    if (!result) {
        return fail(result.error());
    }
    boost::json::error_code error;
    const auto answer = boost::json::parse(trim(result->out), error);
    if (error || !answer.is_array() || answer.get_array().size() != asked.size()) {
        return fail(ErrorCode::conflict,
                    fmt::format("Python could not be asked: {}", trim(result->err)));
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (const auto* problem = answer.get_array()[i].if_string()) {
            return fail(ErrorCode::conflict,
                        fmt::format("{} {}",
                                    std::string_view(asked[i].at("shown").as_string()),
                                    std::string_view(*problem)));
        }
    }
    return {};
}

}  // namespace

void check_entry_points(const WorkflowServices& services,
                        const model::Directive& directive,
                        std::function<void(Status)> done) {
    auto collected = collect(services.paths, directive);
    if (!collected.problem || collected.python.empty()) {
        done(std::move(collected.problem));
        return;
    }
    process::ProcessRequest request;
    request.argv = {python_of(services.paths), "-I", "-c", kParse};
    request.stdin_text = json_text(collected.python) + "\n";
    request.timeout = kParseTime;
    process::start_process(services.executor,
                           services.clock,
                           std::move(request),
                           [asked = std::move(collected.python), done = std::move(done)](
                               const auto& result) { done(judge(asked, result)); });
}

}  // namespace aifp::helpers::workflow
