#include "cli/table.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"

namespace aifp::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 8;
constexpr std::string_view kCut = "…";

std::size_t offset_of_code_point(std::string_view text, std::size_t count) {
    std::size_t offset = 0;
    for (; offset < text.size(); ++offset) {
        const bool begins = (static_cast<unsigned char>(text[offset]) & 0xC0U) != 0x80U;
        if (begins && count-- == 0) {
            break;
        }
    }
    return offset;
}

std::string cut_to(const std::string& text, std::size_t width) {
    if (count_code_points(text) <= width || width == 0) {
        return text;
    }
    return text.substr(0, offset_of_code_point(text, width - 1)) + std::string(kCut);
}

void print_row(const Terminal& terminal, const Row& row, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string shown = cut_to(row[i].text, widths[i]);
        line += paint(terminal, row[i].colour, shown);
        if (i + 1 < widths.size()) {
            line.append(widths[i] - std::min(widths[i], count_code_points(shown)) + kGap, ' ');
        }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    terminal.out << line << '\n';
}

}  // namespace

std::vector<std::size_t> fit_columns(std::vector<std::size_t> wanted, std::size_t room) {
    const std::size_t gaps = wanted.empty() ? 0 : (wanted.size() - 1) * kGap;
    auto needed = std::accumulate(wanted.begin(), wanted.end(), gaps);
    while (room != 0 && needed > room) {
        const auto widest = std::max_element(wanted.begin(), wanted.end());
        if (*widest <= kLeastWidth) {
            break;
        }
        --*widest;
        --needed;
    }
    return wanted;
}

void print_table(const Terminal& terminal,
                 const std::vector<std::string>& heads,
                 const std::vector<Row>& rows) {
    Row head;
    std::vector<std::size_t> wanted;
    for (const std::string& text : heads) {
        head.emplace_back(text, Colour::dim);
        wanted.push_back(count_code_points(text));
    }
    std::vector<Row> safe = rows;
    for (Row& row : safe) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            row[i].text = one_line(row[i].text);
            wanted[i] = std::max(wanted[i], count_code_points(row[i].text));
        }
    }
    const auto widths = fit_columns(std::move(wanted), terminal.width);
    print_row(terminal, head, widths);
    for (const Row& row : safe) {
        print_row(terminal, row, widths);
    }
}

}  // namespace aifp::cli
