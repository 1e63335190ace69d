#include <gtest/gtest.h>

#include "storage/directives.hpp"
#include "storage/executions.hpp"
#include "storage/implementations.hpp"
#include "storage/ledger.hpp"
#include "storage/logging_config.hpp"
#include "storage/source_files.hpp"
#include "storage/versions.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

using model::DirectiveStatus;

DirectiveUpsert lights(std::string hash = "hash-1") {
    DirectiveUpsert directive;
    directive.name = "turn_on_lights";
    directive.source_file = "directives/lights.yaml";
    directive.type = model::DirectiveType::trigger;
    directive.trigger = "time: 18:00";
    directive.action = "http_request: POST /api/lights/on";
    directive.configuration_json = R"({"name":"turn_on_lights"})";
    directive.content_hash = std::move(hash);
    return directive;
}

class Rows : public ::testing::Test {
protected:
    std::unique_ptr<Database> database_ = memory_database();
};

TEST_F(Rows, a_new_directive_is_a_draft_without_approval) {
    const DirectiveId id = upsert_directive(*database_, lights(), kNoon);
    const auto row = find_directive(*database_, id);
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->name, "turn_on_lights");
    EXPECT_EQ(row->source_file, "directives/lights.yaml");
    EXPECT_EQ(row->type, model::DirectiveType::trigger);
    EXPECT_EQ(row->trigger, "time: 18:00");
    EXPECT_EQ(row->action, "http_request: POST /api/lights/on");
    EXPECT_EQ(row->configuration_json, R"({"name":"turn_on_lights"})");
    EXPECT_EQ(row->status, DirectiveStatus::draft);
    EXPECT_FALSE(row->approved);
    EXPECT_EQ(row->created_at, "2026-11-22T12:00:00");
    EXPECT_EQ(row->approved_hash, std::nullopt);
    EXPECT_EQ(row->first_armed_at, std::nullopt);
}

TEST_F(Rows, an_upsert_keeps_id_status_and_creation) {
    const DirectiveId id = upsert_directive(*database_, lights(), kNoon);
    ASSERT_TRUE(set_directive_status(*database_, id, DirectiveStatus::active, "", kNoon));
    EXPECT_EQ(upsert_directive(*database_, lights("hash-2"), kNoon + Seconds(60)), id);
    const auto row = find_directive(*database_, "turn_on_lights");
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->status, DirectiveStatus::active);
    EXPECT_EQ(row->created_at, "2026-11-22T12:00:00");
    EXPECT_EQ(row->updated_at, "2026-11-22T12:01:00");
    EXPECT_EQ(row->content_hash, "hash-2");
}

TEST_F(Rows, approval_is_bound_to_the_hash) {
    const DirectiveId id = upsert_directive(*database_, lights("hash-1"), kNoon);
    ASSERT_TRUE(approve_directive(*database_, id, "hash-1", "owner", kNoon));
    EXPECT_TRUE(find_directive(*database_, id)->approved);
    EXPECT_EQ(find_directive(*database_, id)->approved_by, "owner");
    (void)upsert_directive(*database_, lights("hash-2"), kNoon);
    EXPECT_FALSE(find_directive(*database_, id)->approved);
    (void)upsert_directive(*database_, lights("hash-1"), kNoon);
    EXPECT_TRUE(find_directive(*database_, id)->approved);
    ASSERT_TRUE(revoke_approval(*database_, id, kNoon));
    EXPECT_FALSE(find_directive(*database_, id)->approved);
    EXPECT_EQ(find_directive(*database_, id)->approved_hash, std::nullopt);
    EXPECT_EQ(find_directive(*database_, id)->approved_by, kApprovalRevoked);
}

TEST_F(Rows, changes_of_what_is_not_there_are_told) {
    EXPECT_FALSE(find_directive(*database_, DirectiveId{9}).has_value());
    EXPECT_FALSE(find_directive(*database_, "nobody").has_value());
    EXPECT_FALSE(
        set_directive_status(*database_, DirectiveId{9}, DirectiveStatus::paused, "", kNoon));
    EXPECT_FALSE(approve_directive(*database_, DirectiveId{9}, "h", "owner", kNoon));
    EXPECT_FALSE(revoke_approval(*database_, DirectiveId{9}, kNoon));
}

TEST_F(Rows, the_first_arming_is_remembered) {
    const DirectiveId id = upsert_directive(*database_, lights(), kNoon);
    mark_first_armed(*database_, id, kNoon);
    mark_first_armed(*database_, id, kNoon + Seconds(1));
    EXPECT_EQ(find_directive(*database_, id)->first_armed_at, kNoon);
}

TEST_F(Rows, list_directives_filters_and_sorts_by_name) {
    DirectiveUpsert backup = lights();
    backup.name = "backup";
    backup.source_file = "directives/backup.yaml";
    backup.type = model::DirectiveType::schedule;
    (void)upsert_directive(*database_, lights(), kNoon);
    const DirectiveId id = upsert_directive(*database_, backup, kNoon);
    ASSERT_TRUE(set_directive_status(*database_, id, DirectiveStatus::error, "broken", kNoon));
    const auto names = [&](const DirectiveFilter& filter) {
        std::string all;
        for (const auto& row : list_directives(*database_, filter)) {
            all += row.name + " ";
        }
        return all;
    };
    EXPECT_EQ(names({}), "backup turn_on_lights ");
    EXPECT_EQ(names({.status = DirectiveStatus::error}), "backup ");
    EXPECT_EQ(names({.type = model::DirectiveType::trigger}), "turn_on_lights ");
    EXPECT_EQ(names({.source_file = "directives/backup.yaml"}), "backup ");
    EXPECT_EQ(find_directive(*database_, id)->error_text, "broken");
}

TEST_F(Rows, for_each_directive_visits_by_id) {
    for (const char* name : {"b", "a"}) {
        DirectiveUpsert directive = lights();
        directive.name = name;
        (void)upsert_directive(*database_, directive, kNoon);
    }
    std::string names;
    for_each_directive(*database_, [&](const DirectiveView& view) {
        names += view.name;
        EXPECT_EQ(view.content_hash, "hash-1");
        EXPECT_TRUE(view.approved_hash.empty());
        EXPECT_EQ(view.configuration_json, R"({"name":"turn_on_lights"})");
    });
    EXPECT_EQ(names, "ba");
}

TEST_F(Rows, source_files_come_back_as_written) {
    SourceFileRow row;
    row.path = "directives/lights.yaml";
    row.sha256 = "abc";
    row.size = 120;
    row.mtime_ns = 1'795'348'800'123'456'789;
    row.ctime_ns = 2;
    row.inode = 3;
    upsert_source_file(*database_, row);
    row.loaded = false;
    row.diagnostics_json = R"([{"line":4}])";
    upsert_source_file(*database_, row);
    const auto files = load_source_files(*database_);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].mtime_ns, 1'795'348'800'123'456'789);
    EXPECT_EQ(files[0].inode, 3);
    EXPECT_FALSE(files[0].loaded);
    EXPECT_EQ(files[0].diagnostics_json, R"([{"line":4}])");
    remove_source_file(*database_, row.path);
    EXPECT_TRUE(load_source_files(*database_).empty());
}

TEST_F(Rows, logging_config_begins_as_the_spec_says) {
    const auto rows = load_logging_config(*database_);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].log_type, "execution");
    EXPECT_EQ(rows[0].retention_days, 30);
    EXPECT_EQ(rows[0].rotation_size_mb, 50);
    EXPECT_EQ(rows[0].log_directory, ".aifp-project/logs/execution/");
    EXPECT_EQ(rows[1].log_type, "error");
    EXPECT_EQ(rows[1].retention_days, 90);
    EXPECT_EQ(rows[1].log_directory, ".aifp-project/logs/errors/");
    EXPECT_EQ(rows[2].retention_days, 180);
    EXPECT_TRUE(rows[2].enabled);
}

TEST_F(Rows, logging_config_changes_only_what_is_given) {
    ASSERT_TRUE(update_logging_config(*database_, "lifecycle", {.rotation_size_mb = 5}));
    EXPECT_EQ(load_logging_config(*database_)[2].rotation_size_mb, 5);
    EXPECT_EQ(load_logging_config(*database_)[2].retention_days, 180);
    EXPECT_FALSE(update_logging_config(*database_, "nonsense", {.enabled = false}));
    EXPECT_THROW(update_logging_config(*database_, "error", {.retention_days = 0}), DatabaseError);
}

TEST_F(Rows, implementations_are_one_per_step) {
    const DirectiveId id = upsert_directive(*database_, lights(), kNoon);
    ImplementationRow row;
    row.directive = id;
    row.implementation_file = "src/lights.py";
    row.entry_point = "turn_on";
    row.file_hash = "h1";
    const auto first = upsert_implementation(*database_, row, kNoon);
    row.file_hash = "h2";
    EXPECT_EQ(upsert_implementation(*database_, row, kNoon + Seconds(60)), first);
    row.step_index = 1;
    EXPECT_NE(upsert_implementation(*database_, row, kNoon), first);
    const auto rows = load_implementations(*database_, id);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].file_hash, "h2");
    EXPECT_EQ(rows[0].generated_at, "2026-11-22T12:00:00");
    EXPECT_EQ(rows[0].last_modified, "2026-11-22T12:01:00");
    EXPECT_EQ(rows[0].test_status, "pending");
    remove_implementations(*database_, id, 1);
    EXPECT_EQ(load_implementations(*database_, std::nullopt).size(), 1U);
}

TEST_F(Rows, an_implementation_needs_its_directive) {
    ImplementationRow row;
    row.directive = DirectiveId{9};
    EXPECT_THROW(upsert_implementation(*database_, row, kNoon), DatabaseError);
}

TEST_F(Rows, dependencies_are_one_per_name_and_type) {
    DependencyRow row;
    row.directive = upsert_directive(*database_, lights(), kNoon);
    row.dependency_type = "python_package";
    row.name = "requests";
    row.version = "2.31.0";
    const auto id = upsert_dependency(*database_, row);
    row.is_installed = true;
    EXPECT_EQ(upsert_dependency(*database_, row), id);
    const auto rows = load_dependencies(*database_, row.directive);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].is_installed);
    EXPECT_EQ(rows[0].version, "2.31.0");
    row.dependency_type = "wish";
    EXPECT_THROW(upsert_dependency(*database_, row), DatabaseError);
}

TEST_F(Rows, versions_are_kept_once) {
    DirectiveVersion version{"h1", "lights", "directives/l.yaml", "{}", "name: lights\n", kNoon};
    keep_version(*database_, version);
    version.source_text = "changed";
    keep_version(*database_, version);
    version.hash = "h2";
    version.loaded_at = kNoon + Seconds(1);
    keep_version(*database_, version);
    ASSERT_TRUE(find_version(*database_, "h1").has_value());
    EXPECT_EQ(find_version(*database_, "h1")->source_text, "name: lights\n");
    EXPECT_FALSE(find_version(*database_, "h3").has_value());
    const auto versions = list_versions(*database_, "lights");
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].hash, "h2");
}

TEST_F(Rows, of_the_versions_of_a_name_the_newest_and_the_running_one_are_kept) {
    ASSERT_GT(upsert_directive(*database_, lights("h0"), kNoon).value, 0);
    DirectiveVersion version;
    version.name = lights().name;
    for (int number = 0; number <= kMaxDirectiveVersions + 5; ++number) {
        version.hash = "h" + std::to_string(number);
        version.loaded_at = kNoon + Seconds(number);
        keep_version(*database_, version);
    }
    EXPECT_EQ(list_versions(*database_, version.name).size(),
              static_cast<std::size_t>(kMaxDirectiveVersions) + 1);
    EXPECT_TRUE(find_version(*database_, "h0"));
    EXPECT_FALSE(find_version(*database_, "h1"));
    EXPECT_TRUE(find_version(*database_, version.hash));
}

TEST_F(Rows, a_version_that_a_run_waits_with_is_kept) {
    const auto id = upsert_directive(*database_, lights("h0"), kNoon);
    Statement(*database_,
              "INSERT INTO waits (id, kind, directive_id, run_id, data) VALUES (1, 0, ?, 5, ?)")
        .run(id, std::string_view(R"({"version":"h1"})"));
    DirectiveVersion version;
    version.name = lights().name;
    for (int number = 0; number <= kMaxDirectiveVersions + 5; ++number) {
        version.hash = "h" + std::to_string(number);
        version.loaded_at = kNoon + Seconds(number);
        keep_version(*database_, version);
    }
    EXPECT_TRUE(find_version(*database_, "h1"));
    EXPECT_FALSE(find_version(*database_, "h2"));
}

TEST_F(Rows, a_version_is_kept_beside_the_damaged_row_of_a_run_that_waits) {
    const auto id = upsert_directive(*database_, lights("h0"), kNoon);
    Statement(*database_,
              "INSERT INTO waits (id, kind, directive_id, run_id, data) VALUES (1, 0, ?, 5, ?)")
        .run(id, std::string_view("{\"version\":"));
    DirectiveVersion version;
    version.name = lights().name;
    version.hash = "h1";
    keep_version(*database_, version);
    EXPECT_TRUE(find_version(*database_, "h1"));
}

TEST_F(Rows, a_mark_of_what_is_still_there_is_kept) {
    SourceFileRow file;
    file.path = "directives/a.yaml";
    file.sha256 = "present";
    upsert_source_file(*database_, file);
    mark_written_by_daemon(*database_, file.path, "present", kNoon);
    mark_written_by_daemon(*database_, "directives/b.yaml", "gone", kNoon);
    database_->execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) "
        "INSERT INTO written_files (path, sha256, written_at_ms) "
        "SELECT 'p' || i, 'h' || i, 4000000000000 FROM n");
    mark_written_by_daemon(*database_, "directives/c.yaml", "new", from_unix_ms(5'000'000'000'000));
    EXPECT_TRUE(was_written_by_daemon(*database_, "present"));
    EXPECT_FALSE(was_written_by_daemon(*database_, "gone"));
    EXPECT_TRUE(was_written_by_daemon(*database_, "new"));
}

TEST_F(Rows, what_the_daemon_wrote_is_known_by_its_hash) {
    mark_written_by_daemon(*database_, "directives/a.yaml", "h1", kNoon);
    mark_written_by_daemon(*database_, "directives/a.yaml", "h1", kNoon);
    EXPECT_TRUE(was_written_by_daemon(*database_, "h1"));
    EXPECT_FALSE(was_written_by_daemon(*database_, "h2"));
}

class LoadExecutions : public ::testing::Test {
protected:
    LoadExecutions() {
        GroupWriter writer(*database_, {});
        WriteGroup group;
        for (std::int64_t id = 1; id <= 5'000; ++id) {
            const auto state = id % 50 == 0   ? model::RunState::failed
                               : id % 50 == 1 ? model::RunState::timed_out
                                              : model::RunState::ok;
            group.decisions.push_back(make_decision(id, id % 3));
            group.outcomes.push_back(make_outcome(id, id % 3, state));
            group.outcomes.back().ended_at = kNoon + Seconds(id);
        }
        commit(*database_, writer, group);
        commit(*database_, writer, group_of(make_decision(5'001)));
    }
    std::vector<std::int64_t> ids(const ExecutionQuery& query) {
        std::vector<std::int64_t> all;
        for (const auto& row : load_executions(*database_, query)) {
            all.push_back(row.id.value);
        }
        return all;
    }
    std::unique_ptr<Database> database_ = memory_database();
};

TEST_F(LoadExecutions, gives_the_newest_first) {
    EXPECT_EQ(ids({.limit = 3}), (std::vector<std::int64_t>{5'000, 4'999, 4'998}));
    EXPECT_EQ(ids({.before = LedgerId{3}}), (std::vector<std::int64_t>{2, 1}));
    EXPECT_TRUE(ids({.limit = 0}).empty());
    EXPECT_EQ(ids({.limit = 100'000}).size(), 1'000U);
}

TEST_F(LoadExecutions, of_one_directive) {
    EXPECT_EQ(ids({.directive = DirectiveId{1}, .limit = 2}),
              (std::vector<std::int64_t>{4'999, 4'996}));
    EXPECT_EQ(ids({.directive = DirectiveId{1}, .before = LedgerId{8}}),
              (std::vector<std::int64_t>{7, 4, 1}));
}

TEST_F(LoadExecutions, that_failed) {
    EXPECT_EQ(ids({.failed_only = true, .limit = 3}),
              (std::vector<std::int64_t>{5'000, 4'951, 4'950}));
    EXPECT_EQ(ids({.directive = DirectiveId{1}, .failed_only = true, .limit = 2}),
              (std::vector<std::int64_t>{4'951, 4'900}));
}

TEST_F(LoadExecutions, since_an_instant) {
    EXPECT_EQ(ids({.since = kNoon + Seconds(4'999)}), (std::vector<std::int64_t>{5'000, 4'999}));
    EXPECT_EQ(ids({.directive = DirectiveId{1}, .since = kNoon + Seconds(4'996)}),
              (std::vector<std::int64_t>{4'999, 4'996}));
}

}  // namespace
}  // namespace aifp::storage
