#include "engine/run_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "config/resolver.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxPayloadDepth = 64;

}  // namespace

const boost::json::value& hidden_approval() {
    static const boost::json::value kHidden = boost::json::object{{"link", "***"}};
    return kHidden;
}

RunScope::RunScope(const ScopeSources& sources, TimeZone zone, model::Event event, Names names)
    : sources_(sources), zone_(zone), event_(std::move(event)), names_(names) {
    if (!event_.vars.empty()) {
        boost::json::error_code error;
        boost::json::parse_options options;
        options.max_depth = kMaxPayloadDepth;
        auto vars = boost::json::parse(event_.vars, error, {}, options);
        if (!error && vars.is_object()) {
            vars_ = std::move(vars);
        }
    }
}

const boost::json::value* RunScope::find(std::string_view name) const {
    if (name == "trigger") {
        return arrived_ != nullptr ? arrived_ : &trigger();
    }
    if (name == "state") {
        if (sources_.before_state_read) {
            sources_.before_state_read();
        }
        return &sources_.state.values();
    }
    if (name == "attributes") {
        return &sources_.state.attributes();
    }
    if (name == "directive") {
        return &directive();
    }
    if (name == "run") {
        return run();
    }
    if (name == "last") {
        return &last_;
    }
    if (name == "approval") {
        return approval_;
    }
    return of_strand(name);
}

const boost::json::value* RunScope::of_strand(std::string_view name) const {
    if (strand_ == nullptr) {
        return name == "vars" ? &vars_ : name == "steps" ? &empty_ : nullptr;
    }
    if (name == "steps") {
        return &strand_->steps;
    }
    if (name == "vars") {
        return &strand_->vars;
    }
    const auto* value = name == "repeat"  ? &strand_->repeat
                        : name == "wait"  ? &strand_->wait
                        : name == "error" ? &strand_->error
                                          : nullptr;
    return value != nullptr && !value->is_null() ? value : nullptr;
}

std::vector<std::string_view> RunScope::names() const {
    std::vector<std::string_view> names{
        "trigger", "state", "attributes", "vars", "steps", "directive", "last"};
    if (run_id_.value != 0) {
        names.emplace_back("run");
    }
    if (approval_ != nullptr) {
        names.emplace_back("approval");
    }
    for (const std::string_view name : {"repeat", "wait", "error"}) {
        if (of_strand(name) != nullptr) {
            names.push_back(name);
        }
    }
    return names;
}

Result<std::string> RunScope::environment(std::string_view name) const {
    const auto& declared = sources_.settings.env;
    if (std::find(declared.begin(), declared.end(), name) == declared.end()) {
        return fail(ErrorCode::denied,
                    fmt::format("env(\"{0}\") is not declared: write env: [{0}] in "
                                ".aifp-project/engine.yaml",
                                name));
    }
    auto value = config::read_environment(std::string(name));
    if (!value) {
        return fail(ErrorCode::not_found,
                    fmt::format("the environment variable {} is not set", name));
    }
    return std::move(*value);
}

void RunScope::set_last(boost::json::value last) {
    last_ = std::move(last);
}

// The payload's members come first; what the engine knows of the trigger wins over them.
const boost::json::value& RunScope::trigger() const {
    if (!trigger_.is_null()) {
        return trigger_;
    }
    boost::json::object object;
    if (!event_.payload.empty()) {
        boost::json::error_code error;
        boost::json::parse_options options;
        options.max_depth = kMaxPayloadDepth;
        auto payload = boost::json::parse(event_.payload, error, {}, options);
        if (!error && payload.is_object()) {
            object = std::move(payload.get_object());
        }
    }
    object.emplace("count", 1);  // a debounced event has its own
    object.emplace("span", 0);
    object["id"] = names_.trigger_id;
    object["index"] = event_.trigger_index;
    object["kind"] = event_.cause;
    object["seen_at"] = format_rfc3339(event_.seen_at, zone_);
    object["scheduled_for"] = event_.scheduled_for
                                  ? boost::json::value(format_rfc3339(*event_.scheduled_for, zone_))
                                  : boost::json::value();
    trigger_ = std::move(object);
    return trigger_;
}

const boost::json::value& RunScope::directive() const {
    if (directive_.is_null()) {
        boost::json::object object;
        object["id"] = event_.directive.value;
        object["name"] = names_.directive;
        directive_ = std::move(object);
    }
    return directive_;
}

const boost::json::value* RunScope::run() const {
    if (run_id_.value == 0) {
        return nullptr;
    }
    if (run_.is_null()) {
        boost::json::object object;
        object["id"] = run_id_.value;
        run_ = std::move(object);
    }
    return &run_;
}

}  // namespace aifp::engine
