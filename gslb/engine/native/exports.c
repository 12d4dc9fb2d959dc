// One packet, or many, answered outside any socket: for TCP, and for whoever compares engines.
#include "engine.h"

#include <string.h>

// The reply goes to `reply`, which has room for `capacity` octets, no less than the packet. Returns its length, DROP,
// FORWARD or FAULT.
EXPORTED int gslb_answer(const struct view *view, const uint8_t *packet, uint64_t size, const uint8_t *sender,
                         uint32_t sender_length, uint64_t draw, uint32_t stream, uint8_t *reply, uint64_t capacity)
{
    if (size > capacity || (sender_length != 4 && sender_length != 16))
        return FAULT;
    struct client client = {sender, sender_length, draw};
    memcpy(reply, packet, size);
    return answer_in_place(view, reply, size, &client, stream, capacity);
}

// `count` packets; each reply goes to the next `capacity` octets of `replies`, what gslb_answer returns to `lengths`.
EXPORTED void gslb_answer_many(const struct view *view, const uint8_t *packets, const struct asked *asked, uint64_t count,
                               uint8_t *replies, uint64_t capacity, int32_t *lengths)
{
    for (uint64_t each = 0; each < count; each++, asked++, replies += capacity)
        lengths[each] = gslb_answer(view, packets + asked->at, asked->size, asked->sender, asked->sender_length,
                                    asked->draw, asked->stream, replies, capacity);
}
