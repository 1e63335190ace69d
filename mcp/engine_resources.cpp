// The project as resources: what an assistant may look at without calling a tool.
#include <algorithm>
#include <array>
#include <utility>

#include "base/json_text.hpp"
#include "directives/schema.hpp"
#include "logging/reader.hpp"
#include "mcp/engine_provider.hpp"
#include "mcp/envelope.hpp"
#include "storage/directives.hpp"

namespace aifp::mcp {
namespace {

namespace json = boost::json;

constexpr std::string_view kDirective = "app://directive/";
constexpr std::string_view kLog = "app://log/";
constexpr const char* kSchema = "app://schema/directive";
constexpr const char* kExecutions = "app://executions";
constexpr const char* kJson = "application/json";
constexpr const char* kLines = "application/jsonl";
constexpr std::size_t kMaxListed = 1'000;
constexpr std::size_t kLogLines = 100;
constexpr std::size_t kExecutionsShown = 50;

RpcError not_found(const std::string& text) {
    return RpcError{codes::kLegacyNotFound, text};
}

RpcError as_rpc(const Error& error) {
    return error.code() == ErrorCode::not_found ? not_found(error.detail())
                                                : RpcError{codes::kInternal, error.detail()};
}

std::vector<ResourceContents> one(std::string uri, std::string mime_type, std::string body) {
    return {ResourceContents{std::move(uri), std::move(mime_type), std::move(body)}};
}

using Names = std::vector<std::string>;

/// The names of all directives in order, read on the store's reading thread.
void with_names(storage::Store& store, std::function<void(const Result<Names>&)> done) {
    auto names = std::make_shared<Names>();
    store.read(
        [names](storage::Database& database) {
            for (auto& [id, name] : storage::directive_names(database)) {
                names->push_back(std::move(name));
            }
            std::sort(names->begin(), names->end());
        },
        [names, done = std::move(done)](const Status& read) {
            done(read ? Result<Names>(std::move(*names)) : fail(read.error()));
        });
}

engine::Control::Answer json_into(std::string uri, Answer<std::vector<ResourceContents>> answer) {
    return [uri = std::move(uri), answer = std::move(answer)](const Result<json::value>& found) {
        if (!found) {
            answer(as_rpc(found.error()));
            return;
        }
        answer(one(uri, kJson, json_text(*found)));
    };
}

void read_log(const helpers::ProjectParts& parts,
              const std::string& uri,
              logging::LogType type,
              Answer<std::vector<ResourceContents>> answer) {
    logging::LogQuery query;
    query.directory = parts.paths.logs();
    query.types = {type};
    query.count = kLogLines;
    auto lines = std::make_shared<Result<std::vector<std::string>>>();
    parts.store.read([lines, query](storage::Database&) { *lines = blocking_read_last(query); },
                     [lines, uri, answer = std::move(answer)](const Status& read) {
                         if (!read || !*lines) {
                             answer(as_rpc(read ? lines->error() : read.error()));
                             return;
                         }
                         std::string body;
                         for (const auto& line : **lines) {
                             body.append(line).append("\n");
                         }
                         answer(one(uri, kLines, std::move(body)));
                     });
}

Completion matching(const std::vector<std::string>& words, const std::string& typed) {
    Completion completion;
    for (const auto& word : words) {
        if (word.starts_with(typed)) {
            completion.values.push_back(word);
        }
    }
    completion.total = completion.values.size();
    return completion;
}

std::vector<std::string> log_names() {
    std::vector<std::string> names;
    for (const auto type : logging::kLogTypes) {
        names.emplace_back(logging::name_of(type));
    }
    return names;
}

}  // namespace

const std::vector<ResourceTemplate>& project_templates() {
    static const std::vector<ResourceTemplate> kTemplates{
        {"app://directive/{name}",
         "directive",
         "Directive",
         "One directive: what it says and how it stands",
         kJson},
        {"app://log/{type}", "log", "Log", "The last lines of one log", kLines},
    };
    return kTemplates;
}

const std::vector<ResourceTemplate>& EngineProvider::resource_templates() const {
    return project_templates();
}

void EngineProvider::list_resources(Answer<std::vector<ResourceInfo>> answer) {
    with_names(parts_.store, [answer = std::move(answer)](const Result<Names>& all) {
        if (!all) {
            answer(as_rpc(all.error()));
            return;
        }
        std::vector<ResourceInfo> resources{
            {kSchema, "schema", "Schema", "The JSON Schema of directive files", kJson},
            {kExecutions, "executions", "Executions", "What ran last, newest first", kJson},
        };
        for (const auto& name : log_names()) {
            resources.push_back({std::string(kLog) + name,
                                 "log " + name,
                                 "",
                                 "The last lines of this log",
                                 kLines});
        }
        for (const auto& name : *all) {
            if (resources.size() == kMaxListed) {
                break;
            }
            resources.push_back({std::string(kDirective) + name, name, "", "A directive", kJson});
        }
        answer(std::move(resources));
    });
}

void EngineProvider::read_resource(const std::string& uri,
                                   Answer<std::vector<ResourceContents>> answer) {
    const std::string_view wanted = uri;
    if (uri == kSchema) {
        answer(one(uri, kJson, directives::directive_schema_text()));
        return;
    }
    if (uri == kExecutions) {
        engine::HistoryQuery query;
        query.executions_only = true;
        query.limit = kExecutionsShown;
        parts_.control.history(std::move(query), json_into(uri, std::move(answer)));
        return;
    }
    if (wanted.starts_with(kDirective) && wanted.size() > kDirective.size()) {
        parts_.control.show_directive(std::string(wanted.substr(kDirective.size())),
                                      json_into(uri, std::move(answer)));
        return;
    }
    const auto type = wanted.starts_with(kLog) ? logging::log_type_from(wanted.substr(kLog.size()))
                                               : std::nullopt;
    if (!type) {
        answer(not_found("there is no resource " + uri));
        return;
    }
    read_log(parts_, uri, *type, std::move(answer));
}

void EngineProvider::complete(CompletionQuery query, Answer<Completion> answer) {
    const bool is_log = !query.is_prompt && query.of == "app://log/{type}";
    const bool is_name =
        query.argument == "name" && (query.is_prompt || query.of == "app://directive/{name}");
    if (is_log || !is_name) {
        answer(is_log ? matching(log_names(), query.typed) : Completion());
        return;
    }
    with_names(parts_.store,
               [typed = query.typed, answer = std::move(answer)](const Result<Names>& all) {
                   if (!all) {
                       answer(as_rpc(all.error()));
                       return;
                   }
                   answer(matching(*all, typed));
               });
}

}  // namespace aifp::mcp
