#pragma once

#include <cstddef>
#include <string_view>

#include "document/node.hpp"

namespace aifp::document {

/// Turns byte offsets of a text into marks. Each look-up costs the distance from the last one, so
/// that a parser that goes through the text once pays for its length once, even if all of it is one
/// line. Not thread-safe; the text must outlive it.
class Locator {
public:
    explicit Locator(std::string_view text) noexcept : text_(text) {}

    /// The mark of the byte at `offset`; an offset behind the text is its end.
    [[nodiscard]] Mark at(std::size_t offset) noexcept;

private:
    void move_forward(std::size_t offset) noexcept;
    void move_back(std::size_t offset) noexcept;

    std::string_view text_;
    std::size_t offset_ = 0;
    Mark mark_;
};

}  // namespace aifp::document
