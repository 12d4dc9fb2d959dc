// A packet to its reply: header, question, rows, body or plan, OPT. gslb/engine/answer.py says the same in Python.
#include "engine.h"

#include <string.h>

enum { QR = 0x80, OPCODE_OR_TC = 0x7A, TC = 0x02, RD = 0x01, CD = 0x10 }; // in the flags' first and second octet
enum { FIRST_META = 249, LAST_META = 254 };                               // types that ask for no records, as OPT
enum { OPTION_EDE = 15, NOT_AUTHORITATIVE = 20 };                         // RFC 8914, section 4.21

static const struct body refused = {.flags = 5};

struct found { // what answers: a body at once, or a plan; and what is counted
    const struct body *body;
    uint64_t reference;
    const struct layer *layer;
    uint64_t counter;
};

// 1, FORWARD or FAULT
static int find(const struct view *view, const struct place *place, unsigned type, struct found *found)
{
    const struct layer *layer = place->layer;
    const struct target *target = find_target(place, type);
    uint32_t value = target->reference & VALUE_MASK;
    found->layer = layer;
    found->counter = target->counter;
    found->body = NULL;
    switch (target->reference >> KIND_SHIFT) {
    case STATIC:
        found->body = body_at(layer->bodies, layer->bodies_size, UINT64_C(4) * value);
        return found->body ? 1 : FAULT;
    case SHARED: {
        const struct layer *newest = place->zone->layers[0];
        if (value >= newest->shared_count)
            return FAULT;
        found->body = body_at(newest->bodies, newest->bodies_size, UINT64_C(4) * newest->shared[value]);
        return found->body ? 1 : FAULT;
    }
    case ROW:
        if (value >= place->span->count)
            return FORWARD;
        if (place->span->first >= view->row_count || value >= view->row_count - place->span->first)
            return FAULT;
        found->reference = view->rows[place->span->first + value];
        return found->reference ? 1 : FORWARD;
    default:
        return FORWARD;
    }
}

static bool is_for_records(unsigned type)
{
    return type && type != TYPE_OPT && (type < FIRST_META || type > LAST_META);
}

// The reply, cut down to `limit` octets where it must be; FORWARD where the body is for other names.
static int assemble(const struct body *body, uint8_t *packet, size_t stop, const struct opt *opt, unsigned limit,
                    size_t capacity)
{
    static const uint8_t nothing[6];
    if (body->name_length && body->name_length != stop - HEADER - 4)
        return FORWARD;
    size_t around = stop + opt->length, length = body->length;
    const uint8_t *counts = body->counts;
    unsigned flags = body->flags, kept = 6;
    if (around + length > limit) {
        length = body->core;
        kept = 4;
        if (around + length > limit) {
            length = kept = 0;
            counts = nothing;
            flags |= TC << 8;
        } else if (body->trim & TRIM_GLUE) {
            flags |= TC << 8;
        }
    }
    if (around + length > capacity)
        return FAULT;
    packet[2] = (packet[2] & RD) | QR | flags >> 8;
    packet[3] = (packet[3] & CD) | flags;
    packet[4] = 0;
    packet[5] = 1;
    memcpy(packet + 6, counts, 4);
    put_u16(packet + 10, (kept == 6 ? u16(counts + 4) : 0) + (opt->length > 0));
    memcpy(packet + stop, body->wire, length);
    memcpy(packet + stop + length, opt->octets, opt->length);
    return around + length;
}

int answer_in_place(const struct view *view, uint8_t *packet, size_t size, const struct client *client, bool stream,
                    size_t capacity)
{
    if (size < HEADER || packet[2] & QR)
        return DROP;
    uint64_t counts;
    memcpy(&counts, packet + 4, sizeof counts);
    bool has_opt = counts == UINT64_C(0x0100000000000100); // little-endian: one question, one additional record
    struct name name;
    if (packet[2] & OPCODE_OR_TC || !(has_opt || counts == 0x0100) || !read_name(packet, size, &name))
        return refuse(packet, size, stream);
    size_t stop = HEADER + name.length + 4;
    if (size < stop || u16(packet + stop - 2) != CLASS_IN || !is_for_records(u16(packet + stop - 4)))
        return refuse(packet, size, stream);
    struct opt opt;
    opt.length = 0;
    opt.subnet.there = false;
    if (has_opt ? read_opt(packet, size, stop, stream, &opt) != SOUND : size != stop)
        return refuse(packet, size, stream);
    unsigned type = u16(packet + stop - 4);
    unsigned limit = stream ? LARGEST_STREAMED : has_opt ? payload_of(packet + stop) : SMALLEST;
    struct place place;
    int there = find_place(view, &name, &place);
    if (there < 0)
        return there;
    if (!there) {
        if (!view->published)
            return FORWARD;
        if (has_opt)
            add_option(&opt, OPTION_EDE, NOT_AUTHORITATIVE);
        return assemble(&refused, packet, stop, &opt, limit, capacity);
    }
    struct found found;
    there = find(view, &place, type, &found);
    if (there < 0)
        return there;
    if (!found.body) {
        struct picked picked;
        there = pick(view, found.reference, opt.subnet.there ? &opt.subnet : NULL, client, &picked);
        if (there < 0)
            return there;
        found.body = picked.body;
        found.counter += picked.body->ordinal;
        if (picked.scope)
            opt.octets[opt.scope_at] = picked.scope;
    }
    if (UNLIKELY(found.counter >= found.layer->counter_count))
        return FAULT;
    int length = assemble(found.body, packet, stop, &opt, limit, capacity);
    if (length > 0)
        found.layer->counts[found.counter]++;
    return length;
}
