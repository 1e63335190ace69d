#include "llm/answer.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include "llm/sse.hpp"

namespace aifp::llm {
namespace {

std::string_view shown(Stop stop) {
    switch (stop) {
        case Stop::tools:
            return "tools";
        case Stop::length:
            return "length";
        case Stop::refused:
            return "refused";
        case Stop::paused:
            return "paused";
        default:
            return "done";
    }
}

// "text | id name arguments; | stop | input/cached/output", or the error.
std::string brief(const Result<Answer>& answer) {
    if (!answer) {
        return answer.error().detail();
    }
    std::string all = answer->text + " | ";
    for (const auto& call : answer->tool_calls) {
        all += call.id + " " + call.name + " " + call.arguments + "; ";
    }
    all += "| " + std::string(shown(answer->stop)) + " | ";
    return all + std::to_string(answer->usage.input_tokens) + "/" +
           std::to_string(answer->usage.cached_tokens) + "/" +
           std::to_string(answer->usage.output_tokens);
}

std::string streamed(AnswerStream& stream, std::initializer_list<std::string_view> events) {
    std::string told;
    for (const std::string_view event : events) {
        const auto text = stream.take(event);
        if (!text) {
            return text.error().detail();
        }
        told += *text;
    }
    return told + " -> " + brief(stream.finish());
}

TEST(ReadChatCompletion, reads_text_and_usage) {
    EXPECT_EQ(brief(read_chat_completion(
                  R"({"choices":[{"finish_reason":"stop","message":{"content":"Hello"}}],)"
                  R"("usage":{"prompt_tokens":9,"completion_tokens":2,)"
                  R"("prompt_tokens_details":{"cached_tokens":4}}})")),
              "Hello | | done | 9/4/2");
}

TEST(ReadChatCompletion, reads_calls_as_lenient_as_servers_are) {
    EXPECT_EQ(brief(read_chat_completion(
                  R"({"choices":[{"finish_reason":"stop","message":{"content":null,"tool_calls":[)"
                  R"({"id":"c1","function":{"name":"look","arguments":"{\"a\":1}"}},)"
                  R"({"function":{"name":"see","arguments":{"b":2}}},)"
                  R"({"function":{"arguments":"nameless"}},5]}}]})")),
              R"( | c1 look {"a":1}; call_2 see {"b":2}; | tools | 0/0/0)");
}

TEST(ReadChatCompletion, tells_of_errors_and_of_what_is_no_answer) {
    EXPECT_EQ(brief(read_chat_completion(R"({"error":{"type":"t","message":"no luck"}})")),
              "the provider says: t: no luck");
    EXPECT_EQ(brief(read_chat_completion("<html>")), "the provider's answer is no JSON object");
    EXPECT_EQ(brief(read_chat_completion(R"({"choices":[]})")),
              "the provider's answer has no message");
    EXPECT_EQ(brief(read_chat_completion(
                  R"({"choices":[{"message":{"content":null,"refusal":"I will not."}}]})")),
              "I will not. | | refused | 0/0/0");
}

TEST(ChatStream, puts_the_pieces_of_text_and_calls_together) {
    const auto stream = make_chat_stream();
    EXPECT_EQ(
        streamed(
            *stream,
            {R"({"choices":[{"delta":{"role":"assistant","content":"Hel"}}]})",
             R"({"choices":[{"delta":{"content":"lo","reasoning_content":"hm"}}]})",
             R"({"choices":[{"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"b","arguments":""}}]}}]})",
             R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"a","arguments":"{\"x\""}}]}}]})",
             R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]})",
             R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})",
             R"({"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6}})",
             "[DONE]"}),
        R"(Hello -> Hello | c1 a {"x":1}; c2 b {}; | tools | 5/0/6)");
}

TEST(ChatStream, tells_an_answer_that_broke_off_from_one_without_an_end_mark) {
    const auto broken = make_chat_stream();
    EXPECT_EQ(streamed(*broken, {R"({"choices":[{"delta":{"content":"Hel"}}]})"}),
              "Hel -> the answer broke off");
    const auto whole = make_chat_stream();
    EXPECT_EQ(
        streamed(*whole, {R"({"choices":[{"delta":{"content":"Hi"},"finish_reason":"length"}]})"}),
        "Hi -> Hi | | length | 0/0/0");
    const auto wrong = make_chat_stream();
    EXPECT_EQ(streamed(*wrong, {R"({"error":{"message":"too late"}})"}),
              "the provider says: too late");
}

TEST(ReadMessage, reads_blocks_and_counts_all_input) {
    EXPECT_EQ(
        brief(read_message(
            R"({"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Look: "},)"
            R"({"type":"tool_use","id":"t1","name":"look","input":{"at":1}},)"
            R"({"type":"tool_use","id":"t2","name":"see","input":{}}],"stop_reason":"tool_use",)"
            R"("usage":{"input_tokens":1,"cache_creation_input_tokens":2,)"
            R"("cache_read_input_tokens":4,"output_tokens":8}})")),
        R"(Look:  | t1 look {"at":1}; t2 see {}; | tools | 7/4/8)");
}

TEST(ReadMessage, knows_why_an_answer_ended) {
    for (const auto& [reason, wanted] :
         std::initializer_list<std::pair<std::string, std::string_view>>{
             {"end_turn", "done"},
             {"max_tokens", "length"},
             {"model_context_window_exceeded", "length"},
             {"pause_turn", "paused"},
             {"refusal", "refused"}}) {
        const auto answer = read_message(R"({"content":[],"stop_reason":")" + reason + "\"}");
        EXPECT_EQ(shown(answer.value().stop), wanted) << reason;
    }
    EXPECT_EQ(brief(read_message("{}")), "the provider's answer has no content");
}

TEST(MessageStream, puts_the_pieces_together_and_sums_nothing_twice) {
    const auto stream = make_message_stream();
    EXPECT_EQ(
        streamed(
            *stream,
            {R"({"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}})",
             R"({"type":"ping"})",
             R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
             R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})",
             R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"look","input":{}}})",
             R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}})",
             R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}})",
             R"({"type":"something_new"})",
             R"({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}})",
             R"({"type":"message_stop"})"}),
        R"(Hi -> Hi | t look {"a":1}; | tools | 3/0/20)");
}

TEST(MessageStream, tells_of_an_error_in_the_middle_and_of_a_missing_end) {
    const auto wrong = make_message_stream();
    EXPECT_EQ(
        streamed(*wrong, {R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})"}),
        "the provider says: overloaded_error: m");
    const auto broken = make_message_stream();
    EXPECT_EQ(streamed(*broken, {R"({"type":"ping"})"}), " -> the answer broke off");
}

TEST(AnswerStreams, are_bounded) {
    const auto stream = make_message_stream();
    const std::string event =
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
        std::string(3 << 20, 'x') + "\"}}";
    EXPECT_TRUE(stream->take(event));
    EXPECT_TRUE(stream->take(event));
    EXPECT_EQ(stream->take(event).error().detail(), "the answer has more than 8388608 bytes");
}

std::string read_events(SseReader& reader, std::string_view bytes) {
    std::string all;
    const auto events = reader.feed(bytes);
    for (const auto& event : events.value()) {
        all += event.name + "=" + event.data + ";";
    }
    return all;
}

TEST(SseReader, reads_events_whatever_ends_their_lines) {
    SseReader reader;
    EXPECT_EQ(read_events(reader, "data: a\n\ndata: b\r\n\r\ndata: c\r\r"),
              "message=a;message=b;message=c;");
    EXPECT_EQ(read_events(reader, ": comment\nevent: ping\ndata:1\ndata: 2\nid: 7\n\n\n"),
              "ping=1\n2;");
}

TEST(SseReader, gives_the_same_events_however_the_bytes_are_cut) {
    const std::string stream = "event: x\r\ndata: gr\xC3\xBC\xC3\x9F\r\n\r\ndata: [DONE]\n\n";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        SseReader reader;
        const std::string first = read_events(reader, stream.substr(0, cut));
        EXPECT_EQ(first + read_events(reader, stream.substr(cut)), "x=grüß;message=[DONE];") << cut;
    }
}

TEST(SseReader, refuses_an_event_without_end) {
    SseReader reader;
    EXPECT_FALSE(reader.feed("data: " + std::string(SseReader::kMaxEventBytes, 'x')));
}

TEST(ReadGemini, reads_text_calls_and_usage) {
    const auto answer =
        read_gemini(R"({"candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[)"
                    R"({"text":"I think","thought":true},{"text":"Hel"},{"text":"lo"},)"
                    R"({"functionCall":{"name":"look","args":{"a":1}},"thoughtSignature":"c2ln"},)"
                    R"({"functionCall":{"id":"f7","name":"see"}},{"executableCode":{}},5]}}],)"
                    R"("usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,)"
                    R"("candidatesTokenCount":2,"thoughtsTokenCount":3}})");
    EXPECT_EQ(brief(answer), R"(Hello | call_1 look {"a":1}; f7 see {}; | tools | 9/4/5)");
    EXPECT_EQ(answer->tool_calls.at(0).signature, "c2ln");
    EXPECT_EQ(answer->tool_calls.at(1).signature, "");
}

TEST(ReadGemini, says_why_an_answer_ended) {
    const auto ended = [](std::string_view reason) {
        return brief(read_gemini(R"({"candidates":[{"content":{"parts":[{"text":"Hm"}]},)"
                                 R"("finishReason":")" +
                                 std::string(reason) + R"("}]})"));
    };
    EXPECT_EQ(ended("STOP"), "Hm | | done | 0/0/0");
    EXPECT_EQ(ended("MAX_TOKENS"), "Hm | | length | 0/0/0");
    EXPECT_EQ(ended("SAFETY"), "Hm | | refused | 0/0/0");
    EXPECT_EQ(ended("SOMETHING_NEW"), "Hm | | done | 0/0/0");
    EXPECT_EQ(ended("MALFORMED_FUNCTION_CALL"), "the model broke off (MALFORMED_FUNCTION_CALL)");
}

TEST(ReadGemini, tells_of_errors_of_refusals_and_of_what_is_no_answer) {
    EXPECT_EQ(brief(read_gemini(R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}})")),
              "the provider refused the request: PROHIBITED_CONTENT | | refused | 0/0/0");
    EXPECT_EQ(brief(read_gemini(R"({"error":{"code":503,"status":"UNAVAILABLE","message":"m"}})")),
              "the provider says: UNAVAILABLE: m");
    EXPECT_EQ(brief(read_gemini("{}")), "the provider's answer has no candidates");
    EXPECT_EQ(brief(read_gemini("<html>")), "the provider's answer is no JSON object");
}

TEST(GeminiStream, puts_pieces_together_and_ends_with_its_reason) {
    const auto stream = make_gemini_stream();
    EXPECT_EQ(streamed(*stream,
                       {R"({"candidates":[{"content":{"parts":[{"text":"Ye"}]}}],)"
                        R"("usageMetadata":{"promptTokenCount":3}})",
                        R"({"candidates":[{"content":{"parts":[{"text":"s."}]}}]})",
                        R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"look"}}]},)"
                        R"("finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,)"
                        R"("candidatesTokenCount":2}})"}),
              "Yes. -> Yes. | call_1 look {}; | tools | 3/0/2");
    EXPECT_EQ(streamed(*make_gemini_stream(),
                       {R"({"candidates":[{"content":{"parts":[{"text":"Ye"}]}}]})"}),
              "Ye -> the answer broke off");
    EXPECT_EQ(streamed(*make_gemini_stream(),
                       {R"({"error":{"code":500,"status":"INTERNAL","message":"m"}})"}),
              "the provider says: INTERNAL: m");
}

}  // namespace
}  // namespace aifp::llm
