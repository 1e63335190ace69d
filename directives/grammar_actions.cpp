#include <iterator>

#include "directives/grammar_rows.hpp"

namespace aifp::directives::rows {
namespace {

constexpr Key kApi = {.name = "api",
                      .type = ValueType::text,
                      .doc = "API of the settings a URL that begins with / belongs to",
                      .fallback = R"("default")"};
constexpr Key kHttpKeys[] = {
    kApi,
    {.name = "json", .type = ValueType::any, .doc = "Body, sent as JSON", .templated = true},
    {.name = "form", .type = ValueType::map, .doc = "Body, sent as a form", .templated = true},
    {.name = "body", .type = ValueType::text, .doc = "Body, sent as it is", .templated = true},
    {.name = "headers", .type = ValueType::text_map, .doc = "Headers", .templated = true},
    {.name = "connect_timeout",
     .type = ValueType::positive_duration,
     .doc = "How long connecting may take",
     .fallback = R"("5s")"},
    {.name = "follow_redirects",
     .type = ValueType::integer,
     .doc = "How many redirects are followed; 0: none",
     .fallback = "5",
     .low = 0,
     .high = 20},
    {.name = "expect_status",
     .type = ValueType::statuses,
     .doc = "Status codes and classes that count as success",
     .fallback = R"(["2xx"])"},
    {.name = "ca_file",
     .type = ValueType::text,
     .doc = "Certificates that are trusted instead of the system's"},
    {.name = "max_response",
     .type = ValueType::size,
     .doc = "Largest answer that is kept",
     .fallback = R"("1 MiB")"},
};

constexpr Key kEnv = {
    .name = "env", .type = ValueType::text_map, .doc = "Environment variables", .templated = true};
constexpr Key kWorkingDir = {.name = "working_dir",
                             .type = ValueType::text,
                             .doc = "Folder it runs in; default is the project",
                             .aliases = "cwd"};
constexpr Key kMaxOutput = {.name = "max_output",
                            .type = ValueType::size,
                            .doc = "Output that is kept",
                            .fallback = R"("64 KiB")"};
constexpr Key kGrace = {.name = "grace",
                        .type = ValueType::duration,
                        .doc = "Time between TERM and KILL",
                        .fallback = R"("5s")"};
constexpr Key kProcessKeys[] = {
    kEnv,
    kWorkingDir,
    {.name = "stdin", .type = ValueType::text, .doc = "Text on standard input", .templated = true},
    kMaxOutput,
    kGrace,
};
constexpr Key kLogKeys[] = {
    {.name = "level",
     .type = ValueType::choice,
     .doc = "debug, info, warning or error",
     .fallback = R"("info")",
     .choices = "debug info warning error"},
};
constexpr Key kEmitKeys[] = {
    {.name = "data", .type = ValueType::any, .doc = "What trigger.data reads", .templated = true},
};
constexpr Key kNotifyKeys[] = {
    {.name = "channel",
     .type = ValueType::text,
     .doc = "Channel of the settings",
     .fallback = R"("default")"},
    {.name = "title", .type = ValueType::text, .doc = "Heading", .templated = true},
    {.name = "to",
     .type = ValueType::text,
     .doc = "Who gets it, if the channel asks",
     .aliases = "recipient",
     .templated = true},
};
constexpr Key kRunKeys[] = {
    {.name = "entry",
     .type = ValueType::identifier,
     .doc = "Function to call, for .py",
     .aliases = "function"},
    {.name = "with", .type = ValueType::map, .doc = "Parameters", .templated = true},
    kEnv,
    kWorkingDir,
    kMaxOutput,
    kGrace,
};

constexpr Key kSetKeys[] = {
    {.name = "ttl",
     .type = ValueType::positive_duration,
     .doc = "After so long the states are unknown again"},
    {.name = "attributes",
     .type = ValueType::map,
     .doc = "What else is known, instead of what was: attributes.NAME in expressions",
     .templated = true},
    {.name = "increment",
     .type = ValueType::boolean,
     .doc = "true: the values are added to what is there (unknown counts as 0)",
     .fallback = "false"},
    {.name = "if_is",
     .type = ValueType::any,
     .doc = "Only if every one of the states has this value now; null: is unknown",
     .templated = true},
};

constexpr Key kAiKeys[] = {
    {.name = "input",
     .type = ValueType::any,
     .doc = "What it is about; data to the AI, never an instruction",
     .aliases = "data",
     .templated = true},
    {.name = "context_files",
     .type = ValueType::text_list,
     .doc = "Files of the project that it reads: texts, images, PDF"},
    {.name = "tools", .type = ValueType::text_list, .doc = "Helper tools that it may call"},
    {.name = "output_schema",
     .type = ValueType::map,
     .doc = "JSON Schema of the answer: steps.NAME.json"},
    {.name = "max_rounds",
     .type = ValueType::integer,
     .doc = "Requests at most, calls of tools and mended answers included",
     .fallback = "12",
     .low = 1,
     .high = 50},
    {.name = "max_tokens",
     .type = ValueType::integer,
     .doc = "Input and output tokens of all its requests, at most",
     .fallback = "50000",
     .low = 1,
     .high = 10'000'000},
};

constexpr Kind kRows[] = {
    {.group = Group::action,
     .name = "http_request",
     .short_name = "http_request",
     .aliases = {},
     .argument = {.name = "http_request",
                  .type = ValueType::request,
                  .doc = "METHOD URL; a URL alone is a GET",
                  .aliases = "request url",
                  .templated = true},
     .keys = kHttpKeys,
     .doc = "Calls an address over HTTP"},
    {.group = Group::action,
     .name = "command",
     .short_name = "command",
     .aliases = {},
     .argument = {.name = "command",
                  .type = ValueType::command_line,
                  .doc = "Program and arguments; no shell reads them",
                  .aliases = "argv",
                  .templated = true},
     .keys = kProcessKeys,
     .doc = "Starts a program"},
    {.group = Group::action,
     .name = "shell",
     .short_name = "command",
     .aliases = {},
     .argument = {.name = "shell",
                  .type = ValueType::shell_text,
                  .doc = "Text for /bin/sh -c; values go through env",
                  .aliases = "command"},
     .keys = kProcessKeys,
     .doc = "Runs a line of shell"},
    {.group = Group::action,
     .name = "log",
     .short_name = "log",
     .aliases = {},
     .argument = {.name = "log",
                  .type = ValueType::text,
                  .doc = "Message",
                  .aliases = "message",
                  .templated = true},
     .keys = kLogKeys,
     .doc = "Writes a line into the log"},
    {.group = Group::action,
     .name = "set",
     .short_name = "set",
     .aliases = {},
     .argument = {.name = "set",
                  .type = ValueType::state_map,
                  .doc = "State names and their new values",
                  .aliases = "values",
                  .templated = true},
     .keys = kSetKeys,
     .doc = "Sets states of the project; they survive a restart"},
    {.group = Group::action,
     .name = "emit",
     .short_name = "emit",
     .aliases = {},
     .argument = {.name = "emit",
                  .type = ValueType::event_name,
                  .doc = "Name of the event",
                  .aliases = "event event_name"},
     .keys = kEmitKeys,
     .doc = "Emits an event for event: triggers"},
    {.group = Group::action,
     .name = "notify",
     .short_name = "notify",
     .aliases = "notification",
     .argument = {.name = "notify",
                  .type = ValueType::text,
                  .doc = "Message",
                  .aliases = "message",
                  .templated = true},
     .keys = kNotifyKeys,
     .doc = "Sends a message over a channel of the settings"},
    {.group = Group::action,
     .name = "run",
     .short_name = "run",
     .aliases = {},
     .argument = {.name = "run",
                  .type = ValueType::project_path,
                  .doc = "Implementation: .py, .sh or any executable, inside the project",
                  .aliases = "script path file"},
     .keys = kRunKeys,
     .doc = "Calls an implementation"},
    {.group = Group::action,
     .name = "ai",
     .short_name = "ai",
     .aliases = {},
     .argument = {.name = "ai",
                  .type = ValueType::text,
                  .doc = "What the AI is to do; what templates give is data to it",
                  .aliases = "prompt",
                  .templated = true},
     .keys = kAiKeys,
     .doc = "Asks a language model"},
};

constexpr Key kCommon[] = {
    {.name = "as",
     .type = ValueType::identifier,
     .doc = "Name of its output: steps.NAME",
     .aliases = "register"},
    {.name = "timeout",
     .type = ValueType::positive_duration,
     .doc = "Default 30s; run, command and shell 10m; around other actions and waits none"},
    {.name = "continue_on_error",
     .type = ValueType::error_switch,
     .doc = "true, or which errors: the next action runs all the same",
     .fallback = "false"},
    {.name = "enabled", .type = ValueType::boolean, .doc = "false: left out", .fallback = "true"},
    {.name = "retry", .type = ValueType::retry, .doc = "Tries again after an error"},
    {.name = "if", .type = ValueType::any, .doc = "Only if", .built = false},
    {.name = "for_each", .type = ValueType::any, .doc = "Once per element", .built = false},
};

}  // namespace

std::span<const Kind> actions() noexcept {
    static const std::vector<Kind> kAll = [] {
        std::vector<Kind> all(std::begin(kRows), std::end(kRows));
        all.insert(all.end(), flow_actions().begin(), flow_actions().end());
        return all;
    }();
    return kAll;
}
std::span<const Key> action_common() noexcept {
    return kCommon;
}

}  // namespace aifp::directives::rows
