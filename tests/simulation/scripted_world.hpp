#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/outside.hpp"
#include "tests/simulation/transcript.hpp"

namespace aifp::simulation {

/// The outside of a golden case: answers as its script wants, and writes every call into the
/// transcript.
class ScriptedWorld final : public Outside {
public:
    /// `answers`: path (without "http://world/" and the query) -> list of what is answered in turn,
    /// the last one for ever: a status, or a map of `status` (0: nobody answers), `after`, `body`.
    /// A path that is not named answers 200 at once.
    ScriptedWorld(Transcript& transcript, const boost::json::object& answers);

    void process_gone() override { under_way_.clear(); }

private:
    Reply hear(std::size_t call, const http::ClientRequest& request) override;
    void end(std::size_t call, CallEnd how, const Reply& reply) override;

    Transcript& transcript_;
    std::map<std::string, std::vector<Reply>> answers_;
    std::map<std::string, std::size_t> heard_;
    std::map<std::size_t, std::string> under_way_;  ///< What is called, for those that take time.
};

}  // namespace aifp::simulation
