#include "storage/migrations.hpp"

#include <gtest/gtest.h>

#include "storage/executions.hpp"
#include "storage/ledger.hpp"
#include "storage/logging_config.hpp"
#include "storage/meta.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

std::unique_ptr<Database> database_at(int version) {
    DatabaseOptions options;
    options.file = ":memory:";
    auto database = Database::open(options);
    migrate(*database, version);
    return database;
}

std::string schema_of(Database& database) {
    std::string schema;
    Statement row(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    while (row.step()) {
        schema.append(row.view(0)).append("\n");
    }
    return schema;
}

TEST(Migrations, are_numbered_without_a_gap) {
    int expected = 1;
    for (const Migration& migration : migrations()) {
        EXPECT_EQ(migration.version, expected++);
    }
    EXPECT_EQ(newest_schema_version(), expected - 1);
}

TEST(Migrations, lead_from_every_old_version_to_the_same_schema) {
    const std::string wanted = schema_of(*database_at(newest_schema_version()));
    for (int version = 0; version < newest_schema_version(); ++version) {
        const auto database = database_at(version);
        EXPECT_EQ(schema_version(*database), version);
        migrate(*database);
        EXPECT_EQ(schema_version(*database), newest_schema_version());
        EXPECT_EQ(schema_of(*database), wanted) << "from version " << version;
    }
}

TEST(Migrations, keep_what_is_in_the_tables) {
    const auto database = database_at(1);
    ASSERT_TRUE(update_logging_config(*database, "error", {.retention_days = 7}));
    migrate(*database);
    EXPECT_EQ(load_logging_config(*database)[1].retention_days, 7);
}

// Version 2 had one row of the index per id and counted every execution with its row.
TEST(Migrations, from_version_2_keep_history_and_counts) {
    const auto database = database_at(2);
    for (int id = 1; id <= 10; ++id) {
        Statement(
            *database,
            "INSERT INTO ledger (id, directive_id, trigger_index, cause, seen_at_ms, decision)"
            " VALUES (?, 1, 0, 'webhook', ?, 'started')")
            .run(id, kNoon);
        Statement(*database, "INSERT INTO ledger_index (directive_id, runs, id) VALUES (1, 1, ?)")
            .run(id);
    }
    database->execute(
        "UPDATE meta SET value = 10 WHERE key = 'ledger_watermark';"
        "INSERT INTO directive_executions SELECT id, 1, 'success', '2026-11-22T12:00:00', 1, NULL, "
        "'ok', seen_at_ms FROM ledger;"
        "INSERT INTO execution_counters VALUES (498708, 1, 10, 10, 0, 0, 10, 1, 'success', NULL)");
    migrate(*database);
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(11)));
    commit(*database, writer, group_of(make_outcome(11)));
    EXPECT_EQ(load_counts(*database).at(0).counts.runs, 11);
    const auto ids = find_history_ids(*database, {.directive = DirectiveId{1}, .runs_only = true});
    ASSERT_EQ(ids.size(), 11U);
    EXPECT_EQ(ids.front(), LedgerId{11});
    EXPECT_EQ(ids.back(), LedgerId{1});
}

TEST(Migrations, of_an_empty_database_count_from_the_start) {
    const auto database = memory_database();
    EXPECT_EQ(counted_until(*database), 0);
}

TEST(Migrations, running_again_changes_nothing) {
    const auto database = database_at(newest_schema_version());
    ASSERT_TRUE(update_logging_config(*database, "error", {.enabled = false}));
    const std::string before = schema_of(*database);
    migrate(*database);
    EXPECT_EQ(schema_of(*database), before);
    EXPECT_FALSE(load_logging_config(*database)[1].enabled);
}

TEST(Migrations, mark_the_file_as_ours) {
    const auto database = database_at(1);
    EXPECT_EQ(database->integer("PRAGMA application_id"), kApplicationId);
}

TEST(Migrations, a_failing_step_leaves_the_version_before_it) {
    const auto database = database_at(1);
    database->execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY)");  // in the way of step 2
    EXPECT_THROW(migrate(*database), DatabaseError);
    EXPECT_EQ(schema_version(*database), 1);
    EXPECT_EQ(database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'"), 0);
}

// The columns that the JSON of AIFP's helper functions shows.
TEST(Migrations, keep_the_names_of_the_spec) {
    const auto database = memory_database();
    const auto columns = [&](const std::string& table) {
        std::string names;
        Statement row(*database, "SELECT name FROM pragma_table_info('" + table + "')");
        while (row.step()) {
            names.append(row.view(0)).append(" ");
        }
        return names;
    };
    EXPECT_TRUE(columns("user_directives")
                    .starts_with("id name source_file directive_type trigger action "
                                 "configuration_json status approved created_at "));
    EXPECT_TRUE(columns("directive_executions")
                    .starts_with("id directive_id status executed_at duration_ms error_message "));
    EXPECT_EQ(columns("directive_dependencies"),
              "id directive_id dependency_type name version is_installed ");
    EXPECT_TRUE(columns("directive_implementations")
                    .starts_with("id directive_id implementation_file entry_point generated_at "
                                 "last_modified status test_file test_status "));
    EXPECT_EQ(columns("logging_config"),
              "id log_type retention_days rotation_size_mb log_directory enabled ");
}

}  // namespace
}  // namespace aifp::storage
