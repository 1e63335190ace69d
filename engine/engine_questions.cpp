#include <fmt/format.h>

#include <utility>

#include "directives/files.hpp"
#include "directives/validate.hpp"
#include "engine/drafts.hpp"
#include "engine/engine_core.hpp"
#include "model/definition.hpp"
#include "storage/answers.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"
#include "storage/source_files.hpp"

namespace aifp::engine {
namespace {

tl::unexpected<Error> unknown(const std::string& directive) {
    return fail(ErrorCode::not_found, fmt::format("no directive is called {}", directive));
}

boost::json::object view_of(const storage::AnswerRow& row) {
    boost::json::object object;
    object["question"] = row.question;
    object["about"] = row.about;
    object["value"] = row.value;
    object["by"] = row.by;
    object["at"] = format_utc_ms(row.at);
    return object;
}

boost::json::array answers_of(storage::Database& database, const std::string& directive) {
    boost::json::array answers;
    for (const auto& row : storage::load_answers(database)) {
        if (row.directive == directive) {
            answers.push_back(view_of(row));
        }
    }
    return answers;
}

}  // namespace

/// One go of answers on its way from thread to thread.
struct EngineCore::Answering {
    DirectiveId id;
    std::string name;
    std::string who;
    std::map<std::string, std::string> given;
    directives::ParseContext context;
    std::string path;  ///< Of its file, relative to the project.
    Status read;
    directives::Validation validation;
};

void EngineCore::questions(std::string directive, Answer answer) {
    const auto* entry = find_entry(directive);
    if (entry == nullptr) {
        answer(unknown(directive));
        return;
    }
    boost::json::object head;
    head["directive"] = entry->name;
    head["status"] = model::name_of(entry->status);
    auto view = std::make_shared<boost::json::object>(std::move(head));
    parts_.store.read(
        [view, id = entry->id, name = entry->name](storage::Database& database) {
            const auto row = storage::find_questions(database, id);
            (*view)["critical"] = row ? row->critical : 0;
            (*view)["questions"] =
                row ? model::parse_stored_or_null(row->questions_json) : boost::json::array();
            (*view)["answers"] = answers_of(database, name);
        },
        [view, answer = std::move(answer)](const Status& read) {
            if (read) {
                answer(boost::json::value(*view));
            } else {
                answer(fail(read.error()));
            }
        });
}

// The file is parsed with the answers before anything is kept, on the store's reading thread.
void EngineCore::answer_questions(std::string directive,
                                  std::map<std::string, std::string> given,
                                  std::string who,
                                  Answer answer) {
    const auto* entry = find_entry(directive);
    if (entry == nullptr) {
        answer(unknown(directive));
        return;
    }
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto work = std::make_shared<Answering>();
    work->id = entry->id;
    work->name = entry->name;
    work->who = std::move(who);
    work->given = std::move(given);
    work->context = directives::context_of(parts_.settings, parts_.secrets);
    parts_.store.read(
        [work, paths = &parts_.paths](storage::Database& database) {
            const auto row = storage::find_directive(database, work->id);
            work->path = row ? row->source_file : "";
            auto file = directives::read_settled_file(paths->root() / work->path,
                                                      work->context.limits.max_bytes);
            const auto form = directives::form_of(work->path);
            if (!file || !form) {
                work->read = fail(file ? form.error() : file.error());
                return;
            }
            const document::SourceText source(work->path, std::move(file->text));
            work->validation =
                directives::validate_directive(source,
                                               *form,
                                               with_stored(database, std::move(work->context)),
                                               work->name,
                                               work->given);
        },
        [this, work, answer = std::move(answer)](const Status& read) mutable {
            if (!read || !work->read) {
                answer(fail(read ? work->read.error() : read.error()));
                return;
            }
            keep_answers(work, std::move(answer));
        });
}

void EngineCore::keep_answers(std::shared_ptr<Answering> work, Answer answer) {
    const auto& validation = work->validation;
    if (validation.accepted.empty()) {
        const bool refused = !validation.refused.empty();
        answer(fail(ErrorCode::invalid_input,
                    refused ? fmt::format("{}: {}",
                                          validation.refused.begin()->first,
                                          validation.refused.begin()->second)
                            : std::string("no answer is given")));
        return;
    }
    parts_.store.write(
        [work, now = parts_.clock.wall()](storage::Database& database) {
            for (const auto& kept : work->validation.accepted) {
                storage::put_answer(
                    database, {work->name, kept.question, kept.about, kept.value, work->who, now});
            }
            storage::remove_source_file(database, work->path);  // so that it is parsed again
        },
        [this, work, answer = std::move(answer)](const Status& stored) {
            if (!stored) {
                answer(fail(stored.error()));
                return;
            }
            reporter_.lifecycle(
                "directive_answered",
                work->name,
                fmt::format("{} kept, by {}", work->validation.accepted.size(), work->who));
            reload_files([this, work, answer](const Status& loaded) {
                if (!loaded) {
                    answer(fail(loaded.error()));
                    return;
                }
                boost::json::object refused;
                for (const auto& [id, why] : work->validation.refused) {
                    refused[id] = why;
                }
                questions(work->name, [refused, answer](Result<boost::json::value> view) {
                    if (view) {
                        auto& object = view->as_object();
                        object["success"] = refused.empty();
                        object["refused"] = refused;
                    }
                    answer(std::move(view));
                });
            });
        });
}

void EngineCore::forget_answers(std::string directive, std::string who, Answer answer) {
    const auto* entry = find_entry(directive);
    auto ready = check_ready(entry == nullptr ? DirectiveId() : entry->id);
    if (entry == nullptr || !ready) {
        answer(entry == nullptr ? unknown(directive) : fail(std::move(ready).error()));
        return;
    }
    auto forgotten = std::make_shared<bool>(false);
    parts_.store.write(
        [forgotten, id = entry->id, name = entry->name](storage::Database& database) {
            *forgotten = storage::remove_answers(database, name);
            if (const auto row = storage::find_directive(database, id); row && *forgotten) {
                storage::remove_source_file(database, row->source_file);  // to be parsed again
            }
        },
        [this, forgotten, name = entry->name, who = std::move(who), answer = std::move(answer)](
            const Status& stored) {
            if (!stored || !*forgotten) {
                answer(fail(stored ? Error(ErrorCode::conflict,
                                           fmt::format("nothing was answered for {}", name))
                                   : stored.error()));
                return;
            }
            reporter_.lifecycle("answers_forgotten", name, fmt::format("by {}", who));
            reload_files([this, name, answer](const Status& loaded) {
                loaded ? questions(name, answer) : answer(fail(loaded.error()));
            });
        });
}

}  // namespace aifp::engine
