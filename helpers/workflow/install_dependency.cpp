#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "actions/calls.hpp"
#include "base/text.hpp"
#include "helpers/workflow/install_plan.hpp"
#include "helpers/workflow/project_dependencies.hpp"
#include "process/process.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::chrono::minutes kInstallTime{10};
constexpr std::size_t kShownOutput = 64 * 1024;

/// One installation on its way; keeps itself alive through its callbacks.
class Installation : public std::enable_shared_from_this<Installation> {
public:
    Installation(const WorkflowServices& services, InstallOptions options, Answer answer)
        : services_(services), options_(options), answer_(std::move(answer)) {}

    void begin() {
        services_.store.read(
            [self = shared_from_this()](storage::Database& database) { self->find(database); },
            [self = shared_from_this()](const Status& read) {
                if (!read || !self->problem_) {
                    self->answer_(fail(read ? self->problem_.error() : read.error()));
                } else {
                    self->plan();
                }
            });
    }

private:
    void find(storage::Database& database) {
        problem_ = fail(ErrorCode::not_found,
                        fmt::format("there is no dependency {}", options_.dependency));
        for (const auto& row : storage::load_dependencies(database, std::nullopt)) {
            if (row.id == options_.dependency) {
                directive_ = fmt::format("{}", row.directive.value);
                dependency_.type =
                    dependency_type_from(row.dependency_type).value_or(DependencyType::service);
                dependency_.name = row.name;
                dependency_.version = row.version.value_or("");
                problem_ = Status();
            }
        }
    }

    void plan() {
        auto planned =
            plan_installation(dependency_, install_place(services_.paths, options_.for_user));
        if (!planned) {
            answer_(fail(std::move(planned).error()));
            return;
        }
        commands_ = std::move(*planned);
        if (options_.confirmed) {
            return run_next();
        }
        auto object = describe(false);
        object["needs_confirmation"] = true;
        answer_(boost::json::value(std::move(object)));
    }

    void run_next() {
        if (next_ == commands_.size()) {
            return check_again();
        }
        process::ProcessRequest request;
        request.argv = commands_[next_++];
        request.working_directory = services_.paths.root().string();
        request.environment = {{"DEBIAN_FRONTEND", "noninteractive"},
                               {"PIP_NO_INPUT", "1"},
                               {"PIP_DISABLE_PIP_VERSION_CHECK", "1"}};
        request.max_output_bytes = kShownOutput;
        request.timeout = kInstallTime;
        process::start_process(
            services_.executor,
            services_.clock,
            std::move(request),
            [self = shared_from_this()](const auto& result) { self->take(result); });
    }

    void take(const Result<process::ProcessResult>& result) {
        const auto fine = result ? actions::check_process(*result)
                                 : tl::expected<void, actions::StepError>(
                                       tl::unexpected(actions::StepError(result.error())));
        if (result) {
            output_ += result->out + result->err;
            output_ = truncate_utf8(output_, kShownOutput);
        }
        if (fine) {
            run_next();
            return;
        }
        auto object = describe(false);
        object["error"] = fmt::format("{}: {}", shown(commands_[next_ - 1]), fine.error().detail());
        answer_(boost::json::value(std::move(object)));
    }

    void check_again() {
        refresh_dependencies(
            services_,
            directive_,
            {},
            [self = shared_from_this()](const Result<std::vector<Dependency>>& checked) {
                if (!checked) {
                    self->answer_(fail(checked.error()));
                    return;
                }
                for (const auto& one : *checked) {
                    if (one.type == self->dependency_.type && one.name == self->dependency_.name) {
                        self->dependency_ = one;
                    }
                }
                auto object = self->describe(self->dependency_.is_installed);
                if (!self->dependency_.is_installed) {
                    object["error"] =
                        fmt::format("the commands ended well, but {}", self->dependency_.why);
                }
                self->answer_(boost::json::value(std::move(object)));
            });
    }

    [[nodiscard]] boost::json::object describe(bool success) const {
        boost::json::object object;
        object["success"] = success;
        object["dependency"] = dependency_.name;
        object["version"] = dependency_.found_version.empty()
                                ? boost::json::value()
                                : boost::json::value(dependency_.found_version);
        boost::json::array commands;
        for (const auto& command : commands_) {
            commands.emplace_back(shown(command));
        }
        object["commands"] = std::move(commands);
        object["output"] = output_;
        return object;
    }

    WorkflowServices services_;
    InstallOptions options_;
    Answer answer_;
    std::string directive_;
    Dependency dependency_;
    Status problem_;
    std::vector<Command> commands_;
    std::size_t next_ = 0;
    std::string output_;
};

}  // namespace

void install_dependency(const WorkflowServices& services, InstallOptions options, Answer answer) {
    std::make_shared<Installation>(services, options, std::move(answer))->begin();
}

}  // namespace aifp::helpers::workflow
