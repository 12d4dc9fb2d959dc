// Packets noted for whoever watches, before they become replies: gslb/engine/sampler.py says which, image/samples.py how.
#include "batch.h"

#include <string.h>
#include <time.h>

enum { TRACED_MOST = 4 }; // a flood from one address must not keep a worker busy with writing it down
enum { RECORDS = 1024, PACKET = 216, BY_CHANCE = 0, BY_TRACE = 1 << 7 };

struct record {
    uint64_t serial, at;
    uint32_t weight;
    uint16_t length;
    uint8_t origin, unused; // kind and the sender's length
    uint8_t sender[16];
    uint8_t packet[PACKET];
};

struct ring {
    uint64_t written, every, traced, free; // all but `written` are the watcher's word
    struct record records[RECORDS];
};

_Static_assert(sizeof(struct record) == 256 && sizeof(struct ring) == 32 + 256 * RECORDS, "as in image/samples.py");

static void note(struct ring *ring, const struct received *received, const struct client *client, unsigned kind,
                 uint64_t weight)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t written = ring->written;
    struct record *record = ring->records + written % RECORDS;
    size_t length = received->size < PACKET ? received->size : PACKET;
    __atomic_store_n(&record->serial, 0, __ATOMIC_RELEASE); // until it is whole it is nobody's
    record->at = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
    record->weight = weight;
    record->length = length;
    record->origin = kind | client->length;
    memset(record->sender, 0, sizeof record->sender);
    memcpy(record->sender, client->address, client->length);
    memset(record->packet, 0, PACKET);
    memcpy(record->packet, received->packet, length);
    __atomic_store_n(&record->serial, written + 1, __ATOMIC_RELEASE);
    __atomic_store_n(&ring->written, written + 1, __ATOMIC_RELEASE);
}

void take_samples(struct batch *batch, void *memory, const struct received *received, int count, int family)
{
    struct ring *ring = memory;
    if (!ring || !ring->every)
        return;
    batch->since += count;
    if (batch->since >= ring->every) {
        int slot = (unsigned __int128)next_draw(&batch->draws) * count >> 64;
        struct client client = sender_of(batch, slot, family);
        note(ring, received + slot, &client, BY_CHANCE, batch->since);
        batch->since = 0;
    }
    uint64_t traced = ring->traced - 1; // 0: nobody
    for (int slot = 0, left = TRACED_MOST; slot < count && left && traced < 256; slot++) {
        struct client client = sender_of(batch, slot, family);
        if ((client.address[client.length == 4 ? 3 : 7] ^ traced) & ~ring->free)
            continue;
        note(ring, received + slot, &client, BY_TRACE, 1);
        left--;
    }
}
