#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directives/reading.hpp"
#include "directives/sentence_time.hpp"
#include "directives/sentence_words.hpp"

// One plain sentence as the tree that a YAML file would give, so that everything behind the tree is
// the same. The grammar: docs/sentences.md. What is not said, or could mean two things, is asked
// through the interview. Pure. Inner part of the room.

namespace aifp::directives {

/// What a sentence says, part by part; native forms.
struct SentenceParts {
    std::vector<NodePtr> triggers;
    std::vector<NodePtr> conditions;
    std::vector<NodePtr> actions;
    std::string timezone;
};

/// A sentence being read.
struct Sentence {
    std::string_view text;  ///< What the words' offsets count in.
    Words words;
    Reading& reading;
    SentenceParts parts = {};
    bool is_answer = false;  ///< It is an answer: what is not understood is not asked again.
};

/// Reads the whole sentence. What is wrong is told to the report.
void read_sentence(Sentence& sentence);
/// Adds what an answer says to the parts: a short form ("at: 17:00"), YAML in flow form, or words
/// that say only when ("every night at 2am") or only what ("run backup.sh").
void take_answer(Sentence& sentence, Group group, const std::string& answer, document::Mark mark);

// The parts, by source.
// sentence_schedule.cpp: what was said about time becomes triggers and conditions.
void build_time(Sentence& sentence, const SpokenTime& time);
/// Only conditions: "on weekdays" beside a trigger of another kind.
void build_restriction(Sentence& sentence, const SpokenTime& time);
// sentence_trigger.cpp: "someone posts to /hooks/doorbell", "the stove is on for 20 minutes".
void read_occasion(Sentence& sentence, Words clause);
// sentence_condition.cpp: "the presence is home"; false when it is no comparison.
struct Comparison {
    std::string name;  ///< Of the state: "living_room_lamp".
    bool negated = false;
    std::string relation;  ///< "is", "above" or "below".
    std::string value;
    std::string duration;  ///< "for 20 minutes": "20m"; may be empty.
    document::Mark mark;
};
[[nodiscard]] std::optional<Comparison> read_comparison(Words clause);
void add_condition(Sentence& sentence, Words clause, bool negated);
// sentence_action.cpp, sentence_request.cpp
void read_action(Sentence& sentence, Words clause);
/// "post to …", "get …": false when the clause is no request.
bool read_request_clause(Sentence& sentence, Words clause);
// sentence_deed.cpp
/// For a clause that no reader knew: tells of a slip, else asks how that is done.
void ask_for_deed(Sentence& sentence, Words clause);

/// The words that begin an action, and those that begin a trigger or condition.
[[nodiscard]] std::span<const std::string_view> known_verbs() noexcept;
[[nodiscard]] std::span<const std::string_view> known_openings() noexcept;

/// A critical question about a part of the sentence, at `word`.
struct SentenceQuestion {
    std::string id;
    std::string text;
    std::string rule;
    QuestionGroup group = QuestionGroup::trigger;
    std::vector<std::string> options = {};
    std::string fallback = {};
    bool is_choice = false;
};
[[nodiscard]] std::optional<std::string> ask(Sentence& sentence,
                                             Words about,
                                             SentenceQuestion question);
/// "actions.2": where the next item of a list will stand.
[[nodiscard]] std::string next_id(std::string_view list, const std::vector<NodePtr>& items);
/// A mapping with one key and a text.
[[nodiscard]] std::shared_ptr<document::Node> make_item(std::string_view kind,
                                                        std::string value,
                                                        document::Mark mark);
/// Adds a text to a mapping.
void add_text(document::Node& mapping,
              std::string_view key,
              std::string value,
              document::Mark mark);
/// Tells of words that nothing was made of, with the nearest known phrase.
void tell_not_understood(Sentence& sentence, Words words, std::span<const std::string_view> known);

}  // namespace aifp::directives
