#pragma once
// Rule text -> pack, for tests: a small pack of declarations before the sentence under test.

#include <algorithm>
#include <string>

#include "compiler/driver/load.h"

namespace clausal {

inline LoadedPack compiled(const std::string& text) { return load_texts({{"test.clausal", text}}); }

inline std::string declarations_zh() {
    return "规则包 测试 版本 1.0.0，时区 Asia/Shanghai，币种 CNY。\n"
           "主体 客户。\n"
           "事件 报价邮件（客户，邮件号 文本）。\n"
           "事件 打开报价邮件（客户，邮件号 文本）。\n"
           "事件 消费（客户，金额 钱 CNY，件数 整数，重量 数 千克，等级 低<中<高，渠道 线上|门店）。\n"
           "事件 官网访问（客户，停留时长 时长）。\n"
           "事件 日报（客户，稼动率 百分比）。\n"
           "动作 提醒（客户）。\n";
}

inline std::string declarations_en() {
    return "pack test version 1.0.0, time zone Asia/Shanghai, currency CNY.\n"
           "subject customer.\n"
           "event quote email (customer, mail id text).\n"
           "event quote email opened (customer, mail id text).\n"
           "event purchase (customer, amount money CNY, pieces integer, weight number in kg, grade low<medium<high, channel online|shop).\n"
           "event website visit (customer, stay duration).\n"
           "event daily report (customer, utilisation percent).\n"
           "action reminder (customer).\n";
}

inline LoadedPack rule_zh(const std::string& rule) {
    return compiled(declarations_zh() + rule + "\n");
}
inline LoadedPack rule_en(const std::string& rule) {
    return compiled(declarations_en() + rule + "\n");
}

// The finding of a kind, nullptr when there is none.
inline const Diagnostic* finding(const LoadedPack& pack, Kind kind) {
    for (const Diagnostic& one : pack.sink.all()) {
        if (one.kind == kind) return &one;
    }
    return nullptr;
}

inline std::string text_at(const LoadedPack& pack, Span span) {
    return std::string(pack.sources.text(span));
}

// All findings as text, for the message of a failed check.
inline std::string findings(const LoadedPack& pack) {
    return render_text(pack.sink.sorted(), pack.sources, Language::english, false);
}

inline const core::Node* node_of(const LoadedPack& pack, core::NodeKind kind) {
    if (!pack.core) return nullptr;
    for (const core::Node& node : pack.core->nodes) {
        if (node.kind == kind) return &node;
    }
    return nullptr;
}

}  // namespace clausal
