#include "bench/ours.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/core/intern_constants.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/driver/load.h"
#include "compiler/llvm/run_compiled.h"
#include "runtime/store/store.h"

namespace clausal::bench {

struct Ours::Code {
    compiled::CompiledPack pack;
};

Ours::Ours() = default;
Ours::~Ours() = default;

std::optional<core::CorePack> load_rules(
    const std::string& rule_file, const std::vector<std::string>& ids, std::string* error) {
    LoadedPack loaded = load_pack(rule_file);
    if (!loaded.ok()) {
        *error = render_text(loaded.sink.sorted(), loaded.sources, Language::english, false);
        return std::nullopt;
    }
    core::CorePack pack = std::move(*loaded.core);
    if (!ids.empty()) {
        std::erase_if(pack.rules, [&](const core::Rule& rule) {
            return std::find(ids.begin(), ids.end(), rule.id) == ids.end();
        });
        if (pack.rules.size() != ids.size()) {
            *error = fmt::format("{} has no rule {}.", rule_file, fmt::join(ids, ", "));
            return std::nullopt;
        }
    }
    return pack;
}

std::unique_ptr<Ours> Ours::compile(core::CorePack pack, std::string* error) {
    std::unique_ptr<Ours> ours(new Ours());
    ours->pack_ = std::make_unique<core::CorePack>(std::move(pack));
    ours->code_.reset(new Code{compiled::CompiledPack::compile(*ours->pack_)});
    if (ours->code_->pack.error().empty()) return ours;
    *error = ours->code_->pack.error();
    return nullptr;
}

void Ours::prepare(EventData& data) const { core::intern_constants(*pack_, data.dictionary); }

engine::Records Ours::run(const EventData& data) const {
    return code_->pack.run_records(data, {}, {});
}

std::size_t Ours::state_bytes() const { return code_->pack.state_bytes_per_subject(); }

Firings firings_of(const engine::Records& outcomes) {
    Firings result;
    result.reserve(outcomes.firings.size());
    for (const engine::FiringRecord firing : outcomes.firings) {
        result.push_back({firing.time, firing.subject, firing.rule});
    }
    return result;
}

std::optional<std::string> make_store(const core::CorePack& pack, const std::string& path) {
    std::vector<DataFinding> findings;
    if (Store::open(path, pack.schema, {}, &findings)) return std::nullopt;
    return fmt::format("The store {} cannot be made.", path);
}

std::optional<engine::Records> run_from_store(
    const Ours& ours, const std::string& path, std::string* error) {
    std::vector<DataFinding> findings;
    StoreOptions options;
    options.mode = StoreMode::read;
    std::optional<Store> store = Store::open(path, ours.pack().schema, options, &findings);
    std::optional<EventData> data;
    if (store) data = load_events(*store, ours.pack().schema, &findings);
    if (!data) {
        *error = fmt::format("The store {} cannot be read.", path);
        return std::nullopt;
    }
    ours.prepare(*data);
    return ours.run(*data);
}

}  // namespace clausal::bench
