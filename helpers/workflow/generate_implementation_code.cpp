#include "helpers/workflow/generate_implementation_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "actions/implementation.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "helpers/workflow/find_directive.hpp"
#include "helpers/workflow/generated_functions.hpp"
#include "helpers/workflow/program_files.hpp"
#include "helpers/workflow/run_program_test.hpp"
#include "helpers/workflow/text_diff.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers::workflow {
namespace {

/// One generation on its way through the threads; keeps itself alive through its callbacks.
class Generation : public std::enable_shared_from_this<Generation> {
public:
    Generation(const WorkflowServices& services, GenerateOptions options, Answer answer)
        : services_(services), options_(std::move(options)), answer_(std::move(answer)) {}

    void begin() {
        services_.store.read(
            [self = shared_from_this()](storage::Database& database) {
                self->found_ = look_up_directive(database, self->options_.directive);
            },
            [self = shared_from_this()](const Status& read) {
                if (!read || !self->found_) {
                    self->answer_(fail(read ? self->found_.error() : read.error()));
                } else {
                    self->generate();
                }
            });
    }

private:
    void generate() {
        GenerationRequest request{directive_of(*found_), found_->content_hash, services_.settings};
        services_.generator.generate(std::move(request),
                                     [self = shared_from_this()](Result<Generated> generated) {
                                         if (!generated) {
                                             self->answer_(fail(std::move(generated).error()));
                                             return;
                                         }
                                         self->generated_ = std::move(*generated);
                                         self->register_it();
                                     });
    }

    // In the order that cannot go wrong: what is a file is known as a proposal already.
    void register_it() {
        services_.store.write(
            [self = shared_from_this()](storage::Database& database) {
                self->problem_ = self->check(database);
                if (self->problem_) {
                    self->keep(database);
                }
            },
            [self = shared_from_this()](const Status& written) {
                if (!written || !self->problem_) {
                    self->answer_(fail(written ? self->problem_.error() : written.error()));
                    return;
                }
                for (const auto* file : self->files()) {
                    self->services_.upkeep.note_written(file->path, sha256_hex(file->text));
                }
                self->write_files();
            });
    }

    [[nodiscard]] std::vector<const GeneratedFile*> files() const {
        return {&generated_.program, &generated_.test};
    }

    Status check(storage::Database& database) const {
        const auto& path = generated_.program.path;
        const auto own = actions::implementation_files(directive_of(*found_));
        if (std::find(own.begin(), own.end(), path) != own.end()) {
            return fail(ErrorCode::conflict,
                        fmt::format("{} runs {} itself: a program is written from actions that say "
                                    "what is to be done",
                                    found_->name,
                                    path));
        }
        for (const auto& row : storage::load_implementations(database, std::nullopt)) {
            if (row.directive != found_->id && row.implementation_file == path) {
                return fail(ErrorCode::conflict,
                            fmt::format("{} belongs to directive {}", path, row.directive.value));
            }
        }
        for (const auto* file : files()) {
            auto may =
                check_may_write(database, services_.paths, found_->id, *file, options_.force);
            if (!may) {
                return may;
            }
        }
        return {};
    }

    void keep(storage::Database& database) {
        const auto& program = generated_.program;
        const auto before = read_file(services_.paths.root() / program.path, kMaxProgramBytes);
        diff_ = text_diff(program.path, before.value_or(""), program.text);
        for (const auto* file : files()) {
            storage::ImplementationVersion version;
            version.directive = found_->id;
            version.path = file->path;
            version.sha256 = sha256_hex(file->text);
            version.origin = "generated";
            version.kept_at = services_.clock.wall();
            version.text = file->text;
            keep_versions(database, services_.paths, std::move(version));
        }
        row_.directive = found_->id;
        row_.step_index = kGeneratedStep;
        row_.implementation_file = generated_.program.path;
        row_.entry_point = generated_.entry_point;
        row_.test_file = generated_.test.path;
        row_.file_hash = sha256_hex(generated_.program.text);
        for (const auto& old : storage::load_implementations(database, found_->id)) {
            if (old.step_index == kGeneratedStep) {
                row_.approved_hash = old.approved_hash;
            }
        }
        row_.id = storage::upsert_implementation(database, row_, services_.clock.wall());
    }

    void write_files() {
        services_.store.write(
            [self = shared_from_this()](storage::Database&) {
                for (const auto* file : self->files()) {
                    self->problem_ = self->problem_ ? write_program(self->services_.paths, *file)
                                                    : std::move(self->problem_);
                }
            },
            [self = shared_from_this()](const Status& written) {
                if (!written || !self->problem_) {
                    self->answer_(fail(written ? self->problem_.error() : written.error()));
                    return;
                }
                run_program_test(self->services_, self->generated_.test.path, [self](TestRun test) {
                    self->store_test(std::move(test));
                });
            });
    }

    void store_test(TestRun test) {
        test_ = std::move(test);
        row_.test_status = test_.status;
        row_.status = test_.status == "failing" ? "failed" : "validated";
        services_.store.write(
            [self = shared_from_this()](storage::Database& database) {
                storage::upsert_implementation(database, self->row_, self->services_.clock.wall());
            },
            [self = shared_from_this()](const Status& written) {
                if (written) {
                    self->enter_in_project();
                } else {
                    self->answer_(fail(written.error()));
                }
            });
    }

    // AIFP's project.db, where there is one. It may be locked for a while: not on the loop.
    void enter_in_project() {
        services_.store.read(
            [self = shared_from_this()](storage::Database&) {
                const auto& program = self->generated_.program;
                self->entered_ = storage::blocking_enter_generated_file(
                    self->services_.paths.project_database(),
                    {program.path, "python", generated_functions(program.text)});
            },
            [self = shared_from_this()](const Status&) { self->answer_(self->report()); });
    }

    [[nodiscard]] boost::json::value report() const {
        boost::json::object object;
        object["success"] = true;
        object["directive"] = found_->name;
        object["implementation_id"] = row_.id;
        object["implementation_file"] = row_.implementation_file;
        object["entry_point"] = row_.entry_point;
        object["test_file"] = *row_.test_file;
        object["status"] = row_.status;
        object["test_status"] = row_.test_status;
        object["test_output"] = test_.output;
        object["sha256"] = row_.file_hash;
        object["usage"] = generated_.usage;
        object["diff"] = diff_;
        if (!entered_ && entered_.error().code() != ErrorCode::not_found) {
            object["warning"] = entered_.error().detail();
        }
        return object;
    }

    WorkflowServices services_;
    GenerateOptions options_;
    Answer answer_;
    Result<storage::DirectiveRow> found_ = fail(ErrorCode::internal, "not read");
    Generated generated_;
    std::string diff_;  ///< Of the program.
    Status problem_;
    storage::ImplementationRow row_;
    TestRun test_;
    Status entered_;  ///< In project.db.
};

}  // namespace

void generate_implementation_code(const WorkflowServices& services,
                                  GenerateOptions options,
                                  Answer answer) {
    std::make_shared<Generation>(services, std::move(options), std::move(answer))->begin();
}

}  // namespace aifp::helpers::workflow
