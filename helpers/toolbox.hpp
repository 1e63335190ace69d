#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string_view>

#include "helpers/audit.hpp"
#include "helpers/tool.hpp"

namespace aifp::helpers {

/// Calls helper functions for the faces: HTTP, command line, MCP. Never throws, never fails: what
/// cannot be done is answered in the tool's form (Form) and logged as a warning. Loop thread only;
/// owned by the wiring, outlives the loop's handlers.
class Toolbox {
public:
    using Answer = std::function<void(boost::json::value)>;

    explicit Toolbox(const Services& services) : services_(services) {}

    /// Checks the caller's scope and the arguments against the tool's schema, then calls it.
    /// `answer` comes once, on the loop, perhaps before this returns. An unknown name is answered
    /// {"success": false, "error": TEXT} with the nearest one; find_tool tells beforehand.
    void call(std::string_view name, boost::json::object arguments, Caller caller, Answer answer);

    /// audit_change with the project's log: for a tool that is not in this table.
    void audit(Change change,
               engine::Control::Answer answer,
               std::function<void(engine::Control::Answer)> perform);

private:
    Services services_;
};

/// What a tool answers when it refuses. Pure.
[[nodiscard]] boost::json::value refusal(Form form, const std::string& text);
/// Whether an answer is a refusal, in any form: `success` is false, or `found` beside an `error`.
[[nodiscard]] bool is_refusal(const boost::json::value& answer) noexcept;

/// The tools as faces list them: name, group, purpose, scope, the four annotations under their MCP
/// names, and the schemas as JSON.
[[nodiscard]] boost::json::array list_tools();

}  // namespace aifp::helpers
