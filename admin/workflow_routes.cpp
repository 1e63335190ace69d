#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "admin/call.hpp"
#include "base/read_number.hpp"
#include "helpers/workflow/activate_directive.hpp"
#include "helpers/workflow/generate_implementation_code.hpp"
#include "helpers/workflow/project_dependencies.hpp"
#include "helpers/workflow/user_directive_status.hpp"

namespace aifp::admin {
namespace {

namespace workflow = helpers::workflow;

constexpr std::int64_t kMaxGraceSeconds = 3'600;

/// Options from the body (a JSON object) or from the query; the body wins.
class Options {
public:
    static Result<Options> of(const Call& call) {
        Options options;
        options.query_ = &call;
        if (call.body.empty()) {
            return options;
        }
        boost::json::error_code error;
        auto body = boost::json::parse(call.body, error);
        if (error || !body.is_object()) {
            return fail(ErrorCode::invalid_input, "the body must be a JSON object");
        }
        options.body_ = std::move(body.get_object());
        return options;
    }

    [[nodiscard]] Result<bool> flag(std::string_view name) const {
        if (const auto* value = body_.if_contains(name)) {
            return value->is_bool() ? Result<bool>(value->get_bool())
                                    : wrong(name, "true or false");
        }
        const auto text = query_->parameter(name);
        if (text && *text != "true" && *text != "false") {
            return wrong(name, "true or false");
        }
        return text.has_value() && *text == "true";
    }

    [[nodiscard]] std::string text(std::string_view name) const {
        const auto* value = body_.if_contains(name);
        if (value != nullptr && value->is_string()) {
            return std::string(value->get_string());
        }
        return query_->parameter(name).value_or("");
    }

    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const {
        const auto* value = body_.if_contains(name);
        if (value != nullptr && value->is_int64()) {
            return value->get_int64();
        }
        return read_number<std::int64_t>(text(name));
    }

private:
    static tl::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
        return fail(ErrorCode::invalid_input, fmt::format("{} must be {}", name, wanted));
    }

    const Call* query_ = nullptr;
    boost::json::object body_;
};

}  // namespace

void generate(Call call) {
    const auto options = Options::of(call);
    const auto force = options ? options->flag("force") : Result<bool>(fail(options.error()));
    if (!force) {
        call.answer(fail(force.error()));
        return;
    }
    workflow::generate_implementation_code(
        call.services, {call.subject, *force}, std::move(call.answer));
}

void rollback(Call call) {
    const auto options = Options::of(call);
    if (!options) {
        call.answer(fail(options.error()));
        return;
    }
    workflow::RollbackOptions wanted{call.subject, options->text("to")};
    workflow::rollback_implementation(call.services, std::move(wanted), std::move(call.answer));
}

void activate(Call call) {
    const auto options = Options::of(call);
    if (!options) {
        call.answer(fail(options.error()));
        return;
    }
    workflow::activate_directive(call.services, call.subject, std::move(call.answer));
}

void deactivate(Call call) {
    const auto options = Options::of(call);
    if (!options) {
        call.answer(fail(options.error()));
        return;
    }
    workflow::DeactivateOptions wanted;
    wanted.directive = call.subject;
    wanted.who = call.caller.who;
    if (const auto seconds = options->number("grace_s")) {
        wanted.grace = Seconds(std::clamp<std::int64_t>(*seconds, 0, kMaxGraceSeconds));
    }
    workflow::deactivate_directive(call.services, std::move(wanted), std::move(call.answer));
}

void list_dependencies(Call call) {
    const auto options = Options::of(call);
    const auto connect = options ? options->flag("connect") : Result<bool>(fail(options.error()));
    if (!connect) {
        call.answer(fail(connect.error()));
        return;
    }
    workflow::report_dependencies(
        call.services, call.parameter("directive"), {*connect}, std::move(call.answer));
}

void install(Call call) {
    const auto options = Options::of(call);
    const auto confirmed = options ? options->flag("confirm") : Result<bool>(fail(options.error()));
    const auto for_user = confirmed ? options->flag("user") : confirmed;
    if (!for_user) {
        call.answer(fail(for_user.error()));
        return;
    }
    workflow::InstallOptions wanted;
    const auto& id = call.subject;
    const auto number = read_number<decltype(wanted.dependency)>(id);
    if (!number) {
        call.answer(fail(ErrorCode::invalid_input,
                         fmt::format("{} is no id: GET /api/v1/dependencies lists them", id)));
        return;
    }
    wanted.dependency = *number;
    wanted.confirmed = *confirmed;
    wanted.for_user = *for_user;
    workflow::install_dependency(call.services, wanted, std::move(call.answer));
}

void report(Call call) {
    const auto options = Options::of(call);
    if (!options) {
        call.answer(fail(options.error()));
        return;
    }
    workflow::get_user_directive_status(call.services, std::move(call.answer));
}

}  // namespace aifp::admin
