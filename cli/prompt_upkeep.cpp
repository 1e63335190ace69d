#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "cli/api_client.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/prompt_command.hpp"
#include "cli/table.hpp"

// The verbs of `aifp prompt` that are not about what one request holds.
namespace aifp::cli {
namespace {

namespace json = boost::json;

/// How much it takes the daemon says itself; this only bounds what is read.
constexpr std::uint64_t kMaxFile = 64 << 20;

std::string field(const json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

void print_usage(const Terminal& terminal, const json::value& answer) {
    const auto budget = field(answer, "budget");
    terminal.out << fmt::format("{}: {} tokens, {}\n",
                                field(answer, "month"),
                                field(answer, "spent"),
                                budget == "0" ? "no limit is set (llm.monthly_token_budget)"
                                              : fmt::format("of {}", budget));
    std::vector<Row> rows;
    for (const auto& use : list_member(answer, "uses")) {
        rows.push_back({Cell(field(use, "month")),
                        Cell(field(use, "provider")),
                        Cell(field(use, "model")),
                        Cell(field(use, "requests")),
                        Cell(field(use, "input_tokens")),
                        Cell(field(use, "cached_tokens")),
                        Cell(field(use, "output_tokens"))});
    }
    if (!rows.empty()) {
        print_table(terminal,
                    {"MONTH", "PROVIDER", "MODEL", "REQUESTS", "INPUT", "CACHED", "OUTPUT"},
                    rows);
    }
}

}  // namespace

int run_prompt_usage(const PromptOptions& options,
                     const ProjectPaths& paths,
                     const Terminal& terminal) {
    const auto answer = ask_daemon("prompts/usage", paths, terminal);
    return print_answer(answer, options.json, terminal, [&] { print_usage(terminal, *answer); });
}

int run_prompt_upload(const PromptOptions& options,
                      const ProjectPaths& paths,
                      const Terminal& terminal) {
    const auto content = read_file(options.upload, kMaxFile);
    if (!content) {
        complain(terminal, content.error().detail());
        return kUsage;
    }
    json::object body;
    body["name"] =
        options.as.empty() ? std::filesystem::path(options.upload).filename().native() : options.as;
    body["content_base64"] = base64_encode(*content);
    const auto answer = tell_daemon("prompts/files", json_text(body), paths, terminal);
    return print_answer(answer, options.json, terminal, [&] {
        terminal.out << fmt::format("{}: {} bytes, {}\n",
                                    field(*answer, "persistent_path"),
                                    field(*answer, "size"),
                                    field(*answer, "mime_type"));
    });
}

}  // namespace aifp::cli
