// The loop: receive a batch, answer each packet where it stands, send the replies back.
#include "batch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum { PATIENCE = 10 }; // milliseconds that a full send buffer is given to drain, once a batch
enum { ROUNDS = 8 };    // batches at most before the caller looks after the rest again

static int receive(struct batch *batch, const struct listening *listening)
{
    for (int slot = 0; slot < SLOTS; slot++) {
        batch->vectors[slot] = (struct iovec){batch->slots[slot], SLOT_SIZE};
        batch->headers[slot].msg_hdr = (struct msghdr){
            .msg_name = batch->names[slot],
            .msg_namelen = NAME_SIZE,
            .msg_iov = &batch->vectors[slot],
            .msg_iovlen = 1,
            .msg_control = listening->wildcard ? batch->controls[slot] : NULL,
            .msg_controllen = listening->wildcard ? CONTROL_SIZE : 0,
        };
    }
    int count = recvmmsg(listening->descriptor, batch->headers, SLOTS, MSG_DONTWAIT, NULL);
    return count > 0 ? count : 0;
}

// By which interface the reply leaves is for routing to say, not for where the query came in.
static void free_interface(struct msghdr *message, int family)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(message);
    static const uint32_t any = 0;
    size_t at = family == AF_INET ? offsetof(struct in_pktinfo, ipi_ifindex) : offsetof(struct in6_pktinfo, ipi6_ifindex);
    if (control && control->cmsg_len >= CMSG_LEN(at + sizeof any))
        memcpy(CMSG_DATA(control) + at, &any, sizeof any);
}

static bool is_full(int error)
{
    return error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

// How many could not be sent.
static int send_all(struct batch *batch, int descriptor, int count)
{
    int sent = 0, failed = 0;
    bool patient = true;
    while (sent < count) {
        int done = sendmmsg(descriptor, batch->headers + sent, count - sent, MSG_DONTWAIT);
        if (done > 0) {
            sent += done;
        } else if (errno == EINTR) {
            continue;
        } else if (!is_full(errno)) { // this one has no way out: its port is 0, its network unreachable
            sent++;
            failed++;
        } else if (patient) {
            struct pollfd room = {descriptor, POLLOUT, 0};
            patient = false;
            poll(&room, 1, PATIENCE);
        } else {
            return failed + count - sent;
        }
    }
    return failed;
}

static int reply_to(struct batch *batch, const struct view *view, uint64_t *counters, int slot, int family)
{
    size_t size = batch->headers[slot].msg_len;
    batch->received[slot] = size;
    if (size >= SLOT_SIZE) {
        counters[OVERSIZED]++;
        return 0;
    }
    struct client client = sender_of(batch, slot, family);
    client.draw = next_draw(&batch->draws);
    uint8_t *packet = batch->slots[slot];
    int length = answer_in_place(view, packet, size, &client, false, SLOT_SIZE);
    if (length > 0) {
        counters[ANSWERED_UDP + (packet[3] & 15)]++;
        counters[TRUNCATED] += packet[2] >> 1 & 1;
        return length;
    }
    if (length == DROP) {
        counters[DROPPED]++;
        return 0;
    }
    counters[FAULTS] += length == FAULT;
    batch->forward[batch->forwards++] = slot;
    return 0;
}

// Packets taken from one socket: at most ROUNDS full batches. Those in `forward` are left to the caller, who has to take
// them before the next call. `counters` is the worker's block,
// `samples` its ring, or NULL.
EXPORTED int gslb_serve(struct batch *batch, const struct view *view, uint64_t *counters, void *samples,
                        const struct listening *listening)
{
    int taken = 0;
    batch->forwards = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int count = receive(batch, listening);
        if (!count)
            break;
        struct received received[SLOTS];
        for (int slot = 0; slot < count; slot++)
            received[slot] = (struct received){batch->slots[slot], batch->headers[slot].msg_len};
        take_samples(batch, samples, received, count, listening->family);
        warm(view, received, count);
        int replies = 0;
        for (int slot = 0; slot < count; slot++) {
            int length = reply_to(batch, view, counters, slot, listening->family);
            if (!length)
                continue;
            batch->vectors[slot].iov_len = length;
            struct msghdr *message = &batch->headers[slot].msg_hdr;
            if (listening->wildcard)
                free_interface(message, listening->family);
            if (replies != slot)
                batch->headers[replies] = batch->headers[slot];
            replies++;
        }
        counters[RECEIVED] += count;
        counters[SEND_FAILED] += send_all(batch, listening->descriptor, replies);
        taken += count;
        if (count < SLOTS || batch->forwards)
            break;
    }
    return taken;
}

_Static_assert(COUNTERS == 96, "as many as EngineCounter.END");
