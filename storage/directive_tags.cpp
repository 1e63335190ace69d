#include "storage/directive_tags.hpp"

#include "storage/statement.hpp"

namespace aifp::storage {

std::unordered_set<DirectiveId> directives_with_tag(Database& database, std::string_view tag) {
    Statement row(database,
                  "SELECT d.id FROM user_directives d WHERE json_valid(d.configuration_json) AND "
                  "EXISTS (SELECT 1 FROM json_each(d.configuration_json, '$.tags') t "
                  "WHERE t.value = ?1)");
    row.bind(tag);
    std::unordered_set<DirectiveId> found;
    while (row.step()) {
        found.insert(DirectiveId{row.integer(0)});
    }
    return found;
}

}  // namespace aifp::storage
