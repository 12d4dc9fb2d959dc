// Queries of a stream, each behind its length: all that the tables answer, in one go.
#include "stream.h"

#include <string.h>

enum { LENGTH = 2 }; // octets before each message

// Octets of framed replies in `streamed`. They answer the `count` messages in the first `used` octets; the next one, if
// there is one, is not whole, is not for the tables to answer, or has to wait until these replies are gone.
EXPORTED uint64_t gslb_answer_stream(struct streamed *streamed, const struct view *view, uint64_t *counters,
                                     const uint8_t *octets, uint64_t size, const uint8_t *sender, uint32_t sender_length)
{
    uint64_t at = 0, filled = 0, count = 0;
    if (sender_length != 4 && sender_length != 16)
        size = 0;
    while (filled < ENOUGH_STREAMED && size - at >= LENGTH + HEADER) {
        size_t length = u16(octets + at);
        if (length < HEADER || length > size - at - LENGTH)
            break;
        uint8_t *packet = streamed->replies + filled + LENGTH;
        struct client client = {sender, sender_length, next_draw(&streamed->draws)};
        memcpy(packet, octets + at + LENGTH, length);
        int reply = answer_in_place(view, packet, length, &client, true, LARGEST_STREAMED);
        if (reply == FORWARD || reply == FAULT) {
            counters[FAULTS] += reply == FAULT;
            break;
        }
        at += LENGTH + length;
        count++;
        if (reply == DROP) {
            counters[DROPPED]++;
            continue;
        }
        put_u16(packet - LENGTH, reply);
        counters[ANSWERED_TCP + (packet[3] & 15)]++;
        counters[TRUNCATED] += packet[2] >> 1 & 1;
        filled += LENGTH + reply;
    }
    counters[RECEIVED] += count;
    streamed->used = at;
    streamed->count = count;
    return filled;
}
