#include <fmt/format.h>

#include <memory>
#include <utility>

#include "helpers/groups.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "model/directive.hpp"
#include "storage/directives.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using model::DirectiveStatus;
using storage::Database;

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxPath = 4'096;

std::string status_schema() {
    return one_of({"draft", "validated", "implemented", "active", "paused", "error", "archived"},
                  "Place in the life cycle");
}

json::value one_or_none(const std::optional<storage::DirectiveRow>& row) {
    return row ? json::value(view_of(*row)) : not_found();
}

json::array list_of(Database& database, const storage::DirectiveFilter& filter) {
    json::array list;
    for (const auto& row : storage::list_directives(database, filter)) {
        list.push_back(view_of(row));
    }
    return list;
}

Result<json::value> get_directive_by_id(Database& database,
                                        const Arguments& arguments,
                                        WallTime /*now*/) {
    return one_or_none(
        storage::find_directive(database, DirectiveId{arguments.integer("directive_id")}));
}

Result<json::value> get_directive_by_name(Database& database,
                                          const Arguments& arguments,
                                          WallTime /*now*/) {
    return one_or_none(storage::find_directive(database, arguments.text("name")));
}

Result<json::value> get_directives_by_status(Database& database,
                                             const Arguments& arguments,
                                             WallTime /*now*/) {
    storage::DirectiveFilter filter;
    filter.status = model::directive_status_from(arguments.text("status"));
    return list_of(database, filter);
}

Result<json::value> get_directives_by_type(Database& database,
                                           const Arguments& arguments,
                                           WallTime /*now*/) {
    storage::DirectiveFilter filter;
    filter.type = model::directive_type_from(arguments.text("directive_type"));
    return list_of(database, filter);
}

Result<json::value> get_active_directives(Database& database,
                                          const Arguments& /*arguments*/,
                                          WallTime /*now*/) {
    storage::DirectiveFilter filter;
    filter.status = DirectiveStatus::active;
    return list_of(database, filter);
}

Result<json::value> get_directives_from_file(Database& database,
                                             const Arguments& arguments,
                                             WallTime /*now*/) {
    storage::DirectiveFilter filter;
    filter.source_file = arguments.text("source_file");
    return list_of(database, filter);
}

/// {"success": true} and the members of the engine's answer.
Done with_success(Done done) {
    return [done = std::move(done)](Result<json::value> changed) {
        if (!changed) {
            done(std::move(changed));
            return;
        }
        auto answer = success();
        for (auto& member : changed->as_object()) {
            answer[member.key()] = std::move(member.value());
        }
        done(answer);
    };
}

DirectiveId directive_in(const Arguments& arguments) {
    return DirectiveId{arguments.integer("directive_id")};
}

// To let a directive run again that was running before is operating it; anything else that may
// start it is approving it.
void update_directive_status(const Services& services,
                             const Arguments& arguments,
                             const Caller& caller,
                             Done done) {
    const auto id = directive_in(arguments);
    const auto status = *model::directive_status_from(arguments.text("status"));
    auto& control = services.control;
    if (status != DirectiveStatus::active || caller.may(Scope::approve)) {
        control.change_status(id, status, caller.who, with_success(std::move(done)));
    } else {
        control.resume_paused(id, caller.who, with_success(std::move(done)));
    }
}

void update_directive_config(const Services& services,
                             const Arguments& arguments,
                             const Caller& caller,
                             Done done) {
    services.control.propose_configuration(directive_in(arguments),
                                           arguments.object("configuration_json"),
                                           caller.who,
                                           with_success(std::move(done)));
}

void set_directive_approval(const Services& services,
                            const Arguments& arguments,
                            const Caller& caller,
                            Done done) {
    services.control.set_approval(directive_in(arguments),
                                  arguments.boolean("approved"),
                                  caller.who,
                                  with_success(std::move(done)));
}

json::value archived_on(std::string_view time) {
    constexpr std::size_t kDate = 10;  // YYYY-MM-DD
    auto answer = success();
    answer["archived_date"] = time.substr(0, kDate);
    return answer;
}

// The row was last touched when it was archived: nothing else happens to it there.
void archive_directive(const Services& services,
                       const Arguments& arguments,
                       const Caller& caller,
                       Done done) {
    const auto id = directive_in(arguments);
    services.control.change_status(
        id,
        DirectiveStatus::archived,
        caller.who,
        [id, store = &services.store, done = std::move(done)](Result<json::value> changed) {
            if (!changed) {
                done(std::move(changed));
                return;
            }
            auto day = std::make_shared<std::string>();
            store->read(
                [id, day](Database& database) {
                    const auto row = storage::find_directive(database, id);
                    *day = row ? row->updated_at : std::string();
                },
                [day, done](const Status& read) {
                    done(read ? Result<json::value>(archived_on(*day)) : fail(read.error()));
                });
        });
}

std::vector<Tool> getters(std::string_view group) {
    const auto reading =
        [group](
            std::string_view name, std::string_view purpose, std::string parameters, Query query) {
            constexpr Hints kReads{true, false, true, false};
            return Tool{name,
                        group,
                        purpose,
                        std::move(parameters),
                        list_schema(directive_schema()),
                        Form::list,
                        kReads,
                        Scope::read,
                        query};
        };
    std::vector<Tool> all{
        reading("get_directive_by_id",
                "One directive with its configuration, status and approval",
                object_schema({{"directive_id", row_id("The directive")}}),
                &get_directive_by_id),
        reading("get_directive_by_name",
                "The same, by name",
                object_schema({{"name", short_text(kMaxName, "Name of the directive")}}),
                &get_directive_by_name),
        reading("get_directives_by_status",
                "All directives at one place of the life cycle",
                object_schema({{"status", status_schema()}}),
                &get_directives_by_status),
        reading("get_directives_by_type",
                "All directives of one type",
                object_schema({{"directive_type",
                                one_of({"trigger", "schedule", "api", "conditional", "sequence"},
                                       "Derived from triggers, conditions and actions")}}),
                &get_directives_by_type),
        reading("get_active_directives",
                "All directives that may run now",
                object_schema({}),
                &get_active_directives),
        reading("get_directives_from_file",
                "All directives that came from one file",
                object_schema(
                    {{"source_file",
                      short_text(kMaxPath, "Relative to the project: directives/lights.yaml")}}),
                &get_directives_from_file),
    };
    for (auto* one : {&all[0], &all[1]}) {
        one->result = entity_schema(directive_schema());
        one->form = Form::entity;
    }
    return all;
}

std::vector<Tool> setters(std::string_view group) {
    return {
        {"update_directive_status",
         group,
         "Move a directive through the life cycle: draft -> validated -> implemented -> active <-> "
         "paused; any -> error, archived; error -> active, paused, draft; archived -> draft",
         object_schema({{"directive_id", row_id("The directive")}, {"status", status_schema()}}),
         deed_schema({{"previous_status", status_schema()}, {"new_status", status_schema()}}),
         Form::deed,
         Hints{false, true, true, false},
         Scope::operate,
         &update_directive_status},
        {"update_directive_config",
         group,
         "Propose another configuration; what is approved goes on running until a person says yes",
         object_schema({{"directive_id", row_id("The directive")},
                        {"configuration_json",
                         typed("object",
                               "Members in the native form that replace the present ones; null "
                               "takes one away")}}),
         deed_schema({{"updated_fields", list_schema(typed("string"))}}),
         Form::deed,
         Hints{false, false, true, false},
         Scope::author,
         &update_directive_config},
        {"set_directive_approval",
         group,
         "Say yes to the proposed or present content of a directive, or take the yes back",
         object_schema({{"directive_id", row_id("The directive")},
                        {"approved", typed("boolean", "false disarms it")}}),
         deed_schema({{"approved", typed("boolean")}}),
         Form::deed,
         Hints{false, true, true, false},
         Scope::approve,
         &set_directive_approval},
        {"archive_directive",
         group,
         "Disarm a directive for good; its history stays",
         object_schema({{"directive_id", row_id("The directive")}}),
         deed_schema({{"archived_date", typed("string")}}),
         Form::deed,
         Hints{false, true, true, false},
         Scope::operate,
         &archive_directive},
    };
}

}  // namespace

std::vector<Tool> directive_tools() {
    auto all = getters("directives");
    auto more = setters("directives");
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
}

}  // namespace aifp::helpers
