// Memory asked for before it is needed: while one packet of a batch is answered, what the next ones will look at arrives.
//
// A client subnet leads into tables of megabytes, where each step waits for memory longer than all else takes. Most
// resolvers send a /24 as the last option, so three octets at the end of a packet tell what will be looked at.
#include "engine.h"

#include <string.h>

enum { OCTETS = 3, MOST_PLACES = 2 }; // more class maps than that, and most of what arrives is for nobody

static const uint8_t near[] = {0, 8, 0, 7, 0, 1, 24, 0}; // the option's code, length, family, source and scope

static bool has_near(const uint8_t *packet, size_t size)
{
    return size >= HEADER + sizeof near + OCTETS && !memcmp(packet + size - sizeof near - OCTETS, near, sizeof near);
}

// The upper 16 bits of the address.
static unsigned first_of(const uint8_t *packet, size_t size)
{
    return u16(packet + size - OCTETS);
}

void warm(const struct view *view, const struct received *received, int count)
{
    if (!view->places_count || view->places_count > MOST_PLACES)
        return;
    for (int each = 0; each < count; each++)
        if (has_near(received[each].packet, received[each].size))
            for (uint64_t map = 0; map < view->places_count; map++)
                __builtin_prefetch(view->places[map]->index4 + first_of(received[each].packet, received[each].size));
    for (int each = 0; each < count; each++) {
        if (!has_near(received[each].packet, received[each].size))
            continue;
        for (uint64_t map = 0; map < view->places_count; map++) {
            const struct places *places = view->places[map];
            unsigned first = first_of(received[each].packet, received[each].size);
            uint64_t low = places->index4[first], high = places->index4[first + 1];
            if (low > high || high >= places->main4)
                continue;
            __builtin_prefetch(places->starts4 + low);
            __builtin_prefetch(places->starts4 + (low + high) / 2);
            __builtin_prefetch(places->classes4 + (low + high) / 2);
        }
    }
}
