#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <utility>

#include "engine/directive_rows.hpp"
#include "engine/edited_schedules.hpp"
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

json::value approved_answer(bool approved) {
    json::object object;
    object["approved"] = approved;
    return object;
}

void look_at_proposed(const storage::Proposal& proposal, FileHashes& files) {
    if (const auto proposed = model::read_definition(proposal.configuration_json)) {
        files.look_at(*proposed);
    }
}

struct Acceptance {
    const std::string& who;
    WallTime now;
    FileHashes& files;
};

/// The rows of a proposal that is in force from now on; nothing if there is none to put in force.
std::optional<Entry> write_accepted(storage::Database& database,
                                    const storage::Proposal& proposal,
                                    const Acceptance& acceptance) {
    const auto id = proposal.directive;
    const auto row = storage::find_directive(database, id);
    const auto proposed = model::read_definition(proposal.configuration_json);
    if (!row || !proposed) {
        return std::nullopt;
    }
    const auto now = acceptance.now;
    static_cast<void>(
        storage::upsert_directive(database, row_for(*proposed, row->source_file), now));
    leave_schedules(database, id, *row, now);
    storage::keep_version(database,
                          {proposal.content_hash,
                           row->name,
                           row->source_file,
                           proposal.configuration_json,
                           proposal.configuration_json,
                           now});
    write_implementations(database, acceptance.files, {id, *proposed, now});
    storage::accept_proposal(database, id);
    if (!acceptance.who.empty()) {
        const auto entry = load_entry(database, acceptance.files, id);
        storage::approve_directive(database, id, proposal.content_hash, acceptance.who, now);
        approve_files(database, id, entry->files, now);
    }
    return load_entry(database, acceptance.files, id);
}

}  // namespace

void EngineCore::set_approval(DirectiveId directive,
                              bool approved,
                              std::string who,
                              Answer answer) {
    auto* entry = find_ready(directive, answer);
    if (entry == nullptr) {
        return;
    }
    if (!approved) {
        revoke_approval(*entry, who, std::move(answer));
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
    struct Pending {
        std::optional<storage::Proposal> proposal;
        FileHashes files;
    };
    auto pending = std::make_shared<Pending>();
    parts_.store.read(
        [pending, directive, root = parts_.paths.root()](storage::Database& database) {
            pending->proposal = storage::find_proposal(database, directive);
            pending->files = FileHashes(root);
            if (pending->proposal) {
                look_at_proposed(*pending->proposal, pending->files);
            }
        },
        [this, pending, directive, shown_hash, who, answer = std::move(answer)](
            const Status& read) {
            const auto* loaded = catalog_.find(directive);
            if (!read || loaded == nullptr) {
                answer(fail(read ? Error(ErrorCode::not_found, "the directive is gone")
                                 : read.error()));
                return;
            }
            const auto& proposal = pending->proposal;
            const auto& hash = proposal ? proposal->content_hash : loaded->content_hash;
            if (!shown_hash.empty() && shown_hash != hash) {
                answer(fail(ErrorCode::conflict,
                            fmt::format("{} is not what was shown any more; look at it again: "
                                        "aifp show {}",
                                        loaded->name,
                                        loaded->name)));
            } else if (proposal) {
                auto yes =
                    std::make_shared<Yes>(Yes{directive, hash, who, std::move(pending->files)});
                accept_proposal(std::move(yes), answer);
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

void EngineCore::accept_proposal(std::shared_ptr<Yes> yes, Answer answer) {
    auto accepted = std::make_shared<std::optional<Entry>>();
    parts_.store.write(
        [accepted, yes, now = parts_.clock.wall()](storage::Database& database) {
            const auto proposal = storage::find_proposal(database, yes->directive);
            if (proposal && proposal->content_hash == yes->hash) {
                *accepted = write_accepted(database, *proposal, {yes->who, now, yes->files});
            }
        },
        [this, accepted, yes, answer = std::move(answer)](const Status& stored) {
            if (!stored || !*accepted) {
                answer(fail(stored ? Error(ErrorCode::conflict,
                                           "the proposal changed meanwhile; look at it again")
                                   : stored.error()));
                return;
            }
            const auto* before = catalog_.find(yes->directive);
            auto& entry = **accepted;
            entry.armed = before != nullptr && before->armed;
            const bool runs_the_same =
                before != nullptr && before->content_hash == entry.content_hash;
            catalog_.put(std::move(entry));
            compiled_.forget(yes->directive);
            if (runs_the_same && yes->who.empty()) {
                answer(approved_answer(true));
            } else {
                finish_yes(yes->directive, yes->who, answer);
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
