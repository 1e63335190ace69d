#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "helpers/workflow/find_directive.hpp"
#include "helpers/workflow/generate_implementation_code.hpp"
#include "helpers/workflow/program_files.hpp"
#include "helpers/workflow/run_program_test.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::size_t kMinDigits = 4;
constexpr std::size_t kHashShown = 12;
using Versions = std::vector<storage::ImplementationVersion>;

/// Which of the versions, newest first, `to` means. Pure.
Result<storage::ImplementationVersion> choose(const Versions& versions,
                                              const std::string& to,
                                              const std::string& present) {
    if (to.empty()) {
        auto next = std::find_if(versions.begin(), versions.end(), [&](const auto& version) {
            return version.sha256 == present;
        });
        // A content that nobody kept is a person's edit: the newest version comes before it.
        next = next == versions.end() ? versions.begin() : next + 1;
        if (next == versions.end()) {
            return fail(ErrorCode::conflict, "there is no version before this one");
        }
        return *next;
    }
    Versions matching;
    for (const auto& version : versions) {
        if (version.sha256.starts_with(to)) {
            matching.push_back(version);
        }
    }
    if (to.size() < kMinDigits || matching.size() != 1) {
        return fail(matching.size() > 1 ? ErrorCode::invalid_input : ErrorCode::not_found,
                    matching.size() > 1
                        ? fmt::format("several versions begin with {}: write more digits", to)
                        : fmt::format("no version of this implementation begins with {}", to));
    }
    return matching.front();
}

boost::json::array list_of(const Versions& versions) {
    boost::json::array list;
    for (const auto& version : versions) {
        boost::json::object one;
        one["sha256"] = version.sha256;
        one["origin"] = version.origin;
        one["kept_at"] = format_utc_seconds(version.kept_at);
        list.push_back(std::move(one));
    }
    return list;
}

/// One rollback on its way; keeps itself alive through its callbacks.
class Rollback : public std::enable_shared_from_this<Rollback> {
public:
    Rollback(const WorkflowServices& services, RollbackOptions options, Answer answer)
        : services_(services), options_(std::move(options)), answer_(std::move(answer)) {}

    void begin() {
        services_.store.write(
            [self = shared_from_this()](storage::Database& database) {
                self->problem_ = self->prepare(database);
            },
            [self = shared_from_this()](const Status& written) {
                if (!self->may_go_on(written)) {
                    return;
                }
                for (const auto& version : self->wanted_) {
                    self->services_.upkeep.note_written(version.path, version.sha256);
                }
                self->write_files();
            });
    }

private:
    bool may_go_on(const Status& stored) {
        if (stored && problem_) {
            return true;
        }
        answer_(fail(stored ? problem_.error() : stored.error()));
        return false;
    }

    Status prepare(storage::Database& database) {
        auto found = look_up_directive(database, options_.directive);
        if (!found) {
            return fail(std::move(found).error());
        }
        name_ = found->name;
        for (auto& row : storage::load_implementations(database, found->id)) {
            if (row.step_index == kGeneratedStep) {
                row_ = std::move(row);
            }
        }
        if (row_.implementation_file.empty()) {
            return fail(ErrorCode::conflict,
                        fmt::format("{0} has no versions: `aifp generate {0}` writes the first",
                                    found->name));
        }
        versions_ =
            storage::list_implementation_versions(database, found->id, row_.implementation_file);
        auto chosen = choose(versions_,
                             options_.to,
                             hash_of_file(services_.paths.root() / row_.implementation_file));
        if (!chosen) {
            return fail(std::move(chosen).error());
        }
        add_wanted(database, chosen->id);
        add_test(database, chosen->kept_at);
        for (const auto& version : wanted_) {
            auto may = check_may_write(
                database, services_.paths, found->id, {version.path, version.text}, true);
            if (!may) {
                return may;
            }
            auto keep = version;
            keep.kept_at = services_.clock.wall();
            keep_versions(database, services_.paths, std::move(keep));
        }
        row_.file_hash = wanted_.front().sha256;
        return {};
    }

    void add_wanted(storage::Database& database, std::int64_t id) {
        if (auto version = storage::find_implementation_version(database, id)) {
            wanted_.push_back(std::move(*version));
        }
    }

    // The test that belonged to it: the newest one that is not younger.
    void add_test(storage::Database& database, WallTime at) {
        const auto tests = storage::list_implementation_versions(
            database, row_.directive, row_.test_file.value_or("-"));
        for (const auto& test : tests) {
            if (test.kept_at <= at && test.origin == "generated") {
                add_wanted(database, test.id);
                return;
            }
        }
    }

    void write_files() {
        services_.store.write(
            [self = shared_from_this()](storage::Database&) {
                for (const auto& version : self->wanted_) {
                    self->problem_ = self->problem_ ? write_program(self->services_.paths,
                                                                    {version.path, version.text})
                                                    : std::move(self->problem_);
                }
            },
            [self = shared_from_this()](const Status& written) {
                if (self->may_go_on(written)) {
                    run_program_test(self->services_,
                                     self->row_.test_file.value_or(""),
                                     [self](const TestRun& test) { self->finish(test); });
                }
            });
    }

    void finish(const TestRun& test) {
        row_.test_status = test.status;
        row_.status = test.status == "failing" ? "failed" : "validated";
        services_.store.write(
            [self = shared_from_this()](storage::Database& database) {
                storage::upsert_implementation(database, self->row_, self->services_.clock.wall());
                self->versions_ = storage::list_implementation_versions(
                    database, self->row_.directive, self->row_.implementation_file);
            },
            [self = shared_from_this()](const Status& written) {
                if (!self->may_go_on(written)) {
                    return;
                }
                boost::json::object object;
                object["success"] = true;
                object["directive"] = self->name_;
                object["implementation_file"] = self->row_.implementation_file;
                object["sha256"] = self->row_.file_hash;
                object["approved"] = self->row_.approved_hash == self->row_.file_hash;
                object["test_status"] = self->row_.test_status;
                object["versions"] = list_of(self->versions_);
                self->answer_(boost::json::value(std::move(object)));
            });
    }

    WorkflowServices services_;
    RollbackOptions options_;
    Answer answer_;
    std::string name_;
    Versions versions_;
    Versions wanted_;  // the program, then its test
    storage::ImplementationRow row_;
    Status problem_;
};

}  // namespace

void rollback_implementation(const WorkflowServices& services,
                             RollbackOptions options,
                             Answer answer) {
    std::make_shared<Rollback>(services, std::move(options), std::move(answer))->begin();
}

}  // namespace aifp::helpers::workflow
