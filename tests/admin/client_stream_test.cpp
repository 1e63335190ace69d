#include "admin/client_stream.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/wire.hpp"

namespace aifp::admin {
namespace {

/// Who listens for a client: is there as long as somebody keeps it.
struct Owner {
    explicit Owner(bool& opens, int& left)
        : stream({[&opens] { return opens; },
                  [](const std::string& why) { return "<" + why + ">"; }}) {
        stream.joined([&left] { ++left; });
    }
    ClientStream stream;
};

class ClientStreamTest : public ::testing::Test {
protected:
    ~ClientStreamTest() override { wire->close(); }
    void begin() {
        http::Responder responder(wire, 0);
        owner->stream.begin(responder, ": hello\n\n", owner);
    }

    std::shared_ptr<testing::Wire> wire = std::make_shared<testing::Wire>();
    bool opens = true;
    int left = 0;
    std::shared_ptr<Owner> owner = std::make_shared<Owner>(opens, left);
};

TEST_F(ClientStreamTest, begins_with_the_pause_and_the_body) {
    begin();
    EXPECT_EQ(wire->response.content_type, "text/event-stream");
    EXPECT_EQ(wire->text, "retry: 2000\n: hello\n\n");
    EXPECT_TRUE(owner->stream.is_open());
}

TEST_F(ClientStreamTest, ends_once_the_token_does_not_open_any_more) {
    begin();
    owner->stream.write("one\n\n");
    opens = false;
    owner->stream.write("two\n\n");
    EXPECT_TRUE(wire->has("one"));
    EXPECT_FALSE(wire->has("two"));
    EXPECT_TRUE(wire->has("the token was revoked"));
    EXPECT_TRUE(wire->ended);
    EXPECT_EQ(left, 1);
}

TEST_F(ClientStreamTest, cuts_off_who_does_not_read) {
    begin();
    wire->reads = false;
    owner->stream.write(std::string(ClientStream::kMaxBacklog, 'x'));
    owner->stream.write("more");
    EXPECT_TRUE(wire->text.ends_with("or ask for less>"))
        << wire->text.substr(wire->text.size() - 99);
    EXPECT_TRUE(wire->ended);
    EXPECT_EQ(left, 1);
}

TEST_F(ClientStreamTest, lives_until_it_has_said_the_last) {
    begin();
    auto& stream = owner->stream;
    const std::weak_ptr<Owner> watched = owner;
    owner.reset();  // now only the connection keeps it
    ASSERT_FALSE(watched.expired());
    stream.finish("bye\n\n");
    EXPECT_TRUE(wire->text.ends_with("bye\n\n"));
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(left, 1);
}

TEST_F(ClientStreamTest, leaves_once_when_the_client_hangs_up) {
    begin();
    wire->close();
    EXPECT_TRUE(owner->stream.is_over());
    EXPECT_FALSE(owner->stream.is_open());
    owner->stream.write("nobody\n\n");
    EXPECT_FALSE(wire->has("nobody"));
    EXPECT_EQ(left, 1);
}

}  // namespace
}  // namespace aifp::admin
