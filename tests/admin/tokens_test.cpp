#include "admin/tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::admin {
namespace {

using helpers::Scope;

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};

NewToken token(std::string name, Scopes scopes = {Scope::read}) {
    return {std::move(name), std::move(scopes), "uid 1000", std::nullopt};
}

class TokensTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file() const { return dir_ / "tokens.json"; }
    [[nodiscard]] Result<Tokens> try_load() const {
        return Tokens::blocking_load(
            file(), [this](std::function<void()> job, std::function<void(Status)> done) {
                jobs_.push_back(std::move(job));
                ends_.push_back(std::move(done));
            });
    }
    [[nodiscard]] Tokens load() const { return std::move(*try_load()); }

    /// Makes the token to its end; what is waiting is stored first.
    Result<std::string> create(Tokens& tokens, NewToken wanted) {
        Result<std::string> text = fail(ErrorCode::internal, "not called back");
        tokens.create(std::move(wanted), kNow, [&text](Result<MadeToken> made) {
            text = made ? Result<std::string>(made->text) : fail(made.error());
        });
        work();
        return text;
    }
    Status revoke(Tokens& tokens, const std::string& name) {
        Status said = fail(ErrorCode::internal, "not called back");
        tokens.revoke(name, [&said](Status revoked) { said = std::move(revoked); });
        work();
        return said;
    }
    /// Does what was to be done off the loop.
    void work(bool takes_jobs = true) {
        while (!jobs_.empty()) {
            const auto job = std::move(jobs_.front());
            const auto end = std::move(ends_.front());
            jobs_.pop_front();
            ends_.pop_front();
            if (takes_jobs) {
                job();
            }
            end(takes_jobs ? Status() : fail(ErrorCode::busy, "nobody takes it"));
        }
    }

    testing::TempDir dir_;
    mutable std::deque<std::function<void()>> jobs_;
    mutable std::deque<std::function<void(Status)>> ends_;
};

TEST_F(TokensTest, are_found_by_their_text_after_a_restart) {
    auto tokens = load();
    const auto text = create(tokens, token("page", {Scope::read, Scope::operate}));
    ASSERT_TRUE(text);

    const auto again = load();
    const auto* found = again.find(*text);

    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, "page");
    EXPECT_EQ(found->scopes, (Scopes{Scope::read, Scope::operate}));
    EXPECT_EQ(again.find(*text + "x"), nullptr);
    EXPECT_EQ(again.find(""), nullptr);
}

TEST_F(TokensTest, are_written_off_the_loop_and_hold_once_they_are) {
    auto tokens = load();
    std::string text;
    tokens.create(token("page"), kNow, [&text](Result<MadeToken> made) { text = made->text; });
    EXPECT_EQ(jobs_.size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(file()));
    EXPECT_TRUE(tokens.all().empty());
    work();
    EXPECT_TRUE(std::filesystem::exists(file()));
    EXPECT_NE(tokens.find(text), nullptr);
}

TEST_F(TokensTest, are_changed_one_after_the_other) {
    auto tokens = load();
    std::vector<std::string> said;
    const auto made = [&said](const char* what) {
        return [&said, what](const Result<MadeToken>& result) {
            said.push_back(std::string(what) + (result ? " made" : " refused"));
        };
    };
    tokens.create(token("page"), kNow, made("first"));
    tokens.create(token("page"), kNow, made("second"));
    tokens.revoke("page", [&said](const Status& done) { said.push_back(done ? "gone" : "kept"); });
    tokens.create(token("page"), kNow, made("third"));
    EXPECT_EQ(jobs_.size(), 1U) << "one at a time";
    work();
    EXPECT_EQ(said,
              (std::vector<std::string>{"first made", "second refused", "gone", "third made"}));
    EXPECT_EQ(load().all().size(), 1U);
}

TEST_F(TokensTest, are_stored_also_when_nobody_takes_the_work) {
    auto tokens = load();
    ASSERT_TRUE(create(tokens, token("page")));
    Status said = fail(ErrorCode::internal, "not called back");
    tokens.revoke("page", [&said](Status revoked) { said = std::move(revoked); });
    work(false);
    EXPECT_TRUE(said);
    EXPECT_TRUE(load().all().empty());
}

TEST_F(TokensTest, keep_so_many_changes_waiting) {
    auto tokens = load();
    std::size_t refused = 0;
    for (std::size_t i = 0; i <= Tokens::kMaxWaiting; ++i) {
        tokens.revoke("none", [](const Status&) {});
        tokens.create(
            token("t" + std::to_string(i)), kNow, [&refused](const Result<MadeToken>& made) {
                refused += !made && made.error().code() == ErrorCode::busy ? 1 : 0;
            });
    }
    EXPECT_GT(refused, 0U);
    work();
    EXPECT_LE(tokens.all().size(), Tokens::kMaxWaiting);
}

TEST_F(TokensTest, stand_in_a_private_file_as_hashes_only) {
    auto tokens = load();
    const auto text = create(tokens, token("page"));

    struct stat facts {};
    ASSERT_EQ(::stat(file().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    const auto written = read_file(file(), 10'000);
    EXPECT_EQ(written->find(*text), std::string::npos);
    EXPECT_NE(written->find(sha256_hex(*text)), std::string::npos);
}

TEST_F(TokensTest, live_no_longer_than_they_may) {
    auto tokens = load();
    const auto end = kNow + Milliseconds(1'000);
    auto without_end = token("a");
    auto longer = token("b");
    auto shorter = token("c");
    longer.lifetime = Milliseconds(5'000);
    shorter.lifetime = Milliseconds(500);
    for (auto* wanted : {&without_end, &longer, &shorter}) {
        wanted->not_after = end;
        ASSERT_TRUE(create(tokens, *wanted));
    }
    EXPECT_EQ(tokens.all()[0].expires_at, end);
    EXPECT_EQ(tokens.all()[1].expires_at, end);
    EXPECT_EQ(tokens.all()[2].expires_at, kNow + Milliseconds(500));
}

TEST_F(TokensTest, open_until_they_are_revoked_or_expire) {
    auto tokens = load();
    auto wanted = token("page");
    wanted.lifetime = Milliseconds(1'000);
    ASSERT_TRUE(create(tokens, wanted));
    const HeldToken held{tokens.all()[0].hash, tokens.all()[0].expires_at};
    EXPECT_TRUE(tokens.still_opens(held, kNow + Milliseconds(999)));
    EXPECT_FALSE(tokens.still_opens(held, kNow + Milliseconds(1'000)));
    ASSERT_TRUE(revoke(tokens, "page"));
    ASSERT_TRUE(create(tokens, wanted));
    EXPECT_FALSE(tokens.still_opens(held, kNow));  // another one of the same name
}

TEST_F(TokensTest, that_are_revoked_open_nothing) {
    auto tokens = load();
    const auto text = create(tokens, token("page"));
    ASSERT_TRUE(revoke(tokens, "page"));
    EXPECT_EQ(tokens.find(*text), nullptr);
    EXPECT_EQ(load().find(*text), nullptr);
    EXPECT_EQ(revoke(tokens, "page").error().code(), ErrorCode::not_found);
}

TEST_F(TokensTest, have_names_of_their_own) {
    auto tokens = load();
    ASSERT_TRUE(create(tokens, token("page")));
    EXPECT_EQ(create(tokens, token("page")).error().code(), ErrorCode::conflict);
    for (const auto* bad : {"", "a b", "../x", "é"}) {
        EXPECT_EQ(create(tokens, token(bad)).error().code(), ErrorCode::invalid_input) << bad;
    }
}

TEST_F(TokensTest, are_no_more_than_64) {
    auto tokens = load();
    for (std::size_t i = 0; i < Tokens::kMaxTokens; ++i) {
        ASSERT_TRUE(create(tokens, token("t" + std::to_string(i))));
    }
    EXPECT_EQ(create(tokens, token("one-more")).error().code(), ErrorCode::busy);
}

TEST_F(TokensTest, remember_when_they_expire) {
    auto tokens = load();
    auto wanted = token("page");
    wanted.lifetime = Milliseconds(90'000);
    ASSERT_TRUE(create(tokens, wanted));
    EXPECT_EQ(load().all()[0].expires_at, kNow + Milliseconds(90'000));
}

TEST_F(TokensTest, are_not_taken_from_a_file_that_others_can_write) {
    auto tokens = load();
    ASSERT_TRUE(create(tokens, token("page")));
    ASSERT_EQ(::chmod(file().c_str(), 0620), 0);
    const auto loaded = try_load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code(), ErrorCode::denied);
    EXPECT_NE(loaded.error().detail().find("chmod 600"), std::string::npos);
}

TEST_F(TokensTest, are_not_taken_from_a_damaged_file) {
    for (const auto* text : {"", "[]", R"({"tokens":[{"name":"a"}]})", R"({"tokens":7})"}) {
        ASSERT_TRUE(write_file_atomically(file(), text, 0600));
        const auto loaded = try_load();
        ASSERT_FALSE(loaded) << text;
        EXPECT_EQ(loaded.error().code(), ErrorCode::invalid_input);
    }
}

TEST(ParseScopes, adds_read_and_takes_each_once) {
    EXPECT_EQ(*parse_scopes({"operate", "operate"}), (Scopes{Scope::read, Scope::operate}));
    EXPECT_EQ(*parse_scopes({"approve", "author"}),
              (Scopes{Scope::read, Scope::author, Scope::approve}));
}

TEST(ParseScopes, refuses_none_and_what_is_no_scope) {
    EXPECT_FALSE(parse_scopes({}));
    const auto refused = parse_scopes({"read", "admin"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail().find("admin is no scope"), std::string::npos);
}

}  // namespace
}  // namespace aifp::admin
