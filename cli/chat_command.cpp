#include "cli/chat_command.hpp"

#include <fmt/format.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/json_member.hpp"
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
constexpr std::chrono::hours kTurnLimit{25};  // the daemon ends it before: chat.timeout

json::value parsed(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error);
    return error ? json::value() : value;
}

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
        } else if (event == "text" && !options_.json) {
            terminal_.out << printable(text_in(data, "text").value_or("")) << std::flush;
            has_text_ = true;
        } else if (event == "tool") {
            end_line();
            terminal_.err << paint(
                                 terminal_,
                                 Colour::dim,
                                 fmt::format("[{}]", one_line(text_in(data, "name").value_or("-"))))
                          << std::endl;
        } else if (event == "done") {
            finish(data);
        } else if (event == "error") {
            end_line();
            complain(terminal_, one_line(text_in(data, "error").value_or("it failed")));
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return is_done_; }
    [[nodiscard]] const std::string& conversation() const noexcept { return conversation_; }

private:
    void end_line() {
        if (std::exchange(has_text_, false)) {
            terminal_.out << std::endl;
        }
    }

    void finish(const json::value& data) {
        is_done_ = true;
        if (options_.json) {
            terminal_.out << json::serialize(data) << std::endl;
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
    bool has_text_ = false;
    bool is_done_ = false;
};

int tell_refusal(std::istream& stream, const Terminal& terminal) {
    std::string line;
    std::string error = "the daemon refused";
    while (std::getline(stream, line)) {
        if (const auto said = text_in(parsed(trim(line)), "error")) {
            error = *said;
            break;
        }
    }
    complain(terminal, one_line(error));
    return kFailed;
}

/// Says something and prints what comes; `conversation` is the one it belongs to then. Events are
/// lines "event: NAME" and "data: JSON"; chunk sizes between them are passed over.
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
    const auto sent = json::serialize(body);
    boost::asio::local::stream_protocol::iostream stream;
    stream.connect(boost::asio::local::stream_protocol::endpoint(find_socket(paths).native()));
    stream.expires_after(kTurnLimit);
    stream << fmt::format(
                  "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Connection: close\r\nContent-Length: {}\r\n\r\n{}",
                  kTarget,
                  sent.size(),
                  sent)
           << std::flush;
    std::string line;
    std::getline(stream, line);
    if (line.find(" 200 ") == std::string::npos) {
        return tell_refusal(stream, terminal);
    }
    TurnPrinter printer(options, terminal);
    constexpr std::string_view kEvent = "event: ";
    constexpr std::string_view kData = "data: ";
    std::string event;
    bool has_failed = false;
    while (!printer.is_done() && !has_failed && std::getline(stream, line)) {
        if (line.starts_with(kEvent)) {
            event = trim(line.substr(kEvent.size()));
        } else if (line.starts_with(kData)) {
            printer.tell(event, parsed(std::string_view(line).substr(kData.size())));
            has_failed = event == "error";
        }
    }
    // One whose first turn came to nothing is not kept: there is none to go on with.
    if (printer.is_done() && !printer.conversation().empty()) {
        conversation = printer.conversation();
    }
    if (!printer.is_done() && !has_failed) {
        complain(terminal, "the daemon's answer broke off");
    }
    return printer.is_done() ? kDone : kFailed;
}

int print_list(const ChatOptions& options, const json::value& list, const Terminal& terminal) {
    if (options.json) {
        terminal.out << json::serialize(list) << "\n";
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

int show_before(const std::string& conversation,
                const ProjectPaths& paths,
                const Terminal& terminal) {
    const auto shown =
        ask_daemon(fmt::format("{}/{}", kRoute, percent_encode(conversation)), paths, terminal);
    if (!shown) {
        return shown.error();
    }
    for (const auto& message : list_member(*shown, "messages")) {
        const auto role = text_in(message, "role").value_or("");
        const auto text = text_in(message, "text").value_or("");
        if (role != "tool" && !text.empty()) {
            terminal.out << (role == "user" ? "> " : "") << printable(text) << "\n";
        }
    }
    return kDone;
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
    if (!options.forget.empty()) {
        const auto target = fmt::format("{}/{}", kTarget, percent_encode(options.forget));
        const auto gone = request_daemon({"DELETE", target}, paths, terminal, kApiTimeout);
        return gone ? kDone : gone.error();
    }
    auto conversation = options.conversation;
    if (!conversation.empty()) {
        if (const int code = show_before(conversation, paths, terminal); code != kDone) {
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
