#include "cli/propose_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/file.hpp"
#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

/// The most that limits.max_file_size can be; how much it takes the daemon says itself.
constexpr std::uint64_t kMaxText = 64 << 20;

bool is_input(const ProposeOptions& options) {
    return options.file == "-";
}

Result<std::string> text_of(const ProposeOptions& options, std::istream& input) {
    if (!is_input(options)) {
        return read_file(options.file, kMaxText);
    }
    std::string text;
    for (std::istreambuf_iterator<char> at(input), end; at != end; ++at) {
        text += *at;
        if (text.size() > kMaxText) {
            return fail(ErrorCode::invalid_input, "the input is too large");
        }
    }
    return text;
}

/// Of the file in directives/; empty: the daemon need not know.
std::string name_of_file(const ProposeOptions& options) {
    if (!options.as.empty() || is_input(options)) {
        return options.as;
    }
    return std::filesystem::path(options.file).filename().native();
}

ApiRequest request_of(const ProposeOptions& options, std::string text) {
    ApiRequest request{"POST", "/api/v1/directives"};
    if (options.dry) {
        request.target += "/validate";
    } else if (!options.replaces.empty()) {
        request.method = "PUT";
        request.target += "/" + percent_encode(options.replaces);
    }
    json::object body;
    body["text"] = std::move(text);
    if (auto name = name_of_file(options); !name.empty()) {
        body["file"] = std::move(name);
    }
    request.body = json_text(body);
    return request;
}

std::string names_in(const json::value& answer) {
    std::vector<std::string> names;
    for (const auto& name : list_member(answer, "directives")) {
        names.push_back(name.is_string() ? one_line(name.get_string()) : "?");
    }
    return names.empty() ? "no directive" : join(names, ", ");
}

std::string field(const json::value& answer, std::string_view key) {
    return one_line(text_in(answer, key).value_or("-"));
}

void print_verdict(const Terminal& terminal, const json::value& answer) {
    print_diagnostics(terminal, answer);
    for (const auto& question : list_member(answer, "questions")) {
        terminal.out << "open: " << field(question, "text") << '\n';
    }
    terminal.out << names_in(answer) << ": "
                 << (is_true_member(answer, "valid") ? paint(terminal, Colour::green, "valid")
                                                     : paint(terminal, Colour::red, "not valid"))
                 << '\n';
}

void print_proposal(const Terminal& terminal,
                    const ProposeOptions& options,
                    const json::value& answer) {
    if (options.replaces.empty()) {
        terminal.out << fmt::format(
            "{}: {} waits for a yes\n", field(answer, "file"), names_in(answer));
    } else {
        terminal.out << fmt::format("{}: another text is proposed\n", field(answer, "name"));
    }
    terminal.out << field(answer, "next_step") << '\n';
}

}  // namespace

int run_propose(const ProposeOptions& options,
                const ProjectPaths& paths,
                const Terminal& terminal,
                std::istream& input) {
    if (is_input(options) && options.as.empty() && options.replaces.empty() && !options.dry) {
        complain(terminal, "how is the new file to be called? aifp propose - --as lamp.yaml");
        return kUsage;
    }
    auto text = text_of(options, input);
    if (!text) {
        complain(terminal, text.error().detail());
        return kUsage;
    }
    const auto answer =
        request_daemon(request_of(options, std::move(*text)), paths, terminal, kApiTimeout);
    const int code = print_answer(answer, options.json, terminal, [&] {
        if (options.dry) {
            print_verdict(terminal, *answer);
        } else {
            print_proposal(terminal, options, *answer);
        }
    });
    const bool is_wrong = answer && options.dry && !is_true_member(*answer, "valid");
    return is_wrong ? kFailed : code;
}

void add_propose_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "propose", "Hand in a directive as a text; it runs after a yes (aifp approve)");
    const auto options = std::make_shared<ProposeOptions>();
    verb->add_option("FILE", options->file, "What holds the text; - for the input")->required();
    auto* replaces = verb->add_option(
        "--replaces", options->replaces, "The directive that is to have this text from now on");
    verb->add_option("--as",
                     options->as,
                     "Name of the new file in directives/ (default: that of FILE); its suffix "
                     "says which form the text has");
    verb->add_flag("--dry", options->dry, "Only tell its mistakes; nothing is kept")
        ->excludes(replaces);
    invocation.decide(
        *verb, options, [](const auto& read, const auto& paths, const auto& terminal) {
            return run_propose(read, paths, terminal, std::cin);
        });
}

}  // namespace aifp::cli
