#include "cli/completion.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <vector>

#include "base/text.hpp"

namespace aifp::cli {
namespace {

/// What may stand at one place of the command line.
struct Word {
    std::string text;
    std::string help;
    bool takes_value = false;  ///< An option with something behind it.
};

struct Place {
    std::string path;  ///< The verbs before it, each with a blank in front: " state get".
    std::vector<Word> verbs;
    std::vector<Word> options;
    bool takes_directive = false;  ///< Its first argument is the name of one.
};

// The names that the daemon knows; quietly none without it.
constexpr std::string_view kNames =
    R"(aifp list --json 2> /dev/null | grep -o '"name":"[^"]*"' | cut -d'"' -f4)";

/// Words that a shell takes as one: no quotes, no colons (zsh parts name and help by them).
std::string plain(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        constexpr std::string_view kSpecial = "'\"`$\\:[]";
        safe += kSpecial.find(letter) == kSpecial.npos ? letter : ' ';
    }
    return safe;
}

void add_options(Place& place, const CLI::App& app) {
    for (const auto* option : app.get_options()) {
        const bool takes_value = option->get_type_size() != 0;
        if (option->get_group().empty()) {
            continue;
        }
        for (const auto& name : option->get_lnames()) {
            place.options.push_back({"--" + name, plain(option->get_description()), takes_value});
        }
        if (option->get_positional() &&
            option->get_description().starts_with("Name or id of a directive")) {
            place.takes_directive = true;
        }
    }
}

void append_places(std::vector<Place>& places, const CLI::App& app, const std::string& path) {
    Place place;
    place.path = path;
    add_options(place, app);
    const auto verbs =
        app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
    for (const auto* verb : verbs) {
        place.verbs.push_back({verb->get_name(), plain(verb->get_description())});
    }
    places.push_back(std::move(place));
    for (const auto* verb : verbs) {
        append_places(places, *verb, path + " " + verb->get_name());
    }
}

/// The patterns of all paths, for a `case` that finds out how far the verbs go.
std::string path_patterns(const std::vector<Place>& places) {
    std::vector<std::string> patterns;
    for (const Place& place : places) {
        if (!place.path.empty()) {
            patterns.push_back(fmt::format("\"{}\"", place.path));
        }
    }
    return join(patterns, " | ");
}

std::string bash_script(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places) {
        std::vector<std::string> words;
        for (const auto* list : {&place.verbs, &place.options}) {
            for (const Word& word : *list) {
                words.push_back(word.text);
            }
        }
        if (!place.path.empty()) {
            for (const Word& word : places.front().options) {
                words.push_back(word.text);  // the global ones may stand behind a verb, too
            }
        }
        cases += fmt::format("        \"{}\") words=\"{}{}\" ;;\n",
                             place.path,
                             join(words, " "),
                             place.takes_directive ? fmt::format(" $({})", kNames) : "");
    }
    return fmt::format(R"(# Completion of aifp for bash. Made by: aifp completion bash
_aifp() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" path="" words="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path ${{COMP_WORDS[i]}}" in
            {}) path="$path ${{COMP_WORDS[i]}}" ;;
        esac
    done
    case "$path" in
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _aifp aifp
)",
                       path_patterns(places),
                       cases);
}

std::string zsh_script(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places) {
        std::string words;
        for (const auto* list : {&place.verbs, &place.options}) {
            for (const Word& word : *list) {
                words += fmt::format(" '{}:{}'", word.text, word.help);
            }
        }
        cases +=
            fmt::format("        \"{}\") candidates=({}{}) ;;\n",
                        place.path,
                        words,
                        place.takes_directive ? fmt::format(" ${{(f)\"$({})\"}}", kNames) : "");
    }
    return fmt::format(R"(#compdef aifp
# Completion of aifp for zsh. Made by: aifp completion zsh
_aifp() {{
    local verbs="" i
    local -a candidates
    for ((i = 2; i < CURRENT; i++)); do
        case "$verbs ${{words[i]}}" in
            ({}) verbs="$verbs ${{words[i]}}" ;;
        esac
    done
    case "$verbs" in
{}    esac
    _describe -t words aifp candidates || _files
}}
if [ "$funcstack[1]" = "_aifp" ]; then _aifp "$@"; else compdef _aifp aifp; fi
)",
                       path_patterns(places),
                       cases);
}

std::string fish_script(const std::vector<Place>& places) {
    std::string script = "# Completion of aifp for fish. Made by: aifp completion fish\n";
    for (const Place& place : places) {
        std::string when = "__fish_use_subcommand";
        if (!place.path.empty()) {
            std::vector<std::string> seen;
            for (const std::string_view verb : split(std::string_view(place.path).substr(1), ' ')) {
                seen.push_back(fmt::format("__fish_seen_subcommand_from {}", verb));
            }
            when = join(seen, "; and ");
        }
        for (const Word& verb : place.verbs) {
            script += fmt::format(
                "complete -c aifp -f -n '{}' -a {} -d '{}'\n", when, verb.text, verb.help);
        }
        for (const Word& option : place.options) {
            script += fmt::format("complete -c aifp{} -l {} -d '{}'{}\n",
                                  place.path.empty() ? "" : fmt::format(" -n '{}'", when),
                                  option.text.substr(2),
                                  option.help,
                                  option.takes_value ? " -r" : "");
        }
        if (place.takes_directive) {
            script += fmt::format(
                "complete -c aifp -f -n '{}' -a \"({})\"\n",
                when,
                R"(aifp list --json 2> /dev/null | string match -ra '(?<=\"name\":\")[^\"]*')");
        }
    }
    return script;
}

}  // namespace

std::optional<std::string> completion_script(const CLI::App& app, std::string_view shell) {
    std::vector<Place> places;
    append_places(places, app, "");
    if (shell == "bash") {
        return bash_script(places);
    }
    if (shell == "zsh") {
        return zsh_script(places);
    }
    return shell == "fish" ? std::optional(fish_script(places)) : std::nullopt;
}

}  // namespace aifp::cli
