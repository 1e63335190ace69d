#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "helpers/workflow/detect_dependencies.hpp"

namespace aifp::helpers::workflow {
namespace {

struct Package {
    std::string_view brings;
    std::string_view package;
};

// Modules whose package has another name.
constexpr std::array kModules{
    Package{"yaml", "PyYAML"},
    Package{"PIL", "pillow"},
    Package{"cv2", "opencv-python"},
    Package{"bs4", "beautifulsoup4"},
    Package{"dateutil", "python-dateutil"},
    Package{"dotenv", "python-dotenv"},
    Package{"serial", "pyserial"},
    Package{"usb", "pyusb"},
    Package{"sklearn", "scikit-learn"},
    Package{"skimage", "scikit-image"},
    Package{"paho", "paho-mqtt"},
    Package{"jwt", "PyJWT"},
    Package{"OpenSSL", "pyOpenSSL"},
    Package{"Crypto", "pycryptodome"},
    Package{"RPi", "RPi.GPIO"},
    Package{"magic", "python-magic"},
    Package{"telegram", "python-telegram-bot"},
    Package{"MySQLdb", "mysqlclient"},
    Package{"psycopg2", "psycopg2-binary"},
    Package{"slugify", "python-slugify"},
    Package{"zmq", "pyzmq"},
    Package{"attr", "attrs"},
    Package{"git", "GitPython"},
    Package{"docx", "python-docx"},
};

// Programs whose Debian package has another name.
constexpr std::array kPrograms{
    Package{"mosquitto_pub", "mosquitto-clients"},
    Package{"mosquitto_sub", "mosquitto-clients"},
    Package{"convert", "imagemagick"},
    Package{"mogrify", "imagemagick"},
    Package{"ffprobe", "ffmpeg"},
    Package{"ssh", "openssh-client"},
    Package{"scp", "openssh-client"},
    Package{"ping", "iputils-ping"},
    Package{"ip", "iproute2"},
    Package{"ss", "iproute2"},
    Package{"dig", "dnsutils"},
    Package{"nslookup", "dnsutils"},
    Package{"ifconfig", "net-tools"},
    Package{"ps", "procps"},
    Package{"pkill", "procps"},
    Package{"notify-send", "libnotify-bin"},
    Package{"pactl", "pulseaudio-utils"},
    Package{"aplay", "alsa-utils"},
    Package{"amixer", "alsa-utils"},
    Package{"gpio", "wiringpi"},
    Package{"psql", "postgresql-client"},
    Package{"pg_dump", "postgresql-client"},
    Package{"mysql", "default-mysql-client"},
    Package{"mysqldump", "default-mysql-client"},
    Package{"mail", "mailutils"},
    Package{"nc", "netcat-openbsd"},
    Package{"wakeonlan", "wakeonlan"},
    Package{"smartctl", "smartmontools"},
    Package{"sensors", "lm-sensors"},
    Package{"docker", "docker.io"},
    Package{"node", "nodejs"},
    Package{"xz", "xz-utils"},
};

std::string_view look_up(std::span<const Package> packages, std::string_view name) noexcept {
    for (const auto& row : packages) {
        if (row.brings == name) {
            return row.package;
        }
    }
    return name;
}

// What /bin/sh does itself. (POSIX 2.9.1, 2.14 and the reserved words of 2.4)
bool is_of_the_shell(std::string_view word) {
    static const std::set<std::string_view> kWords{
        "if",    "then",  "else",    "elif",     "fi",       "do",     "done",  "case",
        "esac",  "while", "until",   "for",      "in",       "!",      "{",     "}",
        ".",     ":",     "[",       "alias",    "bg",       "break",  "cd",    "echo",
        "eval",  "exec",  "exit",    "export",   "false",    "fg",     "hash",  "jobs",
        "kill",  "local", "printf",  "pwd",      "read",     "return", "set",   "shift",
        "test",  "times", "trap",    "true",     "type",     "ulimit", "umask", "unalias",
        "unset", "wait",  "command", "continue", "readonly", "source"};
    return kWords.contains(word);
}

bool is_plain_program(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
               letter == '.' || letter == '/' || letter == '+';
    });
}

/// Words of shell, with an empty word wherever a new simple command may begin.
std::vector<std::string> shell_words(std::string_view text) {
    std::vector<std::string> words{""};
    std::string word;
    char quote = '\0';
    const auto end_word = [&] {
        if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (quote != '\0') {
            quote = letter == quote ? '\0' : quote;
            word += letter == '\\' ? '\\' : '"';  // a quoted word is no plain program
        } else if (letter == '\'' || letter == '"') {
            quote = letter;
            word += '"';
        } else if (letter == '#' && word.empty()) {
            i = std::min(text.find('\n', i), text.size()) - 1;
        } else if (std::string_view(" \t").find(letter) != std::string_view::npos) {
            end_word();
        } else if (letter == '&' && (word.ends_with('>') || word.ends_with('<'))) {
            word += letter;  // 2>&1
        } else if (std::string_view(";&|()\n`").find(letter) != std::string_view::npos) {
            end_word();
            words.emplace_back();
        } else {
            word += letter;
        }
    }
    end_word();
    return words;
}

}  // namespace

std::string_view package_of_module(std::string_view module) noexcept {
    return look_up(kModules, module);
}

std::string_view package_of_program(std::string_view program) noexcept {
    return look_up(kPrograms, program);
}

std::vector<std::string> programs_in_shell(std::string_view text) {
    static const std::set<std::string_view> kGoOn{
        "then", "else", "do", "if", "elif", "while", "until", "!", "{", "exec", "command"};
    std::vector<std::string> programs;
    // Their words look like programs and are none: nothing is better than a wrong name.
    for (const auto* mark : {"case ", "()", "<<"}) {
        if (text.find(mark) != text.npos) {
            return programs;
        }
    }
    bool may_start = false;
    for (const auto& word : shell_words(text)) {
        if (word.empty()) {
            may_start = true;
            continue;
        }
        const bool is_assignment = word.find('=') != std::string::npos;
        if (!may_start || is_assignment || kGoOn.contains(word)) {
            continue;
        }
        may_start = false;
        if (is_plain_program(word) && !is_of_the_shell(word) &&
            std::find(programs.begin(), programs.end(), word) == programs.end()) {
            programs.push_back(word);
        }
    }
    return programs;
}

}  // namespace aifp::helpers::workflow
