#pragma once
// A small deterministic generator of business events: the same options give the same events on every
// machine. Nine event types over dense customers and regions, with ties in time, values exactly at
// thresholds, and events exactly at the ends of windows, so that the rules W1..W6 (rules/) fire at a
// sensible rate and their boundaries are hit.

#include <cstdint>
#include <string>

#include "runtime/events/event_data.h"
#include "runtime/events/schema.h"

namespace clausal::bench {

// Event types in the order of their declarations in rules/*.clausal.
enum Event : std::uint32_t {
    kQuoteEmail,        // customer, mail id text
    kQuoteEmailOpened,  // customer, mail id text
    kWebsiteVisit,      // customer, stay duration
    kComplaint,         // customer
    kEnquiry,           // customer
    kUpload,            // customer
    kLineReport,        // customer, utilisation percent
    kPolicyDocument,    // region
    kLogisticsDelay,    // region
    kEventTypes,
};
enum Subject : std::uint32_t { kCustomer, kRegion };

// Columns by place in EventTable::columns (0 is the subject's key).
inline constexpr std::size_t kMailId = 1, kStay = 1, kUtilisation = 1;

struct GenerateOptions {
    std::uint64_t events = 1'000'000;  // about; the stream is cut to at most this many
    std::uint32_t subjects = 100'000;  // customers, and as many regions
    std::uint64_t seed = 1;
    std::int32_t days = 60;
};

// The declarations of rules/*.clausal as data, with the names of the English pack.
Schema bench_schema();

// Rows of each table are in the total order; sequence numbers are places in it.
EventData generate(const GenerateOptions& options);

// One CSV file of all events in the total order, read by the `source` lines of rules/*.clausal:
// event,time,subject,mail,stay,utilisation. False when the file cannot be written.
bool write_csv(const EventData& data, const std::string& path);

}  // namespace clausal::bench
