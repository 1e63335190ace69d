#include "helpers/workflow/check_dependencies.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <memory>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "config/resolver.hpp"
#include "helpers/workflow/connect_probe.hpp"
#include "helpers/workflow/version_range.hpp"
#include "process/process.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr Seconds kPythonTime{15};
constexpr Seconds kConnectTime{2};
constexpr std::size_t kPythonOutput = 1 << 20;

// Looks for each module without importing it, and for the version of the package that brings it.
constexpr const char* kAskPython = R"python(
import importlib.metadata, importlib.util, json, sys
asked = json.loads(sys.stdin.readline())
standard = set(sys.stdlib_module_names) | set(sys.builtin_module_names)
try:
    brought_by = importlib.metadata.packages_distributions()
except Exception:
    brought_by = {}
def version_of(names):
    for name in names:
        try:
            return importlib.metadata.version(name)
        except Exception:
            pass
    return None
def look(item):
    module = item["module"]
    if module in standard:
        return {"standard": True}
    names = [item["package"]] + brought_by.get(module, [])
    try:
        found = importlib.util.find_spec(module) is not None if module else None
    except Exception:
        found = False
    version = version_of(names)
    return {"found": version is not None if found is None else found, "version": version}
print(json.dumps([look(item) for item in asked]))
)python";

boost::json::array questions(const std::vector<Dependency>& dependencies) {
    boost::json::array list;
    for (const auto& dependency : dependencies) {
        if (dependency.type == DependencyType::python_package) {
            boost::json::object one;
            one["module"] = dependency.module;
            one["package"] = dependency.name;
            list.push_back(std::move(one));
        }
    }
    return list;
}

void judge_package(Dependency& dependency, const boost::json::object& answer) {
    const auto* found = answer.if_contains("found");
    const auto* version = answer.if_contains("version");
    dependency.is_installed = found != nullptr && found->is_bool() && found->get_bool();
    if (version != nullptr && version->is_string()) {
        dependency.found_version = version->get_string();
    }
    if (!dependency.is_installed) {
        dependency.why = fmt::format("the Python package {} is not installed", dependency.name);
        return;
    }
    const auto range = VersionRange::parse(dependency.version);
    const bool fits =
        range && (dependency.version.empty() ||
                  (!dependency.found_version.empty() && range->contains(dependency.found_version)));
    if (!fits) {
        dependency.is_installed = false;
        dependency.why =
            range ? fmt::format("{} {} is installed, but {} is needed",
                                dependency.name,
                                dependency.found_version.empty() ? "of an unknown version"
                                                                 : dependency.found_version,
                                dependency.version)
                  : range.error().detail();
    }
}

/// One check under way; keeps itself alive through its callbacks.
class Check : public std::enable_shared_from_this<Check> {
public:
    using Done = std::function<void(std::vector<Dependency>)>;

    Check(const CheckServices& services,
          std::vector<Dependency> list,
          CheckOptions options,
          Done done)
        : services_(services), list_(std::move(list)), options_(options), done_(std::move(done)) {}

    void begin() {
        for (auto& dependency : list_) {
            look_at(dependency);
        }
        const auto asked = questions(list_);
        if (asked.empty()) {
            return connect();
        }
        process::ProcessRequest request;
        request.argv = {python_of(services_.paths), "-c", kAskPython};
        request.working_directory = "/";  // not the project: its files are no packages
        request.stdin_text = json_text(asked) + "\n";
        request.max_output_bytes = kPythonOutput;
        request.timeout = kPythonTime;
        process::start_process(services_.executor,
                               services_.clock,
                               std::move(request),
                               [self = shared_from_this()](const auto& result) {
                                   self->take_packages(result);
                                   self->connect();
                               });
    }

private:
    void look_at(Dependency& dependency) {
        dependency.is_installed = true;
        dependency.why.clear();
        switch (dependency.type) {
            case DependencyType::system_package:
                if (!is_program(dependency.name, services_.paths.root())) {
                    lacks(dependency,
                          fmt::format("the program {} is not installed", dependency.name));
                }
                break;
            case DependencyType::environment_var:
                if (!config::read_environment(dependency.name)) {
                    lacks(dependency,
                          fmt::format("the environment variable {} is not set", dependency.name));
                }
                break;
            case DependencyType::api_key:
                if (!services_.secrets.contains(dependency.name)) {
                    lacks(dependency,
                          fmt::format("secrets.yaml has no {0}: write {0}: \"...\"",
                                      dependency.name));
                }
                break;
            case DependencyType::python_package:
            case DependencyType::service:
                break;
        }
    }

    static void lacks(Dependency& dependency, std::string why) {
        dependency.is_installed = false;
        dependency.why = std::move(why);
    }

    void take_packages(const Result<process::ProcessResult>& result) {
        boost::json::error_code error;
        const auto answer = result && result->succeeded()
                                ? boost::json::parse(trim(result->out), error)
                                : boost::json::value();
        std::size_t next = 0;
        for (auto& dependency : list_) {
            if (dependency.type != DependencyType::python_package) {
                continue;
            }
            const auto index = next++;
            const auto* answers = answer.if_array();
            if (answers == nullptr || index >= answers->size() || !(*answers)[index].is_object()) {
                lacks(dependency,
                      fmt::format("Python could not be asked: {}",
                                  !result ? result.error().detail()
                                          : std::string(truncate_utf8(trim(result->err), 300))));
            } else if ((*answers)[index].get_object().contains("standard")) {
                dependency.name.clear();
            } else {
                judge_package(dependency, (*answers)[index].get_object());
            }
        }
        std::erase_if(list_, [](const Dependency& dependency) { return dependency.name.empty(); });
    }

    void connect() {
        std::vector<std::string> hosts;
        for (const auto& dependency : list_) {
            if (options_.connect && dependency.type == DependencyType::service) {
                hosts.push_back(dependency.name);
            }
        }
        if (hosts.empty()) {
            return done_(std::move(list_));
        }
        probe_hosts(services_.executor,
                    std::move(hosts),
                    kConnectTime,
                    [self = shared_from_this()](const std::vector<HostProbe>& probes) {
                        self->take_probes(probes);
                        self->done_(std::move(self->list_));
                    });
    }

    void take_probes(const std::vector<HostProbe>& probes) {
        for (auto& dependency : list_) {
            for (const auto& probe : probes) {
                if (dependency.type == DependencyType::service && probe.host == dependency.name &&
                    !probe.problem.empty()) {
                    lacks(dependency,
                          fmt::format("{} does not answer: {}", probe.host, probe.problem));
                }
            }
        }
    }

    CheckServices services_;
    std::vector<Dependency> list_;
    CheckOptions options_;
    Done done_;
};

bool may_be_run(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string python_of(const ProjectPaths& paths) {
    const auto own = paths.venv_python();
    return may_be_run(own) ? own.string() : "python3";
}

bool is_program(std::string_view name, const std::filesystem::path& folder) {
    if (name.find('/') != name.npos) {
        return may_be_run(folder / name);
    }
    const auto path = config::read_environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
    for (const auto place : split(path, ':')) {
        if (!place.empty() && may_be_run(std::filesystem::path(place) / name)) {
            return true;
        }
    }
    return false;
}

void check_dependencies(const CheckServices& services,
                        std::vector<Dependency> dependencies,
                        CheckOptions options,
                        std::function<void(std::vector<Dependency>)> done) {
    std::make_shared<Check>(services, std::move(dependencies), options, std::move(done))->begin();
}

}  // namespace aifp::helpers::workflow
