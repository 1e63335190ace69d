#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/responder.hpp"

namespace aifp::http {

/// What is changed in the bodies of answers before they leave; how, depends on what they are.
struct AnswerFilter {
    using Change = std::function<std::string(std::string)>;
    Change json;  ///< application/json and its kin, and event streams of JSON.
    Change text;  ///< Everything else, and the values of header fields.
};

/// A responder that passes on to `responder` what `filter` makes of an answer, or of each of its
/// pieces: a piece should be whole (an event, a line), or what it is cut in is not recognised.
[[nodiscard]] Responder filtered(Responder responder, std::shared_ptr<const AnswerFilter> filter);

}  // namespace aifp::http
