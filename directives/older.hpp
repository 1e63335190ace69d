#pragma once

#include <initializer_list>

#include "directives/reading.hpp"

// The forms of older documents of the family, rewritten into native ones
// (reference/directive_forms.md, second half). A rewritten node keeps the marks of what it came
// from. Inner part of the room; null means: not possible, and the report says why.

namespace aifp::directives {

/// The long form: `type: KIND` (or the map below a kind key) with the arguments as siblings.
[[nodiscard]] NodePtr from_long_form(Reading& reading,
                                     const Kind& kind,
                                     const document::Node& node);

/// `type: WORD` of a trigger, condition or action; WORD may be a kind or an older word.
[[nodiscard]] NodePtr trigger_from_type(Reading& reading,
                                        std::string_view word,
                                        const document::Node& node);
[[nodiscard]] NodePtr condition_from_type(Reading& reading,
                                          std::string_view word,
                                          const document::Node& node);
[[nodiscard]] NodePtr action_from_type(Reading& reading,
                                       std::string_view word,
                                       const document::Node& node);

/// A mapping with neither `type` nor a kind key, known by its other keys; null without a report
/// when it is not known either.
[[nodiscard]] NodePtr trigger_from_shape(Reading& reading, const document::Node& node);
[[nodiscard]] NodePtr condition_from_shape(Reading& reading, const document::Node& node);
[[nodiscard]] NodePtr action_from_shape(Reading& reading, const document::Node& node);

/// `{url | endpoint, method, params, payload …}` as http_request. `is_api_call`: a method that is
/// no HTTP verb belongs to the provider.
[[nodiscard]] NodePtr http_request_from(Reading& reading,
                                        const document::Node& node,
                                        bool is_api_call);

/// The first of the members that is there, or nullptr.
[[nodiscard]] const document::Node::Member* any_of(
    const document::Node& node, std::initializer_list<std::string_view> keys) noexcept;
/// Copies the members of `from` whose keys are not in `without`.
void add_others(document::Node& to,
                const document::Node& from,
                std::initializer_list<std::string_view> without);
/// `unknown kind of trigger "crn"` with the nearest.
void tell_unknown_kind(Reading& reading, Group group, document::Mark mark, std::string_view word);

}  // namespace aifp::directives
