// Tables opened: each mapped file looked at once, so that all that follows may trust where its parts stand.
#include "stream.h"

#include <string.h>

// An array of `count` items of `size` octets at `at` of a file, of which it is a whole part; NULL where it is not.
static const void *part(const uint8_t *octets, uint64_t length, uint64_t at, uint64_t count, unsigned size)
{
    return at % (size < 8 ? size : 8) || at > length || count > (length - at) / size ? NULL : octets + at;
}

// What Python's mirror of the structures has to agree with.
EXPORTED const uint64_t gslb_interface[] = {
    INTERFACE,           sizeof(struct layer), sizeof(struct zone),  sizeof(struct places),
    sizeof(struct arena), sizeof(struct view),  sizeof(struct asked), sizeof(struct batch),
    sizeof(struct streamed),
};

// 0, or -1 where the octets are no zone image. `counts` are this process's counters of it.
EXPORTED int gslb_open_layer(struct layer *layer, const uint8_t *octets, uint64_t length, uint64_t *counts,
                             uint64_t counter_count)
{
    struct zone_header header;
    if (length < sizeof header || (uintptr_t)octets % 8)
        return -1;
    memcpy(&header, octets, sizeof header);
    if (memcmp(header.magic, "GSLBZONE", 8) || header.version != LAYOUT_VERSION || header.length != length)
        return -1;
    if (!header.slots || header.slots & (header.slots - 1) || header.rows_at > header.bodies_at ||
        header.bodies_at > header.shared_at || header.names_at > header.labels_at || header.labels_at > length)
        return -1;
    *layer = (struct layer){
        .slots = part(octets, length, header.slots_at, header.slots, 8),
        .entries = part(octets, length, header.entries_at, header.entries, sizeof(struct entry)),
        .row_words = (header.bodies_at - header.rows_at) / 4,
        .shared = part(octets, length, header.shared_at, header.shared, 4),
        .bodies_size = header.shared_at - header.bodies_at,
        .names_size = header.labels_at - header.names_at,
        .slot_mask = header.slots - 1,
        .entry_count = header.entries,
        .shared_count = header.shared,
        .counts = counts,
        .counter_count = counter_count,
        .depth = header.depth,
        .apex_length = header.apex,
    };
    layer->rows = part(octets, length, header.rows_at, layer->row_words, 4);
    layer->bodies = header.bodies_at % 8 ? NULL : part(octets, length, header.bodies_at, layer->bodies_size, 1);
    layer->names = part(octets, length, header.names_at, layer->names_size, 1);
    bool whole = layer->slots && layer->entries && layer->rows && layer->bodies && layer->shared && layer->names;
    return whole && header.apex <= layer->names_size && header.apex <= LONGEST_NAME ? 0 : -1;
}

// 0, or -1 where the octets are no place image.
EXPORTED int gslb_open_places(struct places *places, const uint8_t *octets, uint64_t length)
{
    struct places_header header;
    if (length < sizeof header || (uintptr_t)octets % 8)
        return -1;
    memcpy(&header, octets, sizeof header);
    if (memcmp(header.magic, "GSLBPLAC", 8) || header.version != LAYOUT_VERSION || header.length != length)
        return -1;
    *places = (struct places){
        .digest = (const char *)octets + offsetof(struct places_header, digest),
        .index4 = part(octets, length, header.index4_at, FIRSTS + 1, 4),
        .starts4 = part(octets, length, header.starts4_at, header.main4, 4),
        .classes4 = part(octets, length, header.classes4_at, header.main4, 2),
        .starts6 = part(octets, length, header.starts6_at, header.main6, 8),
        .classes6 = part(octets, length, header.classes6_at, header.main6, 2),
        .fine_starts4 = part(octets, length, header.fine_starts4_at, header.fine4, 4),
        .fine_ends4 = part(octets, length, header.fine_ends4_at, header.fine4, 4),
        .fine_classes4 = part(octets, length, header.fine_classes4_at, header.fine4, 2),
        .fine_starts6 = part(octets, length, header.fine_starts6_at, header.fine6, sizeof(struct wide)),
        .fine_ends6 = part(octets, length, header.fine_ends6_at, header.fine6, sizeof(struct wide)),
        .fine_classes6 = part(octets, length, header.fine_classes6_at, header.fine6, 2),
        .main4 = header.main4,
        .main6 = header.main6,
        .fine4 = header.fine4,
        .fine6 = header.fine6,
    };
    bool whole = places->index4 && places->starts4 && places->classes4 && places->starts6 && places->classes6 &&
                 places->fine_starts4 && places->fine_ends4 && places->fine_classes4 && places->fine_starts6 &&
                 places->fine_ends6 && places->fine_classes6;
    return whole ? 0 : -1;
}

static void enter(uint32_t *slots, uint64_t mask, const void *key, size_t length, uint64_t number)
{
    uint64_t at = crc32_of(0, key, length);
    while (slots[at & mask])
        at++;
    slots[at & mask] = number + 1;
}

static uint64_t labels_of(const uint8_t *name, size_t length)
{
    uint64_t labels = 0;
    for (size_t at = 0; at < length && name[at]; at += name[at] + 1u)
        labels++;
    return labels;
}

// Fill the hashes of a view whose other members are set.
EXPORTED void gslb_open_view(struct view *view)
{
    memset(view->zone_slots, 0, 4 * (view->zone_mask + 1));
    memset(view->places_slots, 0, 4 * (view->places_mask + 1));
    view->most_labels = 0;
    for (uint64_t each = 0; each < view->zone_count; each++) {
        const struct layer *newest = view->zones[each]->layers[0];
        uint64_t labels = labels_of(newest->names, newest->apex_length);
        enter(view->zone_slots, view->zone_mask, newest->names, newest->apex_length, each);
        view->most_labels = labels > view->most_labels ? labels : view->most_labels;
    }
    for (uint64_t each = 0; each < view->places_count; each++)
        enter(view->places_slots, view->places_mask, view->places[each]->digest, DIGEST_LENGTH, each);
}
