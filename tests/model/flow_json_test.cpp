#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "model/directive.hpp"

namespace aifp::model {
namespace {

namespace json = boost::json;

TEST(Flow, survives_a_round_trip_as_text) {
    const std::string text =
        R"({"key":"{{ trigger.payload.room }}","max_age":"10m","recheck":true,)"
        R"("max_exceeded":"silent","retry":{"attempts":3},"stop_after":{"failures":5},)"
        R"("debounce":"30s","throttle":"1m","cooldown":"1h","jitter":{"max":"5s","fixed":true},)"
        R"("starts_at":"2026-12-01T00:00:00.000Z","expires_at":"2027-01-01T00:00:00.000Z",)"
        R"("calendars":{"include":["workdays"],"exclude":["holidays"]},"cap":7,"stagger":"10s"})";

    json::object written;
    put_flow(written, flow_from_json(json::parse(text).as_object()));

    EXPECT_EQ(json::serialize(written), text);
}

TEST(Flow, of_a_plain_directive_is_not_written) {
    json::object written;
    put_flow(written, Flow());

    EXPECT_TRUE(written.empty());
    EXPECT_EQ(flow_from_json(written), Flow());
}

TEST(Flow, is_part_of_what_approval_is_bound_to) {
    Directive plain;
    Directive limited;
    limited.flow.throttle = Seconds(1);

    EXPECT_NE(content_hash(plain), content_hash(limited));
}

}  // namespace
}  // namespace aifp::model
