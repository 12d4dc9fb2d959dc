// What the answers to a stream are made in.
#ifndef GSLB_STREAM_H
#define GSLB_STREAM_H

#include "batch.h"

enum { ENOUGH_STREAMED = 1 << 16 };       // octets of replies, after which no more are made in one go
enum { ANSWERED_TCP = ANSWERED_UDP + RCODES };

struct streamed {
    struct draws draws;
    uint64_t used, count;                 // octets and messages that were answered
    uint8_t replies[2 * ENOUGH_STREAMED + 8]; // the last one may begin just before ENOUGH_STREAMED
};

#endif
