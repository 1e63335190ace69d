#include "storage/request_keys.hpp"

#include <gtest/gtest.h>

#include "storage/migrations.hpp"
#include "storage/statement.hpp"

namespace aifp::storage {
namespace {

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};

class RequestKeysTest : public ::testing::Test {
protected:
    RequestKeysTest() {
        DatabaseOptions options;
        options.file = ":memory:";
        database = Database::open(options);
        migrate(*database);
    }
    std::unique_ptr<Database> database;
    RequestKey key{"token page", "k1", "aa", kNow};
};

TEST_F(RequestKeysTest, are_new_once) {
    EXPECT_FALSE(claim_request_key(*database, key));
    const auto found = claim_request_key(*database, key);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->request_sha256, "aa");
    EXPECT_FALSE(found->answer) << "nobody knows how it ended";
}

TEST_F(RequestKeysTest, give_the_first_answer_again) {
    EXPECT_FALSE(claim_request_key(*database, key));
    keep_answer(*database, key, {200, "application/json", "{}"});
    const auto found = claim_request_key(*database, key);
    ASSERT_TRUE(found && found->answer);
    EXPECT_EQ(found->answer->status, 200);
    EXPECT_EQ(found->answer->body, "{}");
}

TEST_F(RequestKeysTest, of_two_callers_are_two) {
    EXPECT_FALSE(claim_request_key(*database, key));
    EXPECT_FALSE(claim_request_key(*database, {"uid 1000", "k1", "bb", kNow}));
}

TEST_F(RequestKeysTest, can_be_given_back) {
    EXPECT_FALSE(claim_request_key(*database, key));
    free_request_key(*database, key);
    EXPECT_FALSE(claim_request_key(*database, key));
}

TEST_F(RequestKeysTest, end_after_a_day) {
    EXPECT_FALSE(claim_request_key(*database, key));
    keep_answer(*database, key, {200, "application/json", std::nullopt});
    key.created_at = kNow + kRequestKeyLife - Milliseconds(1);
    EXPECT_TRUE(claim_request_key(*database, key));
    key.created_at = kNow + kRequestKeyLife;
    EXPECT_FALSE(claim_request_key(*database, key));
}

TEST_F(RequestKeysTest, are_no_more_than_the_newest_10000) {
    for (std::size_t i = 0; i < kMaxRequestKeys + 5; ++i) {
        Statement(*database,
                  "INSERT INTO request_keys (caller, key, request_sha256, created_at_ms) "
                  "VALUES ('c', ?1, 'x', ?2)")
            .run(std::to_string(i), kNow + Milliseconds(i));
    }
    key.created_at = kNow + Milliseconds(kMaxRequestKeys + 5);
    EXPECT_FALSE(claim_request_key(*database, key));
    EXPECT_EQ(database->integer("SELECT count(*) FROM request_keys"),
              static_cast<std::int64_t>(kMaxRequestKeys));
}

}  // namespace
}  // namespace aifp::storage
