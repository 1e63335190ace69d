#include "cli/chat_command.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kRoute = "chat";
constexpr std::string_view kTarget = "/api/v1/chat";

/// Text of anybody on a terminal: lines stay, what steers a terminal does not.
std::string printable(std::string_view text) {
    std::string shown;
    for (const auto line : split(text, '\n')) {
        shown += (shown.empty() && line.data() == text.data() ? "" : "\n") + one_line(line);
    }
    return shown;
}

/// One turn, told as its events come.
class TurnPrinter {
public:
    TurnPrinter(const ChatOptions& options, const Terminal& terminal)
        : options_(options), terminal_(terminal) {}

    void tell(std::string_view event, const json::value& data) {
        if (event == "conversation") {
            conversation_ = text_in(data, "id").value_or("");
            ai_ = ai_of(data);
            awaited_ = ai_;
        } else if (event == "text" && !options_.json) {
            terminal_.out << printable(text_in(data, "text").value_or("")) << std::flush;
            has_text_ = true;
        } else if (event == "tool") {
            const auto name = one_line(text_in(data, "name").value_or("-"));
            awaited_ = "the tool " + name;
            remark(fmt::format("[{}]", name));
        } else if (event == "tool_result") {
            awaited_ = ai_;
        } else if (event == "done") {
            finish(data);
        } else if (event == "error") {
            end_line();
            complain(terminal_, one_line(text_in(data, "error").value_or("it failed")));
        }
    }

    /// Only where a person watches: a script has no use for it.
    void tell_silence(Milliseconds silence) {
        if (terminal_.is_watched) {
            remark(fmt::format(
                "waiting for {} ({}); Ctrl-C stops it", awaited_, format_duration(silence)));
        }
    }

    /// What a person does not see by himself.
    void tell_end(TurnEnd end) {
        if (end == TurnEnd::stopped) {
            end_line();
            complain(terminal_, "stopped: the AI is asked nothing more");
        } else if (end == TurnEnd::broken) {
            end_line();
            complain(terminal_, "the daemon's answer broke off");
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return is_done_; }
    [[nodiscard]] const std::string& conversation() const noexcept { return conversation_; }

private:
    // "anthropic (claude-x)"
    static std::string ai_of(const json::value& data) {
        const auto provider = text_in(data, "provider");
        return provider ? fmt::format("{} ({})",
                                      one_line(*provider),
                                      one_line(text_in(data, "model").value_or("-")))
                        : "the AI";
    }

    void remark(const std::string& text) {
        end_line();
        terminal_.err << paint(terminal_, Colour::dim, text) << std::endl;
    }

    void end_line() {
        if (std::exchange(has_text_, false)) {
            terminal_.out << std::endl;
        }
    }

    void finish(const json::value& data) {
        is_done_ = true;
        if (options_.json) {
            terminal_.out << json_text(data) << std::endl;
            return;
        }
        end_line();
        if (const auto note = text_in(data, "note")) {
            complain(terminal_, one_line(*note));
        }
    }

    const ChatOptions& options_;
    const Terminal& terminal_;
    std::string conversation_;
    std::string ai_ = "the AI";
    std::string awaited_ = "the daemon";
    bool has_text_ = false;
    bool is_done_ = false;
};

/// Says something and prints what comes; `conversation` is the one it belongs to then.
int say(const std::string& text,
        std::string& conversation,
        const ChatOptions& options,
        const ProjectPaths& paths,
        const Terminal& terminal) {
    json::object body;
    body["message"] = text;
    if (!conversation.empty()) {
        body["conversation"] = conversation;
    }
    TurnPrinter printer(options, terminal);
    TurnListener listener;
    listener.event = [&printer](std::string_view event, const json::value& data) {
        printer.tell(event, data);
    };
    listener.silent = [&printer](Milliseconds silence) { printer.tell_silence(silence); };
    const auto end = blocking_turn(find_socket(paths), json_text(body), listener, options.patience);
    if (!end) {
        complain(terminal, one_line(end.error().detail()));
        return kFailed;
    }
    // One whose first turn came to nothing is not kept: there is none to go on with.
    if (printer.is_done() && !printer.conversation().empty()) {
        conversation = printer.conversation();
    }
    printer.tell_end(*end);
    return printer.is_done() ? kDone : kFailed;
}

int print_list(const ChatOptions& options, const json::value& list, const Terminal& terminal) {
    if (options.json) {
        terminal.out << json_text(list) << "\n";
        return kDone;
    }
    std::vector<Row> rows;
    for (const auto& one : list.is_array() ? list.get_array() : json::array()) {
        rows.push_back({Cell(text_in(one, "id").value_or("-")),
                        Cell(text_in(one, "updated_at").value_or("-")),
                        Cell(one_line(text_in(one, "title").value_or("-")))});
    }
    print_table(terminal, {"ID", "LAST", "BEGAN WITH"}, rows);
    return kDone;
}

/// What was said in a conversation.
int show(const std::string& conversation,
         bool as_json,
         const ProjectPaths& paths,
         const Terminal& terminal) {
    const auto shown =
        ask_daemon(fmt::format("{}/{}", kRoute, percent_encode(conversation)), paths, terminal);
    return print_answer(shown, as_json, terminal, [&] {
        for (const auto& message : list_member(*shown, "messages")) {
            const auto role = text_in(message, "role").value_or("");
            const auto text = text_in(message, "text").value_or("");
            if (role != "tool" && !text.empty()) {
                terminal.out << (role == "user" ? "> " : "") << printable(text) << "\n";
            }
        }
    });
}

}  // namespace

int run_ask(const ChatOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    if (trim(options.text).empty()) {
        complain(terminal, "ask what? aifp ask \"Why did the lamp not go on?\"");
        return kUsage;
    }
    if (const auto there = ask_daemon(kRoute, paths, terminal); !there) {
        return there.error();
    }
    auto conversation = options.conversation;
    return say(options.text, conversation, options, paths, terminal);
}

int run_chat(const ChatOptions& options,
             const ProjectPaths& paths,
             const Terminal& terminal,
             std::istream& input) {
    const auto list = ask_daemon(kRoute, paths, terminal);
    if (!list) {
        return list.error();
    }
    if (options.list) {
        return print_list(options, *list, terminal);
    }
    if (!options.show.empty()) {
        return show(options.show, options.json, paths, terminal);
    }
    if (!options.forget.empty()) {
        const auto target = fmt::format("{}/{}", kTarget, percent_encode(options.forget));
        const auto gone = request_daemon({"DELETE", target}, paths, terminal, kApiTimeout);
        return gone ? kDone : gone.error();
    }
    auto conversation = options.conversation;
    if (!conversation.empty()) {
        if (const int code = show(conversation, false, paths, terminal); code != kDone) {
            return code;
        }
    }
    int code = kDone;
    std::string line;
    const bool is_asking = terminal.width > 0;
    while (terminal.out << (is_asking ? "> " : "") << std::flush, std::getline(input, line)) {
        const auto text = trim(line);
        if (text == "exit" || text == "quit") {
            break;
        }
        if (!text.empty()) {
            code = say(std::string(text), conversation, options, paths, terminal);
        }
    }
    if (!conversation.empty()) {
        terminal.err << fmt::format("aifp chat --resume {} goes on with this conversation\n",
                                    conversation);
    }
    return code;
}

}  // namespace aifp::cli
