#include "cli/validate_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <iostream>
#include <memory>
#include <set>
#include <tl/expected.hpp>
#include <utility>

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

constexpr int kMaxTries = 3;  // of one question in a row

std::string field(const json::value& object, std::string_view key) {
    return text_in(object, key).value_or("");
}

/// One conversation about one directive.
class Asking {
public:
    Asking(const ValidateOptions& options,
           const ProjectPaths& paths,
           const Terminal& terminal,
           std::istream& input)
        : options_(options), paths_(paths), terminal_(terminal), input_(input) {}

    int run() {
        const auto target = fmt::format("directives/{}/questions", percent_encode(options_.name));
        auto view = options_.forget ? forget() : ask_daemon(target, paths_, terminal_);
        if (!view) {
            return view.error();
        }
        if (options_.forget) {
            return finish(*view);
        }
        if (!options_.answers.empty()) {
            return send_given();
        }
        if (options_.json) {
            return finish(*view);
        }
        while (const auto* question = next_question(*view)) {
            auto answered = ask(*question);
            if (!answered) {
                return answered.error();
            }
            if (answered->is_null()) {
                break;  // the input has ended
            }
            if (answered->is_object()) {
                view = std::move(*answered);
            }
        }
        return finish(*view);
    }

private:
    tl::expected<json::value, int> forget() const {
        const ApiRequest request{
            "DELETE", fmt::format("/api/v1/directives/{}/answers", percent_encode(options_.name))};
        return request_daemon(request, paths_, terminal_, kApiTimeout);
    }

    /// The first one that was not skipped.
    const json::value* next_question(const json::value& view) const {
        for (const auto& question : list_member(view, "questions")) {
            if (!skipped_.contains(field(question, "id"))) {
                return &question;
            }
        }
        return nullptr;
    }

    void show(const json::value& question) const {
        const auto options = list_member(question, "options");
        const auto fallback = field(question, "default");
        terminal_.out << fmt::format("{} ({}, {})\n",
                                     one_line(field(question, "text")),
                                     field(question, "group"),
                                     field(question, "priority"));
        if (!field(question, "rule").empty()) {
            terminal_.out << "  " << one_line(field(question, "rule")) << '\n';
        }
        for (const auto& option : options) {
            terminal_.out << "  - " << one_line(option.is_string() ? option.get_string() : "")
                          << '\n';
        }
        terminal_.out << (fallback.empty() ? "> " : fmt::format("[{}] > ", one_line(fallback)))
                      << std::flush;
    }

    /// The next view; an empty text when it was skipped; null at the end of the input.
    tl::expected<json::value, int> ask(const json::value& question) {
        const auto id = field(question, "id");
        const auto fallback = field(question, "default");
        for (int tries = 0; tries < kMaxTries; ++tries) {
            show(question);
            std::string line;
            if (!std::getline(input_, line)) {
                terminal_.out << '\n';
                return json::value();
            }
            std::string answer(trim(line));
            answer = answer.empty() ? fallback : answer;
            if (answer.empty()) {
                break;
            }
            json::object given;
            given[id] = answer;
            auto view = send(std::move(given));
            if (view || view.error() != kFailed) {
                return view;
            }
        }
        skipped_.insert(id);
        return json::value("");
    }

    int send_given() {
        json::object given;
        for (const auto& answer : options_.answers) {
            const auto equals = answer.find('=');
            if (equals == std::string::npos || equals == 0) {
                complain(terminal_,
                         fmt::format("{} is no answer; write --answer ID=VALUE", answer));
                return kUsage;
            }
            given[trim(answer.substr(0, equals))] = answer.substr(equals + 1);
        }
        auto sent = send(std::move(given));
        if (!sent) {
            return sent.error();
        }
        const int code = finish(*sent);
        return refused(*sent) ? kFailed : code;
    }

    tl::expected<json::value, int> send(json::object given) {
        json::object body;
        body["answers"] = std::move(given);
        const auto target = fmt::format("directives/{}/answers", percent_encode(options_.name));
        return tell_daemon(target, json_text(body), paths_, terminal_);
    }

    /// Tells what was refused; whether something was.
    bool refused(const json::value& view) const {
        const auto* found = member_in(view, "refused");
        if (found == nullptr || !found->is_object()) {
            return false;
        }
        for (const auto& member : found->get_object()) {
            complain(terminal_,
                     fmt::format(
                         "{}: {}",
                         std::string_view(member.key()),
                         one_line(member.value().is_string() ? member.value().get_string().c_str()
                                                             : "refused")));
        }
        return !found->get_object().empty();
    }

    int finish(const json::value& view) const {
        std::size_t critical = 0;
        for (const auto& question : list_member(view, "questions")) {
            critical += field(question, "priority") == "critical" ? 1 : 0;
        }
        if (options_.json) {
            terminal_.out << json_text(view) << '\n';
        } else {
            const auto open = list_member(view, "questions").size();
            terminal_.out << fmt::format(
                "{}: {}, {}\n",
                options_.name,
                field(view, "status"),
                open == 0 ? paint(terminal_, Colour::green, "no question is open")
                          : fmt::format("{} open, {} of them critical", open, critical));
        }
        return critical == 0 ? kDone : kFailed;
    }

    const ValidateOptions& options_;
    const ProjectPaths& paths_;
    const Terminal& terminal_;
    std::istream& input_;
    std::set<std::string> skipped_;
};

}  // namespace

int run_validate(const ValidateOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal,
                 std::istream& input) {
    return Asking(options, paths, terminal, input).run();
}

void add_validate_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "validate", "Answer what a directive leaves open; without --answer it asks");
    const auto options = std::make_shared<ValidateOptions>();
    verb->add_option("NAME", options->name, "Name or id of a directive")->required();
    verb->add_option("--answer", options->answers, "ID=VALUE; may be given several times")
        ->expected(1)
        ->take_all();
    verb->add_flag("--forget", options->forget, "Take all answers back, whoever gave them");
    invocation.decide(
        *verb, options, [](const auto& read, const auto& paths, const auto& terminal) {
            return run_validate(read, paths, terminal, std::cin);
        });
}

}  // namespace aifp::cli
