// How the things that are changed look, for the lines that note changes.
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <utility>

#include "engine/states.hpp"
#include "helpers/audit.hpp"
#include "storage/database.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

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

/// What `read` makes of the database; null when there is nothing, or it cannot be read.
template <class Read>
Look look_into(storage::Store& store, Read read) {
    return [&store, read](std::function<void(json::value)> seen) {
        auto facts = std::make_shared<json::value>();
        store.read([facts, read](storage::Database& database) { *facts = read(database); },
                   [facts, seen = std::move(seen)](const Status&) { seen(std::move(*facts)); });
    };
}

}  // namespace

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

Look look_at_run(engine::Control& control, std::string run) {
    return [&control, run = std::move(run)](std::function<void(json::value)> seen) {
        control.list_runs([run, seen = std::move(seen)](const Result<json::value>& runs) {
            const auto* list = runs ? runs->if_array() : nullptr;
            for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
                const auto& row = list->at(i).as_object();
                if (std::to_string(row.at("run").to_number<std::int64_t>()) == run) {
                    json::object facts;
                    facts["directive"] = row.at("directive");
                    facts["state"] = row.at("state");
                    seen(std::move(facts));
                    return;
                }
            }
            seen(nullptr);
        });
    };
}

Look look_at_log_config(const logging::Log& log, std::string log_type) {
    return [&log, log_type = std::move(log_type)](const std::function<void(json::value)>& seen) {
        const auto type = logging::log_type_from(log_type);
        if (!type) {
            seen(nullptr);
            return;
        }
        const auto config = log.config(*type);
        json::object facts;
        facts["enabled"] = config.enabled;
        facts["retention_days"] = config.retention_days;
        facts["rotation_size_mb"] = config.rotation_size_mb;
        seen(std::move(facts));
    };
}

Look look_at_dependency(storage::Store& store, std::int64_t id) {
    return look_into(store, [id](storage::Database& database) -> json::value {
        const auto row = storage::find_dependency(database, id);
        if (!row) {
            return nullptr;
        }
        json::object facts;
        facts["name"] = row->name;
        facts["version"] = row->version ? json::value(*row->version) : json::value();
        facts["is_installed"] = row->is_installed;
        return facts;
    });
}

Look look_at_implementation(storage::Store& store, std::int64_t id) {
    return look_into(store, [id](storage::Database& database) -> json::value {
        const auto row = storage::find_implementation(database, id);
        if (!row) {
            return nullptr;
        }
        json::object facts;
        facts["implementation_file"] = row->implementation_file;
        facts["status"] = row->status;
        facts["test_status"] = row->test_status;
        return facts;
    });
}

}  // namespace aifp::helpers
