#include "directives/validate.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "document/report.hpp"

namespace aifp::directives {
namespace {

constexpr int kMaxRounds = 16;

/// One directive of a parsed file, however far it was understood.
struct Found {
    const ParsedDirective* parsed = nullptr;
    bool is_broken = false;
};

Found find_in(const ParsedFile& file, const std::string& name) {
    for (const auto* list : {&file.directives, &file.drafts}) {
        for (const ParsedDirective& parsed : *list) {
            if (parsed.directive.name == name) {
                return {&parsed, false};
            }
        }
    }
    const bool is_broken = std::any_of(file.broken.begin(),
                                       file.broken.end(),
                                       [&name](const auto& broken) { return broken.name == name; });
    return {nullptr, is_broken};
}

const Question* find_question(const ParsedDirective& parsed, const std::string& id) {
    for (const auto* list : {&parsed.questions, &parsed.answered}) {
        for (const Question& question : *list) {
            if (question.id == id) {
                return &question;
            }
        }
    }
    return nullptr;
}

/// Tries the given answers one after the other, so that one that cannot be harms no other.
class Validator {
public:
    Validator(const document::SourceText& source,
              FileForm form,
              const ParseContext& context,
              const std::string& name)
        : source_(source), form_(form), context_(context), name_(name) {
        parse();
    }

    Validation validate(std::map<std::string, std::string> given) {
        if (!find_in(file_, name_).parsed) {
            for (const auto& [id, value] : given) {
                result_.refused[id] = "the directive has mistakes; mend them first";
            }
            given.clear();
        }
        for (int round = 0; round < kMaxRounds && !given.empty(); ++round) {
            if (!take_known(given)) {
                break;
            }
        }
        for (const auto& [id, value] : given) {
            refuse_unknown(id);
        }
        conclude();
        return std::move(result_);
    }

private:
    void parse() { file_ = parse_file(source_, form_, context_); }

    // Tries those whose question has come up; true if there was one.
    bool take_known(std::map<std::string, std::string>& given) {
        for (auto one = given.begin(); one != given.end(); ++one) {
            const auto* parsed = find_in(file_, name_).parsed;
            const Question* question =
                parsed == nullptr ? nullptr : find_question(*parsed, one->first);
            if (question != nullptr) {
                const Question asked = *question;  // parsing again makes new ones
                try_answer(asked, one->second);
                given.erase(one);
                return true;
            }
        }
        return false;
    }

    void try_answer(const Question& question, const std::string& value) {
        auto right = check_answer(question, value);
        if (!right) {
            result_.refused[question.id] = right.error().detail();
            return;
        }
        auto& kept = context_.answers[name_];
        const auto before = kept;
        std::erase_if(kept, [&](const Answer& old) { return old.question == question.id; });
        kept.push_back({question.id, question.about, *right});
        ParsedFile file = parse_file(source_, form_, context_);
        if (find_in(file, name_).parsed == nullptr) {
            result_.refused[question.id] = first_new_error(file);
            kept = before;
            return;
        }
        file_ = std::move(file);
        result_.accepted.push_back(kept.back());
    }

    [[nodiscard]] std::string first_new_error(const ParsedFile& file) const {
        for (const model::Diagnostic& diagnostic : file.diagnostics) {
            const bool is_new =
                std::find(file_.diagnostics.begin(), file_.diagnostics.end(), diagnostic) ==
                file_.diagnostics.end();
            if (is_new && diagnostic.severity == model::Severity::error) {
                return diagnostic.message + (diagnostic.hint.empty() ? "" : "; " + diagnostic.hint);
            }
        }
        return "it contradicts the rest of the directive";
    }

    void refuse_unknown(const std::string& id) {
        if (result_.refused.contains(id)) {
            return;
        }
        std::vector<std::string> ids;
        if (const auto* parsed = find_in(file_, name_).parsed) {
            for (const Question& question : parsed->questions) {
                ids.push_back(question.id);
            }
        }
        const std::vector<std::string_view> known(ids.begin(), ids.end());
        const auto nearest = nearest_name(id, known);
        result_.refused[id] =
            "there is no such question" +
            (nearest ? "; did you mean " + document::quoted(*nearest) + "?" : std::string());
    }

    void conclude() {
        const Found found = find_in(file_, name_);
        result_.is_found = found.parsed != nullptr || found.is_broken;
        if (found.parsed != nullptr) {
            result_.open = found.parsed->questions;
            if (count_critical(result_.open) == 0) {
                result_.configuration = found.parsed->directive;
            }
            return;
        }
        for (const model::Diagnostic& diagnostic : file_.diagnostics) {
            if (diagnostic.severity == model::Severity::error) {
                result_.problems.push_back(diagnostic);
            }
        }
    }

    const document::SourceText& source_;
    FileForm form_;
    ParseContext context_;
    std::string name_;
    ParsedFile file_;
    Validation result_;
};

}  // namespace

Validation validate_directive(const document::SourceText& source,
                              FileForm form,
                              const ParseContext& context,
                              const std::string& name,
                              const std::map<std::string, std::string>& given) {
    return Validator(source, form, context, name).validate(given);
}

}  // namespace aifp::directives
