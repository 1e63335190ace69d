#include "expression/sandbox.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "expression/lua_machine.hpp"
#include "expression/lua_source.hpp"
#include "expression/lua_values.hpp"
#include "expression/syntax.hpp"
#include "expression/template_parts.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxTreeDepth = 64;

std::size_t column_of(std::string_view text, std::size_t offset) {
    return count_code_points(text.substr(0, offset)) + 1;
}

tl::unexpected<Error> fail_syntax(std::string_view text, const SyntaxProblem& found) {
    std::string detail = found.message;
    if (!found.hint.empty()) {
        detail += "; " + found.hint;
    }
    return fail(ErrorCode::invalid_input,
                fmt::format("{} (column {})", detail, column_of(text, found.offset)));
}

/// Takes the text apart once more: where its words are is not kept.
tl::unexpected<Error> fail_evaluation(std::string_view text, const Failure& failure) {
    const Parsed<LuaSource> source = to_lua(text, 0, Ending::end_of_text);
    std::string detail = failure.message;
    std::optional<std::size_t> offset;
    if (source && !failure.key.empty()) {
        const NamedPlace place = place_of_name(*source, failure.key, failure.line);
        offset = place.offset;
        if (detail.empty()) {
            detail = place.path + " is not known" + failure.hint;
        }
    } else if (source && failure.line > 0) {
        offset = offset_of_line(*source, failure.line);
    }
    if (offset) {
        detail += fmt::format(" (column {})", column_of(text, *offset));
    }
    switch (failure.kind) {
        case Failure::Kind::undefined:
            return fail(ErrorCode::not_found, std::move(detail));
        case Failure::Kind::limit:
            return fail(ErrorCode::busy, "the expression was stopped: " + detail);
        default:
            return fail(ErrorCode::invalid_input, std::move(detail));
    }
}

Error in_template(const Error& error, std::string_view expression) {
    return error.with_context(fmt::format("in {{{{ {} }}}}", expression));
}

}  // namespace

CompiledExpression::CompiledExpression(CompiledExpression&& other) noexcept = default;

CompiledExpression& CompiledExpression::operator=(CompiledExpression&& other) noexcept {
    std::swap(machine_, other.machine_);
    std::swap(text_, other.text_);
    std::swap(reference_, other.reference_);
    std::swap(needs_counting_, other.needs_counting_);
    return *this;
}

CompiledExpression::~CompiledExpression() {
    if (machine_ != nullptr) {
        machine_->unload(reference_);
    }
}

bool CompiledValue::is_literal() const noexcept {
    return std::holds_alternative<std::monostate>(form_);
}

Sandbox::Sandbox(Limits limits) : machine_(std::make_shared<LuaMachine>(limits)) {}

std::size_t Sandbox::memory_in_use() const noexcept {
    return machine_->memory_in_use();
}

Result<CompiledExpression> Sandbox::compile(std::string_view text) {
    const Parsed<LuaSource> source = to_lua(text, 0, Ending::end_of_text);
    if (!source) {
        return fail_syntax(text, source.error());
    }
    const Parsed<int> reference = machine_->load(*source);
    if (!reference) {
        return fail_syntax(text, reference.error());
    }
    CompiledExpression expression(machine_, std::string(text));
    expression.reference_ = *reference;
    expression.needs_counting_ = source->defines_function;
    return expression;
}

Result<CompiledTemplate> Sandbox::compile_template(std::string_view text) {
    CompiledTemplate compiled;
    compiled.text_ = std::string(text);
    if (!has_placeholder(text)) {
        return compiled;
    }
    const auto parts = split_template(text);
    if (!parts) {
        return fail_syntax(text, parts.error());
    }
    for (const TemplatePart& part : *parts) {
        if (!part.is_expression) {
            compiled.parts_.emplace_back(std::string(part.text));
            continue;
        }
        Result<CompiledExpression> expression = compile(part.text);
        if (!expression) {
            return fail(in_template(expression.error(), part.text));
        }
        compiled.parts_.emplace_back(std::move(*expression));
    }
    return compiled;
}

Result<CompiledValue> Sandbox::compile_value(const json::value& tree) {
    return compile_node(tree, 0);
}

Result<CompiledValue> Sandbox::compile_node(const json::value& node, std::size_t depth) {
    if (depth > kMaxTreeDepth) {
        return fail(ErrorCode::invalid_input, "this is nested more than 64 deep");
    }
    if (const json::string* text = node.if_string()) {
        Result<CompiledTemplate> part = compile_template(*text);
        if (!part) {
            return fail(part.error());
        }
        return part->is_literal() ? CompiledValue(node)
                                  : CompiledValue(CompiledValue::Form(std::move(*part)));
    }
    if (const json::array* list = node.if_array()) {
        return compile_list(*list, depth);
    }
    if (const json::object* object = node.if_object()) {
        return compile_object(*object, depth);
    }
    return CompiledValue(node);
}

Result<CompiledValue> Sandbox::compile_list(const json::array& list, std::size_t depth) {
    CompiledValue::List items;
    bool is_literal = true;
    for (std::size_t at = 0; at < list.size(); ++at) {
        Result<CompiledValue> item = compile_node(list[at], depth + 1);
        if (!item) {
            return fail(item.error().with_context(fmt::format("[{}]", at + 1)));
        }
        is_literal = is_literal && item->is_literal();
        items.push_back(std::move(*item));
    }
    return is_literal ? CompiledValue(json::value(list))
                      : CompiledValue(CompiledValue::Form(std::move(items)));
}

Result<CompiledValue> Sandbox::compile_object(const json::object& object, std::size_t depth) {
    CompiledValue::Members members;
    bool is_literal = true;
    for (const auto& member : object) {
        Result<CompiledValue> item = compile_node(member.value(), depth + 1);
        if (!item) {
            return fail(item.error().with_context(std::string_view(member.key())));
        }
        is_literal = is_literal && item->is_literal();
        members.emplace_back(std::string(member.key()), std::move(*item));
    }
    return is_literal ? CompiledValue(json::value(object))
                      : CompiledValue(CompiledValue::Form(std::move(members)));
}

Status Sandbox::run(const CompiledExpression& expression, const Scope& scope) {
    if (machine_->start(expression.reference_, expression.needs_counting_, scope)) {
        return {};
    }
    return fail_evaluation(expression.text_, machine_->failure());
}

Result<json::value> Sandbox::evaluate(const CompiledExpression& expression, const Scope& scope) {
    if (const Status ran = run(expression, scope); !ran) {
        return fail(ran.error());
    }
    Result<json::value> value = to_json(machine_->lua(), -1);
    machine_->finish();
    return value;
}

Result<bool> Sandbox::holds(const CompiledExpression& expression, const Scope& scope) {
    if (const Status ran = run(expression, scope); !ran) {
        return fail(ran.error());
    }
    lua_State* lua = machine_->lua();
    const bool is_boolean = lua_isboolean(lua, -1);
    const bool holds = lua_toboolean(lua, -1) != 0;
    const std::string_view kind = kind_name(lua, -1);
    machine_->finish();
    if (!is_boolean) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("a condition must be true or false, this one is {}{}",
                                kind == "null" ? "" : "a ",
                                kind));
    }
    return holds;
}

Result<std::string> Sandbox::render(const CompiledTemplate& text, const Scope& scope) {
    if (text.is_literal()) {
        return text.text_;
    }
    std::string out;
    for (const CompiledTemplate::Part& part : text.parts_) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            out += *literal;
            continue;
        }
        const auto& expression = std::get<CompiledExpression>(part);
        Status done = run(expression, scope);
        if (done) {
            done = append_text(machine_->lua(), -1, out);
            machine_->finish();
        }
        if (done && out.size() > machine_->limits().memory_bytes) {
            done = fail(ErrorCode::busy, "the text becomes too long");
        }
        if (!done) {
            return fail(in_template(done.error(), expression.text()));
        }
    }
    return out;
}

Result<json::value> Sandbox::render_value(const CompiledTemplate& text, const Scope& scope) {
    if (text.parts_.size() == 1 && std::holds_alternative<CompiledExpression>(text.parts_[0])) {
        const auto& expression = std::get<CompiledExpression>(text.parts_[0]);
        Result<json::value> value = evaluate(expression, scope);
        if (!value) {
            return fail(in_template(value.error(), expression.text()));
        }
        return value;
    }
    Result<std::string> rendered = render(text, scope);
    if (!rendered) {
        return fail(rendered.error());
    }
    return json::value(std::string_view(*rendered));
}

Result<json::value> Sandbox::render_value(const CompiledValue& tree, const Scope& scope) {
    if (tree.is_literal()) {
        return tree.literal_;
    }
    if (const auto* text = std::get_if<CompiledTemplate>(&tree.form_)) {
        return render_value(*text, scope);
    }
    if (const auto* items = std::get_if<CompiledValue::List>(&tree.form_)) {
        json::array list;
        for (const CompiledValue& compiled : *items) {
            Result<json::value> item = render_value(compiled, scope);
            if (!item) {
                return fail(item.error().with_context(fmt::format("[{}]", list.size() + 1)));
            }
            list.push_back(std::move(*item));
        }
        return json::value(std::move(list));
    }
    json::object object;
    for (const auto& [name, member] : std::get<CompiledValue::Members>(tree.form_)) {
        Result<json::value> value = render_value(member, scope);
        if (!value) {
            return fail(value.error().with_context(name));
        }
        object.emplace(name, std::move(*value));
    }
    return json::value(std::move(object));
}

}  // namespace aifp::expression
