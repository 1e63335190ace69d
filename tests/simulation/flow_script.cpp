#include "tests/simulation/flow_script.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/time_zone.hpp"
#include "document/node_json.hpp"

namespace aifp::simulation {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string text_of_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

FlowScript read_script(const fs::path& path) {
    const document::SourceText source(path.filename().string(), text_of_file(path));
    const auto document = document::parse(source, document::Format::yaml, {});
    if (document.root == nullptr) {
        throw std::runtime_error(path.string() + " is no YAML");
    }
    const auto map = document::to_json(*document.root).as_object();
    FlowScript script;
    script.start = parse_instant(map.at("start").as_string(), TimeZone::utc()).value();
    json::object settings{{"timezone", "UTC"}};
    if (const auto* more = map.if_contains("settings")) {
        for (const auto& [key, value] : more->as_object()) {
            settings[key] = value;
            if (value.is_null()) {  // not even what all scripts have
                settings.erase(key);
            }
        }
    }
    script.settings = json::serialize(settings);
    if (const auto* answers = map.if_contains("world")) {
        script.answers = answers->as_object();
    }
    const auto* monitor = map.if_contains("monitor");
    script.has_monitor = monitor != nullptr && monitor->as_bool();
    script.steps = map.at("script").as_array();
    return script;
}

std::string text_at(const json::object& step, std::string_view key) {
    const auto* found = step.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string line_of(const json::object& step) {
    std::string line;
    for (const auto& [key, value] : step) {
        if (key != "at" && key != "after") {
            const auto text = value.is_string() ? std::string(value.get_string())
                              : value.is_null() ? ""
                                                : json::serialize(value);
            line += fmt::format("{}{}{}{}",
                                line.empty() ? "" : ", ",
                                std::string_view(key),
                                text.empty() ? "" : " ",
                                text);
        }
    }
    return line;
}

}  // namespace aifp::simulation
