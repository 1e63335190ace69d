#include "helpers/toolbox.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "helpers/schema.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

/// One call under way: says what was refused in the tool's form and in the log.
class Answering {
public:
    Answering(const Services& services, const Tool& tool, Caller caller, Toolbox::Answer answer)
        : services_(services),
          tool_(tool),
          caller_(std::move(caller)),
          answer_(std::move(answer)) {}

    void operator()(Result<json::value> result) const {
        if (!result) {
            services_.log.write(logging::LogType::error,
                                logging::Level::warning,
                                "tool_refused",
                                {logging::Field("tool", tool_.name),
                                 logging::Field("who", caller_.who),
                                 logging::Field("text", result.error().detail())});
            answer_(refusal(tool_.form, result.error().detail()));
            return;
        }
        answer_(std::move(*result));
    }

    [[nodiscard]] const Caller& caller() const noexcept { return caller_; }

private:
    Services services_;
    const Tool& tool_;
    Caller caller_;
    Toolbox::Answer answer_;
};

void run_query(const Services& services, Query query, Arguments arguments, Answering answering) {
    auto result = std::make_shared<Result<json::value>>(json::value());
    services.store.read(
        [result, query, arguments = std::move(arguments), now = services.clock.wall()](
            storage::Database& database) { *result = query(database, arguments, now); },
        [result, answering = std::move(answering)](const Status& read) {
            answering(read ? std::move(*result) : fail(read.error()));
        });
}

Look look_for(const Services& services, const Arguments& arguments) {
    if (arguments.has("directive_id")) {
        return look_at_directive(services.control,
                                 std::to_string(arguments.integer("directive_id")));
    }
    if (arguments.has("dependency_id")) {
        return look_at_dependency(services.store, arguments.integer("dependency_id"));
    }
    if (arguments.has("implementation_id")) {
        return look_at_implementation(services.store, arguments.integer("implementation_id"));
    }
    return arguments.has("log_type") ? look_at_log_config(services.log, arguments.text("log_type"))
                                     : Look();
}

void run_deed(const Services& services,
              const Tool& tool,
              const Arguments& arguments,
              const Answering& answering) {
    const auto& caller = answering.caller();
    audit_change(services.log,
                 Change{caller.who,
                        caller.from,
                        fmt::format("tool {}", tool.name),
                        look_for(services, arguments),
                        arguments.all()},
                 answering,
                 [services, &tool, arguments, caller](Done done) {
                     std::get<Deed>(tool.function)(services, arguments, caller, std::move(done));
                 });
}

json::object annotations_of(const Tool& tool) {
    json::object hints;
    hints["readOnlyHint"] = tool.hints.read_only;
    hints["destructiveHint"] = tool.hints.destructive;
    hints["idempotentHint"] = tool.hints.idempotent;
    hints["openWorldHint"] = tool.hints.open_world;
    return hints;
}

}  // namespace

void Toolbox::call(std::string_view name, json::object arguments, Caller caller, Answer answer) {
    const auto* tool = find_tool(name);
    if (tool == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& known : tools()) {
            names.push_back(known.name);
        }
        const auto nearest = nearest_name(name, names);
        answer(refusal(
            Form::deed,
            fmt::format("there is no tool {}{}",
                        name,
                        nearest ? fmt::format("; did you mean {}?", *nearest) : std::string())));
        return;
    }
    const Answering answering(services_, *tool, std::move(caller), std::move(answer));
    if (!answering.caller().may(tool->scope)) {
        answering(fail(ErrorCode::denied,
                       fmt::format("{} needs the scope {}, which this caller does not have",
                                   tool->name,
                                   name_of(tool->scope))));
        return;
    }
    auto checked = check_arguments(tool->parameters, std::move(arguments));
    if (!checked) {
        answering(fail(std::move(checked).error()));
        return;
    }
    if (const auto* query = std::get_if<Query>(&tool->function)) {
        run_query(services_, *query, Arguments(std::move(*checked)), answering);
    } else {
        run_deed(services_, *tool, Arguments(std::move(*checked)), answering);
    }
}

void Toolbox::audit(Change change,
                    engine::Control::Answer answer,
                    std::function<void(engine::Control::Answer)> perform) {
    audit_change(services_.log, std::move(change), std::move(answer), std::move(perform));
}

json::value refusal(Form form, const std::string& text) {
    json::object object;
    object[form == Form::entity ? "found" : "success"] = false;
    object["error"] = text;
    return object;
}

bool is_refusal(const json::value& answer) noexcept {
    const auto* object = answer.if_object();
    if (object == nullptr) {
        return false;
    }
    const auto* success = object->if_contains("success");
    return (success != nullptr && success->is_bool() && !success->get_bool()) ||
           (object->contains("found") && object->contains("error"));
}

json::array list_tools() {
    json::array list;
    for (const auto& tool : tools()) {
        json::object object;
        object["name"] = tool.name;
        object["group"] = tool.group;
        object["purpose"] = tool.purpose;
        object["scope"] = name_of(tool.scope);
        object["annotations"] = annotations_of(tool);
        object["parameters"] = json::parse(tool.parameters);
        object["result"] = json::parse(tool.result);
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace aifp::helpers
