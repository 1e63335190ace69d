#include "admin/tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

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
    [[nodiscard]] Tokens load() const { return std::move(*Tokens::blocking_load(file())); }

    testing::TempDir dir_;
};

TEST_F(TokensTest, are_found_by_their_text_after_a_restart) {
    auto tokens = load();
    const auto text = tokens.create(token("page", {Scope::read, Scope::operate}), kNow);
    ASSERT_TRUE(text);

    const auto again = load();
    const auto* found = again.find(*text);

    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, "page");
    EXPECT_EQ(found->scopes, (Scopes{Scope::read, Scope::operate}));
    EXPECT_EQ(again.find(*text + "x"), nullptr);
    EXPECT_EQ(again.find(""), nullptr);
}

TEST_F(TokensTest, stand_in_a_private_file_as_hashes_only) {
    auto tokens = load();
    const auto text = tokens.create(token("page"), kNow);

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
        ASSERT_TRUE(tokens.create(*wanted, kNow));
    }
    EXPECT_EQ(tokens.all()[0].expires_at, end);
    EXPECT_EQ(tokens.all()[1].expires_at, end);
    EXPECT_EQ(tokens.all()[2].expires_at, kNow + Milliseconds(500));
}

TEST_F(TokensTest, open_until_they_are_revoked_or_expire) {
    auto tokens = load();
    auto wanted = token("page");
    wanted.lifetime = Milliseconds(1'000);
    ASSERT_TRUE(tokens.create(wanted, kNow));
    const HeldToken held{tokens.all()[0].hash, tokens.all()[0].expires_at};
    EXPECT_TRUE(tokens.still_opens(held, kNow + Milliseconds(999)));
    EXPECT_FALSE(tokens.still_opens(held, kNow + Milliseconds(1'000)));
    ASSERT_TRUE(tokens.revoke("page"));
    ASSERT_TRUE(tokens.create(wanted, kNow));
    EXPECT_FALSE(tokens.still_opens(held, kNow));  // another one of the same name
}

TEST_F(TokensTest, that_are_revoked_open_nothing) {
    auto tokens = load();
    const auto text = tokens.create(token("page"), kNow);
    ASSERT_TRUE(tokens.revoke("page"));
    EXPECT_EQ(tokens.find(*text), nullptr);
    EXPECT_EQ(load().find(*text), nullptr);
    EXPECT_EQ(tokens.revoke("page").error().code(), ErrorCode::not_found);
}

TEST_F(TokensTest, have_names_of_their_own) {
    auto tokens = load();
    ASSERT_TRUE(tokens.create(token("page"), kNow));
    EXPECT_EQ(tokens.create(token("page"), kNow).error().code(), ErrorCode::conflict);
    for (const auto* bad : {"", "a b", "../x", "é"}) {
        EXPECT_EQ(tokens.create(token(bad), kNow).error().code(), ErrorCode::invalid_input) << bad;
    }
}

TEST_F(TokensTest, are_no_more_than_64) {
    auto tokens = load();
    for (std::size_t i = 0; i < Tokens::kMaxTokens; ++i) {
        ASSERT_TRUE(tokens.create(token("t" + std::to_string(i)), kNow));
    }
    EXPECT_EQ(tokens.create(token("one-more"), kNow).error().code(), ErrorCode::busy);
}

TEST_F(TokensTest, remember_when_they_expire) {
    auto tokens = load();
    auto wanted = token("page");
    wanted.lifetime = Milliseconds(90'000);
    ASSERT_TRUE(tokens.create(wanted, kNow));
    EXPECT_EQ(load().all()[0].expires_at, kNow + Milliseconds(90'000));
}

TEST_F(TokensTest, are_not_taken_from_a_file_that_others_can_write) {
    auto tokens = load();
    ASSERT_TRUE(tokens.create(token("page"), kNow));
    ASSERT_EQ(::chmod(file().c_str(), 0620), 0);
    const auto loaded = Tokens::blocking_load(file());
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code(), ErrorCode::denied);
    EXPECT_NE(loaded.error().detail().find("chmod 600"), std::string::npos);
}

TEST_F(TokensTest, are_not_taken_from_a_damaged_file) {
    for (const auto* text : {"", "[]", R"({"tokens":[{"name":"a"}]})", R"({"tokens":7})"}) {
        ASSERT_TRUE(write_file_atomically(file(), text, 0600));
        const auto loaded = Tokens::blocking_load(file());
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
