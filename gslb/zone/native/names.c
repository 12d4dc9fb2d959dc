/* Names and their records, kept once each: a hash of names, a chain of records behind each. */
#include "plain.h"

static uint32_t table[256];

__attribute__((constructor)) static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
        table[i] = crc;
    }
}

uint32_t crc_on(uint32_t crc, const uint8_t *at, size_t length)
{
    while (length--)
        crc = crc >> 8 ^ table[(crc ^ *at++) & 255];
    return crc;
}

static uint32_t crc_of(const Plain *plain, const uint8_t *wire, size_t length)
{
    return ~crc_on(crc_on(UINT32_MAX, wire, length), plain->apex, plain->apex_length);
}

/* Room for `more` items behind `used`; 0 where there is no memory, or too much would stand there. */
int reserve(void **items, uint32_t used, uint32_t *room, size_t more, size_t size)
{
    uint64_t wanted = (uint64_t)used + more;
    if (wanted <= *room)
        return 1;
    if (wanted > MOST)
        return 0;
    uint64_t larger = wanted + wanted / 2 + 64;
    if (larger > MOST)
        larger = MOST;
    void *moved = realloc(*items, larger * size);
    if (!moved)
        return 0;
    *items = moved;
    *room = (uint32_t)larger;
    return 1;
}

API void gslb_plain_free(Plain *plain)
{
    if (!plain)
        return;
    free(plain->names);
    free(plain->slots);
    free(plain->octets);
    free(plain->records);
    free(plain->data);
    free(plain->contents);
    free(plain->offsets);
    free(plain->content);
    free(plain);
}

API Plain *gslb_plain_new(const uint8_t *apex, int length)
{
    Plain *plain = calloc(1, sizeof *plain);
    if (!plain || length < 1 || length > 255)
        return free(plain), NULL;
    memcpy(plain->apex, apex, length);
    plain->apex_length = length;
    for (int at = 0; at < length && apex[at]; at += apex[at] + 1)
        plain->apex_labels++;
    plain->mask = 1023;
    plain->slots = calloc(plain->mask + 1, sizeof *plain->slots);
    if (!plain->slots)
        return gslb_plain_free(plain), NULL;
    return plain;
}

/* The number of a name, gone or not, NONE when there is none; `crc` is filled in. */
static uint32_t find(const Plain *plain, const uint8_t *wire, size_t length, uint32_t *crc)
{
    *crc = crc_of(plain, wire, length);
    for (uint32_t at = *crc & plain->mask; plain->slots[at]; at = (at + 1) & plain->mask) {
        const Name *name = &plain->names[plain->slots[at] - 1];
        if (name->crc == *crc && name->length == length && !memcmp(plain->octets + name->at, wire, length))
            return plain->slots[at] - 1;
    }
    return NONE;
}

API int64_t gslb_plain_find(const Plain *plain, const uint8_t *wire, int length)
{
    uint32_t crc, number = find(plain, wire, length, &crc);
    return number == NONE || plain->names[number].gone ? -1 : (int64_t)number;
}

int grow(Plain *plain, uint32_t mask)
{
    uint32_t *slots = calloc((size_t)mask + 1, sizeof *slots);
    if (!slots)
        return 0;
    for (uint32_t number = 0; number < plain->count; number++) {
        if (number + AHEAD < plain->count)
            __builtin_prefetch(&slots[plain->names[number + AHEAD].crc & mask], 1);
        uint32_t at = plain->names[number].crc & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = number + 1;
    }
    free(plain->slots);
    plain->slots = slots;
    plain->mask = mask;
    return 1;
}

/* The number of a name, new or known; NONE where there is no memory. */
uint32_t name_of(Plain *plain, const uint8_t *wire, size_t length)
{
    uint32_t crc, number = find(plain, wire, length, &crc);
    if (number != NONE)
        return number;
    if (2 * (uint64_t)plain->count >= plain->mask && !grow(plain, 2 * plain->mask + 1))
        return NONE;
    if (!reserve((void **)&plain->names, plain->count, &plain->room, 1, sizeof(Name)) ||
        !reserve((void **)&plain->octets, plain->octets_size, &plain->octets_room, length, 1))
        return NONE;
    number = plain->count++;
    plain->names[number] = (Name){plain->octets_size, crc, NONE, NONE, 0, (uint8_t)length, 0};
    memcpy(plain->octets + plain->octets_size, wire, length);
    plain->octets_size += length;
    uint32_t at = crc & plain->mask;
    while (plain->slots[at])
        at = (at + 1) & plain->mask;
    plain->slots[at] = number + 1;
    return number;
}

/* Let a name be there, without records. */
API int gslb_plain_add(Plain *plain, const uint8_t *wire, int length)
{
    uint32_t number = name_of(plain, wire, length);
    if (number == NONE)
        return 0;
    if (plain->names[number].gone)
        plain->names[number] =
            (Name){plain->names[number].at, plain->names[number].crc, NONE, NONE, 0, (uint8_t)length, 0};
    return 1;
}

int put(Plain *plain, uint32_t number, const uint8_t *data, uint32_t length, uint32_t line)
{
    if (!reserve((void **)&plain->records, plain->records_count, &plain->records_room, 1, sizeof(Record)) ||
        !reserve((void **)&plain->data, plain->data_size, &plain->data_room, length, 1))
        return 0;
    uint32_t record = plain->records_count++;
    plain->records[record] = (Record){NONE, plain->data_size, line, length};
    memcpy(plain->data + plain->data_size, data, length);
    plain->data_size += length;
    Name *name = &plain->names[number];
    if (name->count++)
        plain->records[name->last].next = record;
    else
        name->first = record;
    name->last = record;
    return 1;
}

API void gslb_plain_drop(Plain *plain, uint32_t number)
{
    plain->names[number].gone = 1;
}

/* How many names there are, gone ones with them; of records too. */
API void gslb_plain_counts(const Plain *plain, uint64_t *counts)
{
    counts[0] = plain->count;
    counts[1] = plain->records_count;
}

/* A name's wire below the apex, into 256 octets; its length. */
API int gslb_plain_name(const Plain *plain, uint32_t number, uint8_t *wire)
{
    memcpy(wire, plain->octets + plain->names[number].at, plain->names[number].length);
    return plain->names[number].length;
}

/* A name's first record or the one behind a record; -1 where there is none. */
API int64_t gslb_plain_next(const Plain *plain, uint32_t number, int64_t record)
{
    uint32_t next = record < 0 ? plain->names[number].first : plain->records[record].next;
    return next == NONE ? -1 : (int64_t)next;
}

/* A record's line and octets (65,545 at most). */
API uint32_t gslb_plain_record(const Plain *plain, uint32_t record, uint32_t *line, uint8_t *data)
{
    *line = plain->records[record].line;
    memcpy(data, plain->data + plain->records[record].at, plain->records[record].length);
    return plain->records[record].length;
}
