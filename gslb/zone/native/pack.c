/* What is to be said against names, and the packed table of those that stay. */
#include "plain.h"

/* Names with something to be said against: a record twice, TTLs that differ in an rrset. Returns how many. */
API uint32_t gslb_plain_settle(const Plain *plain, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t number = 0; number < plain->count; number++) {
        const Name *name = &plain->names[number];
        int unwise = name->count > MANY;
        for (uint32_t one = name->first; !unwise && one != NONE; one = plain->records[one].next)
            for (uint32_t two = plain->records[one].next; two != NONE; two = plain->records[two].next) {
                const uint8_t *a = plain->data + plain->records[one].at, *b = plain->data + plain->records[two].at;
                uint32_t size = plain->records[one].length;
                if (memcmp(a, b, 2))
                    continue;
                unwise |= memcmp(a + 4, b + 4, 4) != 0;
                unwise |= size == plain->records[two].length && !memcmp(a + 8, b + 8, size - 8);
            }
        if (unwise && !name->gone)
            found[count++] = number;
    }
    return count;
}

/* Names below one of `tops`. Returns how many. */
API uint32_t gslb_plain_below(const Plain *plain, const Plain *tops, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t number = 0; number < plain->count; number++) {
        const Name *name = &plain->names[number];
        const uint8_t *wire = plain->octets + name->at;
        for (int at = wire[0] + 1; !name->gone && at < name->length; at += wire[at] + 1)
            if (gslb_plain_find(tops, wire + at, name->length - at) >= 0) {
                found[count++] = number;
                break;
            }
    }
    return count;
}

/* Add the names that lead to others, without records, but for those in `known`. 0: no memory. */
API int gslb_plain_lead(Plain *plain, const Plain *known)
{
    uint32_t count = plain->count;
    for (uint32_t number = 0; number < count; number++) {
        if (plain->names[number].gone)
            continue;
        uint8_t wire[256];
        int length = plain->names[number].length;
        memcpy(wire, plain->octets + plain->names[number].at, length);
        for (int at = wire[0] + 1; at < length; at += wire[at] + 1) {
            if (gslb_plain_find(plain, wire + at, length - at) >= 0)
                break;
            if (gslb_plain_find(known, wire + at, length - at) < 0 && !gslb_plain_add(plain, wire + at, length - at))
                return 0;
        }
    }
    return 1;
}

static uint32_t kind(const Plain *plain, uint32_t record)
{
    const uint8_t *data = plain->data + plain->records[record].at;
    return (uint32_t)data[0] << 8 | data[1];
}

/* The records of a name in order of type, at the end of `content`; their octets, or NONE where there is no memory. */
static uint32_t spell(Plain *plain, const Name *name)
{
    uint32_t chain[MANY], count = 0, size = 0;
    for (uint32_t record = name->first; record != NONE && count < MANY; record = plain->records[record].next) {
        uint32_t place = count++;
        for (; place && kind(plain, chain[place - 1]) > kind(plain, record); place--)
            chain[place] = chain[place - 1];
        chain[place] = record;
        size += plain->records[record].length;
    }
    if (!reserve((void **)&plain->content, plain->content_size, &plain->content_room, size + 1, 1))
        return NONE;
    uint8_t *to = plain->content + plain->content_size;
    for (uint32_t one = 0; one < count; one++) {
        memcpy(to, plain->data + plain->records[chain[one]].at, plain->records[chain[one]].length);
        to += plain->records[chain[one]].length;
    }
    return size;
}

/* Find out the contents. `sizes`: names, their octets, contents, octets of these, most labels. 0: no memory. */
API int gslb_plain_weigh(Plain *plain, uint64_t *sizes)
{
    uint64_t mask = 1;
    while (mask < 2 * (uint64_t)plain->count + 2)
        mask *= 2;
    uint32_t *seen = calloc(mask--, sizeof *seen);
    plain->contents = malloc(sizeof(uint32_t) * ((size_t)plain->count + 1));
    plain->offsets = malloc(sizeof(uint32_t) * ((size_t)plain->count + 2));
    if (!seen || !plain->contents || !plain->offsets)
        return free(seen), 0;
    plain->offsets[0] = 0;
    for (uint32_t number = 0; number < plain->count; number++) {
        const Name *name = &plain->names[number];
        if (name->gone)
            continue;
        uint32_t size = spell(plain, name);
        if (size == NONE)
            return free(seen), 0;
        const uint8_t *content = plain->content + plain->content_size;
        uint32_t at = crc_on(UINT32_MAX, content, size) & mask;
        for (; seen[at]; at = (at + 1) & mask) {
            uint32_t start = plain->offsets[seen[at] - 1];
            if (plain->offsets[seen[at]] - start == size && !memcmp(plain->content + start, content, size))
                break;
        }
        if (!seen[at]) {
            plain->content_size += size;
            seen[at] = ++plain->contents_count;
            plain->offsets[plain->contents_count] = plain->content_size;
        }
        plain->contents[plain->live++] = seen[at] - 1;
        plain->live_octets += name->length + plain->apex_length;
        uint32_t labels = plain->apex_labels;
        for (int to = 0; to < name->length; to += plain->octets[name->at + to] + 1)
            labels++;
        if (labels > plain->depth)
            plain->depth = labels;
    }
    free(seen);
    sizes[0] = plain->live;
    sizes[1] = plain->live_octets + plain->apex_length;
    sizes[2] = plain->contents_count;
    sizes[3] = plain->content_size;
    sizes[4] = plain->depth;
    return plain->live_octets <= MOST;
}

/* Write the sections, after weighing: slots (`mask` + 1 of them, all zero so far), starts, contents, offsets, names, records. */
API void gslb_plain_pack(const Plain *plain, uint64_t *slots, uint64_t mask, uint32_t *starts, uint32_t *contents,
                         uint32_t *offsets, uint8_t *names, uint8_t *records)
{
    uint32_t count = 0, octets = plain->apex_length;
    memcpy(names, plain->apex, plain->apex_length);
    for (uint32_t number = 0; number < plain->count; number++) {
        const Name *name = &plain->names[number];
        if (name->gone)
            continue;
        if (number + AHEAD < plain->count)
            __builtin_prefetch(&slots[plain->names[number + AHEAD].crc & mask], 1);
        starts[count++] = octets;
        memcpy(names + octets, plain->octets + name->at, name->length);
        memcpy(names + octets + name->length, plain->apex, plain->apex_length);
        octets += name->length + plain->apex_length;
        uint64_t at = name->crc & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = (uint64_t)count << 32 | name->crc;
    }
    starts[count] = octets;
    memcpy(contents, plain->contents, sizeof(uint32_t) * count);
    memcpy(offsets, plain->offsets, sizeof(uint32_t) * ((size_t)plain->contents_count + 1));
    if (plain->content_size)
        memcpy(records, plain->content, plain->content_size);
}
