/* Plain names of a zone: read from text by runs of lines, kept once, packed. What gslb/zone/plain.py says, compiled. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
#define NONE UINT32_MAX
#define MOST UINT32_C(0xF0000000) /* octets of all names, or of all records */
#define MAX_TTL INT64_C(0x7FFFFFFF)
#define AHEAD 16 /* names that memory is told of before they are looked at */
#define MANY 64 /* records of a name: one with more is for others to look through */

typedef struct {
    uint32_t at, crc, first, last; /* where its wire stands; its records, a chain in the order written */
    uint32_t count;
    uint8_t length, gone;
} Name;

typedef struct {
    uint32_t next, at, line, length;
} Record;

typedef struct {
    uint8_t apex[256]; /* as wire, the root's label with it */
    int apex_length, apex_labels;
    Name *names;
    uint32_t count, room;
    uint32_t *slots; /* name + 1; 0: free */
    uint32_t mask;
    uint8_t *octets; /* of names, below the apex */
    uint32_t octets_size, octets_room;
    Record *records;
    uint32_t records_count, records_room;
    uint8_t *data; /* of records: type, class, TTL, length, data */
    uint32_t data_size, data_room;
    uint32_t *contents; /* of each name that is not gone; then content offsets, and content */
    uint32_t *offsets;
    uint32_t contents_count;
    uint8_t *content;
    uint32_t content_size, content_room;
    uint64_t live, live_octets;
    uint32_t depth;
} Plain;

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

static uint32_t crc_on(uint32_t crc, const uint8_t *at, size_t length)
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
static int reserve(void **items, uint32_t used, uint32_t *room, size_t more, size_t size)
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

static int grow(Plain *plain, uint32_t mask)
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
static uint32_t name_of(Plain *plain, const uint8_t *wire, size_t length)
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

static int put(Plain *plain, uint32_t number, const uint8_t *data, uint32_t length, uint32_t line)
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

static int blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

static int digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static const uint8_t *skip(const uint8_t *at, const uint8_t *end)
{
    while (at < end && blank(*at))
        at++;
    return at;
}

/* An owner as wire below the apex; what follows it, or NULL where it is not plain. */
static const uint8_t *owner(const Plain *plain, const uint8_t *at, const uint8_t *end, const uint8_t *tail,
                            int tail_length, uint8_t *wire, int *length)
{
    int starts[128], labels = 0, size = 0, absolute = 0;
    for (;;) {
        int start = size++;
        while (at < end && size < 255 &&
               ((*at >= 'a' && *at <= 'z') || digit(*at) || *at == '_' || *at == '-'))
            wire[size++] = *at++;
        int label = size - start - 1;
        if (!label && labels) { /* a dot was the last */
            size--;
            absolute = 1;
            break;
        }
        if (label < 1 || label > 63 || size >= 255 || labels == 127)
            return NULL;
        wire[start] = (uint8_t)label;
        starts[labels++] = start;
        if (at == end || *at != '.')
            break;
        at++;
    }
    if (absolute) {
        int own = labels - plain->apex_labels;
        if (own < 1)
            return NULL;
        int cut = own < labels ? starts[own] : size;
        if (size - cut != plain->apex_length - 1 || memcmp(wire + cut, plain->apex, size - cut))
            return NULL;
        size = cut;
    } else {
        if (size + tail_length > 254)
            return NULL;
        memcpy(wire + size, tail, tail_length);
        size += tail_length;
    }
    if (size + plain->apex_length > 255)
        return NULL;
    *length = size;
    return at;
}

static const uint8_t *ipv4(const uint8_t *at, const uint8_t *end, uint8_t *octets)
{
    for (int part = 0; part < 4; part++) {
        if (part && (at == end || *at++ != '.'))
            return NULL;
        int value = 0, digits = 0;
        for (; at < end && digit(*at) && digits < 3; digits++)
            value = 10 * value + *at++ - '0';
        if (!digits || value > 255 || (digits > 1 && at[-digits] == '0'))
            return NULL;
        octets[part] = (uint8_t)value;
    }
    return at;
}

static int nibble(uint8_t octet)
{
    if (digit(octet))
        return octet - '0';
    octet |= 32;
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

static const uint8_t *ipv6(const uint8_t *at, const uint8_t *end, uint8_t *octets)
{
    uint16_t groups[8];
    int count = 0, gap = -1;
    if (end - at >= 2 && at[0] == ':' && at[1] == ':')
        gap = 0, at += 2;
    while (at < end && nibble(*at) >= 0) {
        int digits = 0;
        unsigned value = 0;
        for (; at < end && nibble(*at) >= 0; digits++)
            value = (value << 4 | (unsigned)nibble(*at++)) & 0xFFFFF;
        if (digits > 4 || count == 8)
            return NULL;
        groups[count++] = (uint16_t)value;
        if (at == end || *at != ':')
            break;
        at++;
        if (at < end && *at == ':') {
            if (gap >= 0)
                return NULL;
            gap = count;
            at++;
        } else if (at == end || nibble(*at) < 0)
            return NULL;
    }
    int missing = 8 - count;
    if (gap < 0 ? missing : missing < 2)
        return NULL;
    if (gap < 0)
        gap = 8;
    memset(octets, 0, 16);
    for (int group = 0; group < count; group++) {
        int place = group < gap ? group : group + missing;
        octets[2 * place] = (uint8_t)(groups[group] >> 8);
        octets[2 * place + 1] = (uint8_t)groups[group];
    }
    return at;
}

/* Type and data of a record from its type on; what follows them, or NULL. `record` is filled but for the TTL. */
static const uint8_t *data_of(const uint8_t *at, const uint8_t *end, uint8_t *record, uint32_t *length)
{
    int type;
    if (end - at > 4 && !memcmp(at, "AAAA", 4) && blank(at[4]))
        type = 28, at += 4;
    else if (end - at > 3 && !memcmp(at, "TXT", 3) && blank(at[3]))
        type = 16, at += 3;
    else if (end - at > 1 && *at == 'A' && blank(at[1]))
        type = 1, at++;
    else
        return NULL;
    at = skip(at, end);
    uint32_t size;
    if (type == 1) {
        at = ipv4(at, end, record + 10);
        size = 4;
    } else if (type == 28) {
        at = ipv6(at, end, record + 10);
        size = 16;
    } else {
        if (at == end || *at++ != '"')
            return NULL;
        uint32_t text = 0;
        for (; at < end && text < 256 && *at >= ' ' && *at <= '~' && *at != '"' && *at != '\\'; text++)
            record[11 + text] = *at++;
        if (!text || text > 255 || at == end || *at++ != '"')
            return NULL;
        record[10] = (uint8_t)text;
        size = text + 1;
    }
    if (!at)
        return NULL;
    record[0] = 0;
    record[1] = (uint8_t)type;
    record[2] = 0;
    record[3] = 1;
    record[8] = (uint8_t)(size >> 8);
    record[9] = (uint8_t)size;
    *length = size + 10;
    return at;
}

/*
 * Reads plain lines from `at` to `end` and returns where the first other line starts. `ttls`: the default, the last
 * written, each -1 where there is none; the last is kept up. `lines`: the number of the first, then of the next. `names`
 * is the number of the last line's name.
 */
API int64_t gslb_plain_take(Plain *plain, const uint8_t *text, int64_t at, int64_t length, const uint8_t *tail,
                            int tail_length, int64_t *ttls, int64_t *lines, uint32_t *name)
{
    const uint8_t *end = text + length, *line = text + at;
    uint32_t mask = plain->mask;
    while (mask < (length - at) / 16 && mask < UINT32_C(1) << 27) /* so many names, if they are short: seldom grow */
        mask = 2 * mask + 1;
    if (mask != plain->mask && plain->count < plain->mask / 64)
        grow(plain, mask);
    uint8_t wire[256], record[10 + 257 + 1];
    while (line < end) {
        int size;
        uint32_t octets;
        const uint8_t *next = owner(plain, line, end, tail, tail_length, wire, &size);
        if (!next || next == end || !blank(*next))
            break;
        next = skip(next, end);
        int64_t ttl = ttls[0] >= 0 ? ttls[0] : ttls[1], written = -1;
        if (next < end && digit(*next)) {
            int digits = 0;
            for (written = 0; next < end && digit(*next) && digits < 11; digits++)
                written = 10 * written + *next++ - '0';
            if (digits > 10 || next == end || !blank(*next))
                break;
            next = skip(next, end);
            ttl = written;
        }
        if (ttl < 0 || ttl > MAX_TTL)
            break;
        if (end - next > 2 && (!memcmp(next, "IN", 2) || !memcmp(next, "in", 2)) && blank(next[2]))
            next = skip(next + 2, end);
        next = data_of(next, end, record, &octets);
        if (!next || next == end || *next != '\n')
            break;
        for (int octet = 0; octet < 4; octet++)
            record[4 + octet] = (uint8_t)(ttl >> (24 - 8 * octet));
        uint32_t number = *lines < UINT32_MAX ? name_of(plain, wire, size) : NONE;
        if (number == NONE || !put(plain, number, record, octets, (uint32_t)*lines))
            break;
        if (written >= 0)
            ttls[1] = written;
        *name = number;
        ++*lines;
        line = next + 1;
    }
    return line - text;
}

API void gslb_plain_drop(Plain *plain, uint32_t number)
{
    plain->names[number].gone = 1;
}

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
