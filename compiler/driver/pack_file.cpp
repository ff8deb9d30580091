#include "compiler/driver/pack_file.h"

#include <array>
#include <cstring>
#include <type_traits>

#include <openssl/sha.h>

#include "runtime/abi/context.h"

namespace clausal {
namespace {

constexpr std::string_view kMagic = "CLAUSALP";
// The machine code in a pack reads the host's structs by offset, so their version counts as well.
constexpr std::uint32_t kFormatVersion = 2U << 16U | abi::kAbiVersion;
constexpr std::size_t kMaxElements = 1U << 26;  // of any one list: beyond it the file is damaged

class Writer {
public:
    static constexpr bool kReads = false;
    std::string bytes;

    void raw(const void* data, std::size_t size) {
        bytes.append(static_cast<const char*>(data), size);
    }
    template <typename T>
    void scalar(T& value) {
        raw(&value, sizeof value);
    }
    bool size(std::size_t& count, std::size_t) {
        auto wide = static_cast<std::uint64_t>(count);
        scalar(wide);
        return true;
    }
    bool failed() const { return false; }
};

class Reader {
public:
    static constexpr bool kReads = true;
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    template <typename T>
    void scalar(T& value) {
        if (bytes_.size() < sizeof value) {
            failed_ = true;
            return;
        }
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
    }
    // Each element takes at least `least` bytes, so a length can never ask for more than the file has.
    bool size(std::size_t& count, std::size_t least) {
        std::uint64_t wide = 0;
        scalar(wide);
        if (failed_ || wide > kMaxElements || wide * least > bytes_.size()) {
            failed_ = true;
            return false;
        }
        count = static_cast<std::size_t>(wide);
        return true;
    }
    void text(std::string& value, std::size_t count) {
        value.assign(bytes_.substr(0, count));
        bytes_.remove_prefix(count);
    }
    bool failed() const { return failed_; }
    bool at_end() const { return bytes_.empty(); }

private:
    std::string_view bytes_;
    bool failed_ = false;
};

// One description per type serves both directions.
template <typename A, typename T>
    requires(std::is_integral_v<T> || std::is_same_v<T, Int128>)
void archive(A& a, T& value) {
    a.scalar(value);
}

template <typename A, typename T>
    requires std::is_enum_v<T>
void archive(A& a, T& value) {
    auto raw = static_cast<std::underlying_type_t<T>>(value);
    a.scalar(raw);
    value = static_cast<T>(raw);
}

template <typename A>
void archive(A& a, std::string& value) {
    std::size_t count = value.size();
    if (!a.size(count, 1)) return;
    if constexpr (A::kReads)
        a.text(value, count);
    else
        a.raw(value.data(), count);
}

template <typename A>
void archive(A& a, std::vector<bool>& values) {
    std::size_t count = values.size();
    if (!a.size(count, 1)) return;
    values.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint8_t bit = values[i] ? 1 : 0;
        a.scalar(bit);
        values[i] = bit != 0;
    }
}

template <typename A, typename... Parts>
void all(A& a, Parts&... parts) {
    (archive(a, parts), ...);
}

template <typename A, typename T>
void archive(A& a, std::vector<T>& values) {
    std::size_t count = values.size();
    if (!a.size(count, 1)) return;
    values.resize(count);
    for (T& value : values) {
        archive(a, value);
        if (a.failed()) return;
    }
}

template <typename A>
void archive(A& a, Decimal& v) {
    all(a, v.coefficient, v.decimals);
}
template <typename A>
void archive(A& a, Rational& v) {
    all(a, v.numerator, v.denominator);
}
template <typename A>
void archive(A& a, Type& v) {
    all(a, v.kind, v.decimals, v.unit, v.choices, v.ordered);
}
template <typename A>
void archive(A& a, Field& v) {
    all(a, v.name, v.type);
}
template <typename A>
void archive(A& a, SubjectKind& v) {
    all(a, v.name, v.keys, v.fields, v.register_source);
}
template <typename A>
void archive(A& a, SubjectReference& v) {
    all(a, v.kind, v.role, v.key_fields);
}
template <typename A>
void archive(A& a, EventType& v) {
    all(a, v.name, v.fields, v.subjects, v.is_action);
}
template <typename A>
void archive(A& a, ActionType& v) {
    all(a, v.name, v.fields);
}
template <typename A>
void archive(A& a, SourceNode& v) {
    all(a, v.kind, v.text, v.number, v.inputs);
}
template <typename A>
void archive(A& a, SourceBinding& v) {
    all(a, v.field, v.value);
}
template <typename A>
void archive(A& a, SourceEvent& v) {
    all(a, v.event, v.filter, v.bindings, v.id);
}
template <typename A>
void archive(A& a, SourceSpec& v) {
    all(a, v.format, v.file, v.separator, v.has_header, v.zone, v.missing_marks, v.nodes, v.filter,
        v.events, v.rank);
}
template <typename A>
void archive(A& a, RegisterSpec& v) {
    all(a, v.source, v.key_values, v.valid_from);
}
template <typename A>
void archive(A& a, CalendarSpec& v) {
    all(a, v.name, v.files, v.begin_minute, v.end_minute);
}
template <typename A>
void archive(A& a, Schema& v) {
    all(a, v.pack, v.version, v.zone, v.currency, v.lateness, v.subjects, v.events, v.actions,
        v.sources, v.registers, v.calendars);
}
template <typename A>
void archive(A& a, core::Window& v) {
    all(a, v.kind, v.length, v.offset, v.unit, v.since);
}
template <typename A>
void archive(A& a, core::Correlation& v) {
    all(a, v.first_slot, v.second_slot);
}
template <typename A>
void archive(A& a, core::Node& v) {
    all(a, v.kind, v.inputs, v.derived, v.type, v.derived_types, v.event, v.reference, v.rule,
        v.slot, v.frame, v.compare, v.arithmetic, v.aggregate, v.percentile, v.window, v.low,
        v.high, v.correlation, v.unless_correlation, v.pick, v.direction, v.count, v.negated,
        v.before, v.open, v.unit, v.mode, v.calendar, v.list, v.minute_of_day, v.deviations,
        v.rounding, v.round_decimals, v.truth, v.number, v.text, v.words, v.code);
}
template <typename A>
void archive(A& a, core::ActionCall& v) {
    all(a, v.action, v.values);
}
template <typename A>
void archive(A& a, core::Limit& v) {
    all(a, v.count, v.length, v.unit);
}
template <typename A>
void archive(A& a, core::Rule& v) {
    all(a, v.id, v.subject, v.condition, v.actions, v.limit, v.priority, v.from, v.until, v.purpose,
        v.version);
}
template <typename A>
void archive(A& a, core::ConstantList& v) {
    all(a, v.name, v.type, v.numbers, v.texts, v.codes);
}
template <typename A>
void archive(A& a, core::ExampleValue& v) {
    all(a, v.value, v.text, v.texts);
}
template <typename A>
void archive(A& a, core::ExampleEvent& v) {
    all(a, v.event, v.time, v.fields);
}
template <typename A>
void archive(A& a, core::ExampleSubject& v) {
    all(a, v.kind, v.key, v.fields);
}
template <typename A>
void archive(A& a, core::Expectation& v) {
    all(a, v.action, v.must, v.times, v.time, v.day_end, v.fields, v.checked, v.key);
}
template <typename A>
void archive(A& a, core::Example& v) {
    all(a, v.name, v.subjects, v.events, v.expectations);
}
template <typename A>
void archive(A& a, core::CorePack& v) {
    all(a, v.schema, v.nodes, v.rules, v.lists, v.examples);
}

std::string digest(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// Every index that the executions follow must lie inside its list: a damaged file that passes the
// digest by intent must still not be able to crash us.
bool indices_are_valid(const core::CorePack& pack) {
    const auto node_ok = [&](core::NodeId id, std::size_t below) {
        return id == kNone || id < below;
    };
    for (std::size_t i = 0; i < pack.nodes.size(); ++i) {
        const core::Node& node = pack.nodes[i];
        for (const core::NodeId input : node.inputs)
            if (!node_ok(input, i)) return false;
        for (const core::NodeId input : node.derived)
            if (!node_ok(input, pack.nodes.size())) return false;
        if (!node_ok(node.window.since, i)) return false;
        if (node.event != kNone && node.event >= pack.schema.events.size()) return false;
        if (node.rule != kNone && node.rule >= pack.rules.size()) return false;
        if (node.calendar != kNone && node.calendar >= pack.schema.calendars.size()) return false;
        if (node.list != kNone && node.list >= pack.lists.size()) return false;
    }
    for (const core::Rule& rule : pack.rules) {
        if (rule.condition >= pack.nodes.size() || rule.subject >= pack.schema.subjects.size())
            return false;
        for (const core::ActionCall& call : rule.actions) {
            if (call.action >= pack.schema.actions.size()) return false;
            if (call.values.size() != pack.schema.actions[call.action].fields.size()) return false;
            for (const core::NodeId value : call.values)
                if (!node_ok(value, pack.nodes.size())) return false;
        }
    }
    return true;
}

}  // namespace

std::string write_built_pack(const BuiltPack& pack) {
    Writer body;
    std::string engine = CLAUSAL_VERSION;
    BuiltPack copy = pack;
    all(body, engine, copy.folder, copy.core, copy.object);
    Writer file;
    file.raw(kMagic.data(), kMagic.size());
    std::uint32_t version = kFormatVersion;
    file.scalar(version);
    const std::string hash = digest(body.bytes);
    file.raw(hash.data(), hash.size());
    file.bytes += body.bytes;
    return std::move(file.bytes);
}

bool is_built_pack(std::string_view bytes) { return bytes.starts_with(kMagic); }

BuiltPackError read_built_pack(std::string_view bytes, BuiltPack* out) {
    if (!is_built_pack(bytes)) return BuiltPackError::not_a_pack;
    constexpr std::size_t kHead = kMagic.size() + sizeof(std::uint32_t) + SHA256_DIGEST_LENGTH;
    if (bytes.size() < kHead) return BuiltPackError::damaged;
    std::uint32_t version = 0;
    std::memcpy(&version, bytes.data() + kMagic.size(), sizeof version);
    if (version != kFormatVersion) return BuiltPackError::other_version;
    const std::string_view hash =
        bytes.substr(kMagic.size() + sizeof version, SHA256_DIGEST_LENGTH);
    const std::string_view body = bytes.substr(kHead);
    if (digest(body) != hash) return BuiltPackError::damaged;
    Reader reader(body);
    std::string engine;
    BuiltPack pack;
    all(reader, engine);
    if (!reader.failed() && engine != CLAUSAL_VERSION) return BuiltPackError::other_version;
    all(reader, pack.folder, pack.core, pack.object);
    if (reader.failed() || !reader.at_end() || !indices_are_valid(pack.core))
        return BuiltPackError::damaged;
    pack.core.spans.resize(pack.core.nodes.size());
    *out = std::move(pack);
    return BuiltPackError::none;
}

}  // namespace clausal
