#include "agents/chat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "agents/toolset.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "prompts/utf8.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kTitleBytes = 80;
constexpr std::size_t kMaxListed = 100;

Error no_such(const std::string& conversation) {
    return {ErrorCode::not_found,
            fmt::format("there is no conversation {}; aifp chat --list names them",
                        truncate_utf8(conversation, 64))};
}

std::string title_of(std::string_view text) {
    const auto line = trim(text.substr(0, text.find('\n')));
    const auto cut = truncate_utf8(line, kTitleBytes);
    return cut.size() < line.size() ? fmt::format("{}\u2026", cut) : std::string(cut);
}

ExchangeLimits limits_of(const config::Chat& settings) {
    ExchangeLimits limits;
    limits.max_rounds = static_cast<int>(settings.max_rounds);
    limits.max_tokens = settings.max_tokens;
    return limits;
}

/// What a person reads about an end that is no answer.
std::string note_of(Ended ended, const ExchangeLimits& limits) {
    const std::string_view setting = ended == Ended::rounds   ? "max_rounds"
                                     : ended == Ended::tokens ? "max_tokens"
                                                              : "";
    auto note = describe(ended, limits);
    if (!setting.empty()) {
        note += fmt::format("; say \"go on\", or raise chat.{} in engine.yaml", setting);
    }
    return note;
}

json::object view_of(const storage::ConversationRow& row) {
    json::object view;
    view["id"] = row.id;
    view["title"] = row.title;
    view["started_by"] = row.started_by;
    view["created_at"] = format_rfc3339(row.created_at, TimeZone::utc());
    view["updated_at"] = format_rfc3339(row.updated_at, TimeZone::utc());
    view["messages"] = row.messages;
    view["tokens"] = row.input_tokens + row.output_tokens;
    return view;
}

json::object view_of(const storage::ConversationMessage& row) {
    json::object view;
    view["role"] = row.role;
    view["text"] = row.text;
    if (!row.tool_calls_json.empty()) {
        boost::system::error_code error;
        auto calls = json::parse(row.tool_calls_json, error);
        view["tool_calls"] = error ? json::value(json::array()) : std::move(calls);
    }
    if (row.role == "tool") {
        view["tool_call_id"] = row.tool_call_id;
        view["is_error"] = row.is_error;
    }
    return view;
}

/// Runs `look` on the reading thread and hands on what it gave.
void read_and_answer(storage::Store& store,
                     std::function<Result<json::value>(storage::Database&)> look,
                     ChatDone done) {
    auto result = std::make_shared<Result<json::value>>(json::value());
    store.read(
        [result, look = std::move(look)](storage::Database& database) { *result = look(database); },
        [result, done = std::move(done)](const Status& read) {
            done(read ? std::move(*result) : fail(read.error()));
        });
}

}  // namespace

/// One turn: what was said before is read, the agent runs, what came of it is stored.
class Chat::Turn : public std::enable_shared_from_this<Turn> {
public:
    Turn(const AgentServices& services,
         const helpers::ProjectParts& parts,
         const config::Chat& settings,
         ChatMessage message,
         ChatEvents events,
         ChatDone done)
        : services_(services),
          parts_(parts),
          settings_(settings),
          message_(std::move(message)),
          events_(std::move(events)),
          done_(std::move(done)),
          is_new_(message_.conversation.empty()) {
        if (is_new_) {
            message_.conversation = random_hex(kIdBytes);
        }
    }

    [[nodiscard]] const std::string& conversation() const { return message_.conversation; }

    void begin() {
        if (is_new_) {
            run({});
            return;
        }
        auto rows = std::make_shared<std::vector<storage::ConversationMessage>>();
        auto is_known = std::make_shared<bool>(false);
        parts_.store.read(
            [rows, is_known, id = message_.conversation](storage::Database& database) {
                *is_known = storage::find_conversation(database, id).has_value();
                *rows = storage::load_messages(database, id);
            },
            [self = shared_from_this(), rows, is_known](const Status& read) {
                if (!read || !*is_known) {
                    self->finish(fail(read ? no_such(self->message_.conversation) : read.error()));
                } else if (rows->size() >= kMaxMessages) {
                    self->finish(fail(ErrorCode::conflict,
                                      "this conversation has become too long; begin a new one"));
                } else {
                    self->run(messages_of(*rows));
                }
            });
    }

    void stop() {
        is_stopped_ = true;
        if (stop_agent_) {
            std::exchange(stop_agent_, nullptr)();
        }
    }

private:
    void tell(std::string_view event, json::object data) const {
        if (events_ && done_) {
            events_(event, std::move(data));
        }
    }

    void run(std::vector<prompts::Message> before) {
        if (is_stopped_) {
            finish(fail(ErrorCode::cancelled, "stopped before it ended"));
            return;
        }
        json::object opened;
        opened["id"] = message_.conversation;
        if (const auto model = services_.model_name()) {
            opened["provider"] = model->provider;
            opened["model"] = model->model;
        }
        tell("conversation", std::move(opened));
        prompts::Message said;
        said.role = prompts::Role::user;
        said.text = message_.text;
        before.push_back(said);
        AgentTask task("chat");
        task.draft.conversation = newest_part(std::move(before), settings_.history);
        task.draft.session = message_.conversation;
        task.tools = chat_tools(parts_, message_.who + " (chat)");
        task.limits = limits_of(settings_);
        task.max_time = settings_.timeout;
        listen(task.events);
        auto stop =
            run_agent(services_, std::move(task), [self = shared_from_this()](AgentResult result) {
                self->stop_agent_ = nullptr;
                self->store(std::move(result));
            });
        if (done_ && !is_storing_) {
            stop_agent_ = std::move(stop);
        }
    }

    void listen(AgentEvents& events) {
        const auto weak = weak_from_this();
        if (message_.streams) {
            events.text = [weak](std::string_view piece) {
                if (const auto self = weak.lock()) {
                    json::object data;
                    data["text"] = piece;
                    self->tell("text", std::move(data));
                }
            };
        }
        events.calling = [weak](const prompts::ToolCall& call) {
            if (const auto self = weak.lock()) {
                json::object data;
                data["name"] = call.name;
                data["arguments"] = call.arguments;
                self->tell("tool", std::move(data));
            }
        };
        events.called = [weak](const prompts::ToolCall& call, const ToolOutcome& outcome) {
            if (const auto self = weak.lock()) {
                json::object data;
                data["name"] = call.name;
                data["ok"] = !outcome.is_error;
                self->tell("tool_result", std::move(data));
            }
        };
    }

    // A question that nobody answered is not kept, unless tools were called meanwhile.
    void store(AgentResult result) {
        is_storing_ = true;
        if (result.error && result.added.empty()) {
            finish(fail(std::move(*result.error)));
            return;
        }
        storage::ConversationRow row;
        row.id = message_.conversation;
        row.title = title_of(message_.text);
        row.started_by = message_.who;
        row.created_at = row.updated_at = parts_.clock.wall();
        row.input_tokens = result.usage.input_tokens;
        row.output_tokens = result.usage.output_tokens;
        prompts::Message said;
        said.role = prompts::Role::user;
        said.text = message_.text;
        std::vector<prompts::Message> turn{std::move(said)};
        turn.insert(turn.end(), result.added.begin(), result.added.end());
        parts_.store.write(
            [row, messages = rows_of(turn)](storage::Database& database) {
                storage::append_turn(database, row, messages);
            },
            [self = shared_from_this(), result = std::move(result)](const Status& written) {
                if (result.error) {
                    self->finish(fail(*result.error));
                } else if (!written) {
                    self->finish(fail(written.error().with_context("keeping the conversation")));
                } else {
                    self->finish(self->answer_of(result));
                }
            });
    }

    [[nodiscard]] json::value answer_of(const AgentResult& result) const {
        json::object answer;
        answer["conversation"] = message_.conversation;
        answer["text"] = result.text;
        answer["ended"] = name_of(result.ended);
        if (auto note = note_of(result.ended, limits_of(settings_)); !note.empty()) {
            answer["note"] = std::move(note);
        }
        answer["model"] = result.model.model;
        answer["tokens"] = result.usage.input_tokens + result.usage.output_tokens;
        answer["requests"] = result.rounds;
        return answer;
    }

    void finish(Result<json::value> result) {
        if (auto done = std::exchange(done_, nullptr)) {
            done(std::move(result));
        }
    }

    AgentServices services_;
    const helpers::ProjectParts& parts_;
    config::Chat settings_;
    ChatMessage message_;
    ChatEvents events_;
    ChatDone done_;
    bool is_new_;
    bool is_stopped_ = false;
    bool is_storing_ = false;
    std::function<void()> stop_agent_;
};

Chat::Chat(const AgentServices& services,
           const helpers::ProjectParts& parts,
           std::function<config::Chat()> settings)
    : services_(services), parts_(parts), settings_(std::move(settings)) {}

std::function<void()> Chat::say(ChatMessage message, ChatEvents events, ChatDone done) {
    // What is a secret is not kept with the conversation either.
    message.text = prompts::well_formed(std::move(message.text));
    if (services_.redact) {
        message.text = services_.redact(std::move(message.text));
    }
    std::erase_if(turns_, [](const auto& turn) { return turn.second.expired(); });
    std::optional<Error> refused;
    if (trim(message.text).empty()) {
        refused = Error(ErrorCode::invalid_input, "nothing was said");
    } else if (message.text.size() > kMaxText) {
        refused = Error(ErrorCode::invalid_input,
                        fmt::format("at most {} KiB may be said at once", kMaxText >> 10));
    } else if (turns_.contains(message.conversation)) {
        refused = Error(ErrorCode::conflict, "this conversation is waiting for its answer");
    } else if (turns_.size() >= kMaxTurns) {
        refused = Error(ErrorCode::busy,
                        fmt::format("{} conversations are waiting for an answer", kMaxTurns));
    }
    if (refused) {
        done(fail(std::move(*refused)));
        return [] {};
    }
    auto turn = std::make_shared<Turn>(
        services_, parts_, settings_(), std::move(message), std::move(events), std::move(done));
    turns_[turn->conversation()] = turn;
    turn->begin();
    return [weak = std::weak_ptr(turn)] {
        if (const auto self = weak.lock()) {
            self->stop();
        }
    };
}

void Chat::list(ChatDone done) const {
    read_and_answer(
        parts_.store,
        [](storage::Database& database) {
            json::array all;
            for (const auto& row : storage::load_conversations(database, kMaxListed)) {
                all.push_back(view_of(row));
            }
            return Result<json::value>(std::move(all));
        },
        std::move(done));
}

void Chat::show(const std::string& conversation, ChatDone done) const {
    read_and_answer(
        parts_.store,
        [conversation](storage::Database& database) -> Result<json::value> {
            const auto row = storage::find_conversation(database, conversation);
            if (!row) {
                return fail(no_such(conversation));
            }
            auto view = view_of(*row);
            json::array messages;
            for (const auto& message : storage::load_messages(database, conversation)) {
                messages.push_back(view_of(message));
            }
            view["messages"] = std::move(messages);
            return json::value(std::move(view));
        },
        std::move(done));
}

void Chat::remove(const std::string& conversation, ChatDone done) {
    const auto turn = turns_.find(conversation);
    if (turn != turns_.end() && !turn->second.expired()) {
        done(fail(ErrorCode::conflict, "this conversation is waiting for its answer"));
        return;
    }
    auto was_there = std::make_shared<bool>(false);
    parts_.store.write(
        [was_there, conversation](storage::Database& database) {
            *was_there = storage::remove_conversation(database, conversation);
        },
        [was_there, conversation, done = std::move(done)](const Status& written) {
            if (!written || !*was_there) {
                done(fail(written ? no_such(conversation) : written.error()));
                return;
            }
            json::object answer;
            answer["removed"] = conversation;
            done(json::value(std::move(answer)));
        });
}

void Chat::stop_all() {
    for (const auto& [conversation, weak] : std::exchange(turns_, {})) {
        if (const auto turn = weak.lock()) {
            turn->stop();
        }
    }
}

}  // namespace aifp::agents
