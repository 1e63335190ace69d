#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "llm/answer.hpp"

// What both readers share. For the sources of this room.

namespace aifp::llm {

/// A call that comes in pieces.
struct CallPieces {
    std::string id;
    std::string name;
    std::string arguments;
    std::string signature = {};
};

/// Collects an answer within its bounds.
class AnswerBuilder {
public:
    [[nodiscard]] Status add_text(std::string_view text);
    /// Pieces of the call at `index`: each is added to what is there; all but arguments come whole.
    [[nodiscard]] Status add_call(std::int64_t index, const CallPieces& pieces);
    /// The answer; calls in the order of their indices, without name left out.
    [[nodiscard]] Answer take();

    Usage usage;
    Stop stop = Stop::done;

private:
    [[nodiscard]] Status count(std::size_t bytes);

    std::string text_;
    std::map<std::int64_t, CallPieces> calls_;
    std::size_t bytes_ = 0;
};

/// A body or event as an object. Errors: unreachable if it tells of an error, invalid_input if it
/// is none.
[[nodiscard]] Result<boost::json::object> read_object(std::string_view text);

/// Members of an object, or nothing of the kind.
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::int64_t number_in(const boost::json::object& object, std::string_view key);
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& object,
                                                   std::string_view key);
/// An object from a list, or null.
[[nodiscard]] const boost::json::object* first_in(const boost::json::object& object,
                                                  std::string_view key);

}  // namespace aifp::llm
