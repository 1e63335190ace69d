#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actions/factory.hpp"
#include "engine/run_scope.hpp"

namespace aifp::engine {

/// A text on its way to a person.
struct ChannelMessage {
    std::string channel;    ///< Of the settings.
    std::string to;         ///< Who gets it, if the channel asks.
    std::string title;      ///< Of one line.
    std::string text;       ///< Is never taken for a template.
    std::string directive;  ///< Whom it is about; may be empty.
};

/// Sends messages that no run sends, over the channels of the settings, as the action `notify`
/// does. Loop thread only; owned by the engine.
class NoticeSender {
public:
    NoticeSender(const actions::Services& services, const ScopeSources& sources)
        : services_(services), sources_(sources) {}
    NoticeSender(const NoticeSender&) = delete;
    NoticeSender& operator=(const NoticeSender&) = delete;
    ~NoticeSender() { *alive_ = false; }

    /// `done` is called once, perhaps before this returns; not after the sender is destroyed. A
    /// channel that has not taken it after kSendTime has failed. Errors: not_found for an unknown
    /// channel, else those of the action.
    void send(ChannelMessage message, std::function<void(Status)> done);

    static constexpr Seconds kSendTime{30};

private:
    const actions::Services& services_;
    const ScopeSources& sources_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace aifp::engine
