#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace aifp::cli {

/// One cell: what it says, and how it is painted.
struct Cell {
    Cell(std::string said) : text(std::move(said)) {}
    Cell(std::string said, Colour painted) : text(std::move(said)), colour(painted) {}

    std::string text;
    Colour colour = Colour::none;
};
using Row = std::vector<Cell>;

/// Widths of columns that want `wanted` and together, with two blanks between them, have `room`:
/// the widest give way first, none below 8. All as wanted when `room` is 0. Pure.
[[nodiscard]] std::vector<std::size_t> fit_columns(std::vector<std::size_t> wanted,
                                                   std::size_t room);

/// Prints rows below `heads`, one line each, fitted to the terminal: what is too long ends in "…".
/// Every row has as many cells as there are heads.
void print_table(const Terminal& terminal,
                 const std::vector<std::string>& heads,
                 const std::vector<Row>& rows);

}  // namespace aifp::cli
