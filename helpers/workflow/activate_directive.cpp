#include "helpers/workflow/activate_directive.hpp"

#include <fmt/format.h>

#include <memory>

#include "actions/implementation.hpp"
#include "helpers/workflow/entry_points.hpp"
#include "helpers/workflow/find_directive.hpp"
#include "helpers/workflow/program_files.hpp"
#include "helpers/workflow/project_dependencies.hpp"
#include "helpers/workflow/saga.hpp"
#include "storage/implementations.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::string_view kBuiltin = "builtin:";

/// One activation on its way: what it found and what it has to bring back.
class Activation : public std::enable_shared_from_this<Activation> {
public:
    Activation(const WorkflowServices& services, std::string name, Answer answer)
        : services_(services), name_(std::move(name)), answer_(std::move(answer)) {}

    void begin() {
        services_.store.read(
            [self = shared_from_this()](storage::Database& database) { self->load(database); },
            [self = shared_from_this()](const Status& read) {
                if (!read || !self->found_) {
                    self->answer_(fail(read ? self->found_.error() : read.error()));
                    return;
                }
                run_saga(self->steps(), [self](const Status& done) {
                    self->answer_(done ? std::move(self->result_)
                                       : Result<boost::json::value>(fail(done.error())));
                });
            });
    }

private:
    void load(storage::Database& database) {
        found_ = look_up_directive(database, name_);
        if (!found_) {
            return;
        }
        directive_ = directive_of(*found_);
        rows_ = storage::load_implementations(database, found_->id);
        const auto tracking = storage::load_tracking(database);
        if (const auto old = tracking.find(found_->id); old != tracking.end()) {
            tracked_since_ = old->second;
        }
        for (const auto& path : actions::implementation_files(directive_)) {
            present_[path] = hash_of_file(services_.paths.root() / path);
        }
    }

    // Whatever can fail comes before the arming, so that nothing runs that has to be taken back.
    std::vector<SagaStep> steps() {
        const auto self = shared_from_this();
        return {
            {"approval", [self](const StatusDone& done) { done(self->check_approval()); }},
            {"implementation", [self](const StatusDone& done) { done(self->check_files()); }},
            {"dependencies", [self](StatusDone done) { self->check_needs(std::move(done)); }},
            {"entry point",
             [self](StatusDone done) {
                 check_entry_points(self->services_, self->directive_, std::move(done));
             }},
            {"deployment",
             [self](StatusDone done) { self->set_deployed(true, std::move(done)); },
             [self](StatusDone done) { self->set_deployed(false, std::move(done)); }},
            {"tracking",
             [self](StatusDone done) {
                 self->track(self->services_.clock.wall(), std::move(done));
             },
             [self](StatusDone done) { self->track(self->tracked_since_, std::move(done)); }},
            {"arming", [self](StatusDone done) { self->arm(std::move(done)); }},
        };
    }

    [[nodiscard]] bool asks_for_yes() const {
        return services_.settings.approval != config::Approval::off;
    }

    [[nodiscard]] Status check_approval() const {
        if (found_->status == model::DirectiveStatus::archived) {
            return fail(
                ErrorCode::conflict,
                fmt::format("{0} is archived: `aifp unarchive {0}` brings it back", found_->name));
        }
        if (asks_for_yes() && !found_->approved) {
            return fail(
                ErrorCode::conflict,
                fmt::format("{0} waits for a yes: look at it with `aifp show {0}`, then type "
                            "`aifp approve {0}`",
                            found_->name));
        }
        return {};
    }

    [[nodiscard]] Status check_files() const {
        for (const auto& [path, hash] : present_) {
            if (hash.empty()) {
                return fail(ErrorCode::conflict, fmt::format("{} does not exist", path));
            }
            for (const auto& row : rows_) {
                if (asks_for_yes() && row.step_index >= 0 && row.implementation_file == path &&
                    row.approved_hash != hash) {
                    return fail(ErrorCode::conflict,
                                fmt::format("{} is not what was approved: look at it, then type "
                                            "`aifp approve {}`",
                                            path,
                                            found_->name));
                }
            }
        }
        return {};
    }

    void check_needs(StatusDone done) const {
        refresh_dependencies(
            services_,
            found_->name,
            {},
            [name = found_->name,
             done = std::move(done)](const Result<std::vector<Dependency>>& checked) {
                std::string missing;
                for (const auto& one : checked ? *checked : std::vector<Dependency>()) {
                    if (!one.is_installed && !one.is_note && one.type != DependencyType::service) {
                        missing += fmt::format("{}{}", missing.empty() ? "" : "; ", one.why);
                    }
                }
                if (!checked) {
                    done(fail(checked.error()));
                } else if (!missing.empty()) {
                    done(fail(ErrorCode::conflict,
                              fmt::format("{} (`aifp deps {} --install`)", missing, name)));
                } else {
                    done({});
                }
            });
    }

    void set_deployed(bool deployed, StatusDone done) {
        services_.store.write(
            [self = shared_from_this(), deployed](storage::Database& database) {
                // Only the status: an approval may have been given or taken back meanwhile.
                for (const auto& row : self->rows_) {
                    const bool runs = self->present_.contains(row.implementation_file) ||
                                      row.implementation_file.starts_with(kBuiltin);
                    storage::set_implementation_status(database,
                                                       row.id,
                                                       deployed && runs ? "deployed" : row.status,
                                                       self->services_.clock.wall());
                }
            },
            std::move(done));
    }

    void track(std::optional<WallTime> since, StatusDone done) {
        services_.store.write(
            [id = found_->id, since](storage::Database& database) {
                storage::set_tracking(database, id, since);
            },
            std::move(done));
    }

    void arm(StatusDone done) {
        services_.control.act(
            engine::Verb::resume,
            found_->name,
            "activation",
            [self = shared_from_this(), done = std::move(done)](Result<boost::json::value> answer) {
                if (!answer) {
                    done(fail(std::move(answer).error()));
                    return;
                }
                self->result_ = std::move(answer);
                done({});
            });
    }

    WorkflowServices services_;
    std::string name_;
    Answer answer_;
    Result<storage::DirectiveRow> found_ = fail(ErrorCode::internal, "not read");
    model::Directive directive_;
    std::vector<storage::ImplementationRow> rows_;
    std::map<std::string, std::string> present_;  // hash of each file that it runs
    std::optional<WallTime> tracked_since_;
    Result<boost::json::value> result_ = fail(ErrorCode::internal, "not armed");
};

}  // namespace

void activate_directive(const WorkflowServices& services, std::string directive, Answer answer) {
    std::make_shared<Activation>(services, std::move(directive), std::move(answer))->begin();
}

}  // namespace aifp::helpers::workflow
