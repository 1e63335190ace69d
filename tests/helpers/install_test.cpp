#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "helpers/workflow/install_plan.hpp"
#include "helpers/workflow/project_dependencies.hpp"
#include "tests/helpers/workflow_fixture.hpp"

namespace aifp::helpers::workflow {
namespace {

using ::testing::ElementsAre;

Dependency dependency(DependencyType type,
                      const std::string& name,
                      const std::string& version = "") {
    Dependency one;
    one.type = type;
    one.name = name;
    one.version = version;
    return one;
}

InstallPlace place(bool has_venv, bool is_root) {
    return {"/p/.aifp-project/venv/bin/python3", has_venv, false, is_root};
}

TEST(PlanInstallation, makes_the_projects_environment_first) {
    const auto plan = plan_installation(
        dependency(DependencyType::python_package, "requests", ">= 2, <3"), place(false, true));
    ASSERT_TRUE(plan);
    EXPECT_THAT(
        *plan,
        ElementsAre(
            Command{"python3", "-m", "venv", "--system-site-packages", "/p/.aifp-project/venv"},
            Command{
                "/p/.aifp-project/venv/bin/python3", "-m", "pip", "install", "requests>=2,<3"}));
    auto user = place(true, true);
    user.for_user = true;
    EXPECT_EQ(plan_installation(dependency(DependencyType::python_package, "x"), user)->at(0)[4],
              "--user");
}

TEST(PlanInstallation, takes_the_package_that_brings_the_program) {
    const auto pub = dependency(DependencyType::system_package, "mosquitto_pub");
    EXPECT_EQ(shown(plan_installation(pub, place(true, true))->at(0)),
              "apt-get install --yes --no-install-recommends mosquitto-clients");
    EXPECT_EQ(plan_installation(pub, place(true, false))->at(0)[0], "sudo");
}

TEST(PlanInstallation, lets_no_name_become_an_option) {
    for (const auto* name : {"-r", "--index-url=x", "a b", "", "a;b", "a\nb", "../x"}) {
        for (const auto type : {DependencyType::python_package, DependencyType::system_package}) {
            EXPECT_FALSE(plan_installation(dependency(type, name), place(true, true))) << name;
        }
    }
    EXPECT_FALSE(plan_installation(dependency(DependencyType::python_package, "a", ">=1 --pre"),
                                   place(true, true)));
}

TEST(PlanInstallation, says_what_to_do_for_what_no_command_brings) {
    const auto hint = [](DependencyType type) {
        return plan_installation(dependency(type, "thing"), place(true, true)).error();
    };
    EXPECT_NE(hint(DependencyType::api_key).detail().find("secrets.yaml"), std::string::npos);
    EXPECT_NE(hint(DependencyType::environment_var).detail().find("Environment="),
              std::string::npos);
    EXPECT_EQ(hint(DependencyType::service).code(), ErrorCode::conflict);
}

TEST(Shown, quotes_what_is_not_plain) {
    EXPECT_EQ(shown({"pip", "install", "x>=1"}), "pip install 'x>=1'");
}

// A wheel is a zip of a module and its metadata. (PyPA, Binary distribution format)
constexpr const char* kMakeWheel = R"python(
import sys, zipfile
folder, version = sys.argv[1:]
info = "aifptoy-%s.dist-info" % version
with zipfile.ZipFile("%s/aifptoy-%s-py3-none-any.whl" % (folder, version), "w") as wheel:
    wheel.writestr("aifptoy.py", "version = %r\n" % version)
    wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\nName: aifptoy\nVersion: %s\n" % version)
    wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "/RECORD", "aifptoy.py,,\n%s/METADATA,,\n%s/WHEEL,,\n%s/RECORD,,\n" % (info, info, info))
)python";

class InstallDependency : public WorkflowFixture {
protected:
    void SetUp() override {
        write_file("directives/toy.yaml",
                   "name: toy\ntriggers: [{manual: }]\nactions: [{run: src/toy.py}]\n");
        write_file("src/toy.py",
                   "import aifptoy, json\nprint(json.dumps({'v': aifptoy.version}))\n");
        start();
    }
    void TearDown() override {
        ::unsetenv("PIP_NO_INDEX");
        ::unsetenv("PIP_FIND_LINKS");
    }
    boost::json::value report(const std::string& name = "toy") {
        auto answer = answer_of(
            [&](Answer done) { report_dependencies(services(), name, {}, std::move(done)); });
        EXPECT_TRUE(answer) << error_of(answer);
        return answer ? std::move(*answer) : boost::json::value();
    }
    boost::json::object row_of(const std::string& name) {
        const auto listed = report();
        for (const auto& one : listed.at("dependencies").as_array()) {
            if (one.at("name") == name) {
                return one.as_object();
            }
        }
        ADD_FAILURE() << name << " is not among " << boost::json::serialize(listed);
        return {};
    }
    Result<boost::json::value> install(std::int64_t id, bool confirmed) {
        return answer_of([&](Answer done) {
            install_dependency(services(), {id, confirmed, false}, std::move(done));
        });
    }
};

TEST_F(InstallDependency, what_is_missing_closes_the_gate) {
    EXPECT_EQ(status_of("toy"), "active");
    const auto row = row_of("aifptoy");
    EXPECT_EQ(row.at("is_installed"), false);
    EXPECT_EQ(row.at("why"), "the Python package aifptoy is not installed");
    EXPECT_EQ(status_of("toy"), "implemented");
    EXPECT_NE(error_of(act(engine::Verb::run, "toy")).find("dependency_missing: aifptoy"),
              std::string::npos);
    EXPECT_EQ(history("toy")[0].at("reason"), "dependency_missing");
}

TEST_F(InstallDependency, stays_missing_over_a_restart_and_goes_with_the_import) {
    static_cast<void>(report());
    stop();
    start();
    EXPECT_EQ(status_of("toy"), "implemented");
    write_file("src/toy.py", "print('{}')\n");
    EXPECT_EQ(report().at("dependencies").as_array().size(), 1U);  // python3
    EXPECT_EQ(status_of("toy"), "active");
}

TEST_F(InstallDependency, keeps_what_a_person_added) {
    bool added = false;
    store->write(
        [](storage::Database& database) {
            database.execute(
                "INSERT INTO directive_dependencies (directive_id, dependency_type, name) "
                "VALUES (1, 'environment_var', 'AIFP_NO_SUCH_VARIABLE')");
        },
        [&](const Status& status) { added = status.has_value(); });
    run_until([&] { return added; });
    static_cast<void>(report());
    EXPECT_EQ(row_of("AIFP_NO_SUCH_VARIABLE").at("is_installed"), false);
}

TEST_F(InstallDependency, shows_the_command_and_does_nothing_without_a_yes) {
    const auto row = row_of("aifptoy");
    const auto answer = install(row.at("id").as_int64(), false);
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("success"), false);
    EXPECT_EQ(answer->at("needs_confirmation"), true);
    EXPECT_EQ(answer->at("commands").as_array().size(), 2U);
    EXPECT_FALSE(std::filesystem::exists(paths.own() / "venv"));
}

TEST_F(InstallDependency, installs_a_local_wheel_with_the_real_pip_and_runs) {
    testing::run_program({"python3", "-c", kMakeWheel, dir.path().string(), "1.5"}, "/tmp");
    ::setenv("PIP_NO_INDEX", "1", 1);
    ::setenv("PIP_FIND_LINKS", dir.path().c_str(), 1);
    write_file("requirements.txt", "aifptoy>=1,<2\n");
    const auto answer = install(row_of("aifptoy").at("id").as_int64(), true);
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("success"), true) << *answer;
    EXPECT_EQ(answer->at("version"), "1.5");
    EXPECT_EQ(status_of("toy"), "active");
    ASSERT_TRUE(act(engine::Verb::run, "toy"));
    run_until([&] { return history("toy")[0].at("state") == "ok"; });
}

TEST_F(InstallDependency, tells_what_pip_said_when_it_fails) {
    ::setenv("PIP_NO_INDEX", "1", 1);
    ::setenv("PIP_FIND_LINKS", dir.path().c_str(), 1);
    const auto answer = install(row_of("aifptoy").at("id").as_int64(), true);
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("success"), false);
    EXPECT_NE(text(*answer, "error").find("pip install aifptoy"), std::string::npos) << *answer;
    EXPECT_EQ(status_of("toy"), "implemented");
}

TEST_F(InstallDependency, says_when_there_is_no_such_dependency) {
    EXPECT_EQ(install(4711, true).error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace aifp::helpers::workflow
