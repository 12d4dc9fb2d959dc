// What an OPT record asks for, and the record that answers it.
#include "engine.h"

#include <string.h>

enum { OPTION_NSID = 3, OPTION_ECS = 8, OPTION_KEEPALIVE = 11 };

static uint64_t upper_64(const uint8_t *octets, unsigned length)
{
    uint64_t value = 0;
    for (unsigned each = 0; each < 8; each++)
        value = value << 8 | (each < length ? octets[each] : 0);
    return value;
}

// An option of client subnet, `length` octets of value at `value`; false where it is against RFC 7871, section 7.1.2.
static bool read_subnet(const uint8_t *value, unsigned length, struct opt *opt)
{
    static const uint8_t widths[] = {0, 32, 128}; // family 0 is for "locate nobody"
    if (opt->subnet.there || length < 4)
        return false;
    unsigned family = u16(value), source = value[2], octets = length - 4;
    if (family > 2 || source > widths[family] || value[3] || octets != (source + 7) / 8)
        return false;
    if (source % 8 && value[length - 1] & 0xFF >> source % 8)
        return false;
    struct subnet *subnet = &opt->subnet;
    unsigned cap = family == 2 ? 56 : 24;
    subnet->there = true;
    subnet->family = family == 2 ? 6 : 4;
    subnet->bits = source < cap ? source : cap;
    subnet->upper = 0;
    if (subnet->bits)
        subnet->upper = upper_64(value + 4, octets) >> (64 - subnet->bits) << (64 - subnet->bits);
    if (subnet->family == 4)
        subnet->upper >>= 32;
    memcpy(opt->octets + OPT_SIZE, value - 4, 4 + length);
    opt->scope_at = OPT_SIZE + 7;
    opt->length = OPT_SIZE + 4 + length;
    put_u16(opt->octets + OPT_SIZE - 2, 4 + length);
    return true;
}

// The options from `at` to `end`, all of them looked at.
static enum soundness read_options(const uint8_t *packet, size_t at, size_t end, bool stream, struct opt *opt)
{
    enum soundness found = SOUND;
    while (at < end) {
        if (end - at < 4)
            return UNSOUND;
        unsigned code = u16(packet + at), length = u16(packet + at + 2);
        at += 4;
        if (length > end - at)
            return UNSOUND;
        if (code == OPTION_NSID || (code == OPTION_KEEPALIVE && stream))
            found = NOT_OURS;
        else if (code == OPTION_ECS && !read_subnet(packet + at, length, opt))
            return UNSOUND;
        at += length;
    }
    return found;
}

void begin_opt(struct opt *opt, const uint8_t *record)
{
    static const uint8_t ours[OPT_SIZE] = {0, 0, TYPE_OPT, LARGEST >> 8, LARGEST & 255};
    memcpy(opt->octets, ours, OPT_SIZE);
    opt->octets[7] = record[7] & 0x80; // DO
    opt->length = OPT_SIZE;
    opt->subnet.there = false;
}

enum soundness read_opt(const uint8_t *packet, size_t size, size_t at, bool stream, struct opt *opt)
{
    if (size < at + OPT_SIZE)
        return UNSOUND;
    const uint8_t *record = packet + at; // root, type, payload, extended rcode, version, flags, length
    if (record[0] || u16(record + 1) != TYPE_OPT || record[6] || u16(record + 9) != size - at - OPT_SIZE)
        return UNSOUND;
    begin_opt(opt, record);
    return read_options(packet, at + OPT_SIZE, size, stream, opt);
}

unsigned payload_of(const uint8_t *record)
{
    unsigned payload = u16(record + 3);
    return payload < SMALLEST ? SMALLEST : payload > LARGEST ? LARGEST : payload;
}

void add_option(struct opt *opt, unsigned code, unsigned value)
{
    uint8_t *at = opt->octets + opt->length;
    put_u16(at, code);
    put_u16(at + 2, 2);
    put_u16(at + 4, value);
    opt->length += 6;
    put_u16(opt->octets + OPT_SIZE - 2, opt->length - OPT_SIZE);
}
