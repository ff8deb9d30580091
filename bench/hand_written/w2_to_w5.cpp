// W2 to W5.

#include "bench/hand_written/columns.h"

namespace clausal::bench {
namespace {

// --- W2: number of complaints in the last 7 days >= 5 ---------------------------------------------
struct Complaints {
    Microseconds times[5] = {};  // of the last five, the latest first; 0: long ago
};
constexpr Microseconds kComplaintWindow = 7 * kDay;

// --- W3: enquiry not followed by upload within 2 hours --------------------------------------------
struct Upload {
    Microseconds time = kMissing;
    std::uint32_t row = 0;
};
constexpr Microseconds kAnswer = 2 * kHour;

// --- W4: utilisation < 65 % on 5 consecutive days -------------------------------------------------
struct Days {
    std::int32_t day = -2;  // of the latest known value
    std::int32_t run = 0;   // good days ending with it, 0: it is bad
};
constexpr std::int64_t kThreshold = 650'000;
constexpr std::int32_t kDays = 5;
constexpr Microseconds kZone = 8 * kHour;  // Asia/Shanghai has had no other offset since 1991

// --- W5: policy at least 3 and at most 30 days before a delay -------------------------------------
struct Policy {
    Microseconds time = kMissing / 2;  // of the latest policy at least 3 days old
};
constexpr Microseconds kLow = 3 * kDay, kHigh = 30 * kDay;

}  // namespace

std::size_t state_bytes_w2() { return sizeof(Complaints); }
std::size_t state_bytes_w3() { return sizeof(Upload); }
std::size_t state_bytes_w4() { return sizeof(Days); }
std::size_t state_bytes_w5() { return sizeof(Policy); }

Firings hand_written_w2(const EventData& data) {
    const Columns complaints(data, kComplaint);
    std::vector<Complaints> states(data.subjects[kCustomer].size());
    Firings firings;
    for (std::uint32_t row = 0; row < complaints.size; ++row) {
        const Microseconds now = complaints.time[row];
        Complaints& state = states[complaints.subject[row]];
        const Microseconds fifth = state.times[4];
        // The rule stays fired from the last complaint on as long as the fifth is in the window.
        const bool was_true = fifth > state.times[0] - kComplaintWindow;
        const bool fell = fifth + kComplaintWindow < now;
        const bool is_true = state.times[3] > now - kComplaintWindow;
        for (int i = 4; i > 0; --i) state.times[i] = state.times[i - 1];
        state.times[0] = now;
        if (is_true & (!was_true | fell)) firings.push_back({now, complaints.subject[row], 0});
    }
    return firings;
}

Firings hand_written_w3(const EventData& data) {
    const Columns enquiries(data, kEnquiry), uploads(data, kUpload);
    const Microseconds end = last_event(data);
    std::vector<Upload> latest(data.subjects[kCustomer].size());
    Firings firings;
    std::uint32_t upload = 0;
    // An enquiry is only looked at when its deadline comes: was there an upload since?
    for (std::uint32_t row = 0; row < enquiries.size; ++row) {
        const Microseconds start = enquiries.time[row];
        const Microseconds deadline = start + kAnswer;
        if (deadline > end) break;
        for (; upload < uploads.size && uploads.time[upload] <= deadline; ++upload) {
            latest[uploads.subject[upload]] = {uploads.time[upload], upload};
        }
        const Upload& last = latest[enquiries.subject[row]];
        const bool answered =
            last.time > start ||
            (last.time == start && uploads.sequence[last.row] > enquiries.sequence[row]);
        if (!answered) firings.push_back({deadline, enquiries.subject[row], 0});
    }
    return firings;
}

Firings hand_written_w4(const EventData& data) {
    const Columns reports(data, kLineReport);
    std::vector<Days> states(data.subjects[kCustomer].size());
    Firings firings;
    std::int32_t day = 0;
    Microseconds day_end = 0;
    for (std::uint32_t row = 0; row < reports.size; ++row) {
        const Microseconds now = reports.time[row];
        if (now >= day_end) {
            day = static_cast<std::int32_t>((now + kZone) / kDay);
            day_end = (day + 1) * kDay - kZone;
        }
        const std::int64_t value = reports.value[row];
        if (value == kMissing) continue;
        Days& state = states[reports.subject[row]];
        if (value >= kThreshold) {
            state = {day, 0};
        } else if (state.day != day) {  // the first value of the day (later ones change nothing)
            state.run = state.day + 1 == day ? state.run + 1 : 1;
            state.day = day;
            if (state.run == kDays) firings.push_back({now, reports.subject[row], 0});
        }
    }
    return firings;
}

Firings hand_written_w5(const EventData& data) {
    const Columns policies(data, kPolicyDocument), delays(data, kLogisticsDelay);
    std::vector<Policy> latest(data.subjects[kRegion].size());
    Firings firings;
    std::uint32_t policy = 0;
    for (std::uint32_t row = 0; row < delays.size; ++row) {
        const Microseconds now = delays.time[row];
        for (; policy < policies.size && policies.time[policy] <= now - kLow; ++policy) {
            latest[policies.subject[policy]].time = policies.time[policy];
        }
        const std::uint32_t subject = delays.subject[row];
        if (latest[subject].time >= now - kHigh) firings.push_back({now, subject, 0});
    }
    return firings;
}

std::uint64_t digest(const Firings& firings) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const Fired& fired : firings) {
        for (const std::uint64_t part : {static_cast<std::uint64_t>(fired.time),
                 static_cast<std::uint64_t>(fired.subject) << 32U | fired.rule}) {
            hash = (hash ^ part) * 0x9e3779b97f4a7c15ULL;
            hash ^= hash >> 29U;
        }
    }
    return hash;
}

}  // namespace clausal::bench
