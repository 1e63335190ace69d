#include "base/hash.hpp"
#include "engine_fixture.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTell = "name: tell\ntrigger: manual\naction: {log: hello}\n";

/// What the directives know after their files were out of sight.
class MovedFiles : public EngineFixture {
protected:
    void reload() {
        const auto loaded = ask([](Control& control, auto answer) { control.reload(answer); });
        EXPECT_TRUE(loaded) << loaded.error().detail();
    }
    void move(const std::string& from, const std::string& to) {
        fs::create_directories((paths.root() / to).parent_path());
        fs::rename(paths.root() / from, paths.root() / to);
        reload();
    }
    void write_as_engine(const std::string& name, const std::string& text) {
        bool done = false;
        store->write(
            [&](storage::Database& database) {
                storage::mark_written_by_daemon(database, name, sha256_hex(text), clock.wall());
            },
            [&](const Status& written) { done = written.has_value(); });
        run_until([&] { return done; });
        write_file(name, text);
    }
    std::string errors() {
        log->blocking_flush();
        return read_file(paths.logs() / "errors" / "current.jsonl", 1 << 20).value_or("");
    }
};

TEST_F(MovedFiles, below_a_folder_that_cannot_be_read_stay_as_they_are) {
    write_file("directives/sub/tell.yaml", kTell);
    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: x}\n");
    start();
    fs::rename(paths.directives() / "sub", paths.root() / "away");
    fs::create_symlink(std::string(300, 'x'), paths.directives() / "sub");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
    EXPECT_NE(errors().find("cannot be read: File name too long"), std::string::npos) << errors();
    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: y}\n");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
    fs::remove(paths.directives() / "sub");
    reload();
    EXPECT_EQ(status_of("tell"), "archived");
}

TEST_F(MovedFiles, come_back_paused) {
    write_file("directives/tell.yaml", kTell);
    start();
    ASSERT_TRUE(act(Verb::pause, "tell"));
    move("directives/tell.yaml", "tell.yaml");
    ASSERT_EQ(status_of("tell"), "archived");
    move("tell.yaml", "directives/tell.yaml");
    EXPECT_EQ(status_of("tell"), "paused");
    stop();
    start();
    EXPECT_EQ(status_of("tell"), "paused");
    EXPECT_TRUE(act(Verb::resume, "tell"));
}

TEST_F(MovedFiles, come_back_without_the_yes_that_was_taken_back) {
    write_file("directives/tell.yaml", kTell);
    start();
    ASSERT_TRUE(ask([](Control& control, auto answer) {
        control.set_approval(DirectiveId{1}, false, "test", answer);
    }));
    move("directives/tell.yaml", "tell.yaml");
    move("tell.yaml", "directives/other.yaml");
    EXPECT_EQ(status_of("tell"), "implemented");
    stop();
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
    write_file("directives/other.yaml", std::string(kTell) + "priority: 1\n");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(MovedFiles, come_back_active_if_nobody_stopped_them) {
    write_file("directives/tell.yaml", kTell);
    start();
    move("directives/tell.yaml", "tell.yaml");
    move("tell.yaml", "directives/tell.yaml");
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(MovedFiles, that_the_engine_writes_again_wait_for_a_yes_again) {
    write_file("directives/tell.yaml", kTell);
    start();
    fs::remove(paths.directives() / "tell.yaml");
    reload();
    write_as_engine("directives/tell.yaml", kTell);
    reload();
    EXPECT_EQ(status_of("tell"), "implemented");
}

TEST_F(MovedFiles, that_the_engine_wrote_are_proposals_wherever_they_are) {
    start();
    write_as_engine("directives/tell.yaml", kTell);
    reload();
    ASSERT_EQ(status_of("tell"), "implemented");
    move("directives/tell.yaml", "directives/sub/mine.yaml");
    EXPECT_EQ(status_of("tell"), "implemented");
    move("directives/sub/mine.yaml", "mine.yaml");
    move("mine.yaml", "directives/mine.yaml");
    EXPECT_EQ(status_of("tell"), "implemented");
}

TEST_F(MovedFiles, that_are_programs_too) {
    write_file("directives/tell.yaml", "name: tell\ntrigger: manual\naction: {run: src/a.sh}\n");
    start();
    write_as_engine("src/b.sh", "#!/bin/sh\necho engine\n");
    move("src/b.sh", "src/a.sh");
    EXPECT_FALSE(act(Verb::run, "tell"));
    write_file("src/a.sh", "#!/bin/sh\necho mine\n");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(MovedFiles, wait_for_a_yes_when_the_database_was_lost) {
    write_file("directives/tell.yaml", kTell);
    start();
    ASSERT_EQ(status_of("tell"), "active");
    stop();
    fs::remove(paths.database().string() + "-wal");
    write_file(fs::path(paths.database()).lexically_relative(paths.root()), "SQLite format 3, not");
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
    reload();
    EXPECT_EQ(status_of("tell"), "implemented");
    EXPECT_TRUE(act(Verb::approve, "tell"));
    EXPECT_EQ(status_of("tell"), "active");
}

}  // namespace
}  // namespace aifp::engine
