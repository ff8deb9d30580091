#include "bench/generate.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace clausal::bench {
namespace {

// splitmix64: small, fast, and the same everywhere (std distributions are not).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    std::int64_t below(std::int64_t bound) {  // [0, bound)
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
    }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + below(high - low + 1);
    }
    bool percent(std::int64_t chance) { return below(100) < chance; }
    bool permille(std::int64_t chance) { return below(1000) < chance; }

private:
    std::uint64_t state_;
};

struct Row {
    Microseconds time;
    std::uint32_t subject;
    std::uint32_t tie;  // order of events of one instant
    std::int64_t value;
};

constexpr Microseconds kStart = 1'767'196'800LL * kSecond;  // 2026-01-01 00:00 in Asia/Shanghai
constexpr std::int64_t kDeadlineHours = 72;
constexpr std::int64_t kMailIds = 4096;
// Events of one customer and one region in 60 days when all their groups are active (measured).
constexpr double kFullRate = 118.0 / 60.0;

class Generator {
public:
    explicit Generator(const GenerateOptions& options)
        : options_(options), random_(options.seed), end_(kStart + options.days * kDay) {
        const double full = kFullRate * options.days * options.subjects;
        active_ = std::clamp<std::int64_t>(
            static_cast<std::int64_t>(1000.0 * static_cast<double>(options.events) / full), 1,
            1000);
    }

    void run() {
        for (std::uint32_t s = 0; s < options_.subjects; ++s) {
            if (random_.permille(active_)) mails(s);
            if (random_.permille(active_)) complaints(s);
            if (random_.permille(active_)) enquiries(s);
            if (random_.permille(active_)) reports(s);
            if (random_.permille(active_)) region(s);
        }
    }
    std::vector<Row> rows[kEventTypes];

private:
    Microseconds moment(Microseconds low, Microseconds high) {  // whole seconds: ties happen
        return low + random_.below((high - low) / kSecond + 1) * kSecond;
    }
    Microseconds gap(Microseconds mean) { return moment(kSecond, 2 * mean); }
    void add(Event type, Microseconds time, std::uint32_t subject, std::int64_t value = kMissing) {
        if (time < kStart || time >= end_) return;
        rows[type].push_back({time, subject, static_cast<std::uint32_t>(random_.next()), value});
    }
    void visit(std::uint32_t s, Microseconds time) {
        std::int64_t stay = random_.between(1, 60) * kSecond;
        if (random_.percent(3)) stay = 15 * kSecond;
        if (random_.percent(1)) stay = kMissing;
        add(kWebsiteVisit, time, s, stay);
    }
    void mails(std::uint32_t s) {
        const std::int64_t opens = random_.between(20, 90);
        const Microseconds pace = random_.percent(20) ? kDay : 5 * kDay;
        std::int64_t id = random_.below(kMailIds);
        for (Microseconds t = kStart + gap(pace); t < end_; t += gap(pace)) {
            if (!random_.percent(1)) id = (id + 1) % kMailIds;  // one in a hundred repeats an id
            add(kQuoteEmail, t, s, random_.permille(3) ? kMissing : id);
            const Microseconds deadline = t + kDeadlineHours * kHour;
            if (random_.percent(opens)) {
                Microseconds opened = moment(t, deadline);
                if (random_.percent(5)) opened = deadline;
                if (random_.percent(3)) opened = deadline + 1;
                if (random_.percent(3)) opened = t;
                add(kQuoteEmailOpened, opened, s, random_.permille(3) ? kMissing : id);
            }
            if (random_.percent(4)) visit(s, deadline);
            if (random_.percent(3)) visit(s, deadline - 7 * kDay);
        }
        for (Microseconds t = kStart + gap(5 * kDay); t < end_; t += gap(5 * kDay)) visit(s, t);
    }
    void complaints(std::uint32_t s) {
        for (Microseconds t = kStart + gap(14 * kDay); t < end_; t += gap(14 * kDay)) {
            add(kComplaint, t, s);
            if (!random_.percent(20)) continue;
            for (std::int64_t left = random_.between(3, 8); left > 0; --left) {
                Microseconds more = moment(t, t + 7 * kDay);
                if (random_.percent(8)) more = t + 7 * kDay;
                if (random_.percent(3)) more = t + 7 * kDay - 1;
                if (random_.percent(6)) more = t;
                add(kComplaint, more, s);
            }
        }
    }
    void enquiries(std::uint32_t s) {
        for (Microseconds t = kStart + gap(7 * kDay); t < end_; t += gap(7 * kDay)) {
            add(kEnquiry, t, s);
            if (!random_.percent(80)) continue;
            Microseconds upload = moment(t, t + 2 * kHour + 20 * kMinute);
            if (random_.percent(5)) upload = t + 2 * kHour;
            if (random_.percent(3)) upload = t + 2 * kHour + 1;
            if (random_.percent(4)) upload = t;
            add(kUpload, upload, s);
        }
    }
    void reports(std::uint32_t s) {
        bool low = false;
        bool deep = false;
        for (Microseconds day = kStart; day < end_; day += kDay) {
            if (random_.percent(low ? 12 : 4)) {
                low = !low;
                deep = low && random_.percent(15);
            }
            if (random_.percent(6)) continue;  // a day without data
            for (std::int64_t left = random_.percent(8) ? 2 : 1; left > 0; --left) {
                Microseconds t = moment(day + 20 * kHour, day + kDay - kSecond);
                if (random_.percent(2)) t = day;             // midnight
                if (random_.percent(1)) t = day + kDay - 1;  // the last microsecond of the day
                std::int64_t permille = low ? random_.between(520, 660) : random_.between(640, 950);
                if (deep) permille = random_.between(380, 560);
                if (random_.percent(2)) permille = 650;
                add(kLineReport, t, s, random_.permille(5) ? kMissing : permille * 1000);
            }
        }
    }
    void region(std::uint32_t s) {
        for (Microseconds t = kStart + gap(25 * kDay); t < end_; t += gap(25 * kDay)) {
            add(kPolicyDocument, t, s);
            if (random_.percent(10)) add(kLogisticsDelay, t + 3 * kDay, s);
            if (random_.percent(5)) add(kLogisticsDelay, t + 3 * kDay - 1, s);
            if (random_.percent(10)) add(kLogisticsDelay, t + 30 * kDay, s);
            if (random_.percent(5)) add(kLogisticsDelay, t + 30 * kDay + 1, s);
        }
        for (Microseconds t = kStart + gap(12 * kDay); t < end_; t += gap(12 * kDay)) {
            add(kLogisticsDelay, t, s);
        }
    }

    GenerateOptions options_;
    Random random_;
    Microseconds end_;
    std::int64_t active_ = 0;  // per mille of subjects whose group of behaviour is active
};

Type text_type() { return {TypeKind::text, 0, "", {}, false}; }

struct Place {
    Microseconds time;
    std::uint32_t tie;
    EventReference event;
};

// The common order of all types; sequence numbers are the places in it.
std::vector<Place> total_order(std::vector<Row> (&rows)[kEventTypes], std::uint64_t limit) {
    std::vector<Place> places;
    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        // Equal rows (time, subject, tie) are indistinguishable but for the value, so compare it too.
        std::sort(rows[type].begin(), rows[type].end(), [](const Row& a, const Row& b) {
            if (a.time != b.time) return a.time < b.time;
            if (a.tie != b.tie) return a.tie < b.tie;
            return a.subject != b.subject ? a.subject < b.subject : a.value < b.value;
        });
        for (std::uint32_t row = 0; row < rows[type].size(); ++row) {
            places.push_back({rows[type][row].time, rows[type][row].tie, {type, row}});
        }
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        if (a.time != b.time) return a.time < b.time;
        if (a.tie != b.tie) return a.tie < b.tie;
        return a.event.type != b.event.type ? a.event.type < b.event.type
                                            : a.event.row < b.event.row;
    });
    if (places.size() > limit) places.resize(limit);
    return places;
}

std::string time_text(Microseconds time) {
    const std::int64_t day = time / kDay;
    // Civil date from days (proleptic Gregorian), all dates here are after 1970.
    const std::int64_t z = day + 719468;
    const std::int64_t era = z / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    const std::int64_t rest = time % kDay;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", year, month,
        doy - (153 * mp + 2) / 5 + 1, rest / kHour, rest / kMinute % 60, rest / kSecond % 60,
        rest % kSecond);
}

}  // namespace

Schema bench_schema() {
    Schema schema;
    schema.pack = "benchmark";
    schema.version = "1.0.0";
    schema.zone = "Asia/Shanghai";
    schema.subjects = {{"customer", {"customer"}, {}, kNone}, {"region", {"region"}, {}, kNone}};
    const Type duration{TypeKind::duration, 0, "", {}, false};
    const Type percent{TypeKind::percent, 6, "", {}, false};
    const auto add = [&](const char* name, Subject subject, std::vector<Field> more) {
        EventType type;
        type.name = name;
        type.fields.push_back({subject == kCustomer ? "customer" : "region", text_type()});
        for (Field& field : more) type.fields.push_back(std::move(field));
        type.subjects.push_back({subject, "", {0}});
        schema.events.push_back(std::move(type));
    };
    add("quote email", kCustomer, {{"mail id", text_type()}});
    add("quote email opened", kCustomer, {{"mail id", text_type()}});
    add("website visit", kCustomer, {{"stay", duration}});
    add("complaint", kCustomer, {});
    add("enquiry", kCustomer, {});
    add("upload", kCustomer, {});
    add("line report", kCustomer, {{"utilisation", percent}});
    add("policy document", kRegion, {});
    add("logistics delay", kRegion, {});
    return schema;
}

EventData generate(const GenerateOptions& options) {
    Generator generator(options);
    generator.run();
    const std::vector<Place> places = total_order(generator.rows, options.events);

    EventData data;
    data.subjects.resize(2);
    data.tables.resize(kEventTypes);
    // Key texts first: text id of a customer = its dense id, of a region = subjects + its dense id.
    for (std::uint32_t kind = 0; kind < 2; ++kind) {
        for (std::uint32_t s = 0; s < options.subjects; ++s) {
            const std::int64_t id =
                data.dictionary.intern(fmt::format("{}{:06}", kind == kCustomer ? 'C' : 'R', s));
            data.subjects[kind].intern({id});
        }
    }
    std::vector<std::int64_t> mail_ids;
    for (std::int64_t id = 0; id < kMailIds; ++id) {
        mail_ids.push_back(data.dictionary.intern(fmt::format("Q{:04}", id)));
    }

    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        const bool has_value = type <= kWebsiteVisit || type == kLineReport;
        data.tables[type].columns.resize(has_value ? 2 : 1);
        data.tables[type].subjects.resize(1);
    }
    data.order.reserve(places.size());
    data.rows_in_order = true;
    for (const Place& place : places) {
        EventTable& table = data.tables[place.event.type];
        const Row& row = generator.rows[place.event.type][place.event.row];
        const bool region = place.event.type >= kPolicyDocument;
        table.time.push_back(row.time);
        table.sequence.push_back(data.order.size());
        table.subjects[0].push_back(row.subject);
        table.columns[0].push_back(row.subject + (region ? options.subjects : 0));
        if (table.columns.size() > 1) {
            const bool text = place.event.type <= kQuoteEmailOpened && row.value != kMissing;
            table.columns[1].push_back(
                text ? mail_ids[static_cast<std::size_t>(row.value)] : row.value);
        }
        data.order.push_back({place.event.type, static_cast<std::uint32_t>(table.time.size() - 1)});
    }
    return data;
}

bool write_csv(const EventData& data, const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return false;
    const Schema schema = bench_schema();
    std::fputs("event,time,subject,mail,stay,utilisation\n", file);
    for (const EventReference& event : data.order) {
        const EventTable& table = data.tables[event.type];
        const std::int64_t value =
            table.columns.size() > 1 ? table.columns[1][event.row] : kMissing;
        std::string mail;
        std::string stay;
        std::string utilisation;
        if (value != kMissing) {
            if (event.type <= kQuoteEmailOpened) mail = data.dictionary.text(value);
            if (event.type == kWebsiteVisit) stay = fmt::format("{}", value / kSecond);
            if (event.type == kLineReport) {
                utilisation = fmt::format("{}.{}%", value / 10'000, value / 1'000 % 10);
            }
        }
        const std::string line = fmt::format("{},{},{},{},{},{}\n", schema.events[event.type].name,
            time_text(table.time[event.row]), data.dictionary.text(table.columns[0][event.row]),
            mail, stay, utilisation);
        std::fputs(line.c_str(), file);
    }
    return std::fclose(file) == 0;
}

}  // namespace clausal::bench
