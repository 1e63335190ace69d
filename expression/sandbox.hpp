#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "expression/scope.hpp"

namespace aifp::expression {

class LuaMachine;

/// What one evaluation may use. Beyond either it ends with ErrorCode::busy.
struct Limits {
    /// Lua instructions, and the work of built-in functions in the same coin.
    std::int64_t instructions = 500'000;
    /// Memory on top of what the compiled expressions hold; also bounds every text and result.
    std::size_t memory_bytes = std::size_t{4} * 1024 * 1024;
};

/// An expression ready to be evaluated, any number of times. Movable; keeps what it needs alive, so
/// it may outlive its Sandbox. About 0.6 KiB. Loop thread only, its destruction included.
class CompiledExpression {
public:
    CompiledExpression(CompiledExpression&& other) noexcept;
    CompiledExpression& operator=(CompiledExpression&& other) noexcept;
    CompiledExpression(const CompiledExpression&) = delete;
    CompiledExpression& operator=(const CompiledExpression&) = delete;
    ~CompiledExpression();

    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    friend class Sandbox;
    CompiledExpression(std::shared_ptr<LuaMachine> machine, std::string text)
        : machine_(std::move(machine)), text_(std::move(text)) {}

    std::shared_ptr<LuaMachine> machine_;
    std::string text_;
    int reference_ = 0;
    bool needs_counting_ = false;  ///< Only a function of its own can loop or recurse.
};

/// Text with `{{ expression }}` in it, taken apart.
class CompiledTemplate {
public:
    /// Nothing to render: the result is always text().
    [[nodiscard]] bool is_literal() const noexcept { return parts_.empty(); }
    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    friend class Sandbox;
    using Part = std::variant<std::string, CompiledExpression>;

    std::string text_;
    std::vector<Part> parts_;  ///< Empty for a literal.
};

/// A JSON tree whose texts may be templates, compiled once. Object keys are not rendered.
class CompiledValue {
public:
    CompiledValue() = default;  ///< The literal null.

    /// Nothing to render: the result is always literal().
    [[nodiscard]] bool is_literal() const noexcept;
    [[nodiscard]] const boost::json::value& literal() const noexcept { return literal_; }

private:
    friend class Sandbox;
    using List = std::vector<CompiledValue>;
    using Members = std::vector<std::pair<std::string, CompiledValue>>;
    using Form = std::variant<std::monostate, CompiledTemplate, List, Members>;

    explicit CompiledValue(boost::json::value literal) : literal_(std::move(literal)) {}
    explicit CompiledValue(Form form) : form_(std::move(form)) {}

    boost::json::value literal_;
    Form form_;
};

/// Evaluates expressions and renders templates: Lua 5.4 expressions without anything that reaches
/// outside, with a limit on work and memory (docs/expressions.md). One per engine; loop thread
/// only. After any error it is as good as new. Error texts are for the person who wrote the
/// expression; positions in them count columns from 1.
///
/// Errors of compiling: invalid_input. Errors of evaluating: not_found for an undefined name or
/// key, with the nearest known one; invalid_input for anything else the expression does wrong; busy
/// when it goes beyond its limits.
class Sandbox {
public:
    explicit Sandbox(Limits limits = {});

    [[nodiscard]] Result<CompiledExpression> compile(std::string_view text);
    /// A text without `{{` becomes a literal.
    [[nodiscard]] Result<CompiledTemplate> compile_template(std::string_view text);
    /// Every text of the tree becomes a template; errors name the place ("headers.X-Room: ...").
    [[nodiscard]] Result<CompiledValue> compile_value(const boost::json::value& tree);

    [[nodiscard]] Result<boost::json::value> evaluate(const CompiledExpression& expression,
                                                      const Scope& scope);
    /// A condition. The result must be true or false; anything else is invalid_input.
    [[nodiscard]] Result<bool> holds(const CompiledExpression& expression, const Scope& scope);

    /// Always text; objects and lists become JSON, null becomes nothing.
    [[nodiscard]] Result<std::string> render(const CompiledTemplate& text, const Scope& scope);
    /// As render(), but a template that is exactly one `{{ expression }}` keeps its JSON type.
    [[nodiscard]] Result<boost::json::value> render_value(const CompiledTemplate& text,
                                                          const Scope& scope);
    [[nodiscard]] Result<boost::json::value> render_value(const CompiledValue& tree,
                                                          const Scope& scope);

    /// What Lua holds now, compiled expressions included.
    [[nodiscard]] std::size_t memory_in_use() const noexcept;

private:
    [[nodiscard]] Status run(const CompiledExpression& expression, const Scope& scope);
    [[nodiscard]] Result<CompiledValue> compile_node(const boost::json::value& node,
                                                     std::size_t depth);
    [[nodiscard]] Result<CompiledValue> compile_list(const boost::json::array& list,
                                                     std::size_t depth);
    [[nodiscard]] Result<CompiledValue> compile_object(const boost::json::object& object,
                                                       std::size_t depth);

    std::shared_ptr<LuaMachine> machine_;
};

}  // namespace aifp::expression
