#include "base/manual_page.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "base/text.hpp"

namespace aifp {
namespace {

/// Text as roff takes it: a backslash and a hyphen that is meant as one are escaped, and no line
/// begins with a request.
std::string escaped(std::string_view text) {
    std::string roff;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if ((letter == '.' || letter == '\'') && (i == 0 || text[i - 1] == '\n')) {
            roff += "\\&";
        }
        if (letter == '\\') {
            roff += "\\e";
        } else if (letter == '-') {
            roff += "\\-";
        } else {
            roff += letter;
        }
    }
    return roff;
}

std::string upper(std::string text) {
    for (char& letter : text) {
        letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return text;
}

std::string entry(std::string_view tag, std::string_view text) {
    return fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(tag), escaped(text));
}

std::string section_of(const std::string& heading, const std::string& text) {
    std::string roff = fmt::format(".SH \"{}\"\n", upper(heading));
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t tab = line.find('\t');
        if (line.empty()) {
            roff += ".PP\n";
        } else if (tab != line.npos) {
            roff += entry(line.substr(0, tab), line.substr(tab + 1));
        } else {
            roff += escaped(line) + "\n";
        }
    }
    return roff;
}

std::string head_of(const std::string& name, const ManualFacts& facts) {
    return fmt::format(".TH \"{}\" \"{}\" \"\" \"AIFP {}\" \"AIFP Engine\"\n.SH NAME\n{} \\- {}\n",
                       upper(name),
                       facts.section,
                       facts.version,
                       escaped(name),
                       escaped(facts.summary));
}

bool is_positional(const CLI::Option& option) {
    return option.get_lnames().empty() && option.get_snames().empty();
}

/// "-n, --lines N": as it is written on the command line.
std::string written(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const auto& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    for (const auto& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    const bool takes_value = option.get_type_size() != 0;
    return join(names, ", ") + (takes_value ? " VALUE" : "");
}

std::string usage_of(const CLI::App& verb) {
    std::string usage;
    for (const auto* option : verb.get_options()) {
        if (is_positional(*option)) {
            const auto name = option->get_name(true);
            usage += option->get_required() ? " " + name : fmt::format(" [{}]", name);
            usage += option->get_expected_max() > 1 ? " ..." : "";
        }
    }
    return usage;
}

std::string options_of(const CLI::App& app) {
    std::string roff;
    for (const auto* option : app.get_options()) {
        if (option->get_group().empty()) {
            continue;
        }
        const auto tag = is_positional(*option) ? option->get_name(true) : written(*option);
        roff += entry(tag, option->get_description());
    }
    return roff;
}

/// Those that are shown; one without a group is for the program's own use.
std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

/// A verb and those below it: "state get".
void append_verbs(std::string& roff, const CLI::App& app, const std::string& before) {
    for (const auto* verb : verbs_of(app)) {
        const std::string name = before + verb->get_name();
        if (verbs_of(*verb).empty()) {
            roff += fmt::format(".SS \"{}{}\"\n{}\n",
                                escaped(name),
                                escaped(usage_of(*verb)),
                                escaped(verb->get_description()));
            for (const auto* option : verb->get_options()) {
                if (option != verb->get_help_ptr()) {
                    roff +=
                        entry(is_positional(*option) ? option->get_name(true) : written(*option),
                              option->get_description());
                }
            }
        }
        append_verbs(roff, *verb, name + " ");
    }
}

std::string further(const ManualFacts& facts) {
    std::string roff;
    for (const auto& [heading, text] : facts.sections) {
        roff += section_of(heading, text);
    }
    return roff;
}

}  // namespace

std::string manual_page(const CLI::App& app, const ManualFacts& facts) {
    const std::string name = app.get_name();
    const bool has_verbs = !verbs_of(app).empty();
    std::string roff = head_of(name, facts);
    roff += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR [\\fIOPTION\\fR]...{}\n",
                        escaped(name),
                        has_verbs ? " \\fIVERB\\fR ..." : "");
    roff += fmt::format(".SH DESCRIPTION\n{}\n", escaped(app.get_description()));
    roff += ".SH OPTIONS\n" + options_of(app);
    if (has_verbs) {
        roff += ".SH VERBS\n";
        append_verbs(roff, app, "");
    }
    return roff + further(facts);
}

std::string manual_page(const std::string& name, const ManualFacts& facts) {
    return head_of(name, facts) + further(facts);
}

}  // namespace aifp
