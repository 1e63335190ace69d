#include "helpers/workflow/python_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifp::helpers::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReadPythonNeeds, takes_the_top_name_of_every_form_of_import) {
    const auto needs = read_python_needs(
        "import os\nimport a.b.c\nimport d as e, f.g as h\nfrom i import j\nfrom k.l import (\n"
        "    m,\n    n as o,\n)\nif True: import p; import q\nfrom r import *\n");
    EXPECT_THAT(needs.modules, ElementsAre("os", "a", "d", "f", "i", "k", "p", "q", "r"));
}

TEST(ReadPythonNeeds, passes_over_relative_imports) {
    EXPECT_THAT(read_python_needs("from . import a\nfrom .b import c\nfrom .. import d\n").modules,
                IsEmpty());
}

TEST(ReadPythonNeeds, does_not_count_names_in_strings_and_comments) {
    const auto needs = read_python_needs(
        "'''\nimport a\n'''\n# import b\nx = \"\\\"\\nimport c\"\ny = r'\\'  # import d\n"
        "z = f\"{x} import e\"\nw = '''\\\nimport f'''\nimport real\n");
    EXPECT_THAT(needs.modules, ElementsAre("real"));
}

TEST(ReadPythonNeeds, joins_lines) {
    EXPECT_THAT(read_python_needs("import \\\n    a, \\\n    b\nx = (1,\nimport_me)\n").modules,
                ElementsAre("a", "b"));
}

TEST(ReadPythonNeeds, tells_optional_imports_apart) {
    const auto needs = read_python_needs(
        "try:\n    import fast\nexcept ImportError:\n    import slow\n"
        "try:\n    import needed\nexcept ValueError:\n    pass\n"
        "try: import inline\nexcept: inline = None\n"
        "try:\n    import both\nexcept (KeyError, ModuleNotFoundError):\n    pass\nimport both\n");
    EXPECT_THAT(needs.modules, ElementsAre("needed", "both"));
    EXPECT_THAT(needs.optional, ElementsAre("fast", "slow", "inline"));
}

TEST(ReadPythonNeeds, nested_tries_belong_to_their_own_except) {
    const auto needs = read_python_needs(
        "def go():\n    try:\n        try:\n            import inner\n        except ValueError:\n"
        "            pass\n    except ImportError:\n        return\n    import after\n");
    EXPECT_THAT(needs.modules, ElementsAre("after"));
    EXPECT_THAT(needs.optional, ElementsAre("inner"));
}

TEST(ReadPythonNeeds, finds_environment_variables_that_have_no_default) {
    const auto needs = read_python_needs(
        "import os\na = os.environ[\"A\"]\nb = os.getenv('B')\nc = os.environ.get(\"C\", '')\n"
        "d = environ.get('D')\ne = os.environ[name]\n");
    EXPECT_THAT(needs.variables, ElementsAre("A", "B", "D"));
}

TEST(ReadPythonNeeds, finds_programs_that_are_started) {
    const auto needs = read_python_needs(
        "import subprocess\nsubprocess.run(['curl', url])\nsubprocess.check_output([\"jq\"])\n"
        "subprocess.run(command)\n");
    EXPECT_THAT(needs.programs, ElementsAre("curl", "jq"));
}

TEST(ReadPythonNeeds, bears_any_text) {
    for (const auto* text : {"",
                             "import",
                             "from",
                             "'''",
                             "\"",
                             "\\",
                             "(((",
                             "import a,,b\n",
                             "try:",
                             "except:\n",
                             "from .",
                             "os.environ[",
                             "subprocess.",
                             "x = '\\"}) {
        static_cast<void>(read_python_needs(text));
    }
    EXPECT_THAT(read_python_needs("x = 'not closed\nimport a\n").modules, ElementsAre("a"));
}

}  // namespace
}  // namespace aifp::helpers::workflow
