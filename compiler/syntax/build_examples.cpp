#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::example(View v) {
    std::vector<NodeId> children;
    last_when_ = kNoNode;
    const View body = v.child(Rule::exampleBody);
    if (const Token* base = body.tok(Tok::LABEL)) {
        children.push_back(leaf(NodeKind::as_example, *base));
        for (const View each : body.all(Rule::change)) {
            change(each, children);
        }
    } else {
        children.push_back(kNoNode);
        children.push_back(example_subject(body.child(Rule::exampleSubject)));
        for (const View each : body.all(Rule::exampleItem)) {
            example_item(each, children);
        }
    }
    for (const View each : v.all(Rule::expectation)) {
        expectation(each, children);
    }
    return make(NodeKind::example, v, std::move(children), v.tok(Tok::LABEL)->text);
}

NodeId Build::example_subject(View v) {
    std::vector<NodeId> children;
    for (const View part : v.child(Rule::subjectKey).all(Rule::keyPart)) {
        const Token& token = *part.first_token();
        children.push_back(leaf(NodeKind::text, token));
    }
    if (const View list = v.child(Rule::arguments)) {
        arguments(list, children);
    }
    const Token* kind = v.tok(Tok::NAME);
    return make(
        NodeKind::example_subject, v, std::move(children), kind != nullptr ? kind->text : "");
}

void Build::example_item(View v, std::vector<NodeId>& out) {
    if (v.has(Tok::LIST)) {
        out.push_back(make(NodeKind::same_list, v, {}, "", Op::plain));
        return;
    }
    const std::vector<View> events = v.all(Rule::exampleEvent);
    const View list = v.child(Rule::whenList);
    const std::vector<View> english = v.all(Rule::englishWhen);
    NodeId when = last_when_;
    if (list) {
        when = when_list(list);
    } else if (!english.empty()) {
        when = english_when(english.front());
    }
    last_when_ = when;
    for (const View each : events) {
        out.push_back(example_event(each, when));
    }
    // `("1") on …, ("2") on …`: the same event again with other values.
    const std::vector<View> more = v.all(Rule::arguments);
    for (std::size_t i = 0; i < more.size() && i + 1 < english.size(); ++i) {
        last_when_ = english_when(english[i + 1]);
        std::vector<NodeId> children = {last_when_};
        arguments(more[i], children);
        out.push_back(make(NodeKind::example_event, more[i], std::move(children),
            events.front().tok(Tok::NAME)->text, Op::plain));
    }
}

NodeId Build::example_event(View event, NodeId when) {
    std::vector<NodeId> children;
    Op op = Op::plain;
    if (when != kNoNode) {
        children.push_back(when);
        const bool is_range =
            !at(when).children.empty() && is(at(when).children.front(), NodeKind::moment_range);
        op = is_range ? Op::daily : Op::plain;
    }
    if (const View list = event.child(Rule::arguments)) {
        arguments(list, children);
    }
    return make(
        NodeKind::example_event, event, std::move(children), event.tok(Tok::NAME)->text, op);
}

NodeId Build::when_list(View v) {
    std::vector<NodeId> children;
    if (const View range = v.child(Rule::momentRange)) {
        children.push_back(make(NodeKind::moment_range, range,
            {moment(range.child(Rule::moment)), moment(range.child(Rule::moment, 1)),
                moment_of(*range.tok(Tok::CLOCK))}));
    }
    for (const View each : v.all(Rule::moment)) {
        children.push_back(moment(each));
    }
    return make(NodeKind::when_list, v, std::move(children));
}

NodeId Build::english_when(View v) {
    if (const View list = v.child(Rule::whenList)) {
        return when_list(list);
    }
    const NodeId range = make(NodeKind::moment_range, v,
        {moment(v.child(Rule::moment)), moment(v.child(Rule::moment, 1)),
            moment_of(*v.tok(Tok::CLOCK))});
    return make(NodeKind::when_list, v, {range});
}

void Build::change(View v, std::vector<NodeId>& out) {
    const Token* event = v.tok(Tok::NAME);
    const std::string text = event != nullptr ? event->text : "";
    if (v.has(Tok::PLUS)) {
        example_item(v.child(Rule::exampleItem), out);
        return;
    }
    if (v.has(Tok::MINUS)) {
        std::vector<NodeId> children;
        if (const View list = v.child(Rule::whenList)) {
            children.push_back(when_list(list));
        }
        out.push_back(make(NodeKind::minus, v, std::move(children), text));
        return;
    }
    std::vector<NodeId> children;
    if (const View list = v.child(Rule::whenList)) {
        children.push_back(when_list(list));
    }
    for (const View each : v.all(Rule::moment)) {
        children.push_back(make(NodeKind::when_list, each, {moment(each)}));
    }
    if (const View value = v.child(Rule::exampleValue)) {
        const NodeId id = example_value(value);
        const bool is_moment = is(id, NodeKind::moment);
        if (is_moment && children.empty()) {
            children.push_back(make(NodeKind::when_list, value, {id}));
        } else {
            children.push_back(is_moment ? make(NodeKind::assignment, value, {id}) : id);
        }
    }
    if (const View list = v.child(Rule::arguments)) {
        arguments(list, children);
    }
    out.push_back(make(NodeKind::change_event, v, std::move(children), text));
}

void Build::expectation(View v, std::vector<NodeId>& out) {
    if (v.has(Tok::LIST)) {
        out.push_back(make(NodeKind::same_list, v, {}, "", Op::must));
        return;
    }
    if (v.has(Tok::NOTHING) || v.has(Tok::EXPECT_NOTHING) || v.has(Tok::ACTION)) {
        out.push_back(make(NodeKind::expect, v, {}, "", Op::must_not));
        return;
    }
    NodeId when = kNoNode;
    if (const View list = v.child(Rule::whenList)) {
        when = when_list(list);
    }
    const bool no = v.has(Tok::EXPECT_NO) || v.has(Tok::NO);
    for (const View event : v.all(Rule::exampleEvent)) {
        std::vector<NodeId> children;
        if (when != kNoNode) {
            children.push_back(when);
        }
        if (const View list = event.child(Rule::arguments)) {
            arguments(list, children);
        }
        const NodeId id = make(NodeKind::expect, event, std::move(children),
            event.tok(Tok::NAME)->text, no ? Op::must_not : Op::must);
        if (const Token* count = v.tok(Tok::NUM)) {
            set_number(id, *count);
        }
        out.push_back(id);
    }
}

void Build::arguments(View v, std::vector<NodeId>& out) {
    for (const View each : v.all(Rule::argument)) {
        const NodeId value = example_value(each.child(Rule::exampleValue));
        const Token* field = each.tok(Tok::NAME);
        // A moment as a value is wrapped, so that it is not taken for the time of the event.
        if (field != nullptr || is(value, NodeKind::moment)) {
            out.push_back(
                make(NodeKind::assignment, each, {value}, field != nullptr ? field->text : ""));
        } else {
            out.push_back(value);
        }
    }
}

NodeId Build::example_value(View v) {
    if (const View time = v.child(Rule::moment)) {
        return moment(time);
    }
    if (const Token* choice = v.tok(Tok::NAME)) {
        return name(*choice);
    }
    if (const Token* word = v.tok(Tok::CELL)) {
        return text(*word);
    }
    if (const Token* word = v.tok(Tok::FREE_UNIT)) {
        return name(*word);
    }
    if (v.has(Tok::MISSING)) {
        return make(NodeKind::missing, v);
    }
    std::vector<NodeId> values;
    for (const View each : v.all(Rule::literal)) {
        values.push_back(literal(each));
    }
    if (v.has(Tok::MINUS)) {
        values.front() = make(NodeKind::negative, v, {values.front()});
    }
    return values.size() == 1 ? values.front() : make(NodeKind::items, v, std::move(values));
}

}  // namespace clausal::syntax
