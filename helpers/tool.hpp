#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "engine/control.hpp"
#include "engine/upkeep.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"

namespace aifp::helpers {

/// What a caller must be allowed (reference/decisions.md, Scopes). Each one stands for itself.
enum class Scope {
    read,     ///< Look.
    author,   ///< Propose, note down.
    operate,  ///< Pause, resume, archive, change logging.
    approve,  ///< Say yes, activate.
};
[[nodiscard]] std::string_view name_of(Scope scope) noexcept;

/// Who calls, and what they may.
struct Caller {
    std::string who;  ///< For the logs and for approvals: "uid 1000", "mcp".
    std::vector<Scope> scopes = {Scope::read, Scope::author, Scope::operate, Scope::approve};
    std::string from = {};  ///< For the log: "127.0.0.1:40112"; empty: not known.

    [[nodiscard]] bool may(Scope scope) const noexcept;
};

/// The four annotations of MCP (2025-03-26 and later, ToolAnnotations).
struct Hints {
    bool read_only = false;
    bool destructive = false;
    bool idempotent = false;
    bool open_world = false;
};

/// What a tool's answer looks like when all is well, and how a refusal is said
/// (spec 000, Return Types).
enum class Form {
    entity,  ///< An object, or {"found": false}. Refused: {"found": false, "error": TEXT}.
    list,    ///< An array, empty if there is none. Refused: {"success": false, "error": TEXT}.
    report,  ///< An object. Refused: as a list.
    deed,    ///< {"success": true, ...}. Refused: {"success": false, "error": TEXT}.
};

/// Arguments that passed the tool's schema, with the defaults filled in. A name that is read must
/// be one of the schema.
class Arguments {
public:
    explicit Arguments(boost::json::object values) : values_(std::move(values)) {}

    [[nodiscard]] bool has(std::string_view name) const noexcept;
    [[nodiscard]] const boost::json::object& all() const noexcept { return values_; }
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] const boost::json::object& object(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view name) const;

private:
    [[nodiscard]] const boost::json::value& at(std::string_view name) const;
    boost::json::object values_;
};

/// What the tools work on; owned by the wiring, outlives every call.
struct Services {
    engine::Control& control;
    engine::Upkeep& upkeep;
    storage::Store& store;
    logging::Log& log;
    const Clock& clock;
    const ProjectPaths& paths;
};

/// A deed's result: what is answered, or why not.
using Done = std::function<void(Result<boost::json::value>)>;

/// Looks something up. Runs on the store's reading thread in one snapshot; may throw
/// DatabaseError. Errors: invalid_input when an argument means nothing.
using Query = Result<boost::json::value> (*)(storage::Database& database,
                                             const Arguments& arguments,
                                             WallTime now);
/// Changes something. Loop thread; calls `done` once, on the loop, when the change is stored.
using Deed = void (*)(const Services& services,
                      const Arguments& arguments,
                      const Caller& caller,
                      Done done);

/// One helper function of the spec (document 000, "Additional User Directives Database Helpers").
struct Tool {
    std::string_view name;
    std::string_view group;  ///< directives, executions, dependencies, implementations, ...
    std::string_view purpose;
    std::string parameters;  ///< JSON Schema of the arguments, as text.
    std::string result;      ///< JSON Schema of the answer when it is no refusal, as text.
    Form form = Form::report;
    Hints hints;
    Scope scope = Scope::read;
    std::variant<Query, Deed> function;
};

/// All 35, by group, in the order of the spec. Made at the first call; thread-safe.
[[nodiscard]] std::span<const Tool> tools();
/// Nothing if there is no such tool.
[[nodiscard]] const Tool* find_tool(std::string_view name);

}  // namespace aifp::helpers
