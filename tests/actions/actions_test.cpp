// Each action against the real thing: a listener on loopback, real processes.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>

#include "actions/factory.hpp"
#include "http/server.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::actions {
namespace {

class RecordedEffects final : public Effects {
public:
    Result<model::StateOutcome> update_state(const RunContext&,
                                             model::StateUpdate update) override {
        if (update.values.contains("full")) {
            return fail(ErrorCode::busy, "the state is full");
        }
        for (const auto& member : update.values) {
            state[member.key()] = member.value();
        }
        last_update = update;
        return model::StateOutcome{!update.if_is, state};
    }
    Status emit_event(const RunContext&,
                      const std::string& name,
                      boost::json::value data) override {
        events[name] = std::move(data);
        return {};
    }
    Status check_program(const RunContext&, const std::string& path) override {
        return path == forbidden ? Status(fail(ErrorCode::denied, "it was changed")) : Status();
    }
    void log_line(const RunContext& by,
                  std::string_view level,
                  const std::string& message) override {
        EXPECT_EQ(by.directive, "demo");
        lines.push_back(std::string(level) + " " + message);
    }
    boost::json::object state;
    model::StateUpdate last_update;
    boost::json::object events;
    std::vector<std::string> lines;
    std::string forbidden;
};

class ActionsFixture : public ::testing::Test {
protected:
    ActionsFixture()
        : paths(dir.path()),
          resolver(secrets),
          client(http::create_client(loop, clock, {})),
          services{
              loop.get_executor(), sandbox, *client, resolver, settings, effects, paths, clock} {
        settings = config::read_settings(document::SourceText("engine.yaml", "")).settings;
    }

    /// Answers every request with `answer`; keeps the last request.
    std::string listen(http::Response answer) {
        http::ServerOptions options;
        options.listen = *http::parse_tcp_endpoint("127.0.0.1:0");
        auto made = http::create_server(
            loop, clock, options, [this, answer](http::Request request, http::Responder responder) {
                seen = std::move(request);
                responder(answer);
            });
        server = std::move(*made);
        return "http://" + http::format_endpoint(std::get<http::TcpEndpoint>(server->endpoint()));
    }

    StepResult run(const std::string& kind, const std::string& arguments) {
        model::Action action;
        action.kind = kind;
        action.arguments = boost::json::parse(arguments).as_object();
        auto made = make_action(action, services);
        if (!made) {
            return fail(made.error());
        }
        boost::json::object names;
        names["trigger"] = {{"who", "Zoë"}};
        const expression::ObjectScope scope(std::move(names), clock.wall());
        const RunContext context{LedgerId{7}, "demo", &scope};
        std::optional<StepResult> result;
        cancel =
            (*made)->start(context, [&](StepResult ended) { result.emplace(std::move(ended)); });
        if (cancel && cancel_at_once) {
            cancel();
        }
        for (int turns = 0; turns < 1'000 && !result; ++turns) {
            loop.restart();
            loop.run_one_for(Milliseconds(10));
        }
        return result ? std::move(*result) : fail(ErrorCode::internal, "never ended");
    }

    testing::TempDir dir;
    ProjectPaths paths;
    testing::FakeClock clock;
    boost::asio::io_context loop{1};
    config::Settings settings;
    config::Secrets secrets{{{"key", "s3cr3t-value"}}};
    config::Resolver resolver;
    expression::Sandbox sandbox;
    std::unique_ptr<http::Client> client;
    RecordedEffects effects;
    Services services;
    std::unique_ptr<http::Server> server;
    http::Request seen;
    Cancel cancel;
    bool cancel_at_once = false;
};

TEST_F(ActionsFixture, log_renders_its_message) {
    ASSERT_TRUE(run("log", R"({"log": "hello {{ trigger.who }}", "level": "warning"})"));
    EXPECT_EQ(effects.lines, std::vector<std::string>{"warning hello Zoë"});
}

TEST_F(ActionsFixture, log_of_an_unknown_name_is_an_error) {
    const auto result = run("log", R"({"log": "{{ trigger.woh }}"})");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail().find("who"), std::string::npos);
}

TEST_F(ActionsFixture, set_keeps_types) {
    ASSERT_TRUE(
        run("set", R"({"set": {"n": "{{ 1 + 1 }}", "t": "x", "l": [1, "{{ trigger.who }}"]}})"));
    EXPECT_EQ(effects.state["n"].as_int64(), 2);
    EXPECT_EQ(effects.state["l"].as_array()[1].as_string(), "Zoë");
}

TEST_F(ActionsFixture, set_hands_its_options_on) {
    const auto said = run("set",
                          R"({"set": {"n": 1}, "ttl": "10m", "increment": true,
                              "attributes": {"by": "{{ trigger.who }}"}, "if_is": "{{ 2 + 1 }}"})");
    ASSERT_TRUE(said);
    EXPECT_FALSE(said->at("done").as_bool());
    EXPECT_EQ(effects.last_update.ttl, Milliseconds(600'000));
    EXPECT_TRUE(effects.last_update.increment);
    EXPECT_EQ(effects.last_update.attributes->at("by").as_string(), "Zoë");
    EXPECT_EQ(effects.last_update.if_is->as_int64(), 3);
}

TEST_F(ActionsFixture, set_passes_a_refusal_on) {
    EXPECT_FALSE(run("set", R"({"set": {"full": 1}})"));
}

TEST_F(ActionsFixture, emit_carries_data) {
    ASSERT_TRUE(run("emit", R"({"emit": "ring", "data": {"by": "{{ trigger.who }}"}})"));
    EXPECT_EQ(effects.events["ring"].at("by").as_string(), "Zoë");
}

TEST_F(ActionsFixture, run_takes_no_module_of_the_working_folder) {
    const auto root = paths.root();
    std::filesystem::create_directories(root / "src");
    std::ofstream(root / "json.py") << "raise SystemExit('nobody approved this')\n";
    std::ofstream(root / "src/mine.py") << "word = 'mine'\n";
    std::ofstream(root / "src/a.py") << "import mine\ndef go():\n    return mine.word\n";
    const auto result = run("run", R"({"run": "src/a.py", "entry": "go"})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_NE(boost::json::serialize(*result).find("mine"), std::string::npos);
}

TEST_F(ActionsFixture, run_gives_text_also_of_other_bytes) {
    std::filesystem::create_directories(dir.path() / "src");
    std::ofstream(dir.path() / "src/a.sh") << "printf '{\"name\": \"T\\374r\"}\\n'\n";
    const auto result = run("run", R"({"run": "src/a.sh"})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_NE(boost::json::serialize(*result).find("T\ufffdr"), std::string::npos)
        << boost::json::serialize(*result);
}

TEST_F(ActionsFixture, http_request_sends_json_and_captures_json) {
    const auto url = listen(http::json_response(200, R"({"on": true})"));
    const auto result = run(
        "http_request",
        R"({"http_request": "POST )" + url +
            R"(/lamp", "json": {"level": "{{ 30 * 2 }}"}, "headers": {"X-Key": {"$secret": "key"}}})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(seen.body, R"({"level":60})");
    EXPECT_EQ(seen.headers.find("x-key"), "s3cr3t-value");
    EXPECT_EQ(result->at("body").at("on").as_bool(), true);
}

TEST_F(ActionsFixture, http_request_sends_a_form) {
    const auto url = listen(http::text_response(200, "ok"));
    ASSERT_TRUE(
        run("http_request",
            R"({"http_request": "POST )" + url + R"(/f", "form": {"a b": "1&2", "n": 3}})"));
    EXPECT_EQ(seen.body, "a+b=1%262&n=3");
    EXPECT_EQ(seen.headers.find("content-type"), "application/x-www-form-urlencoded");
}

TEST_F(ActionsFixture, http_request_fails_on_an_unexpected_status) {
    const auto url = listen(http::text_response(500, "the bulb is broken"));
    const auto result = run("http_request", R"({"http_request": "GET )" + url + R"(/"})");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail().find("500 the bulb is broken"), std::string::npos);
}

TEST_F(ActionsFixture, http_request_says_the_status_alone_of_an_empty_answer) {
    const auto url = listen(http::text_response(503, ""));
    const auto result = run("http_request", R"({"http_request": "GET )" + url + R"(/"})");
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().detail().ends_with("answered 503")) << result.error().detail();
}

TEST_F(ActionsFixture, http_request_takes_the_statuses_that_are_named) {
    const auto url = listen(http::text_response(404, "none"));
    EXPECT_TRUE(
        run("http_request", R"({"http_request": "GET )" + url + R"(/", "expect_status": [404]})"));
}

TEST_F(ActionsFixture, http_request_goes_to_the_api_of_the_settings) {
    const auto url = listen(http::text_response(200, "ok"));
    settings.apis["default"].base_url = url + "/v2/";
    settings.apis["default"].headers["X-Api"] = "yes";
    ASSERT_TRUE(run("http_request", R"({"http_request": "GET /lights"})"));
    EXPECT_EQ(seen.target, "/v2/lights");
    EXPECT_EQ(seen.headers.find("x-api"), "yes");
}

TEST_F(ActionsFixture, http_request_takes_the_address_of_an_api_from_the_environment) {
    const auto url = listen(http::text_response(200, "ok"));
    ::setenv("AIFP_TEST_API", url.c_str(), 1);
    settings.apis["default"].base_url = "${AIFP_TEST_API}/v2";
    const auto result = run("http_request", R"({"http_request": "GET /lights"})");
    ::unsetenv("AIFP_TEST_API");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(seen.target, "/v2/lights");
    const auto missing = run("http_request", R"({"http_request": "GET /lights"})");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    EXPECT_NE(missing.error().detail().find("apis.default.base_url"), std::string::npos);
}

TEST_F(ActionsFixture, http_request_gives_the_headers_of_an_api_to_no_other_host) {
    const auto url = listen(http::text_response(200, "ok"));
    settings.apis["default"].base_url = "http://127.0.0.1:1/v2";
    settings.apis["default"].headers["X-Api"] = "yes";
    const auto request = R"({"http_request": "GET )" + url + R"(/lights", "api": "default"})";
    const auto refused = run("http_request", request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::denied);
    EXPECT_EQ(seen.target, "");
    settings.apis["default"].base_url = url + "/v2";
    EXPECT_TRUE(run("http_request", request));
    EXPECT_EQ(seen.headers.find("x-api"), "yes");
}

TEST_F(ActionsFixture, http_request_without_that_api_says_what_to_write) {
    const auto result = run("http_request", R"({"http_request": "GET /lights"})");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail().find("apis: {default:"), std::string::npos);
}

TEST_F(ActionsFixture, http_request_keeps_keys_out_of_its_errors) {
    for (const auto* target : {"http://127.0.0.1:1/hook/k3y-path?token=k3y-query",
                               "http://me:k3y-user@127.0.0.1:1/",
                               "http://127.0.0.1:1/a b?k3y",
                               "ftp://127.0.0.1:1/k3y"}) {
        const auto result =
            run("http_request", std::string(R"({"http_request": "GET )") + target + "\"}");
        ASSERT_FALSE(result) << target;
        EXPECT_EQ(result.error().detail().find("k3y"), std::string::npos)
            << result.error().detail();
        EXPECT_NE(result.error().detail().find("127.0.0.1:1"), std::string::npos);
    }
}

TEST_F(ActionsFixture, http_request_tells_a_refused_connection) {
    const auto result = run("http_request", R"({"http_request": "GET http://127.0.0.1:1/"})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::unreachable);
}

TEST_F(ActionsFixture, command_captures_output_and_takes_templates_as_one_word) {
    const auto result =
        run("command", R"({"command": ["printf", "%s|", "{{ trigger.who .. ' ; x' }}"]})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->at("stdout").as_string(), "Zoë ; x|");
}

TEST_F(ActionsFixture, command_runs_in_the_project_with_env_and_stdin) {
    const auto result = run(
        "shell",
        R"({"shell": "pwd; echo $NAME; cat", "env": {"NAME": "{{ trigger.who }}"}, "stdin": "in"})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->at("stdout").as_string(), dir.path().string() + "\nZoë\nin");
}

TEST_F(ActionsFixture, command_that_fails_tells_its_last_line) {
    const auto result = run("shell", R"({"shell": "echo a; echo no such lamp >&2; exit 4"})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail(), "ended with exit code 4: no such lamp");
}

TEST_F(ActionsFixture, command_gives_text_also_of_other_bytes) {
    const auto result = run("command", R"({"command": ["printf", "T\\374r"]})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->at("stdout").as_string(), "T\ufffdr");
    const auto failed = run("shell", R"({"shell": "printf 'T\\374r' >&2; exit 1"})");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().detail(), "ended with exit code 1: T\ufffdr");
}

TEST_F(ActionsFixture, http_request_gives_text_also_of_other_bytes) {
    auto answer = http::text_response(200, "ok");
    answer.headers.push_back(http::Header{"X-Name", "T\xfcr"});
    const auto result =
        run("http_request", R"({"http_request": "GET )" + listen(std::move(answer)) + R"(/"})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->at("headers").at("x-name").as_string(), "T\ufffdr");
    const auto url = listen(http::text_response(500, "T\xfcr"));
    const auto failed = run("http_request", R"({"http_request": "GET )" + url + R"(/"})");
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().detail().ends_with("500 T\ufffdr")) << failed.error().detail();
}

TEST_F(ActionsFixture, command_that_is_not_there_is_not_found) {
    const auto result = run("command", R"({"command": ["/no/such/program"]})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::not_found);
}

TEST_F(ActionsFixture, command_can_be_cancelled) {
    cancel_at_once = true;
    const auto result = run("command", R"({"command": ["sleep", "30"]})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
}

TEST_F(ActionsFixture, notify_writes_a_log_line_by_default) {
    ASSERT_TRUE(run("notify", R"({"notify": "{{ trigger.who }} rings", "title": "Door"})"));
    EXPECT_EQ(effects.lines, std::vector<std::string>{"info notify: Door: Zoë rings"});
}

TEST_F(ActionsFixture, notify_posts_to_a_channel) {
    const auto url = listen(http::text_response(200, "ok"));
    settings.notify["phone"].kind = config::Channel::Kind::http;
    settings.notify["phone"].url = url;
    ASSERT_TRUE(run("notify", R"({"notify": "hi", "channel": "phone"})"));
    EXPECT_EQ(boost::json::parse(seen.body).at("message").as_string(), "hi");
    EXPECT_EQ(boost::json::parse(seen.body).at("directive").as_string(), "demo");
}

TEST_F(ActionsFixture, notify_pipes_into_a_command) {
    settings.notify["file"].kind = config::Channel::Kind::command;
    settings.notify["file"].command = {"sh", "-c", "cat > said"};
    ASSERT_TRUE(run("notify", R"({"notify": "hi", "channel": "file"})"));
    std::ifstream said(dir / "said");
    std::string line;
    std::getline(said, line);
    EXPECT_EQ(line, "hi");
}

TEST_F(ActionsFixture, notify_to_an_unknown_channel_says_what_to_write) {
    const auto result = run("notify", R"({"notify": "hi", "channel": "pager"})");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail().find("notify: {pager:"), std::string::npos);
}

TEST_F(ActionsFixture, run_speaks_the_line_protocol) {
    std::filesystem::create_directories(dir / "src");
    std::ofstream(dir / "src/a.sh")
        << "echo note\nread line\nprintf '{\"result\": %s}\\n' \"$line\"\n";
    const auto result = run("run", R"({"run": "src/a.sh", "with": {"n": "{{ 2 * 3 }}"}})");
    ASSERT_TRUE(result) << result.error().detail();
    EXPECT_EQ(result->at("with").at("n").as_int64(), 6);
    EXPECT_EQ(result->at("trigger").at("who").as_string(), "Zoë");
    EXPECT_EQ(result->at("directive").as_string(), "demo");
    EXPECT_EQ(result->at("run").as_int64(), 7);
    EXPECT_EQ(effects.lines, std::vector<std::string>{"info note"});
}

TEST_F(ActionsFixture, run_does_not_start_a_file_that_the_engine_forbids) {
    std::filesystem::create_directories(dir / "src");
    std::ofstream(dir / "src/a.sh") << "touch ran\n";
    effects.forbidden = "src/a.sh";
    const auto result = run("run", R"({"run": "src/a.sh"})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail(), "it was changed");
    EXPECT_FALSE(std::filesystem::exists(dir / "ran"));
}

TEST_F(ActionsFixture, a_secret_that_is_not_there_is_told_when_compiled) {
    const auto result = run("log", R"({"log": {"$secret": "kye"}})");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail().find("key"), std::string::npos);
}

}  // namespace
}  // namespace aifp::actions
