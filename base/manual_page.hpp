#pragma once

#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace aifp {

/// What of a manual page the command line itself does not say.
struct ManualFacts {
    int section = 1;      ///< 1: for users, 8: for who runs the machine.
    std::string version;  ///< Of the program.
    std::string summary;  ///< Behind the name: "checks, shows and steers …"
    /// What follows the options and verbs: heading and text. In the text an empty line begins a
    /// paragraph, and a line with a tab an entry: what stands before the tab is its tag.
    std::vector<std::pair<std::string, std::string>> sections;
};

/// The manual page of a program in roff (man(7)), made from its command line: options and verbs,
/// with what they take. So it cannot say what the program does not do.
[[nodiscard]] std::string manual_page(const CLI::App& app, const ManualFacts& facts);

/// A page that is text alone: section 5 and the like. `name` and `facts.summary` make the first
/// line.
[[nodiscard]] std::string manual_page(const std::string& name, const ManualFacts& facts);

}  // namespace aifp
