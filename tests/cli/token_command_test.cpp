#include "cli/token_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class TokenCommand : public ::testing::Test {
protected:
    TokenCommand() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(TokenCommand, create_prints_nothing_but_the_text) {
    FakeDaemon daemon(socket(),
                      {FakeDaemon::answer(
                          200, R"({"name":"page","scopes":["read","operate"],"token":"aifp_1"})")});
    const TokenOptions options{.name = "page", .scopes = {"operate"}, .expires = "90d"};
    EXPECT_EQ(run_token_create(options, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "aifp_1\n");
    EXPECT_NE(fake_.err.str().find("page may read,operate"), std::string::npos);
    EXPECT_NE(daemon.requests()[0].find(R"({"name":"page","scopes":["operate"],"expires":"90d"})"),
              std::string::npos);
}

TEST_F(TokenCommand, list_shows_scopes_and_expiry) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"([{"name":"page","scopes":["read"],"created_by":"uid 7",
            "expires_at":null,"expired":false},{"name":"old","scopes":["read","approve"],
            "created_by":"uid 7","expires_at":"2020-01-01T00:00:00","expired":true}])")});
    EXPECT_EQ(run_token_list({}, paths_, fake_.terminal), kDone);
    EXPECT_NE(fake_.out.str().find("page  read          never    uid 7"), std::string::npos)
        << fake_.out.str();
    EXPECT_NE(fake_.out.str().find("old   read,approve  expired  uid 7"), std::string::npos);
}

TEST_F(TokenCommand, revoke_deletes_it) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"name":"a b","success":true})")});
    EXPECT_EQ(run_token_revoke({.name = "a b"}, paths_, fake_.terminal), kDone);
    EXPECT_TRUE(daemon.requests()[0].starts_with("DELETE /api/v1/tokens/a%20b "));
    EXPECT_EQ(fake_.out.str(), "a b: revoked\n");
}

TEST_F(TokenCommand, tells_a_refusal) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(409, R"({"error":"there is one"})")});
    EXPECT_EQ(run_token_create({.name = "page", .scopes = {"read"}}, paths_, fake_.terminal),
              kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: there is one\n");
}

}  // namespace
}  // namespace aifp::cli
