#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

#include "helpers/workflow/check_dependencies.hpp"
#include "helpers/workflow/detect_dependencies.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::helpers::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

config::Settings settings_of(const std::string& yaml) {
    return config::read_settings(document::SourceText("engine.yaml", yaml)).settings;
}

std::vector<std::string> found(const std::vector<Dependency>& list, DependencyType type) {
    std::vector<std::string> names;
    for (const auto& dependency : list) {
        if (dependency.type == type) {
            names.push_back(dependency.name + dependency.version);
        }
    }
    return names;
}

DetectionInput input_of(const std::string& actions) {
    DetectionInput input;
    input.directive = model::directive_from_json(
        boost::json::parse(R"({"name": "a", "actions": )" + actions + "}").as_object());
    return input;
}

TEST(DetectDependencies, finds_programs_of_steps) {
    const auto list = detect_dependencies(
        input_of(R"([{"command": ["curl", "-s"]}, {"shell": "jq . x | sort > y"},
                     {"command": ["{{ state.x }}"]}, {"run": "src/a.py"},
                     {"command": ["off"], "enabled": false}])"),
        {});
    EXPECT_THAT(found(list, DependencyType::system_package),
                UnorderedElementsAre("curl", "jq", "sort", "python3"));
}

TEST(DetectDependencies, finds_variables_and_keys_anywhere) {
    const auto list = detect_dependencies(
        input_of(R"([{"http_request": "POST /x", "json": {"a": ["${HOUSE}", "$${NOT}"]},
                      "headers": {"X": {"$secret": "own"}}}, {"notify": "hi", "channel": "phone"}])"),
        settings_of(
            "apis: {default: {base_url: 'http://lamp.local:8080', headers: {A: !secret lamp}}}\n"
            "notify: {phone: {http: !secret hook}}"));
    EXPECT_THAT(found(list, DependencyType::environment_var), ElementsAre("HOUSE"));
    EXPECT_THAT(found(list, DependencyType::api_key), UnorderedElementsAre("own", "lamp", "hook"));
    EXPECT_THAT(found(list, DependencyType::service), ElementsAre("lamp.local:8080"));
}

TEST(DetectDependencies, finds_what_programs_import_and_the_range_of_requirements) {
    auto input = input_of(R"([{"run": "src/a.py"}])");
    input.programs["src/a.py"] =
        "import yaml, mine, requests\nimport subprocess\nsubprocess.run(['ffmpeg'])\n";
    input.own_modules = {"mine"};
    input.requirements =
        "# x\nPyYAML == 6.*  # why\nrequests[socks] >= 2.0, < 3 ; python_version > '3'\n";
    const auto list = detect_dependencies(input, {});
    EXPECT_THAT(found(list, DependencyType::python_package),
                UnorderedElementsAre("PyYAML==6.*", "requests>=2.0,<3", "subprocess"));
    EXPECT_THAT(found(list, DependencyType::system_package),
                UnorderedElementsAre("python3", "ffmpeg"));
}

TEST(RequiredRange, compares_names_as_pep_503_does) {
    EXPECT_EQ(required_range("Paho.MQTT>=1", "paho-mqtt"), ">=1");
    EXPECT_EQ(required_range("paho-mqtt-extra>=1\n-r x\n", "paho-mqtt"), "");
    EXPECT_EQ(required_range("paho-mqtt>=banana", "paho-mqtt"), "");
}

TEST(ProgramsInShell, takes_the_first_word_of_each_command) {
    EXPECT_THAT(
        programs_in_shell("A=1 curl -s x | jq '.a; rm' && cd /tmp; if grep -q x y 2>&1; then "
                          "$CMD z; \"quoted\" x; /usr/bin/env sh; fi # wget"),
        ElementsAre("curl", "jq", "grep", "/usr/bin/env"));
}

TEST(ProgramsInShell, would_rather_miss_than_guess) {
    EXPECT_THAT(programs_in_shell("case $x in a) b;; esac"), IsEmpty());
    EXPECT_THAT(programs_in_shell("f() { g; }; f"), IsEmpty());
    EXPECT_THAT(programs_in_shell("cat << END\nhello you\nEND"), IsEmpty());
}

/// Checks against a project folder, with the machine's own Python.
class CheckDependencies : public ::testing::Test {
protected:
    std::vector<Dependency> check(std::vector<Dependency> list, CheckOptions options = {}) {
        std::vector<Dependency> checked;
        bool done = false;
        check_dependencies({loop.get_executor(), clock, paths, secrets},
                           std::move(list),
                           options,
                           [&](std::vector<Dependency> answer) {
                               checked = std::move(answer);
                               done = true;
                           });
        loop.restart();
        loop.run();
        EXPECT_TRUE(done);
        return checked;
    }
    Dependency check(DependencyType type, const std::string& name, bool connect = false) {
        Dependency dependency;
        dependency.type = type;
        dependency.name = name;
        return check({dependency}, {connect}).at(0);
    }
    Dependency package(const std::string& module, const std::string& range) {
        Dependency dependency;
        dependency.type = DependencyType::python_package;
        dependency.name = package_of_module(module);
        dependency.module = module;
        dependency.version = range;
        return dependency;
    }

    testing::TempDir dir;
    ProjectPaths paths{dir.path()};
    config::Secrets secrets{{{"lamp", "x"}}};
    SystemClock clock;
    boost::asio::io_context loop;
};

TEST_F(CheckDependencies, leaves_the_standard_library_out) {
    const auto checked =
        check({package("json", ""), package("zoneinfo", ""), package("no_such_x", "")});
    ASSERT_EQ(checked.size(), 1U);
    EXPECT_FALSE(checked[0].is_installed);
    EXPECT_EQ(checked[0].why, "the Python package no_such_x is not installed");
}

TEST_F(CheckDependencies, knows_versions_of_what_is_installed) {
    const auto checked =
        check({package("pip", ">=1"), package("pip", ">=999"), package("pip", "x?")});
    EXPECT_TRUE(checked[0].is_installed) << checked[0].why;
    EXPECT_FALSE(checked[0].found_version.empty());
    EXPECT_FALSE(checked[1].is_installed);
    EXPECT_NE(checked[1].why.find("but >=999 is needed"), std::string::npos) << checked[1].why;
    EXPECT_FALSE(checked[2].is_installed);
}

TEST_F(CheckDependencies, says_when_python_cannot_be_asked) {
    const auto fake = paths.venv_python();
    std::filesystem::create_directories(fake.parent_path());
    std::ofstream(fake) << "#!/bin/sh\necho broken >&2\nexit 1\n";
    std::filesystem::permissions(fake, std::filesystem::perms::owner_all);
    const auto checked = check({package("json", "")});
    EXPECT_EQ(checked.at(0).why, "Python could not be asked: broken");
}

TEST_F(CheckDependencies, looks_for_programs_in_path_and_project) {
    EXPECT_TRUE(check(DependencyType::system_package, "sh").is_installed);
    EXPECT_FALSE(check(DependencyType::system_package, "no-such-program-x").is_installed);
    EXPECT_FALSE(check(DependencyType::system_package, "bin/tool").is_installed);
    std::filesystem::create_directories(dir.path() / "bin");
    std::ofstream(dir.path() / "bin/tool") << "#!/bin/sh\n";
    EXPECT_FALSE(check(DependencyType::system_package, "bin/tool").is_installed);
    std::filesystem::permissions(dir.path() / "bin/tool", std::filesystem::perms::owner_all);
    EXPECT_TRUE(check(DependencyType::system_package, "bin/tool").is_installed);
}

TEST_F(CheckDependencies, looks_for_variables_and_secrets) {
    EXPECT_TRUE(check(DependencyType::environment_var, "PATH").is_installed);
    EXPECT_FALSE(check(DependencyType::environment_var, "AIFP_NO_SUCH_VARIABLE").is_installed);
    EXPECT_TRUE(check(DependencyType::api_key, "lamp").is_installed);
    EXPECT_NE(check(DependencyType::api_key, "other").why.find("write other:"), std::string::npos);
}

TEST_F(CheckDependencies, connects_to_services_only_when_asked) {
    using boost::asio::ip::tcp;
    tcp::acceptor listener(loop, {boost::asio::ip::address_v4::loopback(), 0});
    const auto port = listener.local_endpoint().port();
    const auto there = "127.0.0.1:" + std::to_string(port);
    EXPECT_TRUE(check(DependencyType::service, there, true).is_installed);
    listener.close();
    EXPECT_FALSE(check(DependencyType::service, there, true).is_installed);
    EXPECT_TRUE(check(DependencyType::service, there, false).is_installed);
}

}  // namespace
}  // namespace aifp::helpers::workflow
