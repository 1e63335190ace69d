// The mock of AI providers with the answers that tests/llm/aimock_cases.cpp expects. Prints its address
// and ends with its standard input.
const { LLMock } = require("@copilotkit/aimock");

const mock = new LLMock({ port: 0, chunkSize: 4 });

mock.onMessage("say hello", { content: "Hello from far away." });
// A tool is called, and its result leads to an answer.
mock.on({ userMessage: "the weather", hasToolResult: false }, {
  toolCalls: [{ id: "call_1", name: "look_up", arguments: { place: "Kiel" } }],
});
mock.on({ userMessage: "the weather", hasToolResult: true, toolResultContains: "rain" }, {
  content: "It rains in Kiel.",
});
// Two tools at once.
mock.on({ userMessage: "both cities" }, {
  toolCalls: [
    { id: "call_a", name: "look_up", arguments: { place: "Kiel" } },
    { id: "call_b", name: "look_up", arguments: { place: "Bonn" } },
  ],
});
// Refused once, then answered.
for (const [name, status, type] of [
  ["too often", 429, "rate_limit_error"],
  ["overloaded", 529, "overloaded_error"],
  ["failing", 500, "api_error"],
]) {
  for (const api of ["openai", "compatible", "anthropic", "gemini"]) {
    const userMessage = `${name} (${api})`;
    mock.on({ userMessage, sequenceIndex: 0 }, {
      error: { message: "Not now.", type },
      status,
      retryAfter: 0,
    });
    mock.on({ userMessage, sequenceIndex: 1 }, { content: "Now it works." });
  }
}
mock.onMessage("no credit", {
  error: { message: "You exceeded your quota.", type: "insufficient_quota", code: "insufficient_quota" },
  status: 429,
});
mock.onMessage("wrong key", {
  error: { message: "Incorrect API key.", type: "authentication_error" },
  status: 401,
});
// Streams that break off.
mock.onMessage("cut short", { content: "This answer is never finished." }, { truncateAfterChunks: 2 });
mock.onMessage("garbled", { content: "Not seen." }, { chaos: { malformedRate: 1 } });
mock.onMessage("hang up", { content: "Not seen." }, { chaos: { disconnectRate: 1 } });
// Only if every prompt directive arrived.
mock.on({ userMessage: "what were you told", systemMessage: ["FIRST BLOCK", "SECOND BLOCK", "THIRD BLOCK"] }, {
  content: "All three.",
});

mock.start().then(() => console.log(mock.url));
process.stdin.resume();
process.stdin.on("end", () => mock.stop().then(() => process.exit(0)));
