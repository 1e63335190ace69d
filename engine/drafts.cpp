#include "engine/drafts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/json_text.hpp"
#include "engine/loader.hpp"
#include "storage/answers.hpp"
#include "storage/directives.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

constexpr std::string_view kBySocket = "uid ";
constexpr std::string_view kByToken = "admin token";

bool is_owners(const storage::AnswerRow& answer) {
    return answer.by.starts_with(kBySocket) || answer.by == kByToken;
}

void count_into(Entry& entry, const storage::QuestionsRow& row) {
    boost::system::error_code error;
    const auto questions = boost::json::parse(row.questions_json, error);
    entry.questions = error || !questions.is_array() ? 0 : questions.get_array().size();
    entry.critical_questions = row.critical;
}

}  // namespace

directives::ParseContext with_stored(storage::Database& database,
                                     directives::ParseContext context) {
    for (auto& row : storage::load_answers(database)) {
        context.answers[row.directive].push_back(
            {std::move(row.question), std::move(row.about), std::move(row.value)});
    }
    storage::for_each_directive(database, [&](const storage::DirectiveView& view) {
        if (view.status != DirectiveStatus::archived || view.error_text != kFileRemoved) {
            context.taken_names.emplace(view.name, view.source_file);
        }
    });
    return context;
}

void place_drafts(storage::Database& database, ScanResult& scan) {
    for (auto& file : scan.files) {
        std::vector<directives::ParsedDirective> held;
        for (auto& draft : file.parsed.drafts) {
            const auto known = storage::find_directive(database, draft.directive.name);
            const bool is_good = known && known->status != DirectiveStatus::draft &&
                                 known->status != DirectiveStatus::archived &&
                                 known->source_file == file.row.path;
            auto& list = is_good ? held : file.parsed.directives;
            list.push_back(std::move(draft));
        }
        file.parsed.drafts = std::move(held);
    }
}

void write_questions(storage::Database& database,
                     DirectiveId id,
                     const std::vector<directives::Question>& questions) {
    storage::put_questions(
        database,
        {id, json_text(directives::to_json(questions)), directives::count_critical(questions)});
}

void write_questions(storage::Database& database, const ScanResult& scan) {
    for (const auto& file : scan.files) {
        for (const auto* list : {&file.parsed.directives, &file.parsed.drafts}) {
            for (const auto& parsed : *list) {
                const auto row = storage::find_directive(database, parsed.directive.name);
                if (!row || row->source_file != file.row.path) {
                    continue;
                }
                const bool is_held = list == &file.parsed.drafts;
                storage::put_questions(
                    database,
                    {row->id,
                     json_text(directives::to_json(parsed.questions)),
                     is_held ? 0 : directives::count_critical(parsed.questions)});
            }
        }
    }
}

void fill_questions(storage::Database& database, Entry& entry) {
    if (const auto row = storage::find_questions(database, entry.id)) {
        count_into(entry, *row);
    }
}

void fill_questions(storage::Database& database, std::vector<Entry>& entries) {
    std::unordered_map<DirectiveId, storage::QuestionsRow> rows;
    for (auto& row : storage::load_questions(database)) {
        const auto id = row.directive;
        rows.emplace(id, std::move(row));
    }
    for (auto& entry : entries) {
        if (const auto row = rows.find(entry.id); row != rows.end()) {
            count_into(entry, row->second);
        }
    }
}

bool are_owners_answers(storage::Database& database, const directives::ParsedDirective& parsed) {
    if (parsed.answered.empty()) {
        return true;
    }
    std::set<std::string> used;
    for (const auto& question : parsed.answered) {
        used.insert(question.id);
    }
    const auto answers = storage::load_answers(database);
    return std::all_of(answers.begin(), answers.end(), [&](const auto& answer) {
        return answer.directive != parsed.directive.name || !used.contains(answer.question) ||
               is_owners(answer);
    });
}

bool has_others_answers(storage::Database& database, std::string_view directive) {
    const auto answers = storage::load_answers(database);
    return std::any_of(answers.begin(), answers.end(), [&](const auto& answer) {
        return answer.directive == directive && !is_owners(answer);
    });
}

}  // namespace aifp::engine
