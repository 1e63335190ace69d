#include "helpers/audit.hpp"

#include <boost/json/object.hpp>
#include <memory>
#include <utility>

#include "engine/states.hpp"
#include "helpers/toolbox.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

std::string outcome_of(const Result<json::value>& result) {
    if (!result) {
        return std::string(name_of(result.error().code()));
    }
    return is_refusal(*result) ? "refused" : "done";
}

void write_line(logging::Log& log,
                const Change& change,
                const json::value& before,
                const json::value& after,
                const std::string& outcome) {
    log.write(logging::LogType::lifecycle,
              outcome == "done" ? logging::Level::info : logging::Level::warning,
              "change",
              {logging::Field("who", change.who),
               logging::Field("from", change.from),
               logging::Field("what", change.what),
               logging::Field("outcome", outcome),
               logging::Field("before", before),
               logging::Field("after", after)});
}

void look(const Change& change, std::function<void(json::value)> seen) {
    if (change.look) {
        change.look(std::move(seen));
    } else {
        seen(nullptr);
    }
}

json::value facts_of(const json::object& directive) {
    json::object facts;
    for (const auto* name : {"status", "approved", "content_hash", "snoozed_until"}) {
        if (const auto* value = directive.if_contains(name)) {
            facts[name] = *value;
        }
    }
    const auto* proposal = directive.if_contains("proposal");
    if (proposal != nullptr && proposal->is_object()) {
        facts["proposal"] = proposal->at("content_hash");
    }
    return facts;
}

}  // namespace

void audit_change(logging::Log& log,
                  Change change,
                  engine::Control::Answer answer,
                  std::function<void(engine::Control::Answer)> perform) {
    const auto shared = std::make_shared<Change>(std::move(change));
    look(
        *shared,
        [&log, shared, answer = std::move(answer), perform = std::move(perform)](
            json::value before) {
            perform([&log, shared, answer, before = std::move(before)](Result<json::value> result) {
                look(*shared,
                     [&log, shared, answer, before, result = std::move(result)](
                         const json::value& after) {
                         write_line(log, *shared, before, after, outcome_of(result));
                         answer(result);
                     });
            });
        });
}

Look look_at_directive(engine::Control& control, std::string directive) {
    return [&control, directive = std::move(directive)](std::function<void(json::value)> seen) {
        control.show_directive(
            directive, [seen = std::move(seen)](const Result<json::value>& shown) {
                seen(shown && shown->is_object() ? facts_of(shown->as_object()) : json::value());
            });
    };
}

Look look_at_state(engine::Control& control, std::string name) {
    return [&control, name = std::move(name)](const std::function<void(json::value)>& seen) {
        auto* const states = control.states();
        const auto shown =
            states != nullptr ? states->show_states(name) : Result<json::value>(json::value());
        const auto* object = shown ? shown->if_object() : nullptr;
        const auto* value = object != nullptr ? object->if_contains("value") : nullptr;
        seen(value != nullptr ? *value : json::value());
    };
}

}  // namespace aifp::helpers
