#include "storage/secret_store.hpp"

#include <gtest/gtest.h>

#include "storage/recovery.hpp"
#include "storage/state.hpp"
#include "storage/waits.hpp"
#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

std::string with(std::string text, const std::string& sought, const std::string& other) {
    for (auto at = text.find(sought); at != std::string::npos; at = text.find(sought, at)) {
        text.replace(at, sought.size(), other);
        at += other.size();
    }
    return text;
}

/// A store that knows one secret, "hunter2", by the name <pet>.
class SecretStoreTest : public StoreFixture {
protected:
    void open_secret() {
        RowSecrets secrets;
        secrets.redacted = [](const std::string& text) { return with(text, "hunter2", "***"); };
        secrets.redacted_json = secrets.redacted;
        secrets.sealed_json = [](const std::string& text) {
            return with(text, "hunter2", "<pet>");
        };
        secrets.sealed_text = secrets.sealed_json;
        secrets.opened = [](const std::string& text) { return with(text, "<pet>", "hunter2"); };
        StoreOptions options;
        options.file = file();
        options.retention.age = std::chrono::days(36'500);  // rows here are of kNoon
        auto opened = open_secret_store(options, secrets, loop_.get_executor(), clock_);
        ASSERT_TRUE(opened.has_value()) << opened.error().detail();
        store_ = std::move(opened->opened.store);
        close_ = std::move(opened->blocking_close);
    }

    static WriteGroup planted() {
        auto group = group_of(make_decision(1));
        auto& decision = group.decisions[0];
        decision.kind = model::DecisionKind::queued;
        decision.detail = "detail hunter2";
        decision.event.payload = R"({"a":"hunter2"})";
        decision.event.vars = R"({"b":"hunter2"})";
        decision.event.key = "hunter2";
        group.states.push_back({"s", R"("hunter2")", kNoon, R"({"c":"hunter2"})"});
        model::Wait wait;
        wait.id = WaitId{1};
        wait.directive = DirectiveId{1};
        wait.run = LedgerId{1};
        wait.data = R"({"d":"hunter2"})";
        group.waits.push_back(wait);
        return group;
    }

    template <class Look>
    void look(Look how) {
        store_->read(how, [](const Status& read) { ASSERT_TRUE(read.has_value()); });
        run_loop();
    }

    std::function<void()> close_;
};

TEST_F(SecretStoreTest, no_column_of_the_file_holds_the_value) {
    open_secret();
    ASSERT_TRUE(submit(planted()).has_value());
    for (const char* column : {"ledger: detail || payload || vars || key",
                               "state_values: value_json || attributes_json",
                               "waits: data"}) {
        const std::string text = column;
        const auto colon = text.find(": ");
        EXPECT_EQ(query("SELECT count(*) FROM " + text.substr(0, colon) + " WHERE " +
                        text.substr(colon + 2) + " LIKE '%hunter2%'"),
                  0)
            << column;
        EXPECT_EQ(query("SELECT count(*) FROM " + text.substr(0, colon)), 1) << column;
    }
}

TEST_F(SecretStoreTest, what_a_run_goes_on_from_comes_back_with_it) {
    open_secret();
    ASSERT_TRUE(submit(planted()).has_value());
    look([](Database& database) {
        const auto open = load_open_runs(database);
        ASSERT_EQ(open.queued.size(), 1U);
        EXPECT_EQ(open.queued[0].event.payload, R"({"a":"hunter2"})");
        EXPECT_EQ(open.queued[0].event.vars, R"({"b":"hunter2"})");
        EXPECT_EQ(open.queued[0].event.key, "hunter2");
        EXPECT_EQ(open.queued[0].detail, "detail ***");
        EXPECT_EQ(load_state(database).at(0).value_json, R"("hunter2")");
        EXPECT_EQ(load_state(database).at(0).attributes_json, R"({"c":"hunter2"})");
        EXPECT_EQ(find_wait(database, WaitId{1})->data, R"({"d":"hunter2"})");
    });
}

TEST_F(SecretStoreTest, who_does_not_know_the_secrets_reads_their_names) {
    open_secret();
    ASSERT_TRUE(submit(planted()).has_value());
    close();
    open();
    look([](Database& database) {
        EXPECT_EQ(find_wait(database, WaitId{1})->data, R"({"d":"<pet>"})");
    });
}

TEST_F(SecretStoreTest, a_closed_one_refuses_and_has_let_the_file_go) {
    open_secret();
    ASSERT_TRUE(submit(planted()).has_value());
    close_();
    EXPECT_EQ(submit(group_of(make_decision(2))).error().code(), ErrorCode::io_failure);
    EXPECT_EQ(flush().error().code(), ErrorCode::io_failure);
    int refused = 0;
    const auto count = [&](const Status& told) { refused += told ? 0 : 1; };
    store_->write([](Database&) {}, count);
    store_->read([](Database&) {}, count);
    store_->submit_lazily(group_of(make_decision(3)));
    run_loop();
    EXPECT_EQ(refused, 2);
    EXPECT_EQ(store_->statistics().groups, 1U);
    EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
}

}  // namespace
}  // namespace aifp::storage
