#include "config/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.hpp"
#include "tests/document/support.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::config {
namespace {

using document::brief;
using Texts = std::map<std::string, std::string>;

LoadedSecrets read(std::string text) {
    return read_secrets(document::SourceText("secrets.yaml", std::move(text)));
}

TEST(ReadSecrets, reads_texts_as_written) {
    const auto loaded = read("porch_key: 's3cret'\npin: 0042\nnumber: 1234\nword: on\n");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.secrets.size(), 4U);
    EXPECT_EQ(loaded.secrets.find("porch_key").value(), "s3cret");
    EXPECT_EQ(loaded.secrets.find("pin").value(), "0042");
    EXPECT_EQ(loaded.secrets.find("number").value(), "1234");
    EXPECT_TRUE(loaded.secrets.contains("word"));
}

TEST(ReadSecrets, takes_an_empty_text_as_none) {
    EXPECT_EQ(read("# none\n").secrets.size(), 0U);
    EXPECT_TRUE(read("").diagnostics.empty());
}

TEST(ReadSecrets, tells_all_mistakes_and_keeps_nothing) {
    const auto loaded = read("a: {b: c}\nd: true\ne:\nf: ''\n'g h': i\nj: kkkk\n");

    EXPECT_EQ(brief(loaded.diagnostics),
              "1:4 error secret \"a\" must be a text | put the value in single quotes\n"
              "2:4 error secret \"d\" must be a text | put the value in single quotes\n"
              "3:1 error secret \"e\" must be a text | put the value in single quotes\n"
              "4:4 error secret \"f\" is empty | give it a value, or remove it\n"
              "5:1 error this cannot name a secret | a name has up to 64 letters, digits, \"_\", "
              "\"-\" and \".\"");
    EXPECT_EQ(loaded.secrets.size(), 0U);
}

TEST(ReadSecrets, refuses_what_is_no_map) {
    EXPECT_EQ(brief(read("[a]").diagnostics),
              "1:1 error secrets are a map | write them as \"name: 'text'\" lines");
}

TEST(ReadSecrets, never_shows_a_value) {
    for (const char* text : {"a: *hunter2",
                             "a: !hunter2 x",
                             "a: hunter2: x",
                             "a: @hunter2",
                             "a: [hunter2",
                             "a: {hunter2: hunter2}",
                             "a: 'hunter2",
                             "a: !secret hunter2",
                             "a: \"hunter2\\q\"",
                             "a: \thunter2: x",
                             "a: &hunter2 &hunter2 x"}) {
        const auto loaded = read(text);
        ASSERT_FALSE(loaded.diagnostics.empty()) << text;
        for (const auto& diagnostic : loaded.diagnostics) {
            EXPECT_EQ(document::format_diagnostic(diagnostic).find("hunter2"), std::string::npos)
                << text;
        }
    }
}

TEST(Secrets, names_the_nearest) {
    const Secrets secrets(Texts{{"porch_key", "xxxx"}});

    EXPECT_EQ(secrets.find("porch_kye").error().code(), ErrorCode::not_found);
    EXPECT_EQ(secrets.find("porch_kye").error().detail(),
              "no secret \"porch_kye\" in secrets.yaml; did you mean \"porch_key\"?");
    EXPECT_EQ(secrets.find("other").error().detail(), "no secret \"other\" in secrets.yaml");
}

TEST(Secrets, tells_its_names_without_values) {
    const Secrets secrets({{"porch", "word"}, {"lamp", "other"}});
    EXPECT_EQ(secrets.names(), (std::set<std::string>{"lamp", "porch"}));
}

TEST(WhyRefused, wants_the_right_mode_and_owner) {
    EXPECT_EQ(why_refused({0600, 1000, 1000}), std::nullopt);
    EXPECT_EQ(why_refused({0400, 0, 1000}), std::nullopt);
    EXPECT_EQ(why_refused({0644, 1000, 1000}), "has mode 0644; others may see it");
    EXPECT_EQ(why_refused({0640, 0, 0}), "has mode 0640; others may see it");
    EXPECT_EQ(why_refused({0600, 1001, 1000}), "belongs to another user");
    EXPECT_EQ(why_refused({0600, 1001, 0}), "belongs to another user");
}

class LoadSecrets : public ::testing::Test {
protected:
    LoadSecrets() : folder_(std::filesystem::path(::testing::TempDir()) / "load_secrets_test") {
        std::filesystem::create_directories(folder_ / ".aifp-project");
    }
    ~LoadSecrets() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::filesystem::path file() const {
        return folder_ / ".aifp-project" / "secrets.yaml";
    }
    void write(mode_t mode) const {
        ASSERT_TRUE(write_file_atomically(file(), "key: value1\n", mode));
        ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    }

private:
    std::filesystem::path folder_;
};

TEST_F(LoadSecrets, reads_a_private_file) {
    write(0600);

    const auto loaded = load_secrets(file());

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.secrets.find("key").value(), "value1");
}

TEST_F(LoadSecrets, refuses_a_file_that_others_may_read) {
    write(0644);

    const auto loaded = load_secrets(file());

    EXPECT_EQ(loaded.secrets.size(), 0U);
    EXPECT_EQ(brief(loaded.diagnostics),
              "1:1 error the file has mode 0644; others may see it | run: chmod 600 "
              ".aifp-project/secrets.yaml, as the user of the daemon");
    EXPECT_EQ(loaded.diagnostics.front().file, ".aifp-project/secrets.yaml");
}

TEST_F(LoadSecrets, refuses_a_file_of_another_user) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    write(0600);
    ASSERT_EQ(::chown(file().c_str(), 12'345, 12'345), 0);

    EXPECT_EQ(load_secrets(file()).diagnostics.front().message, "the file belongs to another user");
}

TEST_F(LoadSecrets, takes_a_missing_file_as_none) {
    EXPECT_TRUE(load_secrets(file()).diagnostics.empty());
}

TEST_F(LoadSecrets, refuses_a_folder) {
    std::filesystem::create_directories(file());

    EXPECT_EQ(load_secrets(file()).diagnostics.size(), 1U);
}

class LoadCredentials : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& text) const {
        ASSERT_TRUE(write_file_atomically(folder_.path() / name, text, 0400));
    }

    testing::TempDir folder_;
};

TEST_F(LoadCredentials, each_file_is_a_secret_without_its_line_end) {
    write("lamp_key", "s3cret-text\n");

    const auto loaded = load_credentials(folder_.path());

    EXPECT_TRUE(loaded.diagnostics.empty());
    EXPECT_EQ(loaded.secrets.find("lamp_key").value(), "s3cret-text");
}

TEST_F(LoadCredentials, warns_of_what_cannot_be_a_secret_and_takes_the_rest) {
    write("has blanks", "text");
    write("empty", "\n");
    write("good", "text");

    const auto loaded = load_credentials(folder_.path());

    EXPECT_EQ(loaded.diagnostics.size(), 2U);
    EXPECT_EQ(loaded.secrets.names(), std::set<std::string>{"good"});
}

TEST_F(LoadCredentials, a_missing_folder_is_told) {
    const auto loaded = load_credentials(folder_.path() / "nowhere");

    EXPECT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.secrets.size(), 0U);
}

TEST(Secrets, of_two_sources_the_stronger_has_the_word) {
    using Values = std::map<std::string, std::string>;
    const Secrets file(Values{{"both", "from the file"}, {"file", "1234"}});
    const Secrets credentials(Values{{"both", "from the manager"}});

    const auto all = file.with(credentials);

    EXPECT_EQ(all.find("both").value(), "from the manager");
    EXPECT_EQ(all.find("file").value(), "1234");
}

}  // namespace
}  // namespace aifp::config
