#include "agents/codegen.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "helpers/workflow/program_files.hpp"
#include "helpers/workflow/python_text.hpp"
#include "helpers/workflow/run_program_test.hpp"
#include "prompts/render.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"

namespace aifp::agents {
namespace {

namespace fs = std::filesystem;
namespace workflow = helpers::workflow;

ExchangeLimits limits_of(const config::Codegen& settings) {
    ExchangeLimits limits;
    limits.max_rounds = static_cast<int>(settings.max_rounds);
    limits.max_mends = limits.max_rounds - 1;
    limits.max_tokens = settings.max_tokens;
    return limits;
}

workflow::Generated names_for(const model::Directive& directive) {
    const auto name = workflow::python_name(directive.name);
    workflow::Generated wanted;
    wanted.program.path = fmt::format("src/automations/{}.py", name);
    wanted.test.path = fmt::format("tests/test_{}.py", name);
    wanted.entry_point = fmt::format("execute_{}", name);
    wanted.usage = fmt::format("actions:\n  - run: {}\n", wanted.program.path);
    return wanted;
}

std::vector<std::string> declared_for(storage::Database& database, const std::string& name) {
    std::vector<std::string> packages;
    const auto row = storage::find_directive(database, name);
    if (!row) {
        return packages;
    }
    for (const auto& dependency : storage::load_dependencies(database, row->id)) {
        if (dependency.dependency_type == "python_package") {
            packages.push_back(dependency.name);
        }
    }
    return packages;
}

/// A folder for one try, in the project's own: it goes with the object.
class TryFolder {
public:
    explicit TryFolder(const ProjectPaths& paths)
        : paths_(paths.run() / ("codegen-" + random_hex(8))) {}
    TryFolder(const TryFolder&) = delete;
    TryFolder& operator=(const TryFolder&) = delete;
    ~TryFolder() {
        std::error_code ignored;
        fs::remove_all(paths_.root(), ignored);
    }

    [[nodiscard]] Status blocking_write(const workflow::Generated& code) const {
        std::error_code error;
        fs::create_directories(paths_.root(), error);
        if (error) {
            return fail(ErrorCode::io_failure, "cannot make a folder: " + error.message());
        }
        for (const auto* file : {&code.program, &code.test}) {
            if (auto written = workflow::write_program(paths_, *file); !written) {
                return written;
            }
        }
        return {};
    }
    [[nodiscard]] fs::path root() const { return paths_.root(); }

private:
    ProjectPaths paths_;
};

/// One implementation on its way: looked up, written by the AI, checked, tested, mended.
class Writing : public std::enable_shared_from_this<Writing> {
public:
    Writing(const AgentServices& services,
            const CodegenParts& parts,
            workflow::GenerationRequest request,
            workflow::Generator::Answer answer)
        : services_(services),
          parts_(parts),
          settings_(parts.settings()),
          request_(std::move(request)),
          answer_(std::move(answer)),
          code_(names_for(request_.directive)) {}

    void begin() {
        parts_.store.read(
            [self = shared_from_this()](storage::Database& database) {
                self->declared_ = declared_for(database, self->request_.directive.name);
            },
            [self = shared_from_this()](const Status& read) {
                if (!read) {
                    self->answer_(fail(read.error()));
                } else {
                    self->ask();
                }
            });
    }

private:
    void ask() {
        AgentTask task("codegen");
        prompts::Message order;
        order.role = prompts::Role::user;
        order.text = code_order(request_, code_, declared_);
        task.draft.conversation = {std::move(order)};
        task.draft.directive = request_.directive.name;
        task.limits = limits_of(settings_);
        task.max_time = settings_.timeout;
        task.judge = [self = shared_from_this()](const std::string& text, FaultFound found) {
            self->judge(text, std::move(found));
        };
        run_agent(services_, std::move(task), [self = shared_from_this()](AgentResult result) {
            self->take(std::move(result));
        });
    }

    void judge(const std::string& text, FaultFound found) {
        is_good_ = false;
        auto code = code_in_answer(text);
        if (!code) {
            fault_ = code.error().detail();
            found(fault_);
            return;
        }
        code_.program.text = std::move(code->program);
        code_.test.text = std::move(code->test);
        check_code(parts_.tools,
                   {code_.program.text, code_.test.text, code_.entry_point, declared_},
                   [self = shared_from_this(), found](const Result<Faults>& faults) {
                       if (!faults) {
                           self->give_up(faults.error(), found);
                       } else if (!faults->empty()) {
                           self->fault_ = "The rules are broken:\n- " + join(*faults, "\n- ");
                           found(self->fault_ + "\nGive both files again, whole.");
                       } else {
                           self->test(found);
                       }
                   });
    }

    void test(FaultFound found) {
        auto folder = std::make_shared<TryFolder>(parts_.tools.paths);
        auto written = std::make_shared<Status>();
        parts_.store.read(
            [self = shared_from_this(), folder, written](storage::Database&) {
                *written = folder->blocking_write(self->code_);
            },
            [self = shared_from_this(), folder, written, found](const Status& read) {
                if (!read || !*written) {
                    self->give_up(read ? written->error() : read.error(), found);
                    return;
                }
                const workflow::TestPlace place{self->parts_.tools.executor,
                                                self->parts_.tools.clock,
                                                self->parts_.tools.paths,
                                                folder->root(),
                                                self->settings_.test_timeout};
                workflow::run_program_test(place,
                                           self->code_.test.path,
                                           [self, folder, found](const workflow::TestRun& run) {
                                               self->take_test(run, found);
                                           });
            });
    }

    void take_test(const workflow::TestRun& run, const FaultFound& found) {
        if (run.status == "passing") {
            is_good_ = true;
            found(std::nullopt);
            return;
        }
        fault_ = "The test does not pass:\n" + run.output;
        if (run.status == "skipped") {
            give_up(Error(ErrorCode::not_found,
                          "there is no Python to try the code with: " + run.output),
                    found);
            return;
        }
        found(
            fmt::format("The test does not pass. Mend the program, or the test where it is "
                        "wrong, and give both files again, whole.\n{}",
                        prompts::marked_as_data("test output", run.output)));
    }

    // Not the AI's fault: asking again would not help.
    void give_up(Error error, const FaultFound& found) {
        failed_.emplace(std::move(error));
        found(std::nullopt);
    }

    void take(AgentResult result) {
        if (result.error || failed_) {
            answer_(fail(result.error ? std::move(*result.error) : std::move(*failed_)));
            return;
        }
        if (!is_good_) {
            answer_(fail(ErrorCode::invalid_input,
                         fmt::format("no code for {} that keeps the rules and passes its test "
                                     "came ({}). {}",
                                     request_.directive.name,
                                     describe(result.ended, limits_of(settings_)),
                                     fault_)));
            return;
        }
        answer_(std::move(code_));
    }

    AgentServices services_;
    CodegenParts parts_;
    config::Codegen settings_;
    workflow::GenerationRequest request_;
    workflow::Generator::Answer answer_;
    workflow::Generated code_;
    std::vector<std::string> declared_;
    std::string fault_;  // of the last answer
    bool is_good_ = false;
    std::optional<Error> failed_;
};

class AiGenerator final : public workflow::Generator {
public:
    AiGenerator(const AgentServices& services,
                const CodegenParts& parts,
                std::unique_ptr<workflow::Generator> otherwise)
        : services_(services), parts_(parts), otherwise_(std::move(otherwise)) {}

    void generate(workflow::GenerationRequest request, Answer answer) const override {
        if (!services_.model_name()) {
            otherwise_->generate(std::move(request), std::move(answer));
            return;
        }
        std::make_shared<Writing>(services_, parts_, std::move(request), std::move(answer))
            ->begin();
    }

private:
    AgentServices services_;
    CodegenParts parts_;
    std::unique_ptr<workflow::Generator> otherwise_;
};

}  // namespace

std::unique_ptr<workflow::Generator> create_ai_generator(
    const AgentServices& services,
    const CodegenParts& parts,
    std::unique_ptr<workflow::Generator> otherwise) {
    return std::make_unique<AiGenerator>(services, parts, std::move(otherwise));
}

}  // namespace aifp::agents
