#pragma once

#include <string>
#include <string_view>

namespace aifp::helpers::workflow {

/// What a person looks at before saying yes: the lines that go (`-`) and come (`+`) with three
/// around them, as `diff -u` writes them; empty when nothing changes. `path` stands in the head; an
/// empty `before` is a new file. Beyond 2,000 changed lines on a side all of them go and come.
/// Pure.
[[nodiscard]] std::string text_diff(std::string_view path,
                                    std::string_view before,
                                    std::string_view after);

}  // namespace aifp::helpers::workflow
