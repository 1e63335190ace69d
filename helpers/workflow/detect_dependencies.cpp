#include "helpers/workflow/detect_dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "actions/arguments.hpp"
#include "base/text.hpp"
#include "config/setting_rows.hpp"
#include "helpers/workflow/python_source.hpp"
#include "helpers/workflow/version_range.hpp"
#include "http/url.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr int kMaxDepth = 64;

class Finder {
public:
    Finder(const DetectionInput& input, const config::Settings& settings)
        : input_(input), settings_(settings) {}

    std::vector<Dependency> find() {
        for (const auto& action : model::all_actions(input_.directive)) {
            if (action.enabled) {
                take_action(action);
            }
        }
        for (const auto& trigger : input_.directive.triggers) {
            take_value(trigger.arguments, 0);
            if (const auto* broker = trigger.arguments.if_contains("broker");
                broker != nullptr && broker->is_string()) {
                add_host(std::string(broker->get_string()));
            }
        }
        for (const auto& [path, text] : input_.programs) {
            take_program(text);
        }
        std::vector<Dependency> found;
        for (const auto& [key, dependency] : found_) {
            found.push_back(dependency);
        }
        return found;
    }

private:
    void add(DependencyType type, std::string_view name, std::string_view module = {}) {
        Dependency dependency;
        dependency.type = type;
        dependency.name = name;
        dependency.module = module;
        if (type == DependencyType::python_package) {
            dependency.version = required_range(input_.requirements, name);
        }
        found_.try_emplace({type, dependency.name}, std::move(dependency));
    }

    /// Secrets and `${NAME}` anywhere within a value.
    void take_value(const boost::json::value& value, int depth) {
        if (depth > kMaxDepth) {
            return;
        }
        if (const auto* text = value.if_string()) {
            take_variables(*text);
        } else if (const auto* array = value.if_array()) {
            for (const auto& item : *array) {
                take_value(item, depth + 1);
            }
        } else if (const auto* object = value.if_object()) {
            const auto* secret = object->size() == 1 ? object->if_contains("$secret") : nullptr;
            if (secret != nullptr && secret->is_string()) {
                add(DependencyType::api_key, std::string_view(secret->get_string()));
                return;
            }
            for (const auto& member : *object) {
                take_value(member.value(), depth + 1);
            }
        }
    }

    void take_variables(std::string_view text) {
        for (auto start = text.find("${"); start != text.npos; start = text.find("${", start + 2)) {
            const auto end = text.find('}', start);
            const bool is_escaped = start > 0 && text[start - 1] == '$';
            const auto name = end == text.npos ? "" : text.substr(start + 2, end - start - 2);
            if (!is_escaped && config::is_variable_name(name)) {
                add(DependencyType::environment_var, name);
            }
        }
    }

    void take_action(const model::Action& action) {
        take_value(action.arguments, 0);
        const auto& main = actions::main_argument(action);
        if (action.kind == "command" && main.is_array() && !main.get_array().empty()) {
            add_program(actions::to_text(main.get_array().front()));
        } else if (action.kind == "shell" && main.is_string()) {
            for (const auto& program : programs_in_shell(main.get_string())) {
                add_program(program);
            }
        } else if (action.kind == "http_request") {
            take_request(action);
        } else if (action.kind == "notify") {
            take_channel(actions::text_argument(action, "channel", "default"));
        } else if (action.kind == "run" && main.is_string()) {
            const std::string_view path = main.get_string();
            if (path.ends_with(".py")) {
                add_program("python3");
            }
        }
    }

    void take_request(const model::Action& action) {
        const auto target = actions::to_text(actions::main_argument(action));
        const auto space = target.find(' ');
        auto url = trim(space == std::string::npos ? std::string_view(target)
                                                   : std::string_view(target).substr(space + 1));
        if (!url.starts_with('/')) {
            add_url(url);
            return;
        }
        const auto api = settings_.apis.find(actions::text_argument(action, "api", "default"));
        if (api != settings_.apis.end()) {
            add_url(api->second.base_url);
            take_headers(api->second.headers);
        }
    }

    void take_channel(const std::string& name) {
        const auto channel = settings_.notify.find(name);
        if (channel == settings_.notify.end()) {
            return;
        }
        take_headers(channel->second.headers);
        if (channel->second.kind == config::Channel::Kind::http) {
            take_value(channel->second.url, 0);
            add_url(actions::to_text(channel->second.url));
        } else if (channel->second.kind == config::Channel::Kind::command &&
                   !channel->second.command.empty()) {
            add_program(channel->second.command.front());
        }
    }

    void take_headers(const config::Headers& headers) {
        for (const auto& [name, value] : headers) {
            take_value(value, 0);
        }
    }

    void take_program(const std::string& text) {
        const auto needs = read_python_needs(text);
        for (const auto& module : needs.modules) {
            const auto& own = input_.own_modules;
            if (std::find(own.begin(), own.end(), module) == own.end()) {
                add(DependencyType::python_package, package_of_module(module), module);
            }
        }
        for (const auto& variable : needs.variables) {
            add(DependencyType::environment_var, variable);
        }
        for (const auto& program : needs.programs) {
            add_program(program);
        }
    }

    // A program whose name is only known when it runs cannot be looked for.
    void add_program(std::string_view program) {
        if (!program.empty() && program.find_first_of("{$ \t\n") == program.npos) {
            add(DependencyType::system_package, program);
        }
    }

    void add_url(std::string_view url) {
        if (url.find_first_of("{$") != url.npos) {
            return;
        }
        if (auto parsed = http::parse_url(url)) {
            add_host(fmt::format("{}:{}", parsed->host, parsed->port));
        }
    }

    void add_host(const std::string& host) {
        constexpr std::string_view kMqtt = ":1883";
        add(DependencyType::service,
            host.find(':') == std::string::npos ? host + std::string(kMqtt) : host);
    }

    const DetectionInput& input_;
    const config::Settings& settings_;
    std::map<std::pair<DependencyType, std::string>, Dependency> found_;
};

// PEP 503: runs of -, _ and . are one dash, letters are lower case.
std::string normal_name(std::string_view name) {
    std::string normal;
    for (const char letter : to_lower_ascii(name)) {
        const bool is_separator = letter == '-' || letter == '_' || letter == '.';
        if (!is_separator) {
            normal += letter;
        } else if (!normal.empty() && normal.back() != '-') {
            normal += '-';
        }
    }
    return normal;
}

}  // namespace

std::vector<Dependency> detect_dependencies(const DetectionInput& input,
                                            const config::Settings& settings) {
    return Finder(input, settings).find();
}

std::string required_range(std::string_view requirements, std::string_view package) {
    const auto wanted = normal_name(package);
    for (auto line : split(requirements, '\n')) {
        line = trim(line.substr(0, line.find(" #")));
        line = trim(line.substr(0, line.find(';')));  // markers
        const auto end = line.find_first_of("=<>!~[ \t");
        if (line.starts_with('#') || line.starts_with('-') ||
            normal_name(line.substr(0, end)) != wanted || end == line.npos) {
            continue;
        }
        auto rest = trim(line.substr(end));
        if (rest.starts_with('[')) {  // extras
            rest = trim(rest.substr(std::min(rest.find(']'), rest.size() - 1) + 1));
        }
        const auto range = VersionRange::parse(rest);
        return range ? range->text() : std::string();
    }
    return {};
}

}  // namespace aifp::helpers::workflow
