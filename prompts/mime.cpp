#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "prompts/context_file.hpp"

namespace aifp::prompts {
namespace {

constexpr std::size_t kMaxNameBytes = 255;

struct Signature {
    std::string_view bytes;
    std::string_view mime;
};
constexpr std::array kSignatures = {
    Signature{"\x89PNG\r\n\x1A\n", "image/png"},
    Signature{"\xFF\xD8\xFF", "image/jpeg"},
    Signature{"GIF87a", "image/gif"},
    Signature{"GIF89a", "image/gif"},
    Signature{"%PDF-", "application/pdf"},
    Signature{std::string_view("PK\x03\x04", 4), "application/zip"},
};

struct Extension {
    std::string_view ending;
    std::string_view mime;
};
constexpr std::array kExtensions = {
    Extension{".txt", "text/plain"},
    Extension{".log", "text/plain"},
    Extension{".md", "text/markdown"},
    Extension{".csv", "text/csv"},
    Extension{".tsv", "text/tab-separated-values"},
    Extension{".html", "text/html"},
    Extension{".css", "text/css"},
    Extension{".py", "text/x-python"},
    Extension{".lua", "text/x-lua"},
    Extension{".hpp", "text/x-c++"},
    Extension{".cpp", "text/x-c++"},
    Extension{".h", "text/x-c"},
    Extension{".c", "text/x-c"},
    Extension{".json", "application/json"},
    Extension{".yaml", "application/yaml"},
    Extension{".yml", "application/yaml"},
    Extension{".xml", "application/xml"},
    Extension{".png", "image/png"},
    Extension{".jpg", "image/jpeg"},
    Extension{".jpeg", "image/jpeg"},
    Extension{".gif", "image/gif"},
    Extension{".webp", "image/webp"},
    Extension{".pdf", "application/pdf"},
};

// A text may hold blanks and line ends, but no other control characters.
bool is_text(std::string_view content) noexcept {
    const auto is_control = [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte < 0x20 && letter != '\n' && letter != '\r' && letter != '\t' && letter != '\f';
    };
    return std::none_of(content.begin(), content.end(), is_control) && !first_invalid_utf8(content);
}

bool is_attached(std::string_view mime) noexcept {
    return mime.starts_with("image/") || mime == "application/pdf";
}

}  // namespace

std::string_view sniff_mime(std::string_view content) noexcept {
    for (const Signature& signature : kSignatures) {
        if (content.starts_with(signature.bytes)) {
            return signature.mime;
        }
    }
    if (content.starts_with("RIFF") && content.substr(0, 12).ends_with("WEBP")) {
        return "image/webp";
    }
    return is_text(content) ? "text/plain" : "";
}

std::string_view mime_of_name(std::string_view name) noexcept {
    for (const Extension& extension : kExtensions) {
        const std::size_t length = extension.ending.size();
        const bool is_same =
            name.size() > length &&
            std::equal(extension.ending.begin(),
                       extension.ending.end(),
                       name.end() - static_cast<std::ptrdiff_t>(length),
                       [](char wanted, char found) {
                           return wanted ==
                                  (found >= 'A' && found <= 'Z' ? found - 'A' + 'a' : found);
                       });
        if (is_same) {
            return extension.mime;
        }
    }
    return "";
}

std::string_view detect_mime(std::string_view name, std::string_view content) {
    const std::string_view sniffed = sniff_mime(content);
    const std::string_view named = mime_of_name(name);
    if (sniffed == "text/plain" && !named.empty() && !is_attached(named)) {
        return named;
    }
    if (!sniffed.empty()) {
        return sniffed;
    }
    // Bytes that are no UTF-8 under the name of a text: another encoding, most likely.
    return !named.empty() && !is_attached(named) ? named : "application/octet-stream";
}

Status check_upload(std::string_view name, std::string_view content) {
    const auto refuse = [&name](std::string_view reason) {
        return fail(ErrorCode::invalid_input, std::string(name) + ": " + std::string(reason));
    };
    const bool has_control = std::any_of(name.begin(), name.end(), [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20;
    });
    if (name.empty() || name.size() > kMaxNameBytes || name.starts_with('.') || has_control ||
        name.find_first_of("/\\") != std::string_view::npos || name.find("..") != name.npos ||
        first_invalid_utf8(name)) {
        return refuse("is no plain file name");
    }
    const std::string_view named = mime_of_name(name);
    if (named.empty()) {
        return refuse("is neither a text nor an image nor a PDF by its extension");
    }
    const std::string_view sniffed = sniff_mime(content);
    const bool agrees = is_attached(named) ? sniffed == named : sniffed == "text/plain";
    if (!agrees) {
        return refuse("its content is not " + std::string(named));
    }
    return {};
}

}  // namespace aifp::prompts
