#include "cli/printers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"
#include "directives/pretty_json.hpp"
#include "document/node.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

std::string text_or_dash(const json::value& object, std::string_view key) {
    return text_in(object, key).value_or("-");
}

std::int64_t number_in(const json::value& object, std::string_view key) {
    const auto* value = member_in(object, key);
    boost::system::error_code error;
    const auto number = value != nullptr ? value->to_number<std::int64_t>(error) : 0;
    return error ? 0 : number;
}

const json::array& items_of(const json::value* value) {
    static const json::array kNone;
    const auto* items = value != nullptr ? value->if_array() : nullptr;
    return items != nullptr ? *items : kNone;
}

/// Of a directive's status and of how a run stands.
Colour colour_of(std::string_view word) {
    constexpr std::array<std::string_view, 3> kGood{"active", "ok", "ok_after_retry"};
    constexpr std::array<std::string_view, 4> kBad{"error", "failed", "timed_out", "abandoned"};
    constexpr std::array<std::string_view, 2> kPast{"archived", "skipped"};
    const auto is_in = [word](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (is_in(kGood)) {
        return Colour::green;
    }
    if (is_in(kBad)) {
        return Colour::red;
    }
    return is_in(kPast) ? Colour::dim : Colour::yellow;
}

// accuracy or a fixed jitter may put the start off.
std::optional<std::string> next_start_in(const json::value& directive) {
    const auto start = text_in(directive, "next_start");
    return start ? start : text_in(directive, "next_due");
}

Cell due_cell(const json::value& directive, WallTime now) {
    const auto due = text_in(directive, "next_due");
    return Cell(due ? relative_time(*due, now) : "-");
}

/// "18:00 tomorrow" is not tried: the instant as it is, and how far away it lies.
std::string instant_and_distance(std::string_view rfc3339, WallTime now) {
    return fmt::format("{} ({})", rfc3339, relative_time(rfc3339, now));
}

void print_fact(const Terminal& terminal, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        terminal.out << paint(terminal, Colour::dim, fmt::format("{:<12}", name)) << one_line(value)
                     << '\n';
    }
}

std::string status_and_reason(const json::value& directive) {
    const auto reason = text_in(directive, "status_reason");
    const auto sleeps = text_in(directive, "snoozed_until");
    return text_or_dash(directive, "status") + (reason ? fmt::format(" ({})", *reason) : "") +
           (sleeps ? fmt::format(" (sleeps until {})", *sleeps) : "");
}

std::string took(const json::value& run) {
    const auto* value = member_in(run, "duration_ms");
    return value == nullptr || value->is_null()
               ? "-"
               : measured(Milliseconds(number_in(run, "duration_ms")));
}

/// Why it did not run, or what went wrong.
std::string why(const json::value& decision) {
    std::vector<std::string> parts;
    for (const auto* key : {"reason", "detail", "error"}) {
        if (auto text = text_in(decision, key)) {
            parts.push_back(std::move(*text));
        }
    }
    return fmt::format("{}", fmt::join(parts, ": "));
}

Row history_row(const json::value& decision, const Terminal& terminal, WallTime now) {
    const auto seen = text_in(decision, "seen_at");
    const auto instant = parse_instant(seen.value_or(""), TimeZone::utc());
    // What was decided against has no state.
    const auto stands = text_in(decision, "state").value_or(text_or_dash(decision, "decision"));
    return Row{Cell(text_or_dash(decision, "id")),
               Cell(instant ? local_time(*instant, terminal.zone) : "-"),
               Cell(seen ? relative_time(*seen, now) : "-", Colour::dim),
               Cell(text_or_dash(decision, "directive")),
               Cell(text_or_dash(decision, "cause")),
               Cell(stands, colour_of(stands)),
               Cell(took(decision)),
               Cell(why(decision))};
}

}  // namespace

void print_diagnostics(const Terminal& terminal, const json::value& answer) {
    const auto& items = items_of(member_in(answer, "diagnostics"));
    for (const auto& item : items) {
        model::Diagnostic diagnostic;
        diagnostic.file = one_line(text_or_dash(item, "file"));
        diagnostic.line = static_cast<int>(number_in(item, "line"));
        diagnostic.column = static_cast<int>(number_in(item, "column"));
        diagnostic.severity = text_in(item, "severity") == "error"     ? model::Severity::error
                              : text_in(item, "severity") == "warning" ? model::Severity::warning
                                                                       : model::Severity::note;
        diagnostic.message = one_line(text_or_dash(item, "message"));
        diagnostic.hint = one_line(text_in(item, "hint").value_or(""));
        terminal.out << document::format_diagnostic(diagnostic);
    }
    if (const auto more = number_in(answer, "diagnostics_left_out"); more > 0) {
        terminal.out << fmt::format("and {} more: aifp check\n", more);
    }
}

std::optional<std::string> text_in(const json::value& object, std::string_view key) {
    const auto* value = member_in(object, key);
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    std::string text = value->is_string() ? std::string(value->get_string()) : json_text(*value);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

void print_list(const Terminal& terminal, const json::value& answer) {
    const WallTime now = terminal.clock.wall();
    std::vector<Row> rows;
    for (const auto& item : items_of(&answer)) {
        const auto status = text_or_dash(item, "status");
        rows.push_back(Row{Cell(text_or_dash(item, "name")),
                           Cell(status_and_reason(item), colour_of(status)),
                           due_cell(item, now),
                           Cell(text_or_dash(item, "trigger")),
                           Cell(text_or_dash(item, "action"))});
    }
    if (rows.empty()) {
        terminal.out << "no directives; put a file into directives/ (aifp init makes an example)\n"
                        "While the daemon still reads them, aifp status says \"not ready\".\n";
        return;
    }
    print_table(terminal, {"NAME", "STATUS", "NEXT", "TRIGGER", "ACTION"}, rows);
}

void print_directive(const Terminal& terminal, const json::value& answer) {
    const WallTime now = terminal.clock.wall();
    print_fact(terminal, "name", text_or_dash(answer, "name"));
    print_fact(terminal, "description", text_in(answer, "description").value_or(""));
    print_fact(terminal, "file", text_in(answer, "source_file").value_or(""));
    print_fact(terminal, "type", text_in(answer, "directive_type").value_or(""));
    print_fact(terminal, "status", status_and_reason(answer));
    if (const auto open = text_in(answer, "questions"); open && *open != "0") {
        print_fact(terminal,
                   "questions",
                   fmt::format("{} open: aifp validate {}", *open, text_or_dash(answer, "name")));
    }
    print_fact(terminal, "armed", is_true_member(answer, "armed") ? "yes" : "no");
    if (const auto due = text_in(answer, "next_due")) {
        print_fact(terminal, "next", instant_and_distance(*due, now));
    }
    if (const auto start = text_in(answer, "next_start")) {
        print_fact(terminal, "starts", instant_and_distance(*start, now));
    }
    if (const auto by = text_in(answer, "snoozed_by")) {
        print_fact(terminal, "snoozed by", *by);
    }
    if (const auto held = text_in(answer, "held"); held && *held != "0") {
        print_fact(terminal, "held back", fmt::format("{} events: aifp runs", *held));
    }
    const auto by = text_in(answer, "approved_by");
    const auto at = text_in(answer, "approved_at");
    print_fact(terminal,
               "approved",
               !is_true_member(answer, "approved")
                   ? "no"
                   : fmt::format("yes{}{}", by ? ", by " + *by : "", at ? ", at " + *at : ""));
    if (const auto* configuration = member_in(answer, "configuration_json")) {
        terminal.out << '\n' << directives::indented_json(*configuration) << '\n';
    }
    if (!items_of(member_in(answer, "diagnostics")).empty()) {
        terminal.out << '\n';
        print_diagnostics(terminal, answer);
    }
}

void print_deed(const Terminal& terminal, const json::value& answer) {
    if (const auto run = text_in(answer, "run")) {
        terminal.out << "run " << one_line(*run) << ' '
                     << one_line(text_or_dash(answer, "decision"))
                     << "; how it goes: aifp history\n";
        return;
    }
    const auto status = text_or_dash(answer, "status");
    terminal.out << one_line(text_or_dash(answer, "name")) << ": "
                 << paint(terminal, colour_of(status), one_line(status_and_reason(answer))) << ", "
                 << (is_true_member(answer, "armed") ? "armed" : "not armed") << '\n';
}

void print_history(const Terminal& terminal, const json::value& answer) {
    const WallTime now = terminal.clock.wall();
    std::vector<Row> rows;
    for (const auto& item : items_of(&answer)) {
        rows.push_back(history_row(item, terminal, now));
    }
    if (rows.empty()) {
        terminal.out << "nothing has happened yet\n";
        return;
    }
    print_table(terminal, {"ID", "TIME", "", "DIRECTIVE", "CAUSE", "RESULT", "TOOK", "WHY"}, rows);
}

void print_status(const Terminal& terminal, const json::value& answer) {
    print_fact(terminal, "project", text_or_dash(answer, "project"));
    print_fact(terminal,
               "daemon",
               fmt::format("aifpd {}, up {}, {}",
                           text_or_dash(answer, "version"),
                           rough_duration(Seconds(number_in(answer, "uptime_s"))),
                           is_true_member(answer, "ready") ? "ready" : "not ready"));
    std::vector<std::string> counts;
    const auto* by_status = member_in(answer, "directives");
    if (const auto* object = by_status != nullptr ? by_status->if_object() : nullptr) {
        for (const auto& count : *object) {
            counts.push_back(
                fmt::format("{} {}", json_text(count.value()), std::string_view(count.key())));
        }
    }
    print_fact(
        terminal,
        "directives",
        counts.empty()
            ? "none"
            : fmt::format("{}; {} armed", fmt::join(counts, ", "), number_in(answer, "armed")));
    print_fact(
        terminal,
        "runs",
        fmt::format(
            "{} running, {} queued", number_in(answer, "running"), number_in(answer, "queued")));
    const auto* store = member_in(answer, "store");
    const auto trouble = store != nullptr ? text_in(*store, "trouble") : std::nullopt;
    if (trouble && !trouble->empty()) {
        print_fact(terminal, "store", paint(terminal, Colour::red, one_line(*trouble)));
    } else if (const auto unread = text_in(answer, "store_error")) {
        print_fact(terminal, "store", one_line(*unread));
    }
    print_diagnostics(terminal, answer);
}

void print_due(const Terminal& terminal, const json::value& answer) {
    const WallTime now = terminal.clock.wall();
    std::vector<std::pair<WallTime, const json::value*>> due;
    for (const auto& item : items_of(&answer)) {
        const auto next = parse_instant(next_start_in(item).value_or(""), TimeZone::utc());
        if (next) {
            due.emplace_back(*next, &item);
        }
    }
    std::stable_sort(due.begin(), due.end(), [](const auto& left, const auto& right) {
        return left.first < right.first;
    });
    if (due.empty()) {
        terminal.out << "nothing is due by time\n";
        return;
    }
    std::vector<Row> rows;
    for (const auto& [instant, item] : due) {
        rows.push_back(Row{Cell(next_start_in(*item).value_or("-")),
                           Cell(relative_time(instant, now)),
                           Cell(text_or_dash(*item, "name")),
                           Cell(text_or_dash(*item, "trigger"))});
    }
    print_table(terminal, {"NEXT", "", "NAME", "TRIGGER"}, rows);
}

}  // namespace aifp::cli
