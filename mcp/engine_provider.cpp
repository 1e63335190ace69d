#include "mcp/engine_provider.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "base/in_turns.hpp"
#include "base/json_text.hpp"
#include "helpers/schema.hpp"
#include "mcp/envelope.hpp"
#include "storage/database.hpp"

namespace aifp::mcp {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::size_t kHashesPerTurn = 200;

// "get_execution_stats" -> "Get execution stats"
std::string title_of(std::string_view name) {
    std::string title(name);
    for (char& c : title) {
        c = c == '_' ? ' ' : c;
    }
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    }
    return title;
}

Hints hints_of(const helpers::Hints& hints) {
    return Hints{hints.read_only, hints.destructive, hints.idempotent, hints.open_world};
}

bool has_object_root(std::string_view schema) {
    boost::system::error_code error;
    const auto root = json::parse({schema.data(), schema.size()}, error);
    const auto* object = error ? nullptr : root.if_object();
    return object != nullptr && find_text(*object, "type") == "object";
}

}  // namespace

ToolAnswer tool_error(const std::string& text) {
    json::object block;
    block["type"] = "text";
    block["text"] = text;
    ToolAnswer answer;
    answer.content.push_back(std::move(block));
    answer.is_error = true;
    return answer;
}

ToolAnswer tool_answer(const json::value& json) {
    auto answer = tool_error(json_text(json));
    answer.is_error = helpers::is_refusal(json);
    if (!answer.is_error) {
        answer.structured = json;
    }
    return answer;
}

ToolInfo tool_info(const helpers::Tool& tool) {
    ToolInfo info;
    info.name = tool.name;
    info.title = title_of(tool.name);
    info.description = tool.purpose;
    info.input_schema = tool.parameters;
    info.output_schema = tool.result;
    info.output_is_object = has_object_root(tool.result);
    info.hints = hints_of(tool.hints);
    return info;
}

ToolInfo tool_info(const helpers::ProjectTool& tool) {
    ToolInfo info;
    info.name = tool.name;
    info.title = title_of(tool.name);
    info.description = tool.purpose;
    info.input_schema = tool.parameters;
    info.output_schema = tool.result;
    info.hints = hints_of(tool.hints);
    return info;
}

EngineProvider::EngineProvider(boost::asio::io_context& loop, helpers::ProjectParts parts)
    : parts_(std::move(parts)), look_timer_(loop) {
    about_.name = "aifp";
    about_.title = "AIFP Engine";
    about_.version = parts_.version;
    about_.instructions = project_instructions(parts_.scopes) + parts_.notice;
    add_tools();
}

// What is outside the scopes is not even listed.
void EngineProvider::add_tools() {
    for (const auto& tool : helpers::tools()) {
        if (parts_.may(tool.scope)) {
            tools_.push_back(tool_info(tool));
        }
    }
    for (const auto& tool : helpers::project_tools()) {
        if (parts_.may(tool.scope)) {
            tools_.push_back(tool_info(tool));
        }
    }
}

Offer EngineProvider::offer() const {
    Offer offer;
    offer.logging = false;
    offer.resources_change = true;
    offer.subscribe = true;
    return offer;
}

void EngineProvider::call_tool(const CallPtr& call,
                               const std::string& name,
                               json::object arguments,
                               Answer<ToolAnswer, InputNeeded> answer) {
    const auto caller = caller_of(call->peer());
    for (const auto& tool : helpers::project_tools()) {
        if (tool.name == name) {
            call_project_tool(tool, caller, std::move(arguments), std::move(answer));
            return;
        }
    }
    parts_.toolbox.call(
        name, std::move(arguments), caller, [answer = std::move(answer)](const json::value& said) {
            answer(tool_answer(said));
        });
}

// What the project allows assistants and what this one's token allows: both.
helpers::Caller EngineProvider::caller_of(const Peer& peer) const {
    helpers::Caller caller{peer.who, {}, peer.from};
    for (const auto scope : parts_.scopes) {
        if (std::find(peer.scopes.begin(), peer.scopes.end(), scope) != peer.scopes.end()) {
            caller.scopes.push_back(scope);
        }
    }
    return caller;
}

void EngineProvider::call_project_tool(const helpers::ProjectTool& tool,
                                       const helpers::Caller& caller,
                                       json::object arguments,
                                       Answer<ToolAnswer, InputNeeded> answer) {
    if (!caller.may(tool.scope)) {
        answer(tool_error(std::string(tool.name) + " needs the scope " +
                          std::string(helpers::name_of(tool.scope)) +
                          ", which this caller does not have"));
        return;
    }
    auto checked = helpers::check_arguments(tool.parameters, std::move(arguments));
    if (!checked) {
        answer(tool_error(checked.error().detail()));
        return;
    }
    helpers::run_project_tool(
        tool,
        parts_,
        {helpers::Arguments(std::move(*checked)), caller.who, caller.from},
        [answer = std::move(answer)](const Result<json::value>& result) {
            answer(result ? tool_answer(*result) : tool_error(result.error().detail()));
        });
}

void EngineProvider::set_sink(ChangeSink* sink) {
    sink_ = sink;
    if (sink_ != nullptr) {
        look_later();
    } else {
        look_timer_.cancel();
    }
}

void EngineProvider::look_later() {
    look_timer_.expires_after(kLookEvery);
    look_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const auto& error) {
        if (!error && !alive.expired() && sink_ != nullptr) {
            look();
        }
    });
}

// The number changes with every commit of another connection (sqlite.org, PRAGMA data_version), so
// that a project at rest costs one small question.
void EngineProvider::look() {
    if (!sink_->has_listeners()) {
        seen_.reset();  // thousands of directives are megabytes
        look_later();
        return;
    }
    auto version = std::make_shared<std::int64_t>(0);
    parts_.store.read(
        [version](storage::Database& database) {
            *version = database.integer("PRAGMA data_version");
        },
        [this, version, alive = std::weak_ptr(alive_)](const Status& read) {
            if (alive.expired() || sink_ == nullptr) {
                return;
            }
            if (!read || (seen_ && *version == version_seen_)) {
                look_later();
                return;
            }
            version_seen_ = *version;
            look_closer();
        });
}

void EngineProvider::look_closer() {
    parts_.control.list_directives(
        [this, alive = std::weak_ptr(alive_)](Result<json::value> listed) {
            if (alive.expired() || sink_ == nullptr) {
                return;
            }
            if (listed && listed->is_array()) {
                read_hashes(std::move(listed->as_array()));
            } else {
                look_later();
            }
        });
}

// In turns of the loop: ten thousand directives are 20 ms.
void EngineProvider::read_hashes(json::array directives) {
    auto list = std::make_shared<json::array>(std::move(directives));
    auto now = std::make_shared<Hashes>();
    InTurns::Work work;
    work.count = list->size();
    work.per_turn = kHashesPerTurn;
    work.is_wanted = [this, alive = std::weak_ptr(alive_)] {
        return !alive.expired() && sink_ != nullptr;
    };
    work.each = [list, now](std::size_t index) {
        const auto row = std::exchange((*list)[index], nullptr);
        now->emplace(find_text(row.as_object(), "name").value_or(""),
                     std::hash<std::string>()(json_text(row)));
    };
    work.done = [this, now] {
        compare(*now);
        look_later();
    };
    InTurns::begin(look_timer_.get_executor(), std::move(work));
}

// Who has begun to listen since the last look may have missed anything: of everything is told once.
void EngineProvider::compare(const Hashes& now) {
    const auto before = std::exchange(seen_, now);
    bool is_other_list = !before || before->size() != now.size();
    for (const auto& [name, listed] : now) {
        const auto is_known = before && before->contains(name);
        is_other_list = is_other_list || !is_known;
        if (!before || (is_known && before->at(name) != listed)) {
            sink_->resource_updated("app://directive/" + name);
        }
    }
    if (is_other_list) {
        sink_->resources_changed();
    }
    for (const auto* uri :
         {"app://executions", "app://log/execution", "app://log/error", "app://log/lifecycle"}) {
        sink_->resource_updated(uri);
    }
}

}  // namespace aifp::mcp
