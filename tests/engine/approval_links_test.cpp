// The links with which a person answers an approval from a notification.
#include "engine/approval_links.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.hpp"
#include "tests/engine/engine_fixture.hpp"
#include "tests/support/one_answer.hpp"

namespace aifp::engine {
namespace {

std::string read_bytes(const std::filesystem::path& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
}

class ApprovalLinksTest : public EngineFixture {
protected:
    ApprovalLinksTest() {
        link_base = "https://home.example/p/home";
        const auto text =
            "timezone: UTC\nnotify:\n  phone: {command: [tee, -a, " + told().native() + "]}\n";
        settings = config::read_settings(document::SourceText("engine.yaml", text)).settings;
    }
    [[nodiscard]] std::filesystem::path told() const { return dir.path() / "told"; }

    void write_asking(const std::string& more = "timeout: 1h") {
        write_file("directives/gate.yaml",
                   "name: gate\ntrigger: manual\n"
                   "actions: [{approval: \"Open <b>? {{ approval.link }}\", channel: phone, " +
                       more + "}]\n");
    }
    /// Begins a run, and gives the path of the link that the person was told.
    std::string ask_person() {
        start();
        static_cast<void>(act(Verb::run, "gate"));
        settle();
        run_until([this] { return read_bytes(told()).find('\n') != std::string::npos; });
        const auto line = read_bytes(told());
        const auto at = line.find("https://home.example/p/home/approve/");
        EXPECT_NE(at, std::string::npos) << line;
        const auto link = line.substr(at, line.find('\n', at) - at);
        return link.substr(link.find("/approve/"));
    }
    http::Response send(const std::string& method,
                        const std::string& path,
                        const std::string& body = "") {
        http::Request request;
        request.method = method;
        request.target = path;
        request.body = body;
        auto sink = std::make_shared<testing::OneAnswer>();
        engine->handle_hook(std::move(request), http::Responder(sink, 0));
        settle();
        return sink->response();
    }
    [[nodiscard]] std::size_t under_way() {
        return ask([](Control& control, auto answer) { control.list_runs(answer); })
            ->as_array()
            .size();
    }
    [[nodiscard]] static std::string secret_of(const std::string& path) {
        return path.substr(path.find('-') + 1);
    }
};

TEST_F(ApprovalLinksTest, have_160_random_bits_of_which_the_database_has_the_hash) {
    write_asking();
    const auto secret = secret_of(ask_person());
    EXPECT_EQ(secret.size(), 40U);
    EXPECT_EQ(secret.find_first_not_of("0123456789abcdef"), std::string::npos);
    settle();
    const auto stored =
        read_bytes(paths.database()) + read_bytes(paths.database().native() + "-wal");
    EXPECT_EQ(stored.find(secret), std::string::npos);
    EXPECT_NE(stored.find(sha256_hex(secret)), std::string::npos);
}

TEST_F(ApprovalLinksTest, show_the_question_and_answer_nothing_by_it) {
    write_asking();
    const auto path = ask_person();
    for (const auto* method : {"GET", "HEAD", "GET"}) {
        const auto page = send(method, path);
        EXPECT_EQ(page.status, 200);
        EXPECT_NE(page.body.find("Open &lt;b&gt;? ***"), std::string::npos) << page.body;
        EXPECT_EQ(page.body.find(secret_of(path)), std::string::npos);
        EXPECT_NE(page.body.find("<form method=\"post\">"), std::string::npos);
    }
    EXPECT_EQ(under_way(), 1U);
}

TEST_F(ApprovalLinksTest, answer_once) {
    write_asking();
    const auto path = ask_person();
    const auto said = send("POST", path, "answer=yes");
    EXPECT_EQ(said.status, 200);
    EXPECT_EQ(text(history("gate").front(), "state"), "ok");
    const auto again = send("POST", path, "answer=no");
    EXPECT_EQ(again.status, 404);
    EXPECT_EQ(send("GET", path).body, again.body);
}

TEST_F(ApprovalLinksTest, that_are_wrong_are_told_what_used_ones_are) {
    write_asking();
    const auto path = ask_person();
    const auto run = path.substr(0, path.find('-') + 1);
    const auto wrong = send("GET", run + std::string(40, '0'));
    EXPECT_EQ(wrong.status, 404);
    for (const auto& other : {std::string("/approve/"),
                              std::string("/approve/x"),
                              std::string("/approve/999-") + secret_of(path),
                              run,
                              path + "0",
                              path + "/",
                              run + std::string(2'000, 'a')}) {
        for (const auto* method : {"GET", "POST"}) {
            const auto answer = send(method, other, "answer=yes");
            EXPECT_EQ(answer.status, 404) << other;
            EXPECT_EQ(answer.body, wrong.body) << other;
        }
    }
    EXPECT_EQ(under_way(), 1U);
    static_cast<void>(send("POST", path, "answer=yes"));
    EXPECT_EQ(send("GET", path).body, wrong.body);
}

TEST_F(ApprovalLinksTest, that_say_no_fail_the_run_in_their_name) {
    write_asking();
    EXPECT_EQ(send("POST", ask_person(), "answer=no").status, 200);
    EXPECT_EQ(text(history("gate").front(), "state"), "failed");
    EXPECT_NE(text(history("gate").front(), "error").find("by link said no"), std::string::npos);
}

TEST_F(ApprovalLinksTest, survive_a_crash) {
    write_asking();
    const auto path = ask_person();
    settle();
    crash();
    start();
    settle();
    EXPECT_EQ(send("GET", path).status, 200);
    EXPECT_EQ(send("POST", path, "answer=yes").status, 200);
    EXPECT_EQ(text(history("gate").front(), "state"), "ok");
}

TEST_F(ApprovalLinksTest, end_with_the_time_of_the_approval) {
    write_asking("timeout: 1h");
    const auto path = ask_person();
    pass(std::chrono::minutes(59));
    EXPECT_EQ(send("GET", path).status, 200);
    clock.advance(std::chrono::minutes(1));  // the engine has not noticed yet
    EXPECT_EQ(send("POST", path, "answer=yes").status, 404);
    pass(std::chrono::minutes(1));
    EXPECT_EQ(text(history("gate").front(), "state"), "failed");
}

TEST_F(ApprovalLinksTest, take_yes_and_no_by_post_alone) {
    write_asking();
    const auto path = ask_person();
    for (const auto* body : {"", "answer=maybe", "answer", "yes", "%zz"}) {
        EXPECT_EQ(send("POST", path, body).status, 400) << body;
    }
    EXPECT_EQ(send("PUT", path, "answer=yes").status, 405);
    EXPECT_EQ(send("DELETE", path).status, 405);
    EXPECT_EQ(under_way(), 1U);
}

TEST_F(ApprovalLinksTest, are_asked_for_so_often_and_no_oftener) {
    write_asking();
    const auto path = ask_person();
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(send("GET", path).status, 200);
    }
    const auto refused = send("GET", path);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.headers.back().name, "Retry-After");
    clock.advance(Seconds(2));
    EXPECT_EQ(send("GET", path).status, 200);
}

TEST_F(ApprovalLinksTest, leave_a_line_of_the_change) {
    write_asking();
    const auto path = ask_person();
    static_cast<void>(send("GET", path));
    static_cast<void>(send("POST", path, "answer=yes"));
    settle();
    crash();  // which writes what the log still holds
    const auto lines = read_bytes(paths.logs() / "lifecycle/current.jsonl");
    EXPECT_NE(lines.find(R"("event":"change","who":"somebody by link")"), std::string::npos)
        << lines;
    EXPECT_EQ(lines.find(secret_of(path)), std::string::npos);
}

TEST_F(ApprovalLinksTest, are_empty_where_nobody_listens) {
    link_base.clear();
    write_asking();
    start();
    static_cast<void>(act(Verb::run, "gate"));
    settle();
    run_until([this] { return !read_bytes(told()).empty(); });
    EXPECT_EQ(read_bytes(told()), "Open <b>? \n");
    EXPECT_EQ(under_way(), 1U);
}

TEST_F(ApprovalLinksTest, are_not_quoted_from_a_channel_that_fails) {
    settings = config::read_settings(
                   document::SourceText("engine.yaml",
                                        "timezone: UTC\nnotify:\n  phone: {command: [sh, -c, "
                                        "\"cat >&2; exit 1\"]}\n"))
                   .settings;
    write_asking();
    start();
    static_cast<void>(act(Verb::run, "gate"));
    const auto lines = [this] { return read_bytes(paths.logs() / "execution/current.jsonl"); };
    run_until([&] {
        log->blocking_flush();
        return lines().find("nobody could be asked") != std::string::npos;
    });
    EXPECT_NE(lines().find("-***"), std::string::npos) << lines();
}

TEST_F(ApprovalLinksTest, are_asked_for_later_while_the_engine_stops) {
    write_asking();
    const auto path = ask_person();
    engine->stop(Milliseconds(0), [] {});
    const auto answer = send("GET", path);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.back().name, "Retry-After");
    crash();
    start();
    settle();
    EXPECT_EQ(send("GET", path).status, 200);
}

TEST_F(ApprovalLinksTest, of_two_that_are_asked_at_once_answer_each_its_own) {
    write_file("directives/gate.yaml",
               "name: gate\ntrigger: manual\nactions:\n  - parallel:\n"
               "      - {approval: \"a {{ approval.link }}\", channel: phone}\n"
               "      - {approval: \"b {{ approval.link }}\", channel: phone}\n");
    start();
    static_cast<void>(act(Verb::run, "gate"));
    settle();
    const auto link_of = [this](const std::string& question) {
        const auto lines = read_bytes(told());
        const auto at = lines.find(question + " https://home.example/p/home/");
        const auto link =
            at == std::string::npos ? "" : lines.substr(at, lines.find('\n', at) - at);
        return at == std::string::npos ? link : link.substr(link.find("/approve/"));
    };
    run_until([&] { return !link_of("a").empty() && !link_of("b").empty(); });
    EXPECT_NE(send("GET", link_of("b")).body.find("b ***"), std::string::npos);
    EXPECT_EQ(send("POST", link_of("b"), "answer=yes").status, 200);
    EXPECT_EQ(send("GET", link_of("b")).status, 404);
    EXPECT_EQ(send("POST", link_of("a"), "answer=yes").status, 200);
    settle();
    EXPECT_EQ(text(history("gate").front(), "state"), "ok");
}

TEST_F(ApprovalLinksTest, are_not_shown_to_who_is_not_asked) {
    write_asking();
    const auto secret = secret_of(ask_person());
    const auto runs = ask([](Control& control, auto answer) { control.list_runs(answer); });
    const auto shown = boost::json::serialize(*runs);
    EXPECT_NE(shown.find("Open <b>? ***"), std::string::npos) << shown;
    EXPECT_EQ(shown.find(secret), std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
