#include "admin/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "admin/routes.hpp"
#include "base/text.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::admin {
namespace {

using Operations = std::set<std::string>;

const std::set<std::string_view> kMethods{"get", "put", "post", "delete", "patch"};

Operations described() {
    Operations operations;
    const auto document = boost::json::parse(openapi_json());
    for (const auto& path : document.at("paths").as_object()) {
        for (const auto& member : path.value().as_object()) {
            if (kMethods.contains(std::string_view(member.key()))) {
                operations.insert(std::string(member.key()) + " " + std::string(path.key()));
            }
        }
    }
    return operations;
}

Operations served() {
    // The probes are answered before anything is looked up.
    Operations operations{"get /healthz", "get /readyz"};
    for (const auto& route : routes()) {
        operations.insert(to_lower_ascii(route.method) + " " + std::string(route.path));
    }
    return operations;
}

TEST(OpenApi, describes_every_route_and_no_other) {
    EXPECT_EQ(described(), served());
}

TEST(OpenApi, has_the_purposes_and_scopes_of_the_table) {
    const auto document = boost::json::parse(openapi_json());
    for (const auto& route : routes()) {
        const auto& operation =
            document.at("paths").at(route.path).at(to_lower_ascii(route.method));
        EXPECT_EQ(operation.at("summary").as_string(), route.purpose) << route.path;
        EXPECT_EQ(operation.at("x-scope").as_string(), helpers::name_of(route.scope)) << route.path;
    }
}

TEST(OpenApi, gives_every_operation_an_error_answer) {
    const auto document = boost::json::parse(openapi_json());
    for (const auto& path : document.at("paths").as_object()) {
        const bool is_probe = path.key() == "/healthz" || path.key() == "/readyz";
        for (const auto& member : path.value().as_object()) {
            if (!is_probe && kMethods.contains(std::string_view(member.key()))) {
                EXPECT_TRUE(member.value().at("responses").as_object().contains("default"))
                    << path.key();
            }
        }
    }
}

TEST(OpenApi, is_the_committed_document) {
    std::ostringstream text;
    text << std::ifstream(testing::source_dir() / "docs/openapi.yaml").rdbuf();

    EXPECT_EQ(openapi_yaml(), text.str());
}

}  // namespace
}  // namespace aifp::admin
