#include <rapidcheck.h>

#include "tests/helpers/schema_judge.hpp"
#include "tests/helpers/tool_fixture.hpp"

// Whatever is asked: nothing throws, nothing is left unanswered, nothing reads the database on the
// loop, and every answer is one that the tool's schema describes.

namespace aifp::helpers {
namespace {

namespace json = boost::json;

json::value any_value() {
    switch (*rc::gen::inRange(0, 8)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return static_cast<double>(*rc::gen::inRange(-1'000, 1'000)) / 8;
        case 4:
            return json::array{1, "x"};
        case 5:
            return json::value(*rc::gen::arbitrary<std::uint64_t>());
        case 6:
            return json::string(*rc::gen::string<std::string>());
        default:
            return json::object{{"log", "x"}};
    }
}

json::value any_configuration() {
    json::object configuration;
    const std::vector<std::string> members{
        "triggers", "trigger", "actions", "conditions", "description", "grace", "name", "mode"};
    const auto count = *rc::gen::inRange(0, 3);
    for (int i = 0; i < count; ++i) {
        configuration[*rc::gen::elementOf(members)] = any_value();
    }
    return configuration;
}

/// Mostly something that the property's schema allows.
json::value fitting_value(const json::object& schema) {
    if (const auto* allowed = schema.if_contains("enum")) {
        const auto& list = allowed->get_array();
        return list[*rc::gen::inRange<std::size_t>(0, list.size())];
    }
    const std::string type(schema.at("type").as_string());
    if (type == "integer") {
        const bool is_small = *rc::gen::inRange(0, 4) > 0;
        const auto minimum = schema.at("minimum").as_int64();
        const auto maximum = schema.at("maximum").as_int64();
        return is_small ? *rc::gen::inRange(minimum, std::min(minimum + 5, maximum))
                        : *rc::gen::inRange(minimum, maximum);
    }
    if (type == "boolean") {
        return *rc::gen::arbitrary<bool>();
    }
    if (type == "object") {
        return any_configuration();
    }
    return json::string(
        *rc::gen::elementOf(std::vector<std::string>{"turn_on_lights",
                                                     "sleeper",
                                                     "directives/lights.yaml",
                                                     "2001-01-01",
                                                     "2026-11-22T10:00:00+01:00",
                                                     "yesterday",
                                                     "",
                                                     "src/automations/lights_controller.py",
                                                     "../../etc/passwd"}));
}

json::object any_arguments(const Tool& tool) {
    json::object arguments;
    const auto schema = json::parse(tool.parameters);
    for (const auto& property : schema.at("properties").as_object()) {
        const auto kind = *rc::gen::inRange(0, 20);
        if (kind > 2) {
            arguments[property.key()] = fitting_value(property.value().as_object());
        } else if (kind > 0) {
            arguments[property.key()] = any_value();
        }
    }
    if (*rc::gen::inRange(0, 20) == 0) {
        arguments["no_such_argument"] = any_value();
    }
    return arguments;
}

class Properties : public ToolFixture {
protected:
    void ask_anything() {
        const auto& tool = tools()[*rc::gen::inRange<std::size_t>(0, tools().size())];
        const auto arguments = any_arguments(tool);
        bool in_call = true;
        bool at_once = false;
        std::optional<json::value> answer;
        toolbox->call(tool.name, arguments, {"test"}, [&](json::value said) {
            RC_ASSERT(!answer);
            at_once = in_call;
            answer = std::move(said);
        });
        in_call = false;
        run_until([&] { return answer.has_value(); });
        RC_ASSERT(answer.has_value());
        const bool refused = answer->is_object() && answer->as_object().contains("error");
        RC_LOG() << tool.name << json::serialize(arguments) << json::serialize(*answer);
        if (refused) {
            RC_ASSERT(*answer == refusal(tool.form, error_of(*answer)));
            RC_ASSERT(!error_of(*answer).empty());
        } else {
            RC_ASSERT(judge(tool.result, *answer) == "");
            RC_ASSERT(!at_once || std::holds_alternative<Deed>(tool.function));
        }
    }
};

TEST_F(Properties, every_answer_is_one_that_the_schema_describes) {
    start_with_history();
    EXPECT_TRUE(rc::check([this] {
        for (int calls = 0; calls < 10; ++calls) {
            ask_anything();
        }
    }));
}

TEST_F(Properties, what_the_arguments_do_not_fit_is_never_called) {
    start_with_history();
    EXPECT_TRUE(rc::check([this] {
        const auto& tool = tools()[*rc::gen::inRange<std::size_t>(0, tools().size())];
        const auto arguments = any_arguments(tool);
        const bool fits = judge(tool.parameters, arguments).empty();
        const auto answer = call(tool.name, arguments);
        const auto error = error_of(answer);
        RC_LOG() << tool.name << json::serialize(arguments) << error;
        // null counts as absent; else the judge and the checker agree.
        const bool has_null = json::serialize(arguments).find(":null") != std::string::npos;
        const bool told = error.find("must be ") != std::string::npos ||
                          error.find("there is no argument") != std::string::npos ||
                          error.find(" is missing") != std::string::npos;
        RC_ASSERT(fits || told || has_null);
    }));
}

}  // namespace
}  // namespace aifp::helpers
