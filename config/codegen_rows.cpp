#include <array>

#include "config/setting_readers.hpp"

namespace aifp::config {

std::span<const SettingRow<Codegen>> codegen_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Codegen>{"max_rounds",
                            "integer",
                            "requests",
                            "5",
                            "To the AI for one program; all but the first mend what was wrong",
                            read_integer<&Codegen::max_rounds, 1, 20>},
        SettingRow<Codegen>{"max_tokens",
                            "integer",
                            "tokens",
                            "200000",
                            "Of all requests for one program, input and output",
                            read_integer<&Codegen::max_tokens, 1, 100'000'000>},
        SettingRow<Codegen>{"timeout",
                            "duration",
                            "",
                            "10m",
                            "Of one program, with all requests and runs of its test",
                            read_seconds<&Codegen::timeout, 1, 86'400>},
        SettingRow<Codegen>{"test_timeout",
                            "duration",
                            "",
                            "1m",
                            "Of one run of a program's test, whoever wrote it",
                            read_seconds<&Codegen::test_timeout, 1, 3'600>},
    };
    return kRows;
}

}  // namespace aifp::config
