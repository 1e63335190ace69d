#include <fmt/format.h>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "actions/calls.hpp"
#include "base/json_text.hpp"

namespace aifp::actions {
namespace {

// One way to deliver; the channel's kind is settled when the step is compiled.
class NotifyAction final : public Action {
public:
    struct Parts {
        expression::CompiledValue message;  // {message, title, to}
        config::Channel channel;
        std::string url;
        std::vector<http::Header> headers;
    };

    NotifyAction(Parts parts, const Services& services)
        : parts_(std::move(parts)), services_(services) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto rendered = preview(context);
        if (!rendered) {
            return end_now(done, fail(std::move(rendered).error()));
        }
        note(context, [&] { return *rendered; });
        const auto& object = rendered->as_object();
        switch (parts_.channel.kind) {
            case config::Channel::Kind::http:
                return post(object, std::move(done));
            case config::Channel::Kind::command:
                return pipe(object, std::move(done));
            case config::Channel::Kind::log:
                break;
        }
        const auto text = line_of(object);
        services_.effects.log_line(context, "info", fmt::format("notify: {}", text));
        return end_now(done, boost::json::value(text));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        auto rendered = render_argument(services_.sandbox, parts_.message, *context.scope);
        if (rendered) {
            rendered->as_object()["directive"] = context.directive;
        }
        return rendered;
    }

private:
    static std::string line_of(const boost::json::object& message) {
        const auto title = to_text(message.at("title"));
        const auto text = to_text(message.at("message"));
        return title.empty() ? text : fmt::format("{}: {}", title, text);
    }

    Cancel post(const boost::json::object& message, Done done) const {
        http::ClientRequest request;
        request.method = "POST";
        request.url = parts_.url;
        request.headers = parts_.headers;
        request.headers.push_back(http::Header{"Content-Type", "application/json"});
        request.body = json_text(message);
        return call_http(
            services_,
            std::move(request),
            [done = std::move(done)](Result<http::ClientResponse> answer) {
                if (!answer) {
                    done(fail(answer.error().with_context("notify")));
                } else if (answer->status >= 300) {
                    done(fail_step(ErrorCode::io_failure,
                                   fmt::format("notify: the channel answered {}", answer->status),
                                   std::to_string(answer->status)));
                } else {
                    done(boost::json::value(answer->status));
                }
            });
    }

    Cancel pipe(const boost::json::object& message, Done done) const {
        process::ProcessRequest request;
        request.argv = parts_.channel.command;
        request.stdin_text = line_of(message) + "\n";
        request.environment.emplace_back("AIFP_TITLE", to_text(message.at("title")));
        request.environment.emplace_back("AIFP_TO", to_text(message.at("to")));
        request.max_output_bytes = services_.settings.limits.max_output;
        return call_process(services_,
                            std::move(request),
                            [done = std::move(done)](Result<process::ProcessResult> result) {
                                if (!result) {
                                    done(fail(result.error().with_context("notify")));
                                } else if (auto fine = check_process(*result); !fine) {
                                    done(fail_step(fine.error().with_context("notify")));
                                } else {
                                    done(boost::json::value(result->exit_code));
                                }
                            });
    }

    Parts parts_;
    Services services_;
};

Status resolve_channel(NotifyAction::Parts& parts, const Services& services) {
    if (parts.channel.kind == config::Channel::Kind::http) {
        auto url = services.resolver.text(parts.channel.url);
        if (!url) {
            return fail(std::move(url).error());
        }
        parts.url = std::move(*url);
    }
    for (const auto& [name, value] : parts.channel.headers) {
        auto text = services.resolver.text(value);
        if (!text) {
            return fail(std::move(text).error());
        }
        parts.headers.push_back(http::Header{name, std::move(*text)});
    }
    for (auto& word : parts.channel.command) {
        auto text = services.resolver.expand(word);
        if (!text) {
            return fail(std::move(text).error());
        }
        word = std::move(*text);
    }
    return {};
}

}  // namespace

MadeAction make_notify(const model::Action& action, const Services& services) {
    const auto name = text_argument(action, "channel", "default");
    const auto found = services.settings.notify.find(name);
    if (found == services.settings.notify.end()) {
        return fail(ErrorCode::not_found,
                    fmt::format("no channel is called {}: write notify: {{{}: {{log: true}}}} in "
                                ".aifp-project/engine.yaml",
                                name,
                                name));
    }
    const auto written = [&](std::string_view key) {
        const auto* value = argument(action, key);
        return value != nullptr ? *value : boost::json::value("");
    };
    boost::json::object message;
    message["message"] = main_argument(action);
    message["title"] = written("title");
    message["to"] = written("to");
    auto compiled = compile_argument(boost::json::value(std::move(message)), services);
    if (!compiled) {
        return fail(std::move(compiled).error());
    }
    NotifyAction::Parts parts{std::move(*compiled), found->second, {}, {}};
    auto resolved = resolve_channel(parts, services);
    if (!resolved) {
        return fail(resolved.error().with_context(fmt::format("channel {}", name)));
    }
    return std::make_unique<NotifyAction>(std::move(parts), services);
}

}  // namespace aifp::actions
