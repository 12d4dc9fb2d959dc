// Many packets a system call, over slots that are laid out once and shared by all sockets of a worker.
#ifndef GSLB_BATCH_H
#define GSLB_BATCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE // recvmmsg
#endif

#include "engine.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { SLOTS = 64, SLOT_SIZE = 4096 };      // no query is as long
enum { SLOT_STRIDE = SLOT_SIZE + 64 };      // slots in step with pages would share a few lines of the cache
enum { CONTROL_SIZE = 64, NAME_SIZE = 32 }; // in6_pktinfo takes 40, sockaddr_in6 28

struct batch {
    struct draws draws;
    uint64_t since; // packets since the last one that was noted by chance
    uint64_t forwards;
    uint32_t forward[SLOTS]; // slots whose packets are for the responder, as they came
    uint32_t received[SLOTS];
    uint8_t names[SLOTS][NAME_SIZE];      // sockaddr_in or sockaddr_in6: where each packet came from
    uint8_t controls[SLOTS][CONTROL_SIZE]; // the address asked, where the socket listens to many
    uint8_t slots[SLOTS][SLOT_STRIDE];
    struct iovec vectors[SLOTS];
    struct mmsghdr headers[SLOTS];
};

struct listening { // a socket
    int32_t descriptor, family;
    int32_t wildcard; // it listens to all addresses, and is told which was asked
    int32_t unused;
};

// Engine counters, by gslb/image/counters.py.
enum { RECEIVED = 0, DROPPED = 1, OVERSIZED = 2, TRUNCATED = 5, SEND_FAILED = 6, FAULTS = 9, ANSWERED_UDP = 32, RCODES = 32 };
enum { COUNTERS = ANSWERED_UDP + 2 * RCODES };

static inline struct client sender_of(const struct batch *batch, int slot, int family)
{
    bool is_ipv4 = family == AF_INET;
    size_t at = is_ipv4 ? offsetof(struct sockaddr_in, sin_addr) : offsetof(struct sockaddr_in6, sin6_addr);
    return (struct client){.address = batch->names[slot] + at, .length = is_ipv4 ? 4 : 16};
}

// samples.c: `memory` is the worker's ring, NULL where there is none
void take_samples(struct batch *batch, void *memory, const struct received *received, int count, int family);

#endif
