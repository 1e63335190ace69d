#pragma once

#include <boost/json/array.hpp>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/database.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers {

/// Which directives need the same thing. Reads the names once; any thread.
class RequiredBy {
public:
    /// Throws DatabaseError.
    RequiredBy(storage::Database& database, const std::vector<storage::DependencyRow>& rows);
    /// Names of directives, sorted.
    [[nodiscard]] boost::json::array names_for(const storage::DependencyRow& row) const;

private:
    std::map<std::pair<std::string, std::string>, std::set<std::string>> by_;  // by type and name
};

}  // namespace aifp::helpers
