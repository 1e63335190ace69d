#include <fmt/format.h>

#include <utility>

#include "actions/implementation.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "helpers/groups.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using storage::Database;
using storage::ImplementationRow;

constexpr std::size_t kMaxPath = 4'096;
constexpr std::size_t kMaxEntryPoint = 200;
constexpr std::uint64_t kMaxFileBytes = 64 * 1024 * 1024;

std::string status_schema() {
    return one_of({"draft", "validated", "deployed", "failed"}, "How far the code is");
}

std::string test_status_schema() {
    return one_of({"passing", "failing", "pending", "skipped"}, "How its tests went");
}

template <class Wanted>
json::array list_where(Database& database, Wanted wanted) {
    json::array list;
    for (const auto& row : storage::load_implementations(database, std::nullopt)) {
        if (wanted(row)) {
            list.push_back(view_of(row));
        }
    }
    return list;
}

// Of several the first: registered code stands before the steps (reference/decisions.md).
Result<json::value> get_implementation(Database& database,
                                       const Arguments& arguments,
                                       WallTime /*now*/) {
    const auto rows =
        storage::load_implementations(database, DirectiveId{arguments.integer("directive_id")});
    return rows.empty() ? not_found() : json::value(view_of(rows.front()));
}

Result<json::value> get_implementations_by_status(Database& database,
                                                  const Arguments& arguments,
                                                  WallTime /*now*/) {
    const auto status = arguments.text("status");
    return list_where(database, [&](const ImplementationRow& row) { return row.status == status; });
}

Result<json::value> get_failing_tests(Database& database,
                                      const Arguments& /*arguments*/,
                                      WallTime /*now*/) {
    return list_where(database,
                      [](const ImplementationRow& row) { return row.test_status != "passing"; });
}

/// The file's hash. Errors: those of locate_implementation and read_file, with what to do.
Result<std::string> hash_of(const ProjectPaths& paths, const std::string& written) {
    auto file = actions::locate_implementation(paths, written);
    if (!file) {
        return fail(std::move(file).error());
    }
    auto text = read_file(*file, kMaxFileBytes);
    if (!text) {
        return fail(text.error().with_context(
            fmt::format("{} cannot be registered; write a path relative to the project", written)));
    }
    return sha256_hex(*text);
}

void register_implementation(const Services& services,
                             const Arguments& arguments,
                             const Caller& /*caller*/,
                             Done done) {
    ImplementationRow row;
    row.directive = DirectiveId{arguments.integer("directive_id")};
    row.implementation_file = arguments.text("implementation_file");
    row.entry_point = arguments.text("entry_point");
    row.test_file = arguments.optional_text("test_file");
    // Files are read on the storage thread: the loop waits for no disk.
    write_and_answer(
        services,
        [row, paths = &services.paths, now = services.clock.wall()](
            Database& database) mutable -> Result<json::value> {
            if (!storage::find_directive(database, row.directive)) {
                return no_row("directive", row.directive.value);
            }
            auto hash = hash_of(*paths, row.implementation_file);
            if (hash && row.test_file) {
                if (auto test = hash_of(*paths, *row.test_file); !test) {
                    hash = fail(std::move(test).error());
                }
            }
            if (!hash) {
                return fail(std::move(hash).error());
            }
            row.file_hash = std::move(*hash);
            auto answer = success();
            answer["implementation_id"] = storage::register_implementation(database, row, now);
            return answer;
        },
        std::move(done));
}

using SetText = bool (*)(Database&, std::int64_t, std::string_view, WallTime);

/// Built-in actions count as deployed and passing; nothing else can be said of them.
struct TextColumn {
    std::string_view argument;
    std::string_view of_builtins;
    SetText set;
};

void set_text(const Services& services,
              const Arguments& arguments,
              const TextColumn& column,
              Done done) {
    const auto id = arguments.integer("implementation_id");
    write_and_answer(
        services,
        [id, column, text = arguments.text(column.argument), now = services.clock.wall()](
            Database& database) -> Result<json::value> {
            const auto row = storage::find_implementation(database, id);
            if (!row) {
                return no_row("implementation", id);
            }
            const bool is_builtin = row->implementation_file.starts_with(storage::kBuiltinPrefix);
            if (is_builtin && text != column.of_builtins) {
                return fail(ErrorCode::conflict,
                            fmt::format("{} is part of the engine: its {} is always {}",
                                        row->implementation_file,
                                        column.argument,
                                        column.of_builtins));
            }
            column.set(database, id, text, now);
            return success();
        },
        std::move(done));
}

void update_implementation_status(const Services& services,
                                  const Arguments& arguments,
                                  const Caller& /*caller*/,
                                  Done done) {
    set_text(services,
             arguments,
             {"status", "deployed", storage::set_implementation_status},
             std::move(done));
}

void update_test_status(const Services& services,
                        const Arguments& arguments,
                        const Caller& /*caller*/,
                        Done done) {
    set_text(
        services, arguments, {"test_status", "passing", storage::set_test_status}, std::move(done));
}

std::vector<Tool> getters(std::string_view group) {
    constexpr Hints kReads{true, false, true, false};
    const auto list = list_schema(implementation_schema());
    return {
        {"get_implementation",
         group,
         "Where the code of a directive is, and how far it is; of several steps the first",
         object_schema({{"directive_id", row_id("The directive")}}),
         entity_schema(implementation_schema()),
         Form::entity,
         kReads,
         Scope::read,
         &get_implementation},
        {"get_implementations_by_status",
         group,
         "All code at one stage",
         object_schema({{"status", status_schema()}}),
         list,
         Form::list,
         kReads,
         Scope::read,
         &get_implementations_by_status},
        {"get_failing_tests",
         group,
         "All code whose tests do not pass",
         object_schema({}),
         list,
         Form::list,
         kReads,
         Scope::read,
         &get_failing_tests},
    };
}

std::vector<Tool> setters(std::string_view group) {
    constexpr Hints kNotes{false, false, true, false};
    const auto id = row_id("From get_implementation");
    return {
        {"register_implementation",
         group,
         "Enter generated code; the file must exist, its content is hashed",
         object_schema(
             {{"directive_id", row_id("The directive")},
              {"implementation_file",
               short_text(kMaxPath, "Relative to the project: src/automations/lights.py")},
              {"entry_point", short_text(kMaxEntryPoint, "Function: execute_turn_on_lights")},
              {"test_file",
               short_text(kMaxPath, "Relative to the project: tests/test_lights.py"),
               false}}),
         deed_schema({{"implementation_id", typed("integer")}}),
         Form::deed,
         kNotes,
         Scope::author,
         &register_implementation},
        {"update_implementation_status",
         group,
         "Note down how far code is",
         object_schema({{"implementation_id", id}, {"status", status_schema()}}),
         deed_schema({}),
         Form::deed,
         kNotes,
         Scope::author,
         &update_implementation_status},
        {"update_test_status",
         group,
         "Note down how the tests of code went",
         object_schema({{"implementation_id", id}, {"test_status", test_status_schema()}}),
         deed_schema({}),
         Form::deed,
         kNotes,
         Scope::author,
         &update_test_status},
    };
}

}  // namespace

std::vector<Tool> implementation_tools() {
    auto all = getters("implementations");
    auto more = setters("implementations");
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
}

}  // namespace aifp::helpers
