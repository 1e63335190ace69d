// A new directive file that an assistant writes: noted as the daemon's own writing before it
// exists.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "document/diagnostics_json.hpp"
#include "helpers/project_tools.hpp"
#include "helpers/project_views.hpp"
#include "storage/versions.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxName = 64;

Status check_name(std::string_view name) {
    const bool is_plain = !name.empty() && name.size() <= kMaxName && name.front() != '.' &&
                          std::all_of(name.begin(), name.end(), [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                     (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                          });
    if (!is_plain || !directives::form_of(name)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("\"{}\" cannot be the name of a directive file; write one like "
                                "lights.yaml (letters, digits, . _ -, at most {} characters)",
                                name,
                                kMaxName));
    }
    return {};
}

Status check_text(const directives::ParsedFile& parsed) {
    if (parsed.directives.empty() && !parsed.has_errors()) {
        return fail(ErrorCode::invalid_input, "the text holds no directive");
    }
    std::string mistakes;
    for (const auto& diagnostic : parsed.diagnostics) {
        if (diagnostic.severity == model::Severity::error) {
            mistakes += fmt::format("\n{}:{}: {} {}",
                                    diagnostic.line,
                                    diagnostic.column,
                                    diagnostic.message,
                                    diagnostic.hint);
        }
    }
    return mistakes.empty()
               ? Status()
               : Status(fail(ErrorCode::invalid_input, "the text has mistakes:" + mistakes));
}

// link(2) fails where rename(2) would replace what the owner wrote meanwhile.
Status write_new_file(const ProjectPaths& paths, const std::string& name, const std::string& text) {
    const auto target = paths.directives() / name;
    const auto temporary = paths.run() / ("proposal-" + random_hex(8));
    if (auto written = write_file_atomically(temporary, text, 0644); !written) {
        return written;
    }
    const bool linked = ::link(temporary.c_str(), target.c_str()) == 0;
    const int error = errno;
    ::unlink(temporary.c_str());
    if (linked) {
        return {};
    }
    return error == EEXIST
               ? Status(fail(ErrorCode::conflict,
                             fmt::format("directives/{} exists already; choose another name, or "
                                         "change the directive with update_directive_config",
                                         name)))
               : Status(fail(ErrorCode::io_failure,
                             fmt::format("writing directives/{}: {}", name, std::strerror(error))));
}

json::value answer_for(const std::string& name, const directives::ParsedFile& parsed) {
    json::array names;
    for (const auto& one : parsed.directives) {
        names.emplace_back(one.directive.name);
    }
    json::object answer;
    answer["file"] = "directives/" + name;
    answer["directives"] = std::move(names);
    answer["approved"] = false;
    answer["next_step"] =
        "A person looks at it (aifp show NAME) and approves it (aifp approve NAME).";
    return answer;
}

}  // namespace

void propose_directive(const ProjectParts& parts,
                       const helpers::Arguments& arguments,
                       const std::string&,
                       ToolDone done) {
    const auto name = arguments.text("file");
    const auto text = arguments.text("text");
    const auto parsed = parse_directive_text(name, text, parts.parse_context);
    auto checked = check_name(name);
    if (checked) {
        checked = check_text(parsed);
    }
    if (!checked) {
        done(fail(checked.error()));
        return;
    }
    auto answer = answer_for(name, parsed);
    const auto path = "directives/" + name;
    // Noted first: from its first moment on the file counts as a proposal.
    parts.store.write(
        [path, hash = sha256_hex(text), now = parts.clock.wall()](storage::Database& database) {
            storage::mark_written_by_daemon(database, path, hash, now);
        },
        [&parts, name, text, answer, done = std::move(done)](const Status& noted) mutable {
            if (!noted) {
                done(fail(noted.error()));
                return;
            }
            auto written = std::make_shared<Status>();
            parts.store.read(
                [written, paths = parts.paths, name, text](storage::Database&) {
                    *written = write_new_file(paths, name, text);
                },
                [&parts, written, answer, done](const Status& run) {
                    if (!run || !*written) {
                        done(fail(run ? written->error() : run.error()));
                        return;
                    }
                    parts.control.reload(
                        [answer, done](const Result<json::value>&) { done(answer); });
                });
        });
}

}  // namespace aifp::helpers
