#include "helpers/directive_texts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "directives/files.hpp"
#include "document/diagnostics_json.hpp"
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

/// The one directive that may stand in another's place.
Result<model::Directive> replacement_in(const directives::ParsedFile& parsed,
                                        const std::string& name) {
    if (!parsed.drafts.empty()) {
        return fail(ErrorCode::invalid_input,
                    "the text leaves something open: send it to /api/v1/directives/validate, which "
                    "lists the questions");
    }
    if (auto checked = check_text(parsed); !checked) {
        return fail(std::move(checked).error());
    }
    const auto& first = parsed.directives.front().directive;
    if (parsed.directives.size() > 1 || first.name != name) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("send one directive with the name {}; the text holds {}{}",
                                name,
                                first.name,
                                parsed.directives.size() > 1 ? " and others" : ""));
    }
    return first;
}

/// Every member of the replacement, and null for what it does not have and the others do.
json::object changes_to(const json::object& shown, const model::Directive& wanted) {
    auto changes = model::to_json(wanted);
    const auto remove_others = [&changes](const json::value* configuration) {
        const auto* object = configuration != nullptr ? configuration->if_object() : nullptr;
        for (const auto& member : object != nullptr ? *object : json::object()) {
            changes.emplace(member.key(), nullptr);
        }
    };
    remove_others(shown.if_contains("configuration_json"));
    const auto* proposal = shown.if_contains("proposal");
    if (proposal != nullptr && proposal->is_object()) {
        remove_others(proposal->get_object().if_contains("configuration_json"));
    }
    return changes;
}

/// Whose replacement is wanted, and by whom.
struct Replacement {
    std::string name;
    std::string who;
};

json::value replaced_answer(const std::string& name, const json::value& proposed) {
    json::object answer;
    answer["success"] = true;
    answer["name"] = name;
    answer["updated_fields"] = proposed.at("updated_fields");
    answer["next_step"] =
        "If it waits for a yes (aifp show NAME says so), a person looks at it "
        "(aifp diff NAME) and approves it (aifp approve NAME).";
    return answer;
}

}  // namespace

directives::ParsedFile parse_directive_text(std::string name,
                                            std::string text,
                                            const directives::ParseContext& context) {
    const auto form = directives::form_of(name);
    const document::SourceText source(std::move(name), std::move(text));
    return directives::parse_file(source, form.value_or(directives::FileForm::any), context);
}

// Where nothing can be read (a project without a database) it is parsed here after all.
void parse_text(storage::Store& store,
                TextToParse wanted,
                std::function<void(directives::ParsedFile)> done) {
    const auto parse = [](const TextToParse& one) {
        return parse_directive_text(one.name, one.text, one.context);
    };
    if (wanted.text.size() <= kParsedOnLoop) {
        done(parse(wanted));
        return;
    }
    struct Parsing {
        TextToParse wanted;
        std::optional<directives::ParsedFile> parsed;
    };
    auto parsing = std::make_shared<Parsing>(Parsing{std::move(wanted), {}});
    store.read([parsing, parse](storage::Database&) { parsing->parsed = parse(parsing->wanted); },
               [parsing, parse, done = std::move(done)](const Status&) {
                   done(parsing->parsed ? std::move(*parsing->parsed) : parse(parsing->wanted));
               });
}

json::object validation_view(const directives::ParsedFile& parsed) {
    json::array names;
    json::array questions;
    for (const auto* list : {&parsed.directives, &parsed.drafts}) {
        for (const auto& one : *list) {
            names.emplace_back(one.directive.name);
            for (auto& question : directives::to_json(one.questions)) {
                questions.push_back(std::move(question));
            }
        }
    }
    json::object view;
    view["valid"] = !parsed.has_errors() && !names.empty();
    view["directives"] = std::move(names);
    view["questions"] = std::move(questions);
    view["diagnostics"] = document::to_json(parsed.diagnostics);
    return view;
}

namespace {

// Noted as the daemon's own writing before it exists: from its first moment on the file counts as
// a proposal.
void write_proposal(const TextServices& services,
                    const DirectiveText& wanted,
                    json::value answer,
                    TextDone done) {
    auto* const store = &services.store;
    auto* const control = &services.control;
    store->write(
        [path = "directives/" + wanted.file,
         hash = sha256_hex(wanted.text),
         now = services.clock.wall()](storage::Database& database) {
            storage::mark_written_by_daemon(database, path, hash, now);
        },
        [store, control, paths = services.paths, wanted, answer, done = std::move(done)](
            const Status& noted) mutable {
            if (!noted) {
                done(fail(noted.error()));
                return;
            }
            auto written = std::make_shared<Status>();
            store->read(
                [written, paths, wanted](storage::Database&) {
                    *written = write_new_file(paths, wanted.file, wanted.text);
                },
                [control, written, answer, done](const Status& run) {
                    if (!run || !*written) {
                        done(fail(run ? written->error() : run.error()));
                        return;
                    }
                    control->reload([answer, done](const Result<json::value>&) { done(answer); });
                });
        });
}

void propose_parsed(engine::Control& control,
                    directives::ParsedFile parsed,
                    const Replacement& wanted,
                    TextDone done) {
    control.show_directive(
        wanted.name,
        [&control,
         parsed = std::make_shared<const directives::ParsedFile>(std::move(parsed)),
         who = wanted.who,
         done = std::move(done)](const Result<json::value>& shown) {
            if (!shown) {
                done(fail(shown.error()));
                return;
            }
            const auto& object = shown->as_object();
            const std::string own(object.at("name").as_string());
            const auto replacement = replacement_in(*parsed, own);
            if (!replacement) {
                done(fail(replacement.error()));
                return;
            }
            control.propose_configuration(
                DirectiveId{object.at("id").as_int64()},
                changes_to(object, *replacement),
                who,
                [own, done](const Result<json::value>& proposed) {
                    done(proposed ? Result<json::value>(replaced_answer(own, *proposed))
                                  : fail(proposed.error()));
                });
        });
}

}  // namespace

void propose_new_directive(const TextServices& services, DirectiveText wanted, TextDone done) {
    TextToParse text{wanted.file, wanted.text, services.context};
    parse_text(services.store,
               std::move(text),
               [services, wanted = std::move(wanted), done = std::move(done)](
                   const directives::ParsedFile& parsed) {
                   auto checked = check_name(wanted.file);
                   if (checked) {
                       checked = check_text(parsed);
                   }
                   if (!checked) {
                       done(fail(checked.error()));
                       return;
                   }
                   write_proposal(services, wanted, answer_for(wanted.file, parsed), done);
               });
}

void propose_replacement(const TextServices& services,
                         const std::string& name,
                         DirectiveText wanted,
                         TextDone done) {
    Replacement of{name, std::move(wanted.who)};
    parse_text(services.store,
               {std::move(wanted.file), std::move(wanted.text), services.context},
               [control = &services.control, of = std::move(of), done = std::move(done)](
                   directives::ParsedFile parsed) {
                   propose_parsed(*control, std::move(parsed), of, done);
               });
}

}  // namespace aifp::helpers
