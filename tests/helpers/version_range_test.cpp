#include "helpers/workflow/version_range.hpp"

#include <gtest/gtest.h>

namespace aifp::helpers::workflow {
namespace {

// Rising; from the ordering examples of PEP 440 and what lies between them.
constexpr const char* kRising[] = {"0.9",
                                   "1.0.dev456",
                                   "1.0a1",
                                   "1.0a2.dev456",
                                   "1.0a12.dev456",
                                   "1.0a12",
                                   "1.0b1.dev456",
                                   "1.0b2",
                                   "1.0b2.post345.dev456",
                                   "1.0b2.post345",
                                   "1.0rc1.dev456",
                                   "1.0rc1",
                                   "1.0",
                                   "1.0+abc.5",
                                   "1.0+abc.7",
                                   "1.0+5",
                                   "1.0.post456.dev34",
                                   "1.0.post456",
                                   "1.0.15",
                                   "1.1.dev1",
                                   "1.1",
                                   "2024.1",
                                   "1!0.1"};

PythonVersion version(const char* text) {
    auto parsed = parse_python_version(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(PythonVersion());
}

TEST(CompareVersions, follows_pep_440) {
    for (std::size_t i = 0; i < std::size(kRising); ++i) {
        for (std::size_t j = 0; j < std::size(kRising); ++j) {
            EXPECT_EQ(compare_versions(version(kRising[i]), version(kRising[j])), i <=> j)
                << kRising[i] << " and " << kRising[j];
        }
    }
}

TEST(CompareVersions, takes_other_spellings_of_the_same_version) {
    constexpr std::pair<const char*, const char*> kSame[] = {{"1.0", "1.0.0"},
                                                             {"v1.0", "1.0"},
                                                             {"1.0-alpha.1", "1.0a1"},
                                                             {"1.0_BETA2", "1.0b2"},
                                                             {"1.0c1", "1.0rc1"},
                                                             {"1.0-preview3", "1.0rc3"},
                                                             {"1.0-1", "1.0.post1"},
                                                             {"1.0.rev2", "1.0.post2"},
                                                             {"1.0a", "1.0a0"},
                                                             {"1.0+Deb-1", "1.0+deb.1"},
                                                             {" 1.01 ", "1.1"},
                                                             {"1.0dev", "1.0.dev0"}};
    for (const auto& [one, other] : kSame) {
        EXPECT_EQ(compare_versions(version(one), version(other)), std::strong_ordering::equal)
            << one << " and " << other;
    }
}

TEST(ParsePythonVersion, refuses_what_is_none) {
    for (const auto* text :
         {"", "x", "1.", "1..2", "1.0+", "1.0 2", "1.0a1b2", "99999999999999999999"}) {
        EXPECT_FALSE(parse_python_version(text)) << text;
    }
}

struct Case {
    const char* range;
    const char* version;
    bool inside;
};

TEST(VersionRange, contains_what_every_clause_allows) {
    constexpr Case kCases[] = {{">=2.0,<3", "2.31.0", true},
                               {">=2.0,<3", "3.0", false},
                               {">=2.0,<3", "1.9", false},
                               {">=2.0,<3", "3.0rc1", false},
                               {">=2.0,<3", "2.0", true},
                               {">=2.0,<3", "2.0rc1", false},
                               {"<3.0rc2", "3.0rc1", true},
                               {"==2.0", "2.0.0", true},
                               {"==2.0", "2.0+deb1", true},
                               {"==2.0+deb1", "2.0", false},
                               {"==2.*", "2.99", true},
                               {"==2.*", "2.0a1", true},
                               {"==2.*", "20.1", false},
                               {"!=2.1.*", "2.1.5", false},
                               {"!=2.1.*", "2.2", true},
                               {"!=2.1", "2.1.0", false},
                               {"~=2.2", "2.9", true},
                               {"~=2.2", "3.0", false},
                               {"~=2.2.1", "2.2.9", true},
                               {"~=2.2.1", "2.3", false},
                               {"~=2.2.1", "2.2.0", false},
                               {">1.7", "1.7.1", true},
                               {">1.7", "1.7.post1", false},
                               {">1.7", "1.7+local", false},
                               {">1.7.post1", "1.7.post2", true},
                               {"===1.0-weird", "1.0-weird", true},
                               {"===1.0", "1.0.0", false},
                               {"", "anything at all", true},
                               {">=1", "no version", false},
                               {"2.31.0", "2.32", true},
                               {"2.31.0", "2.30", false},
                               {" >= 1 , != 1.5 ", "1.5", false},
                               {"~=1!2.0", "1!2.5", true},
                               {"~=1!2.0", "2.5", false}};
    for (const auto& test : kCases) {
        const auto range = VersionRange::parse(test.range);
        ASSERT_TRUE(range) << test.range;
        EXPECT_EQ(range->contains(test.version), test.inside) << test.range << " " << test.version;
    }
}

TEST(VersionRange, tells_the_part_that_is_wrong) {
    EXPECT_NE(VersionRange::parse(">=2,<banana").error().detail().find("banana"),
              std::string::npos);
    EXPECT_NE(VersionRange::parse("~=2").error().detail().find("write ~=2.0"), std::string::npos);
    EXPECT_FALSE(VersionRange::parse(">=2.*"));
}

TEST(VersionRange, is_written_without_blanks) {
    EXPECT_EQ(VersionRange::parse(" >= 2.0 , <3 ")->text(), ">=2.0,<3");
}

}  // namespace
}  // namespace aifp::helpers::workflow
