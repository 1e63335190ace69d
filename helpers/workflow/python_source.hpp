#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aifp::helpers::workflow {

/// What a Python file needs from outside, read from its text. Each name once, in order.
struct PythonNeeds {
    std::vector<std::string> modules;   ///< Top-level names of absolute imports, standard ones too.
    std::vector<std::string> optional;  ///< Imported only inside try with except ImportError.
    std::vector<std::string> variables;  ///< os.environ["X"], os.getenv("X") without a default.
    std::vector<std::string> programs;   ///< subprocess.run(["curl", ...]) and its kin.
};

/// Reads the text without running it: strings and comments are passed over, statements may span
/// lines, relative imports are the file's own. What a program imports by a calculated name is not
/// seen. Never fails: text that is no Python gives what could be read. Pure; linear in the text.
/// (Python language reference, 2 Lexical analysis, 7.11 The import statement)
[[nodiscard]] PythonNeeds read_python_needs(std::string_view text);

}  // namespace aifp::helpers::workflow
