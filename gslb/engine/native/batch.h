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
enum { KEPT_SIZE = 256 };                   // a packet's first octets: as many as a sample takes, and more
enum { CONTROL_SIZE = 64, NAME_SIZE = 32 }; // in6_pktinfo takes 40, sockaddr_in6 28

struct batch {
    struct draws draws;
    uint64_t last; // packets in the last batch; `names` and `kept` are theirs
    uint64_t forwards;
    uint32_t forward[SLOTS]; // slots whose packets are for the responder, as they came
    uint32_t received[SLOTS];
    uint8_t names[SLOTS][NAME_SIZE];      // sockaddr_in or sockaddr_in6: where each packet came from
    uint8_t controls[SLOTS][CONTROL_SIZE]; // the address asked, where the socket listens to many
    uint8_t kept[SLOTS][KEPT_SIZE]; // packets before they became replies, where somebody wants to see them
    uint8_t slots[SLOTS][SLOT_STRIDE];
    struct iovec vectors[SLOTS];
    struct mmsghdr headers[SLOTS];
};

struct listening { // a socket
    int32_t descriptor, family;
    int32_t wildcard; // it listens to all addresses, and is told which was asked
    int32_t keep; // every batch is looked at: packets are kept, and it is the last of its call
};

// Engine counters, by gslb/image/counters.py.
enum { RECEIVED = 0, DROPPED = 1, OVERSIZED = 2, TRUNCATED = 5, SEND_FAILED = 6, FAULTS = 9, ANSWERED_UDP = 32, RCODES = 32 };
enum { COUNTERS = ANSWERED_UDP + 2 * RCODES };

#endif
