#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.hpp"
#include "model/directive.hpp"

// The canonical form of a directive as text: what the store holds and every room reads.
// Thread-safe.
namespace aifp::model {

/// How deep a canonical form may be nested; the parser of directives refuses deeper ones. More than
/// a document may be (document::Limits): short forms become lists, tagged values objects.
inline constexpr int kMaxDefinitionDepth = 64;
/// How deep JSON may be that holds a canonical form somewhere: a stored text, an answer of ours.
inline constexpr int kMaxStoredDepth = 2 * kMaxDefinitionDepth;

/// JSON that one of us wrote. Errors: invalid_input if it is none, or nested deeper than
/// kMaxStoredDepth.
[[nodiscard]] Result<boost::json::value> parse_stored(std::string_view text);
/// The same, to be shown: null if it cannot be read.
[[nodiscard]] boost::json::value parse_stored_or_null(std::string_view text);

/// A stored definition as a directive. Errors: invalid_input if the text is none (a damaged row).
[[nodiscard]] Result<Directive> read_definition(std::string_view text);

/// Levels of lists and objects: 0 for a scalar, 1 for {}.
[[nodiscard]] int depth_of(const boost::json::value& value) noexcept;

}  // namespace aifp::model
