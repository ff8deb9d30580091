// Uses a piece of every run-time library, and nothing of the compiler.
#include <cstdio>

#include "runtime/calendar/calendar.h"
#include "runtime/events/read_sources.h"
#include "runtime/store/store.h"

int main() {
    using namespace clausal;
    Schema schema;
    schema.pack = "link";
    std::vector<DataFinding> findings;
    auto store = Store::open(":memory:", schema, {}, &findings);
    if (!store || !Zone::open("Asia/Shanghai")) {
        std::puts("the run time did not start");
        return 1;
    }
    EventData data(schema);
    return read_sources(schema, {}, {}, data).ok() ? 0 : 1;
}
