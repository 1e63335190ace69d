#include "cli/tool_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <vector>

#include "base/json_member.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kTarget = "/api/v1/tools";
constexpr int kSuccess = 200;
constexpr int kNotFound = 404;

json::value parsed(const std::string& text) {
    boost::system::error_code error;
    auto value = json::parse(text, error);
    return error ? json::value() : value;
}

void print_line(const Terminal& terminal, std::string_view text) {
    terminal.out << text << (text.ends_with('\n') ? "" : "\n");
}

int tell_error(const Terminal& terminal, const ApiAnswer& answer) {
    complain(terminal,
             one_line(text_in(parsed(answer.body), "error")
                          .value_or(fmt::format("the daemon answered {}", answer.status))));
    return answer.status == kNotFound ? kUsage : kFailed;
}

int print_tools(const ToolOptions& options, const Terminal& terminal, const ApiAnswer& answer) {
    if (options.json) {
        print_line(terminal, answer.body);
        return kDone;
    }
    std::vector<Row> rows;
    const auto list = parsed(answer.body);
    if (list.is_array()) {
        for (const auto& tool : list.get_array()) {
            rows.push_back({Cell(text_in(tool, "group").value_or("-")),
                            Cell(text_in(tool, "name").value_or("-")),
                            Cell(text_in(tool, "purpose").value_or("-"))});
        }
    }
    print_table(terminal, {"GROUP", "NAME", "PURPOSE"}, rows);
    return kDone;
}

bool has_succeeded(const json::value& answer) {
    const auto* success = member_in(answer, "success");
    return success == nullptr || !success->is_bool() || success->get_bool();
}

}  // namespace

int run_tool(const ToolOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    if (options.name.empty() && !options.list) {
        complain(terminal, "which tool? aifp tool --list names them");
        return kUsage;
    }
    if (!trim(options.arguments).empty() && !parsed(options.arguments).is_object()) {
        complain(terminal,
                 R"(the arguments must be one JSON object in quotes: '{"directive_id": 1}')");
        return kUsage;
    }
    ApiRequest request{"GET", std::string(kTarget), {}};
    if (!options.list) {
        request.method = "POST";
        request.target += "/" + percent_encode(options.name);
        request.body = options.arguments;
    }
    const auto answer = ask_daemon_raw(request, paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (answer->status != kSuccess) {
        return tell_error(terminal, *answer);
    }
    if (options.list) {
        return print_tools(options, terminal, *answer);
    }
    print_line(terminal, answer->body);
    return has_succeeded(parsed(answer->body)) ? kDone : kFailed;
}

void add_tool_verb(CLI::App& app, Invocation& invocation) {
    auto* verb =
        app.add_subcommand("tool", "Call a helper function and print its JSON; --list names them");
    const auto options = std::make_shared<ToolOptions>();
    auto* name = verb->add_option("NAME", options->name, "Name of the tool");
    verb->add_option("ARGUMENTS", options->arguments, R"(A JSON object: '{"directive_id": 1}')");
    verb->add_flag("--list", options->list, "What tools there are")->excludes(name);
    invocation.decide(*verb, options, run_tool);
}

}  // namespace aifp::cli
