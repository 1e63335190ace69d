#include "directives/files.hpp"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/file.hpp"

namespace aifp::directives {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 100'000;

bool is_passed_over(std::string_view name) {
    return name.starts_with('.') || name.ends_with('~') || name.starts_with('#') ||
           name.ends_with(".tmp") || name.ends_with(".swp") || name.ends_with(".bak");
}

// Folder by folder, as paths are ordered, on their text.
bool stands_before(const FoundFile& left, const FoundFile& right) {
    constexpr auto kWeight = [](char letter) {
        return letter == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(letter));
    };
    return std::lexicographical_compare(
        left.path.begin(),
        left.path.end(),
        right.path.begin(),
        right.path.end(),
        [kWeight](char one, char other) { return kWeight(one) < kWeight(other); });
}

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

std::string below(std::string_view folder, std::string_view name) {
    std::string path;
    path.reserve(folder.size() + 1 + name.size());
    path += folder;
    if (!folder.ends_with('/')) {
        path += '/';
    }
    path += name;
    return path;
}

// Names are joined as text and stat'ed below their open folder: with 10,000 files,
// std::filesystem's paths would cost more than the file system.
class FolderWalk {
public:
    FoundFiles run(const fs::path& folder) {
        walk(folder.native(), 0);
        std::sort(found_.files.begin(), found_.files.end(), stands_before);
        return std::move(found_);
    }

private:
    void walk(const std::string& folder, int depth) {
        struct stat facts {};
        // A link may lead back up: each folder is entered once.
        if (::stat(folder.c_str(), &facts) != 0) {
            return tell_unseen(folder);
        }
        if (!entered_.emplace(facts.st_dev, facts.st_ino).second) {
            return;
        }
        if (depth > kMaxFolderDepth) {
            return tell(folder,
                        "is not read: it lies more than " + std::to_string(kMaxFolderDepth) +
                            " folders deep",
                        "move its files further up");
        }
        const std::unique_ptr<DIR, CloseFolder> open(::opendir(folder.c_str()));
        if (open == nullptr) {
            return tell_unseen(folder);
        }
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(open.get());
            if (entry == nullptr) {
                break;
            }
            if (is_passed_over(entry->d_name)) {
                continue;
            }
            if (::fstatat(::dirfd(open.get()), entry->d_name, &facts, 0) == 0) {
                visit(below(folder, entry->d_name), facts, depth);
            } else {
                tell_unseen(below(folder, entry->d_name));
            }
        }
        if (errno != 0) {
            tell_unseen(folder);
        }
    }

    void visit(std::string path, const struct stat& facts, int depth) {
        if (S_ISDIR(facts.st_mode)) {
            walk(path, depth + 1);
        } else if (const auto form = form_of(path); !form) {
            found_.problems.push_back(about_file(
                path, model::Severity::warning, "this file is not read", form.error().detail()));
        } else if (found_.files.size() < kMaxFiles) {
            found_.files.push_back({std::move(path), facts});
        } else if (!std::exchange(is_full_, true)) {
            tell(path, "more than 100000 directive files", "put several directives into one file");
        }
    }

    // Gone meanwhile, or a link to nowhere, is not there: that is no closed door.
    void tell_unseen(const std::string& path) {
        if (errno == ENOENT || errno == ELOOP) {
            return tell_if_dangling(path);
        }
        const auto cause = std::error_code(errno, std::generic_category()).message();
        found_.unseen.push_back(path);
        tell(path,
             "cannot be read: " + cause,
             "check its permissions; what was loaded from it before stays as it is");
    }

    void tell_if_dangling(const std::string& path) {
        struct stat link {};
        if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && form_of(path)) {
            found_.problems.push_back(about_file(path,
                                                 model::Severity::warning,
                                                 "this link leads to no file",
                                                 "its directives count as removed"));
        }
    }

    void tell(const std::string& path, std::string message, std::string hint) {
        found_.problems.push_back(
            about_file(path, model::Severity::error, std::move(message), std::move(hint)));
    }

    FoundFiles found_;
    std::set<std::pair<dev_t, ino_t>> entered_;
    bool is_full_ = false;
};

bool is_same(const struct stat& left, const struct stat& right) {
    return left.st_ino == right.st_ino && left.st_size == right.st_size &&
           left.st_mtim.tv_sec == right.st_mtim.tv_sec &&
           left.st_mtim.tv_nsec == right.st_mtim.tv_nsec &&
           left.st_ctim.tv_sec == right.st_ctim.tv_sec &&
           left.st_ctim.tv_nsec == right.st_ctim.tv_nsec;
}

template <class Map>
std::set<std::string> names_in(const Map& map) {
    std::set<std::string> names;
    for (const auto& [name, value] : map) {
        names.insert(name);
    }
    return names;
}

}  // namespace

FoundFiles find_directive_files(const fs::path& folder) {
    return FolderWalk().run(folder);
}

Result<ReadFile> read_settled_file(const fs::path& path, std::uint64_t max_bytes) {
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
        struct stat before {};
        if (::stat(path.c_str(), &before) != 0) {
            return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io_failure,
                        path.string() + ": " + std::strerror(errno));
        }
        auto text = read_file(path, max_bytes);
        if (!text) {
            return fail(std::move(text).error());
        }
        ReadFile file{std::move(*text), {}};
        if (::stat(path.c_str(), &file.facts) == 0 && is_same(before, file.facts)) {
            return file;
        }
    }
    return fail(ErrorCode::busy, "the file is being written to; it is read again when it is done");
}

std::optional<schedule::SunPosition> position_of(const config::Settings& settings) {
    if (!settings.latitude || !settings.longitude) {
        return std::nullopt;
    }
    return schedule::SunPosition{*settings.latitude, *settings.longitude, settings.elevation_m};
}

ParseContext context_of(const config::Settings& settings, const config::Secrets& secrets) {
    ParseContext context;
    context.project_has_timezone = settings.timezone_given;
    context.system_timezone = settings.timezone.name();
    context.position = position_of(settings);
    context.apis = names_in(settings.apis);
    context.channels = names_in(settings.notify);
    context.calendars = names_in(settings.calendars);
    context.secrets = secrets.names();
    context.limits.max_bytes = settings.limits.max_file_size;
    return context;
}

model::Diagnostic about_file(const fs::path& file,
                             model::Severity severity,
                             std::string message,
                             std::string hint) {
    model::Diagnostic diagnostic;
    diagnostic.file = file.lexically_normal().native();
    diagnostic.severity = severity;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

}  // namespace aifp::directives
