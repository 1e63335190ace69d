#include "engine_fixture.hpp"

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
    EXPECT_NE(errors().find("directives/sub: error: cannot be read"), std::string::npos) << errors();
    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: y}\n");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
    fs::remove(paths.directives() / "sub");
    reload();
    EXPECT_EQ(status_of("tell"), "archived");
}

}  // namespace
}  // namespace aifp::engine
