#pragma once
// Inside names/: the work of resolve(), split over declarations.cpp, sources.cpp and examples.cpp.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/names/from_syntax.h"
#include "compiler/names/resolved.h"
#include "runtime/calendar/calendar.h"

namespace clausal::names {

using syntax::kNoNode;
using syntax::Op;
using Tree = syntax::SyntaxTree;
using SyntaxId = syntax::NodeId;
using SyntaxKind = syntax::NodeKind;

// Days since 1970-01-01 of a full date.
std::int64_t days_of(const syntax::MomentParts& parts);

class Resolver {
public:
    Resolver(ResolvedPack& pack, Sink& sink) : pack_(pack), sink_(sink) {}
    void run(const std::vector<TreeInput>& inputs);

private:
    // --- declarations.cpp
    // What one pack says of itself; what it leaves out, the first of its imports says that does.
    struct PackSettings {
        std::string zone, currency;
        Span zone_span;
        std::vector<std::string> imports;  // folded
        bool has_rules = false;
    };
    void all_settings();
    void settings(const Tree& tree, SyntaxId id, bool imported);
    std::string inherited(const std::string& pack, std::string PackSettings::* setting,
        std::set<std::string>& seen) const;
    const PackSettings& settings_of(const Tree& tree) const;
    // An imported pack's local times are those of its own zone; "" where the zone is this pack's.
    std::string foreign_zone(const Tree& tree) const;
    void calendar(const Tree& tree, SyntaxId id);
    void subject(const Tree& tree, SyntaxId id);
    void event(const Tree& tree, SyntaxId id);
    void action(const Tree& tree, SyntaxId id);
    void fields_of(const Tree& tree, SyntaxId id, SymbolKind owner_kind, std::uint32_t owner);
    void reference_field(const Tree& tree, SyntaxId id, SymbolKind owner_kind, std::uint32_t owner,
        std::uint32_t kind);
    std::optional<Type> type_of(const Tree& tree, SyntaxId id, const std::string& field);
    void declare(
        SymbolKind kind, std::uint32_t index, const Tree& tree, SyntaxId id, bool with_also = true);
    void add_symbol(Symbol symbol, const std::string& spelling);
    void named(std::vector<Declared>& list, SymbolKind kind, std::uint32_t tree, SyntaxId id,
        bool imported);
    void look_alikes();
    void parameter_type(const Tree& tree, SyntaxId id);

    // --- from_syntax.cpp
    void check_terms();
    void terms_in(TreeRef at, std::vector<std::uint32_t>& out, int depth) const;
    void check_outputs();

    // --- sources.cpp
    // A data file as seen from the folder of the pack: an imported declaration names it from its own.
    std::string data_file(const Tree& tree, const std::string& written) const;
    void source(const Tree& tree, SyntaxId id);
    void refuse_sqlite(const syntax::Node& node);
    void later_known(const SourceSpec& spec, const SourceEvent& made, Span span);
    void register_source(const Tree& tree, SyntaxId id, std::uint32_t subject);
    void source_event(const Tree& tree, SyntaxId id, SourceSpec& spec);
    std::uint32_t source_value(
        const Tree& tree, SyntaxId id, SourceSpec& spec, const EventType* event, int depth = 0);
    std::uint32_t source_number_as_duration(
        std::uint32_t value, Microseconds unit, SourceSpec& spec);
    // A unit written behind a column has to be one of the field.
    void check_source_unit(const Tree& tree, SyntaxId id, const Field& field, bool inside = false);
    void source_setting(const Tree& tree, SyntaxId id, SourceSpec& spec);

    // --- examples.cpp
    struct ExampleState {
        core::Example example;
        syntax::MomentParts last;                  // date of the moment before
        bool broken = false;                       // an expectation of it has been reported
        bool wrong_moment = false;                 // a moment of the item at hand has been reported
        std::set<std::uint32_t> unknown_subjects;  // kinds that were reported as not named
        std::uint32_t subject =
            kNone;                   // index into example.subjects of the subject that is spoken of
        std::uint32_t base = kNone;  // the example that this one varies
    };
    void examples(std::uint32_t tree, SyntaxId id);
    void example_items(const Tree& tree, SyntaxId id, ExampleState& state);
    std::uint32_t event_named(const syntax::Node& node);
    void example_event(const Tree& tree, SyntaxId id, ExampleState& state);
    void example_subject(const Tree& tree, SyntaxId id, ExampleState& state);
    void remove_events(const Tree& tree, SyntaxId id, ExampleState& state);
    void change_events(const Tree& tree, SyntaxId id, ExampleState& state);
    void expectation(const Tree& tree, SyntaxId id, ExampleState& state);
    void same_list(const Tree& tree, SyntaxId id, ExampleState& state);
    std::vector<Microseconds> moments(
        const Tree& tree, SyntaxId id, ExampleState& state, bool every_day);
    std::vector<std::pair<Microseconds, Microseconds>> expected_moments(
        const Tree& tree, SyntaxId id, ExampleState& state);
    std::optional<Microseconds> moment(const Tree& tree, SyntaxId id, ExampleState& state);
    void values(const Tree& tree, const std::vector<SyntaxId>& nodes,
        const std::vector<Field>& fields, const std::vector<bool>& keys, const std::string& owner,
        ExampleState& state, std::vector<core::ExampleValue>& out, std::vector<bool>* given);
    std::optional<core::ExampleValue> value(
        const Tree& tree, SyntaxId id, const Field& field, ExampleState& state);
    bool subjects_known(std::uint32_t event, const Tree& tree, const std::vector<SyntaxId>& given,
        ExampleState& state, Span span);
    void fill_keys(std::uint32_t event, std::vector<core::ExampleValue>& fields,
        const ExampleState& state, Span span);

    std::string words(const std::vector<Field>& fields) const;
    void unknown(std::string_view name, Span span, const std::vector<SymbolKind>& wanted,
        const char* wanted_en, const char* wanted_zh);
    void unknown_field(std::string_view name, Span span, const std::string& owner,
        const std::vector<Field>& fields);

    ResolvedPack& pack_;
    Sink& sink_;
    std::vector<TreeInput> inputs_;
    bool has_pack_ = false;
    std::map<std::string, PackSettings> packs_;   // by folded name; "" is the pack itself
    std::map<const Tree*, std::string> pack_of_;  // key into packs_
    std::map<const Tree*, std::string> folder_of_;
    Span pack_span_;
    std::optional<Zone> zone_;
    std::set<std::string> base_examples_;        // folded names of those that others build upon
    std::map<std::string, std::int32_t> ranks_;  // by file
    std::vector<std::pair<std::string, std::uint32_t>> example_places_;
    std::vector<syntax::MomentParts> example_last_;  // last moment of each example
};

}  // namespace clausal::names
