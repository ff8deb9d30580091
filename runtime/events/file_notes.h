#pragma once
// What was noted about the rows of one file, counted, with the first place of each.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "runtime/events/data_finding.h"
#include "runtime/events/read_sources.h"
#include "runtime/events/schema.h"

namespace clausal {

struct FileNotes {
    struct Noted {
        std::uint64_t count = 0, line = 0;
        void add(std::uint64_t at) {
            if (count++ == 0) line = at;
        }
    };
    Noted ambiguous;       // local times that occur twice
    Noted from_beginning;  // register rows without an instant
    Noted far_off;         // events of a time that may mean "never"
    Noted without_id;      // events whose id is empty
    bool any_id = false;   // others have one
    // By event type and field, RowEvaluator::kRoundedTime for the time.
    std::map<std::pair<std::uint32_t, std::uint32_t>, Noted> rounded;

    // These, and the counts of the file's report, as findings.
    void report(const FileReport& file, const Schema& schema, bool strict,
        std::vector<DataFinding>* findings) const;
};

}  // namespace clausal
