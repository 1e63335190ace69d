#include "helpers/workflow/text_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace aifp::helpers::workflow {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kAround = 3;
constexpr std::size_t kMostCompared = 2'000;

struct Edit {
    char sign = ' ';  // ' ', '-', '+'
    std::string_view line;
};

Lines lines_of(std::string_view text) {
    auto lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) {
        lines.pop_back();
    }
    return lines;
}

void add_all(
    std::vector<Edit>& edits, char sign, const Lines& lines, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        edits.push_back({sign, lines[i]});
    }
}

/// The middle, where the sides differ: by the longest common subsequence.
void add_middle(std::vector<Edit>& edits, const Lines& before, const Lines& after) {
    const auto rows = before.size();
    const auto columns = after.size();
    if (rows > kMostCompared || columns > kMostCompared) {
        add_all(edits, '-', before, 0, rows);
        add_all(edits, '+', after, 0, columns);
        return;
    }
    std::vector<std::uint16_t> common((rows + 1) * (columns + 1), 0);
    const auto at = [&](std::size_t row, std::size_t column) -> std::uint16_t& {
        return common[row * (columns + 1) + column];
    };
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            at(i, j) = before[i] == after[j] ? static_cast<std::uint16_t>(at(i + 1, j + 1) + 1)
                                             : std::max(at(i + 1, j), at(i, j + 1));
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows && j < columns) {
        if (before[i] == after[j]) {
            edits.push_back({' ', before[i++]});
            ++j;
        } else if (at(i + 1, j) >= at(i, j + 1)) {
            edits.push_back({'-', before[i++]});
        } else {
            edits.push_back({'+', after[j++]});
        }
    }
    add_all(edits, '-', before, i, rows);
    add_all(edits, '+', after, j, columns);
}

std::vector<Edit> edits_between(const Lines& before, const Lines& after) {
    const auto shorter = std::min(before.size(), after.size());
    std::size_t same = 0;
    while (same < shorter && before[same] == after[same]) {
        ++same;
    }
    std::size_t tail = 0;
    while (tail < shorter - same &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
        ++tail;
    }
    const auto middle_of = [&](const Lines& lines) {
        return Lines(lines.begin() + static_cast<std::ptrdiff_t>(same),
                     lines.end() - static_cast<std::ptrdiff_t>(tail));
    };
    std::vector<Edit> edits;
    add_all(edits, ' ', before, 0, same);
    add_middle(edits, middle_of(before), middle_of(after));
    add_all(edits, ' ', before, before.size() - tail, before.size());
    return edits;
}

/// A run of changes with what stands around it.
struct Hunk {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Hunk> hunks_of(const std::vector<Edit>& edits) {
    std::vector<Hunk> hunks;
    for (std::size_t i = 0; i < edits.size(); ++i) {
        if (edits[i].sign == ' ') {
            continue;
        }
        const Hunk around{i > kAround ? i - kAround : 0, std::min(edits.size(), i + kAround + 1)};
        if (!hunks.empty() && around.begin <= hunks.back().end) {
            hunks.back().end = around.end;
        } else {
            hunks.push_back(around);
        }
    }
    return hunks;
}

}  // namespace

std::string text_diff(std::string_view path, std::string_view before, std::string_view after) {
    const auto edits = edits_between(lines_of(before), lines_of(after));
    const auto hunks = hunks_of(edits);
    if (hunks.empty()) {
        return {};
    }
    auto text = before.empty() ? fmt::format("--- /dev/null\n+++ {}\n", path)
                               : fmt::format("--- {0}\n+++ {0}\n", path);
    std::size_t old_line = 1;
    std::size_t new_line = 1;
    std::size_t done = 0;
    for (const auto& hunk : hunks) {
        for (; done < hunk.begin; ++done, ++old_line, ++new_line) {
        }
        std::size_t old_lines = 0;
        std::size_t new_lines = 0;
        std::string body;
        for (; done < hunk.end; ++done) {
            old_lines += edits[done].sign != '+' ? 1U : 0U;
            new_lines += edits[done].sign != '-' ? 1U : 0U;
            body += fmt::format("{}{}\n", edits[done].sign, edits[done].line);
        }
        text += fmt::format("@@ -{},{} +{},{} @@\n{}",
                            old_lines == 0 ? old_line - 1 : old_line,
                            old_lines,
                            new_lines == 0 ? new_line - 1 : new_line,
                            new_lines,
                            body);
        old_line += old_lines;
        new_line += new_lines;
    }
    return text;
}

}  // namespace aifp::helpers::workflow
