#pragma once

#include <string>
#include <vector>

#include "directives/sentence_words.hpp"
#include "document/report.hpp"

// A text of plain sentences, one directive each. Pure. Inner part of the room.
// (docs/sentences.md, Files)

namespace aifp::directives {

struct WrittenSentence {
    std::string name;         ///< As given before it; empty: it has to be made.
    document::Mark mark;      ///< Where it begins.
    std::vector<Word> words;  ///< Their offsets count in the source's text.
};

/// Splits a text into sentences. Comments, blank lines, bullets and names are taken off; a quote
/// that is never closed is told.
[[nodiscard]] std::vector<WrittenSentence> split_sentences(const document::SourceText& source,
                                                           document::Report& report);

/// A name made of what the sentence does: "run_backup_sh".
[[nodiscard]] std::string derive_name(Words words);

}  // namespace aifp::directives
