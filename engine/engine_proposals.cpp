#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/files.hpp"
#include "engine/directive_rows.hpp"
#include "engine/drafts.hpp"
#include "engine/engine_core.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"
#include "storage/proposals.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {

namespace json = boost::json;
using model::DirectiveStatus;

namespace {

constexpr std::size_t kMaxToldProblems = 3;

// The short forms of the spec stand for the lists of the native form.
json::string_view without(json::string_view key) {
    constexpr std::array<std::array<std::string_view, 2>, 3> kShort{
        {{"trigger", "triggers"}, {"condition", "conditions"}, {"action", "actions"}}};
    for (const auto& pair : kShort) {
        if (std::string_view(key.data(), key.size()) == pair[0]) {
            return {pair[1].data(), pair[1].size()};
        }
    }
    return key;
}

json::object merged(json::object base, const json::object& changes) {
    for (const auto& change : changes) {
        const auto replaced = without(change.key());
        if (const auto old = base.find(replaced);
            old != base.end() && (replaced != change.key() || change.value().is_null())) {
            base.stable_erase(old);
        }
        if (!change.value().is_null()) {
            base[change.key()] = change.value();
        }
    }
    return base;
}

std::string describe_problems(const model::Diagnostics& diagnostics) {
    std::string text;
    std::size_t errors = 0;
    for (const auto& diagnostic : diagnostics) {
        if (diagnostic.severity != model::Severity::error || ++errors > kMaxToldProblems) {
            continue;
        }
        text += fmt::format("{}{}{}{}",
                            text.empty() ? "" : "; ",
                            diagnostic.message,
                            diagnostic.hint.empty() ? "" : ": ",
                            diagnostic.hint);
    }
    return errors > kMaxToldProblems
               ? fmt::format("{}; and {} more", text, errors - kMaxToldProblems)
               : text;
}

/// Errors: invalid_input with what is wrong and what to write instead.
Result<model::Directive> read_configuration(const json::object& configuration,
                                            const directives::ParseContext& context) {
    const document::SourceText source("configuration_json", json::serialize(configuration));
    auto parsed = directives::parse_directives(source, document::Format::json, context);
    if (parsed.has_errors() || parsed.directives.size() != 1) {
        const auto problems = describe_problems(parsed.diagnostics);
        return fail(ErrorCode::invalid_input,
                    fmt::format("the configuration is not valid: {}",
                                problems.empty() ? "it holds no directive" : problems));
    }
    return std::move(parsed.directives.front().directive);
}

std::vector<std::string> changed_members(const json::object& before, const json::object& after) {
    std::vector<std::string> names;
    for (const auto& member : after) {
        const auto* old = before.if_contains(member.key());
        if (old == nullptr || *old != member.value()) {
            names.emplace_back(member.key());
        }
    }
    for (const auto& member : before) {
        if (!after.contains(member.key())) {
            names.emplace_back(member.key());
        }
    }
    return names;
}

// What cannot be read lacks everything: the changes have to say it.
json::object stored_object(std::string_view text) {
    auto stored = model::parse_stored_or_null(text);
    return stored.is_object() ? std::move(stored.get_object()) : json::object();
}

json::value approved_answer(bool approved) {
    json::object object;
    object["approved"] = approved;
    return object;
}

}  // namespace

/// A proposal on its way through the threads.
struct EngineCore::Draft {
    DirectiveId id;
    std::string running;  // definition when it was asked for
    json::object changes;
    std::string who;
    directives::ParseContext context;
    Result<model::Directive> proposed = model::Directive();
    storage::Proposal proposal;
    std::vector<std::string> updated_fields;
    bool takes_effect = false;
};

// Parsed on the reading thread: the loop does not wait for a long text.
void EngineCore::propose_configuration(DirectiveId directive,
                                       json::object changes,
                                       std::string who,
                                       Answer answer) {
    auto ready = check_ready(directive);
    if (!ready) {
        answer(fail(std::move(ready).error()));
        return;
    }
    auto draft = std::make_shared<Draft>();
    draft->id = directive;
    draft->running = catalog_.find(directive)->definition;
    draft->changes = std::move(changes);
    draft->who = std::move(who);
    draft->context = directives::context_of(parts_.settings, parts_.secrets);
    draft->context.limits.max_depth = model::kMaxDefinitionDepth;  // the canonical form is read
    parts_.store.read(
        [draft](storage::Database& database) {
            const auto pending = storage::find_proposal(database, draft->id);
            const auto base = stored_object(pending ? pending->configuration_json : draft->running);
            draft->proposed = read_configuration(merged(base, draft->changes), draft->context);
        },
        [this, draft, answer = std::move(answer)](const Status& read) {
            if (!read || !draft->proposed) {
                answer(fail(read ? draft->proposed.error() : read.error()));
                return;
            }
            keep_draft(draft, answer);
        });
}

// What leaves the approved hash as it is needs no yes; the rest waits for one, unless nobody is to
// be asked.
void EngineCore::keep_draft(std::shared_ptr<Draft> draft, Answer answer) {
    const auto* entry = catalog_.find(draft->id);
    const auto& proposed = *draft->proposed;
    if (entry == nullptr || proposed.name != entry->name) {
        answer(fail(ErrorCode::invalid_input,
                    "the name of a directive cannot be changed; write another directive"));
        return;
    }
    const auto after = model::to_json(proposed);
    draft->updated_fields = changed_members(stored_object(entry->definition), after);
    auto& proposal = draft->proposal;
    proposal.directive = draft->id;
    proposal.content_hash = model::content_hash(proposed);
    proposal.configuration_json = json::serialize(after);
    proposal.proposed_by = draft->who;
    proposal.proposed_at = format_utc_seconds(parts_.clock.wall());
    proposal.file_json = entry->definition;
    draft->takes_effect = proposal.content_hash == entry->content_hash ||
                          parts_.settings.approval == config::Approval::off;
    parts_.store.write(
        [draft](storage::Database& database) {
            storage::drop_proposal(database, draft->id);
            if (draft->updated_fields.empty()) {
                return;
            }
            if (const auto running = storage::find_accepted_proposal(database, draft->id)) {
                draft->proposal.file_json = running->file_json;
            }
            storage::keep_proposal(database, draft->proposal);
        },
        [this, draft, answer = std::move(answer)](const Status& stored) {
            if (!stored) {
                answer(fail(stored.error()));
                return;
            }
            json::array fields;
            for (const auto& name : draft->updated_fields) {
                fields.emplace_back(name);
            }
            json::object object;
            object["updated_fields"] = std::move(fields);
            if (const auto* known = catalog_.find(draft->id)) {
                reporter_.lifecycle(
                    "directive_proposed",
                    known->name,
                    fmt::format("by {}: {}", draft->who, join(draft->updated_fields, ", ")));
            }
            if (draft->updated_fields.empty() || !draft->takes_effect) {
                answer(json::value(std::move(object)));
                return;
            }
            accept_proposal(
                draft->id,
                draft->proposal.content_hash,
                {},
                [object, answer](const Result<json::value>& accepted) {
                    answer(accepted ? Result<json::value>(object) : fail(accepted.error()));
                });
        });
}

void EngineCore::set_approval(DirectiveId directive,
                              bool approved,
                              std::string who,
                              Answer answer) {
    auto ready = check_ready(directive);
    if (!ready) {
        answer(fail(std::move(ready).error()));
        return;
    }
    auto& entry = *catalog_.find(directive);
    if (!approved) {
        revoke_approval(entry, who, std::move(answer));
        return;
    }
    say_yes(directive, {}, who, std::move(answer));
}

void EngineCore::approve(std::string directive,
                         std::string content_hash,
                         std::string who,
                         Answer answer) {
    const auto* entry = find_entry(directive);
    auto ready = check_ready(entry == nullptr ? DirectiveId() : entry->id);
    if (entry == nullptr || !ready) {
        answer(entry == nullptr
                   ? fail(ErrorCode::not_found, fmt::format("no directive is called {}", directive))
                   : fail(std::move(ready).error()));
        return;
    }
    say_yes(entry->id,
            content_hash,
            who,
            [this, id = entry->id, answer = std::move(answer)](Result<json::value> done) {
                describe_after(id, std::move(done), answer);
            });
}

// With a hash the yes is for the content that somebody looked at, and for no other.
void EngineCore::say_yes(DirectiveId directive,
                         const std::string& shown_hash,
                         const std::string& who,
                         Answer answer) {
    const auto& entry = *catalog_.find(directive);
    if (entry.status == DirectiveStatus::archived) {
        answer(fail(
            ErrorCode::conflict,
            fmt::format("{} is archived ({}); restore it first", entry.name, entry.status_reason)));
        return;
    }
    auto pending = std::make_shared<std::optional<storage::Proposal>>();
    parts_.store.read(
        [pending, directive](storage::Database& database) {
            *pending = storage::find_proposal(database, directive);
        },
        [this, pending, directive, shown_hash, who, answer = std::move(answer)](
            const Status& read) {
            const auto* loaded = catalog_.find(directive);
            if (!read || loaded == nullptr) {
                answer(fail(read ? Error(ErrorCode::not_found, "the directive is gone")
                                 : read.error()));
                return;
            }
            const auto& hash = *pending ? (*pending)->content_hash : loaded->content_hash;
            if (!shown_hash.empty() && shown_hash != hash) {
                answer(fail(ErrorCode::conflict,
                            fmt::format("{} is not what was shown any more; look at it again: "
                                        "aifp show {}",
                                        loaded->name,
                                        loaded->name)));
            } else if (*pending) {
                accept_proposal(directive, (*pending)->content_hash, who, answer);
            } else {
                approve_loaded(directive, who, answer);
            }
        });
}

// The yes is stored before anything is armed: what runs is what the database says was approved.
void EngineCore::approve_loaded(DirectiveId directive, const std::string& who, Answer answer) {
    auto* entry = catalog_.find(directive);
    if (entry == nullptr) {
        answer(fail(ErrorCode::not_found, "the directive is gone"));
        return;
    }
    if (entry->critical_questions > 0) {
        answer(fail(ErrorCode::conflict,
                    fmt::format("{} is not complete: {}",
                                entry->name,
                                text_of_gate(model::Reason::directive_invalid, *entry))));
        return;
    }
    for (auto& file : entry->files) {
        refresh_implementation(file, parts_.paths.root() / file.path);
        if (file.sha256.empty()) {
            answer(fail(ErrorCode::conflict,
                        fmt::format("{} runs {}, which does not exist", entry->name, file.path)));
            return;
        }
    }
    const auto hash = entry->content_hash;
    const auto files = entry->files;
    parts_.store.write(
        [directive, hash, files, who, now = parts_.clock.wall()](storage::Database& database) {
            storage::approve_directive(database, directive, hash, who, now);
            approve_files(database, directive, files, now);
        },
        [this, directive, hash, files, who, answer = std::move(answer)](const Status& stored) {
            auto* approved = catalog_.find(directive);
            if (!stored) {
                answer(fail(stored.error()));
                return;
            }
            if (approved == nullptr || approved->content_hash != hash) {
                answer(fail(ErrorCode::conflict,
                            "the directive changed while it was approved; look at it again"));
                return;
            }
            approved->approval = StandingApproval{hash, who};
            for (auto& file : approved->files) {
                for (const auto& yes : files) {
                    if (yes.path == file.path) {
                        file.approved_sha256 = yes.sha256;
                    }
                }
            }
            finish_yes(directive, who, answer);
        });
}

// Who says yes wants it to go on: a status that somebody held it in ends with that. Answered when
// the status that follows from it is stored too.
void EngineCore::finish_yes(DirectiveId directive, const std::string& who, Answer answer) {
    auto& entry = *catalog_.find(directive);
    if (!who.empty() && is_held(entry.status, entry.status_reason)) {
        entry.status_reason.clear();
    }
    settle(entry, {});
    sleep_until_due();
    if (!who.empty()) {
        reporter_.lifecycle("directive_approved", entry.name, fmt::format("by {}", who));
    }
    parts_.store.write(
        [](storage::Database&) {},
        [answer = std::move(answer)](const Status& stored) {
            answer(stored ? Result<json::value>(approved_answer(true)) : fail(stored.error()));
        });
}

// `who` is empty where no yes is needed. The hash says which proposal was meant: a newer one waits
// for a yes of its own.
void EngineCore::accept_proposal(DirectiveId directive,
                                 const std::string& hash,
                                 const std::string& who,
                                 Answer answer) {
    struct Accepted {
        std::optional<Entry> entry;
    };
    auto accepted = std::make_shared<Accepted>();
    parts_.store.write(
        [accepted, directive, hash, who, paths = &parts_.paths, now = parts_.clock.wall()](
            storage::Database& database) {
            const auto proposal = storage::find_proposal(database, directive);
            const auto row = storage::find_directive(database, directive);
            if (!proposal || proposal->content_hash != hash || !row) {
                return;
            }
            const auto proposed = model::read_definition(proposal->configuration_json);
            if (!proposed) {
                return;
            }
            static_cast<void>(
                storage::upsert_directive(database, row_for(*proposed, row->source_file), now));
            storage::keep_version(database,
                                  {hash,
                                   row->name,
                                   row->source_file,
                                   proposal->configuration_json,
                                   proposal->configuration_json,
                                   now});
            write_implementations(database, *paths, {directive, *proposed, now});
            storage::accept_proposal(database, directive);
            accepted->entry = load_entry(database, *paths, directive);
            if (!who.empty()) {
                storage::approve_directive(database, directive, hash, who, now);
                approve_files(database, directive, accepted->entry->files, now);
                accepted->entry = load_entry(database, *paths, directive);
            }
        },
        [this, accepted, directive, who, answer = std::move(answer)](const Status& stored) {
            if (!stored || !accepted->entry) {
                answer(fail(stored ? Error(ErrorCode::conflict,
                                           "the proposal changed meanwhile; look at it again")
                                   : stored.error()));
                return;
            }
            const auto* before = catalog_.find(directive);
            accepted->entry->armed = before != nullptr && before->armed;
            const bool runs_the_same =
                before != nullptr && before->content_hash == accepted->entry->content_hash;
            catalog_.put(std::move(*accepted->entry));
            compiled_.forget(directive);
            if (runs_the_same && who.empty()) {
                answer(approved_answer(true));
            } else {
                finish_yes(directive, who, answer);
            }
        });
}

// Disarmed first, then stored: a no counts from this moment on.
void EngineCore::revoke_approval(Entry& entry, const std::string& who, Answer answer) {
    if (parts_.settings.approval == config::Approval::off) {
        answer(fail(ErrorCode::conflict,
                    fmt::format("the setting approval is off: {} runs without a yes; pause it "
                                "instead",
                                entry.name)));
        return;
    }
    entry.approval = {};
    settle(entry, {});
    sleep_until_due();
    reporter_.lifecycle("approval_revoked", entry.name, fmt::format("by {}", who));
    parts_.store.write(
        [id = entry.id, now = parts_.clock.wall()](storage::Database& database) {
            storage::revoke_approval(database, id, now);
            storage::drop_proposal(database, id);
        },
        [answer = std::move(answer)](const Status& stored) {
            answer(stored ? Result<json::value>(approved_answer(false)) : fail(stored.error()));
        });
}

void EngineCore::decline(const Entry& entry, std::string who, Answer answer) {
    auto dropped = std::make_shared<bool>(false);
    parts_.store.write(
        [dropped, id = entry.id](storage::Database& database) {
            *dropped = storage::drop_proposal(database, id);
        },
        [this, dropped, name = entry.name, who = std::move(who), answer = std::move(answer)](
            const Status& stored) {
            if (!stored) {
                answer(fail(stored.error()));
            } else if (!*dropped) {
                answer(fail(ErrorCode::conflict,
                            fmt::format("no proposal for {0} waits for an answer; to stop {0} "
                                        "itself: aifp pause {0}, or for good: aifp archive {0}",
                                        name)));
            } else {
                reporter_.lifecycle("proposal_declined", name, fmt::format("by {}", who));
                answer(approved_answer(false));
            }
        });
}

}  // namespace aifp::engine
