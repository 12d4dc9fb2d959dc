// A client's address to its class, and the width of the widest prefix around it that is of one class.
#include "engine.h"

#include <string.h>

const struct places *find_places(const struct view *view, const char *digest)
{
    for (uint64_t at = crc32_of(0, (const uint8_t *)digest, DIGEST_LENGTH);; at++) {
        uint32_t number = view->places_slots[at & view->places_mask];
        if (!number)
            return NULL;
        const struct places *places = view->places[number - 1];
        if (!memcmp(places->digest, digest, DIGEST_LENGTH))
            return places;
    }
}

static unsigned bit_length(uint64_t value)
{
    return value ? 64 - __builtin_clzll(value) : 0;
}

static unsigned larger(unsigned one, unsigned other)
{
    return one > other ? one : other;
}

// One bit more than the address shares with the nearest one outside its range, on either side; ranges that begin at 0
// or end with the space have no neighbour there.
static unsigned width_around(uint64_t address, uint64_t start, const uint64_t *next, unsigned bits)
{
    unsigned width = start ? bits + 1 - bit_length(address ^ (start - 1)) : 0;
    return next ? larger(width, bits + 1 - bit_length(address ^ *next)) : width;
}

bool class_of_prefix4(const struct places *places, uint32_t address, unsigned *class, unsigned *width)
{
    uint64_t low = places->index4[address >> FIRST_SHIFT], high = (uint64_t)places->index4[(address >> FIRST_SHIFT) + 1] + 1;
    if (high > places->main4 || low >= high)
        return false;
    while (low < high) { // the first range that starts past the address
        uint64_t middle = (low + high) / 2;
        if (address < places->starts4[middle])
            high = middle;
        else
            low = middle + 1;
    }
    if (!low)
        return false;
    uint64_t next = low < places->main4 ? places->starts4[low] : 0;
    *class = places->classes4[low - 1];
    *width = width_around(address, places->starts4[low - 1], low < places->main4 ? &next : NULL, 32);
    return true;
}

bool class_of_prefix6(const struct places *places, uint64_t upper, unsigned *class, unsigned *width)
{
    uint64_t low = 0, high = places->main6;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (upper < places->starts6[middle])
            high = middle;
        else
            low = middle + 1;
    }
    if (!low)
        return false;
    *class = places->classes6[low - 1];
    *width = width_around(upper, places->starts6[low - 1], low < places->main6 ? places->starts6 + low : NULL, 64);
    return true;
}

bool class_of_sender4(const struct places *places, uint32_t address, unsigned *class)
{
    uint64_t low = 0, high = places->fine4;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (address < places->fine_starts4[middle])
            high = middle;
        else
            low = middle + 1;
    }
    if (low && address <= places->fine_ends4[low - 1]) {
        *class = places->fine_classes4[low - 1];
        return true;
    }
    unsigned width;
    return class_of_prefix4(places, address, class, &width);
}

static bool before(struct wide one, struct wide other)
{
    return one.high < other.high || (one.high == other.high && one.low < other.low);
}

bool class_of_sender6(const struct places *places, struct wide address, unsigned *class)
{
    uint64_t low = 0, high = places->fine6;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (before(address, places->fine_starts6[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    if (low && !before(places->fine_ends6[low - 1], address)) {
        *class = places->fine_classes6[low - 1];
        return true;
    }
    unsigned width;
    return class_of_prefix6(places, address.high, class, &width);
}
