/* Plain lines of text to names and records, as far as they go: the first other line ends a run. */
#include "plain.h"

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
