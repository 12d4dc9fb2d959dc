// A question's name: read, in lower case, and found in a zone or at its closest encloser.
#include "engine.h"

#include <string.h>

bool read_name(const uint8_t *packet, size_t size, struct name *name)
{
    size_t room = size - HEADER < LONGEST_NAME ? size - HEADER : LONGEST_NAME;
    const uint8_t *octets = packet + HEADER;
    size_t at = 0;
    unsigned labels = 0;
    for (;;) {
        if (at >= room)
            return false;
        name->starts[labels] = at;
        unsigned length = octets[at];
        if (!length)
            break;
        if (length > LONGEST_LABEL)
            return false;
        labels++;
        at += length + 1;
    }
    name->labels = labels;
    name->length = at + 1;
    for (size_t each = 0; each < name->length; each++) // a label's length is below any letter
        name->octets[each] = octets[each] + ((uint8_t)(octets[each] - 'A') < 26) * 32;
    return true;
}

static bool has_apex(const struct zone *zone, const uint8_t *name, size_t length)
{
    const struct layer *newest = zone->layers[0];
    return newest->apex_length == length && !memcmp(newest->names, name, length);
}

// The zone's number, or -1: the longest apex that the name ends with. `label` is where it starts in the name.
static int64_t find_zone(const struct view *view, const struct name *name, unsigned *label)
{
    unsigned first = name->labels > view->most_labels ? name->labels - view->most_labels : 0;
    for (unsigned each = first; each <= name->labels; each++) {
        const uint8_t *apex = name->octets + name->starts[each];
        size_t length = name->length - name->starts[each];
        for (uint64_t at = crc32_of(0, apex, length);; at++) {
            uint32_t number = view->zone_slots[at & view->zone_mask];
            if (!number)
                break;
            if (has_apex(view->zones[number - 1], apex, length)) {
                *label = each;
                return number - 1;
            }
        }
    }
    return -1;
}

static const struct entry *find_in_layer(const struct layer *layer, uint32_t crc, const uint8_t *name, size_t length)
{
    uint64_t at = crc;
    for (uint64_t looked = 0; looked <= layer->slot_mask; looked++, at++) {
        uint64_t slot = layer->slots[at & layer->slot_mask];
        if (!slot)
            return NULL;
        if ((uint32_t)slot != crc)
            continue;
        uint64_t number = (slot >> 32) - 1;
        if (number >= layer->entry_count)
            continue;
        const struct entry *entry = layer->entries + number;
        if (entry->length == length && entry->name <= layer->names_size && length <= layer->names_size - entry->name &&
            !memcmp(layer->names + entry->name, name, length))
            return entry;
    }
    return NULL;
}

// The newest layer with an entry decides; NULL where the name does not exist, or no more.
static const struct entry *find_entry(const struct zone *zone, const struct name *name, unsigned label, unsigned *layer)
{
    unsigned labels = name->labels - label, deepest = 0;
    for (unsigned each = 0; each < zone->layer_count; each++)
        if (zone->layers[each]->depth > deepest)
            deepest = zone->layers[each]->depth;
    if (labels > deepest)
        return NULL;
    const uint8_t *octets = name->octets + name->starts[label];
    size_t length = name->length - name->starts[label];
    uint32_t crc = crc32_of(0, octets, length);
    for (unsigned each = 0; each < zone->layer_count; each++) {
        const struct entry *entry = find_in_layer(zone->layers[each], crc, octets, length);
        if (entry) {
            *layer = each;
            return entry->here == GONE ? NULL : entry;
        }
    }
    return NULL;
}

int find_place(const struct view *view, const struct name *name, struct place *place)
{
    unsigned apex, layer = 0;
    int64_t number = find_zone(view, name, &apex);
    if (number < 0)
        return 0;
    const struct zone *zone = view->zones[number];
    const struct entry *entry = find_entry(zone, name, 0, &layer);
    uint64_t at = entry ? entry->here : 0;
    for (unsigned label = 1; !entry && label <= apex; label++) {
        entry = find_entry(zone, name, label, &layer);
        at = entry ? entry->below : 0;
    }
    if (!entry)
        return FAULT; // the zone's own name is not in it
    place->zone = zone;
    place->layer = zone->layers[layer];
    place->span = view->spans + number * MOST_LAYERS + layer;
    uint64_t words = place->layer->row_words;
    if (words < 3 || at > words - 3)
        return FAULT;
    place->rows = (const struct rows *)(place->layer->rows + at);
    return place->rows->count > (words - 3 - at) / 3 ? FAULT : 1;
}

const struct target *find_target(const struct place *place, unsigned type)
{
    const uint32_t *listed = (const uint32_t *)(place->rows + 1);
    for (uint32_t each = 0; each < place->rows->count; each++, listed += 3)
        if (*listed == type)
            return (const struct target *)(listed + 1);
    return &place->rows->other;
}
