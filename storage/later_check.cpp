#include "storage/later_check.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "base/memory.hpp"
#include "storage/integrity.hpp"

namespace aifp::storage {
namespace {

class LaterCheck : public std::enable_shared_from_this<LaterCheck> {
public:
    LaterCheck(Store& store,
               std::filesystem::path file,
               std::function<void(const std::string&)> found)
        : store_(store), file_(std::move(file)), found_(std::move(found)) {}

    void begin() {
        look([self = this](Database& database) {
            self->damage_ = find_damage(database, self->file_);
            if (self->damage_.empty() && is_half_checked(database)) {
                self->left_ = tables_left_out(database, self->file_);
                self->is_half_checked_ = true;
            }
        });
    }

private:
    void look(Store::Job job) {
        store_.read(
            [job = std::move(job)](Database& database) {
                job(database);
                database.release_memory();  // it has read every page, and nobody else will
                give_back_memory();
            },
            [self = shared_from_this()](const Status& read) { self->go_on(read); });
    }

    void go_on(const Status& read) {
        if (!read || !damage_.empty()) {
            found_(damage_);
            return;
        }
        if (left_.empty()) {
            if (is_half_checked_) {
                store_.write(forget_half_checked, [](const Status&) {});
            }
            found_("");
            return;
        }
        const std::string table = std::move(left_.back());
        left_.pop_back();
        look([self = this, table](Database& database) {
            self->damage_ = find_damage_in(database, table);
        });
    }

    Store& store_;
    const std::filesystem::path file_;
    const std::function<void(const std::string&)> found_;
    std::string damage_;  // between the job and its end nobody else looks at these
    std::vector<std::string> left_;
    bool is_half_checked_ = false;
};

}  // namespace

void find_damage_later(Store& store,
                       const std::filesystem::path& file,
                       std::function<void(const std::string& damage)> found) {
    std::make_shared<LaterCheck>(store, file, std::move(found))->begin();
}

}  // namespace aifp::storage
