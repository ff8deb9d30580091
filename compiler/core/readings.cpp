#include "compiler/core/readings.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/core/bounds.h"
#include "compiler/core/node_words.h"
#include "compiler/core/reading_words.h"
#include "runtime/calendar/calendar.h"

namespace clausal::core {
namespace {

class Reader : private ReadingWords {
public:
    explicit Reader(const CorePack& pack) : ReadingWords(pack) {}

    std::vector<ReadingLine> run() {
        for (const Rule& r : pack_.rules) rule(r);
        return std::move(lines_);
    }

private:
    void say(Span span, std::string english, std::string chinese) {
        lines_.push_back({rule_->id, span, std::move(english), std::move(chinese)});
    }

    static const char* article(const std::string& noun) {
        const bool vowel =
            !noun.empty() && std::string_view("aeiouAEIOU").find(noun[0]) != noun.npos;
        return vowel ? "an" : "a";
    }

    // The subject of a rule, with the roles in which its events name it.
    Words subject_in_roles(const Rule& r) const {
        const std::string& subject = pack_.schema.subjects[r.subject].name;
        std::vector<std::string> roles;
        for (const NodeId id : reachable(pack_, r)) {
            const Node& n = pack_[id];
            if (n.kind != NodeKind::event || n.reference == kNone) continue;
            const std::string& role = pack_.schema.events[n.event].subjects[n.reference].role;
            if (!role.empty() && std::find(roles.begin(), roles.end(), role) == roles.end())
                roles.push_back(role);
        }
        Words out{subject, subject};
        for (const std::string& role : roles) {
            out.english += (&role == &roles.front() ? " as " : " and as ") + role;
            out.chinese += (&role == &roles.front() ? "（作为 " : "、") + role;
        }
        if (!roles.empty()) out.chinese += "）";
        return out;
    }

    void rule(const Rule& r) {
        rule_ = &r;
        about(r.subject);
        plain_ = read_at_the_step(pack_, r);
        const Words subject = subject_in_roles(r);
        if (sort_of(pack_[r.condition].kind) == Sort::occurrence) {
            const Words anchor = name(r.condition);
            say(r.span,
                fmt::format("evaluated for each {}; fires at each occurrence: {}", subject.english,
                    anchor.english),
                fmt::format("对每个 {} 判断；每次发生都触发：{}", subject.chinese, anchor.chinese));
        } else {
            say(r.span,
                fmt::format(
                    "evaluated for each {}; fires when the condition becomes true, and again only after it was false",
                    subject.english),
                fmt::format("对每个 {} 判断；条件变为真时触发一次，变为假之后才会再次触发",
                    subject.chinese));
        }
        in_full(r);
        for (const NodeId id : reachable(pack_, r)) node(id);
        lengths_in_days(r);
        ties(r);
        limit(r);
        validity(r);
        bound(r);
    }

    // The condition and the values of the actions with every option; what follows explains them.
    void in_full(const Rule& r) {
        const Words condition = NodeWords(pack_, r.subject).whole(r.condition);
        const bool occurs = sort_of(pack_[r.condition].kind) == Sort::occurrence;
        if (!occurs || name(r.condition).chinese != condition.chinese)
            say(r.span, "in full: " + condition.english, "完整条件：" + condition.chinese);
        for (const ActionCall& call : r.actions) {
            const ActionType& action = pack_.schema.actions[call.action];
            Words values;
            for (std::size_t i = 0; i < call.values.size() && i < action.fields.size(); ++i) {
                // The subject itself needs no word.
                if (call.values[i] == kNone || pack_[call.values[i]].kind == NodeKind::key_part)
                    continue;
                const Words value =
                    NodeWords(pack_, r.subject)
                        .value(call.values[i], {occurs ? r.condition : kNone, kNone});
                values.english += (values.english.empty() ? "" : ", ") + action.fields[i].name +
                                  " = " + value.english;
                values.chinese += (values.chinese.empty() ? "" : "，") + action.fields[i].name +
                                  " = " + value.chinese;
            }
            if (!values.english.empty())
                say(r.span, fmt::format("{} has {}", action.name, values.english),
                    fmt::format("{} 的取值：{}", action.name, values.chinese));
        }
    }

    static bool by_working_time(const Node& n) {
        return n.count > 0 && n.calendar != kNone &&
               (n.kind == NodeKind::absence_after || n.kind == NodeKind::sequence);
    }

    // Lengths that were said in days.
    void lengths_in_days(const Rule& r) {
        const auto in_days = [](Microseconds length) {
            return length != kForever && length >= 4 * kDay && length % kDay == 0;
        };
        bool some = in_days(r.limit.length);
        for (const NodeId id : reachable(pack_, r)) {
            const Node& n = pack_[id];
            if (by_working_time(n)) continue;  // its bound is that of a calendar
            some = some || in_days(n.low) || in_days(n.high) || in_days(n.window.length) ||
                   in_days(n.window.offset);
        }
        if (some)
            say(r.span, "a day as a length is exactly 24 hours, also when clocks are set",
                "作为时长的 1 天恰好是 24 小时，与拨钟无关");
    }

    // Events of one instant come in the order of their sources (SEMANTICS 3).
    void ties(const Rule& r) {
        std::vector<std::pair<std::int32_t, std::uint32_t>> ranked;
        for (const NodeId id : reachable(pack_, r)) {
            const Node& n = pack_[id];
            if (n.kind != NodeKind::event) continue;
            for (const SourceSpec& source : pack_.schema.sources) {
                for (const SourceEvent& event : source.events) {
                    if (event.event == n.event) ranked.emplace_back(source.rank, n.event);
                }
            }
        }
        std::sort(ranked.begin(), ranked.end());
        ranked.erase(std::unique(ranked.begin(), ranked.end()), ranked.end());
        if (ranked.size() < 2) return;
        const bool one_source = ranked.front().first == ranked.back().first;
        std::string names;
        std::string names_zh;
        for (std::size_t i = 0; i < ranked.size(); ++i) {
            const std::string& name = pack_.schema.events[ranked[i].second].name;
            const bool same = i > 0 && ranked[i].first == ranked[i - 1].first;
            names += (i == 0 ? "" : same ? ", " : " before ") + name;
            names_zh += (i == 0 ? "" : same ? "、" : " 先于 ") + name;
        }
        if (one_source) {
            say(r.span,
                "events of one instant: in the order of the rows of their file (" + names + ")",
                "同一时刻的事件：按文件中的行序（" + names_zh + "）");
        } else {
            say(r.span, "events of one instant: " + names + ", within one file by row",
                "同一时刻的事件：" + names_zh + "，同一文件内按行序");
        }
    }

    void limit(const Rule& r) {
        if (r.limit.count == 0) return;
        if (r.limit.length > 0) {
            say(r.span,
                fmt::format(
                    "at most {} per {} and subject, over the last {}; exactly {} later is allowed again",
                    r.limit.count, duration_words(r.limit.length, false),
                    duration_words(r.limit.length, false), duration_words(r.limit.length, false)),
                fmt::format("每个主体在最近 {} 内最多 {} 次；恰好 {} 之后允许再次触发",
                    duration_words(r.limit.length, true), r.limit.count,
                    duration_words(r.limit.length, true)));
        } else {
            const UnitWords& unit = unit_words(r.limit.unit);
            say(r.span,
                fmt::format("at most {} per calendar {} of zone {}", r.limit.count, unit.english,
                    pack_.schema.zone),
                fmt::format("按时区 {} 的日历，每{}最多 {} 次", pack_.schema.zone, unit.chinese,
                    r.limit.count));
        }
    }

    void bound(const Rule& r) {
        Bound worst = bound_of(pack_, r.condition);
        for (const ActionCall& call : r.actions) {
            for (const NodeId value : call.values) {
                if (value == kNone) continue;
                const Bound other = bound_of(pack_, value);
                if (other.kind > worst.kind ||
                    (other.kind == worst.kind && other.length > worst.length))
                    worst = other;
            }
        }
        switch (worst.kind) {
        case BoundClass::constant:
            say(r.span, "memory per subject: constant", "每个主体所需的记忆：固定");
            break;
        case BoundClass::by_rate: memory(r, worst.length); break;
        case BoundClass::unbounded:
            say(r.span, "memory per subject: without bound", "每个主体所需的记忆：没有上限");
            break;
        }
    }

    void memory(const Rule& r, Microseconds length) {
        const std::vector<NodeId> nodes = reachable(pack_, r);
        const bool working = std::any_of(nodes.begin(), nodes.end(),
            [&](NodeId id) { return by_working_time(pack_[id]) && pack_[id].high == length; });
        say(r.span,
            fmt::format("memory per subject: at most its events within {}{}",
                duration_words(length, false),
                working ? ", the longest that its working time may take" : ""),
            fmt::format("每个主体所需的记忆：至多它在 {} 内的事件{}", duration_words(length, true),
                working ? "（其工作时间最长可能跨越这么久）" : ""));
    }

    void node(NodeId id) {
        const Node& n = pack_[id];
        const Span span = pack_.spans[id];
        switch (n.kind) {
        case NodeKind::absence_after: absence_after(n, span); break;
        case NodeKind::absence_before: {
            const Words event = name(n.inputs[0]);
            Words absent = name(n.inputs[1]);
            const Words same = same_fields(n.correlation, n.inputs[0]);
            absent.english += same.english;
            absent.chinese = same.chinese + absent.chinese;
            if (n.high == kForever) {
                const std::string gap = n.low > 0 ? duration_words(n.low, false) : "";
                const std::string gap_zh = n.low > 0 ? duration_words(n.low, true) : "";
                say(span,
                    fmt::format("decided at {}: no {} {}before it, however long ago", event.english,
                        absent.english,
                        n.low > 0 ? "at least " + gap + " (exactly that counts) " : ""),
                    fmt::format("在 {} 发生时判定：此前{}没有 {}，多久以前都算", event.chinese,
                        n.low > 0 ? "至少 " + gap_zh + "（恰好也算）" : "", absent.chinese));
            } else {
                say(span,
                    fmt::format(
                        "decided at {}: no {} in the earlier steps of the {} before it, exactly {} before included",
                        event.english, absent.english, duration_words(n.high, false),
                        exact_length(n.high, false)),
                    fmt::format("在 {} 发生时判定：之前 {} 内（含恰好 {}）没有 {}", event.chinese,
                        duration_words(n.high, true), exact_length(n.high, true), absent.chinese));
            }
            break;
        }
        case NodeKind::sequence: sequence(n, span); break;
        case NodeKind::streak: {
            const Words of = name(n.inputs[0]);
            const Words base = base_of(n.inputs[0]);
            if (n.inputs.size() > 1 && n.inputs[1] != kNone) {
                const Words breaking = name(n.inputs[1]);
                say(span,
                    fmt::format(
                        "{} in a row: {} {} with no {} in between; {} {} breaks the run, other events do not",
                        n.count, n.count, of.english, breaking.english, article(breaking.english),
                        breaking.english),
                    fmt::format("连续 {} 次：{} 次「{}」之间没有 {}；{} 会打断，其他事件不会",
                        n.count, n.count, of.chinese, breaking.chinese, breaking.chinese));
                break;
            }
            say(span,
                fmt::format(
                    "{} in a row: the last {} decided {} in their own order; another {} in between breaks the run, other events do not",
                    n.count, n.count, of.english, base.english),
                fmt::format(
                    "连续 {} 次：按 {} 自身的先后，最近 {} 次已判定的都是「{}」；其间不符合的 {} 会打断，其他事件不会",
                    n.count, base.chinese, n.count, of.chinese, base.chinese));
            break;
        }
        case NodeKind::consecutive: consecutive(n, span); break;
        case NodeKind::known_for: {
            const std::string& subject = pack_.schema.subjects[rule_->subject].name;
            say(span,
                fmt::format("{} known for {}: from its first event on, holds from exactly {}",
                    subject, duration_words(n.high, false), exact_length(n.high, false)),
                fmt::format("{} 已有 {} 历史：从它的第一个事件算起，满 {} 即成立", subject,
                    duration_words(n.high, true), exact_length(n.high, true)));
            break;
        }
        case NodeKind::hold:
            say(span,
                fmt::format("for {}: true throughout, decided when {} are full",
                    duration_words(n.high, false), exact_length(n.high, false)),
                fmt::format("持续 {}：其间一直为真，满 {} 时判定", duration_words(n.high, true),
                    exact_length(n.high, true)));
            break;
        case NodeKind::silence: {
            const Words of = name(n.inputs[0]);
            say(span,
                fmt::format(
                    "no {} for {}: counts from the later of its last one and the subject's first event; holds from exactly {}",
                    of.english, duration_words(n.high, false), exact_length(n.high, false)),
                fmt::format(
                    "{} 没有 {}：从最近一次或该主体的第一个事件（取较晚者）算起，满 {} 即成立",
                    duration_words(n.high, true), of.chinese, exact_length(n.high, true)));
            break;
        }
        case NodeKind::latest: {
            const Words of = name(n.inputs[0]);
            if (n.before) {
                say(span, fmt::format("of the {} before this step", of.english),
                    fmt::format("取这一步之前的上一次 {}", of.chinese));
            } else if (n.window.kind == Window::Kind::all && !plain_[id]) {
                say(span, fmt::format("of the latest {} before this step, however old", of.english),
                    fmt::format("取这一步之前最近一次 {}，无论多久以前", of.chinese));
            } else if (n.window.kind == Window::Kind::all) {
                say(span, fmt::format("of the latest {}, however old", of.english),
                    fmt::format("取最近一次 {}，无论多久以前", of.chinese));
            } else {
                const Words w = window(n.window, !plain_[id]);
                const bool since = n.window.kind == Window::Kind::since;
                say(span,
                    fmt::format("of the latest {} {}{}", of.english, since ? "" : "in ", w.english),
                    fmt::format("取最近一次 {}，范围：{}", of.chinese, w.chinese));
            }
            break;
        }
        case NodeKind::aggregate: {
            const Words of = name(n.inputs[0]);
            const Words w = window(n.window, !plain_[id]);
            if (n.aggregate == AggregateOp::keys) break;  // said where it is made
            const bool since =
                n.window.kind == Window::Kind::all || n.window.kind == Window::Kind::since;
            say(span, fmt::format("over {} {}{}", of.english, since ? "" : "in ", w.english),
                fmt::format("统计 {}，范围：{}", of.chinese, w.chinese));
            break;
        }
        case NodeKind::exists_around: {
            const Words of = name(n.inputs[0]);
            say(span,
                fmt::format(
                    "some {} from {} before that moment up to it, both ends included, known by now",
                    of.english, exact_length(n.high, false)),
                fmt::format("在那一时刻之前 {} 至那一时刻之间（两端都算）、且此刻已知的 {}",
                    exact_length(n.high, true), of.chinese));
            break;
        }
        case NodeKind::daily: daily(id, span); break;
        case NodeKind::rise:
            say(span, "fires at the step at which it becomes true", "在变为真的那一步发生");
            break;
        case NodeKind::shift:
            if (n.window.kind != Window::Kind::all) {
                say(span,
                    fmt::format(
                        "against mean and deviation of the {} of the {} before it, at least 8 of them; fewer are unknown",
                        unit_words(n.window.unit).plural, duration_words(n.high, false)),
                    fmt::format("与其前 {} 内至少 8 个{}的平均和标准差相比；不足 8 个为未知",
                        duration_words(n.high, true), unit_words(n.window.unit).chinese));
                break;
            }
            say(span,
                fmt::format(
                    "against mean and deviation of the values in the {} before, at least 8 of them; fewer are unknown",
                    duration_words(n.high, false)),
                fmt::format("与之前 {} 内至少 8 个值的平均和标准差相比；不足 8 个为未知",
                    duration_words(n.high, true)));
            break;
        case NodeKind::cluster:
            say(span,
                fmt::format(
                    "the count of the last {} against the rate of the {} before it, probability at most {}",
                    duration_words(n.low, false), duration_words(n.high, false),
                    to_string(n.deviations)),
                fmt::format("最近 {} 的次数与此前 {} 的频率相比，概率不超过 {}",
                    duration_words(n.low, true), duration_words(n.high, true),
                    to_string(n.deviations)));
            break;
        case NodeKind::elapsed: {
            const Words to = name(n.inputs[0]);
            say(span,
                fmt::format("time to the first later {}, {}; {}", to.english,
                    n.calendar == kNone
                        ? "elapsed time"
                        : "working time of calendar " + pack_.schema.calendars[n.calendar].name,
                    n.open ? "unfinished ones count up to now" : "unknown until it comes"),
                fmt::format("到其后第一次 {} 的用时，{}；{}", to.chinese,
                    n.calendar == kNone
                        ? "按实际时间"
                        : "按日历 " + pack_.schema.calendars[n.calendar].name + " 的工作时间",
                    n.open ? "未完成的算到此刻" : "未发生时为未知"));
            break;
        }
        default: break;
        }
    }

    void daily(NodeId id, Span span) {
        const Node& n = pack_[id];
        if (n.unit == Unit::month && n.count > 28)
            say(span, fmt::format("nothing in a month without a day {}", n.count),
                fmt::format("没有 {} 日的月份什么都不发生", n.count));
        const Words words = NodeWords(pack_, rule_->subject).occurrence(id);
        say(span, words.english + " of zone " + pack_.schema.zone,
            "时区 " + pack_.schema.zone + " 的" + words.chinese);
    }

    // When the rule is in force, and its place among the firings of one step.
    void validity(const Rule& r) {
        const auto zone = Zone::open(pack_.schema.zone);
        const auto local = [&](Microseconds t) {
            using namespace date;
            const std::int64_t day = zone ? zone->day_of(t) : t / kDay;
            Microseconds rest = t - (zone ? zone->day_start(day) : day * kDay);
            rest /= kMinute;
            const year_month_day ymd{sys_days{days{day}}};
            return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), rest / 60,
                rest % 60);
        };
        const bool from = r.from != std::numeric_limits<std::int64_t>::min();
        if (from)
            say(r.span, "in force from " + local(r.from) + " on, that instant included",
                "自 " + local(r.from) + " 起生效（含该时刻）");
        if (r.until != kForever)
            say(r.span, "in force until just before " + local(r.until),
                "到 " + local(r.until) + " 之前有效（不含该时刻）");
        if (r.priority != 0)
            say(r.span,
                fmt::format(
                    "priority {}: of the firings of one step, higher ones come first", r.priority),
                fmt::format("优先级 {}：同一步的触发中，高者在前", r.priority));
    }

    void absence_after(const Node& n, Span span) {
        const Words start = name(n.inputs[0]);
        if (n.inputs[1] == kNone && n.count > 0) {
            by_calendar(n, start, span);
            return;
        }
        if (n.inputs[1] == kNone) {
            say(span,
                fmt::format("exactly {} after each {}", exact_length(n.high, false), start.english),
                fmt::format("每次 {} 之后恰好满 {} 时", start.chinese, exact_length(n.high, true)));
            return;
        }
        Words absent = name(n.inputs[1]);
        const Words same = same_fields(n.correlation, n.inputs[1]);
        absent.english += same.english;
        absent.chinese = same.chinese + absent.chinese;
        if (!n.correlation.empty()) {
            say(span, "only " + absent.english + " counts", "只算 " + absent.chinese);
        }
        if (n.count > 0)
            by_calendar(n, start, span);
        else
            by_length(n, start, span);
        if (n.correlation.empty()) {
            say(span,
                fmt::format("one {} serves all {} still waiting", absent.english, start.english),
                fmt::format("一次 {} 可使所有还在等待的 {} 都算有", absent.chinese, start.chinese));
        }
        if (n.inputs.size() > 4 && n.inputs[4] != kNone) {
            const Words next = name(n.inputs[4]);
            say(span,
                fmt::format("decided at the next {} already, if that comes first", next.english),
                fmt::format("若下一次 {} 先到，则在那时就判定", next.chinese));
        }
        if (n.inputs.size() > 3 && n.inputs[3] != kNone) {
            Words unless = name(n.inputs[3]);
            const Words fields = same_fields(n.unless_correlation, n.inputs[3]);
            unless.english += fields.english;
            unless.chinese = fields.chinese + unless.chinese;
            say(span,
                fmt::format("{} {} before the decision releases the start: neither held nor failed",
                    article(unless.english), unless.english),
                fmt::format("判定之前出现 {} 则不再追究：既不算有也不算没有", unless.chinese));
        }
    }

    // The deadline of an absence by a length of time.
    void by_length(const Node& n, const Words& start, Span span) {
        const std::string low =
            n.low > 0 ? fmt::format("from {} ", exact_length(n.low, false)) : std::string();
        const std::string low_zh =
            n.low > 0 ? fmt::format("从满 {} 起", exact_length(n.low, true)) : std::string();
        say(span,
            fmt::format("within {}: {}up to and including {}; decided at {} after the {}",
                duration_words(n.high, false), low, exact_length(n.high, false),
                exact_length(n.high, false), start.english),
            fmt::format("{} 内：{}含恰好 {}；在 {} 之后满 {} 时判定", duration_words(n.high, true),
                low_zh, exact_length(n.high, true), start.chinese, exact_length(n.high, true)));
    }

    // The deadline of an absence by a calendar.
    void by_calendar(const Node& n, const Words& start, Span span) {
        const std::string& calendar = pack_.schema.calendars[n.calendar].name;
        if (n.unit == Unit::working_day) {
            say(span,
                fmt::format(
                    "decided at the end of the day (24:00) of working day number {} of calendar {} after the day of the {}",
                    n.count, calendar, start.english),
                fmt::format("在 {} 当天之后、日历 {} 的第 {} 个工作日结束时（24:00）判定",
                    start.chinese, calendar, n.count));
        } else {
            say(span,
                fmt::format(
                    "decided once {} of the working time of calendar {} have passed since the {}",
                    duration_words(n.count, false), calendar, start.english),
                fmt::format("自 {} 起、按日历 {} 的工作时间满 {} 时判定", start.chinese, calendar,
                    duration_words(n.count, true)));
        }
    }

    void sequence(const Node& n, Span span) {
        const Words first = name(n.inputs[0]);
        Words second = name(n.inputs[1]);
        const Words fields = same_fields(n.correlation, n.inputs[1]);
        second.english += fields.english;
        second.chinese = fields.chinese + second.chinese;
        if (n.inputs.size() > 3 && n.inputs[3] != kNone) {
            const Words without = name(n.inputs[3]);
            say(span, fmt::format("only if no {} comes in between", without.english),
                fmt::format("只在其间没有 {} 时", without.chinese));
        }
        const bool same = !n.correlation.empty();
        const char* pick = n.pick == Pick::any          ? "at each"
                           : n.pick == Pick::first_only ? "only at the first"
                           : same                       ? "only at the very next with equal fields"
                                                        : "only at the very next";
        const char* pick_zh = n.pick == Pick::any          ? "每一次"
                              : n.pick == Pick::first_only ? "只在首次"
                              : same                       ? "只在字段相同的紧接着那次"
                                                           : "只在紧接着的那次";
        if (n.count > 0) {
            const std::string& calendar = pack_.schema.calendars[n.calendar].name;
            if (n.unit != Unit::working_day) {
                say(span,
                    fmt::format(
                        "occurs {} {} before more than {} of the working time of calendar {} have passed since the {}",
                        pick, second.english, duration_words(n.count, false), calendar,
                        first.english),
                    fmt::format("{} {} 发生，自 {} 起按日历 {} 的工作时间不超过 {}", pick_zh,
                        second.chinese, first.chinese, calendar, duration_words(n.count, true)));
                return;
            }
            say(span,
                fmt::format(
                    "occurs {} {} at the latest on working day number {} of calendar {} after the day of the {}",
                    pick, second.english, n.count, calendar, first.english),
                fmt::format("{} {} 发生，最迟在 {} 当天之后、日历 {} 的第 {} 个工作日", pick_zh,
                    second.chinese, first.chinese, calendar, n.count));
            return;
        }
        if (n.high == kForever) {
            say(span,
                fmt::format("occurs {} {} that has an earlier {}{}, however long ago", pick,
                    second.english, first.english,
                    n.low > 0 ? fmt::format(" at least {} before", exact_length(n.low, false))
                              : std::string()),
                fmt::format("{} {} 发生，只要此前{}有过 {}，无论多久", pick_zh, second.chinese,
                    n.low > 0 ? fmt::format("至少 {} ", exact_length(n.low, true)) : std::string(),
                    first.chinese));
            return;
        }
        say(span,
            fmt::format("occurs {} {} with {} {} from {} to {} before, both included", pick,
                second.english, article(first.english), first.english, exact_length(n.high, false),
                exact_length(n.low, false)),
            fmt::format("{} {} 发生，其前 {} 至 {}（两端都算）有 {}", pick_zh, second.chinese,
                exact_length(n.low, true), exact_length(n.high, true), first.chinese));
    }

    void consecutive(const Node& n, Span span) {
        const UnitWords& unit = unit_words(n.unit);
        const char* empty = n.mode == UnitMode::with_data ? "without data is skipped"
                                                          : "without data breaks the run";
        const char* empty_zh = n.mode == UnitMode::with_data ? "没有数据的跳过" : "没有数据的打断";
        const char* decided = n.mode == UnitMode::complete
                                  ? "decided at the end of the unit"
                                  : "decided at the first satisfying value of the last one";
        const char* decided_zh = n.mode == UnitMode::complete
                                     ? "在该单位结束时判定"
                                     : "在最后一个单位的第一个符合值时判定";
        say(span,
            fmt::format("{} calendar {} of zone {}: each has a value and none violates; one {}; {}",
                n.count, n.count == 1 ? unit.english : unit.plural, pack_.schema.zone, empty,
                decided),
            fmt::format("时区 {} 的连续 {} {}：每个都有值且没有不符合的；{}；{}", pack_.schema.zone,
                n.count, unit.chinese, empty_zh, decided_zh));
    }

    const Rule* rule_ = nullptr;
    std::vector<bool> plain_;  // by node: read as it is at the step, not before it
    std::vector<ReadingLine> lines_;
};

}  // namespace

std::vector<ReadingLine> readings(const CorePack& pack) { return Reader(pack).run(); }

}  // namespace clausal::core
