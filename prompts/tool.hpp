#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace aifp::prompts {

/// A tool that the AI may call, reduced to what a request needs.
struct Tool {
    std::string name;
    std::string description;
    boost::json::object parameters;  ///< JSON Schema of its arguments; empty: it takes none.
    std::string handler;             ///< The output step that it belongs to; empty: a general tool.
    boost::json::object handler_config;  ///< For whoever runs the tool; never sent.
};

/// Tools from a map of definitions. The key is the name, whatever `name` stands inside; every key
/// but description, parameters, handler and handler_config is dropped, and so is a value of another
/// type. (reference: prompt directives, 1.1)
[[nodiscard]] std::vector<Tool> structure_tools(const boost::json::object& definitions);

/// The first sentence of a description, at most 160 bytes; "(no description)" if there is none.
[[nodiscard]] std::string summary_of(std::string_view description);

}  // namespace aifp::prompts
