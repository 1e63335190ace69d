"""Only base/clock.cpp reads a clock; everything else is given `now` or a Clock."""
import re

import tree

READS = re.compile(r"::now\s*\(|\b(?:gettimeofday|clock_gettime|timespec_get|ftime)\s*\("
                   r"|(?<![\w.>:])(?:std)?(?:::)?time\s*\(\s*(?:nullptr|NULL|0|&\s*\w+)\s*\)"
                   r"|\bstd::clock\s*\(")
# The one reader, and the files that measure with the steady clock on purpose. Keep it short.
READERS = {"base/clock.cpp"}
MEASURING = set()


def check(path, code):
    if path in READERS:
        return []
    found = []
    for match in READS.finditer(code):
        before = code[:match.start()]
        if path in MEASURING and before.endswith("steady_clock"):
            continue
        found.append(f"{path}:{tree.line_of(code, match.start())}: reads a clock: take `now` or a "
                     "const Clock&")
    return found


def check_tree(root):
    return [line for path in tree.cpp_files(root)
            for line in check(str(path), tree.code_of(tree.read(root, path)))]


def self_test():
    cases = [
        ("auto a = std::chrono::system_clock::now();", 1),
        ("auto a = Timer::clock_type::now ();", 1),
        ("time_t t = time(nullptr); time_t u = std::time(0); ::time(&v);", 3),
        ("clock_gettime(CLOCK_REALTIME, &t); gettimeofday(&t, nullptr);", 2),
        ("auto c = std::clock();", 1),
        ("// system_clock::now()\nauto a = clock_.wall(); auto b = run_time(x);", 0),
        ("const Clock& clock() const; auto b = source.time(0); const char* a = \"::now()\";", 0),
    ]
    return tree.expect(cases, lambda snippet: check("a.cpp", tree.code_of(snippet)))


if __name__ == "__main__":
    tree.main(check_tree, self_test)
