// Closed-loop UDP load for a name server: a fixed number of queries is always in flight, each answer sends the next query.
//
//   loadgen ADDRESS PORT QUERYFILE SOCKETS WINDOW SECONDS
//
// QUERYFILE holds DNS messages in TCP framing (two octets of length, then the message); they are sent in order, over and over.
// WINDOW queries in flight are spread over SOCKETS connected sockets. Prints one line of JSON: rate, losses, rcodes, latency.
//
// A query in flight is a slot of its socket. The message id carries the slot (ten bits) and the slot's turn (six bits), so an
// answer that comes after its query was given up is told apart from the answer to the next query in that slot.
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    BATCH = 64,
    MAX_QUERY = 600,
    MAX_ANSWER = 4096,
    MAX_SLOTS = 1024,
    BUFFER = 4 << 20,
    STEPS = 32,                 // steps of the histogram in each power of two: 3 % wide
    BINS = 64 * STEPS,
};
static const uint64_t SECOND = 1000000000, GIVEN_UP_AFTER = SECOND, LOOK_FOR_LOST_EVERY = SECOND / 10;

struct slot {
    uint64_t sent_at;           // ns
    uint8_t turn;               // modulo 64
};
struct channel {
    int fd;
    struct slot slots[MAX_SLOTS];
};

static uint8_t *file;
static uint32_t *query_at, query_count, next_query;     // query_at: offset of each framed query in the file
static int window;                                      // slots in use on each socket

static uint8_t answers[BATCH][MAX_ANSWER], queries[BATCH][MAX_QUERY];
static struct iovec answer_parts[BATCH], query_parts[BATCH];
static struct mmsghdr incoming[BATCH], outgoing[BATCH];

static uint64_t sent, received, lost, octets, with_answer, rcodes[16], histogram[BINS];

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int bin_of(uint64_t ns)
{
    if (ns < STEPS)
        return ns;
    int power = 63 - __builtin_clzll(ns);
    return (power - 4) * STEPS + ((ns >> (power - 5)) & (STEPS - 1));
}

static double microseconds_of(int bin)
{
    if (bin < STEPS)
        return bin / 1e3;
    int power = bin / STEPS + 4;
    return ((1ull << power) | ((uint64_t)(bin % STEPS) << (power - 5))) / 1e3;
}

static double percentile(double share)
{
    uint64_t below = 0;
    for (int bin = 0; bin < BINS; bin++) {
        below += histogram[bin];
        if (below && below >= share * received)
            return microseconds_of(bin);
    }
    return 0;
}

static void read_queries(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail(path);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    file = malloc(size);
    query_at = malloc(size / 2 * sizeof *query_at + 1);
    if (fread(file, 1, size, f) != (size_t)size)
        fail(path);
    fclose(f);
    for (long at = 0, length; at + 2 <= size; at += 2 + length) {
        length = file[at] << 8 | file[at + 1];
        if (length < 12 || length > MAX_QUERY || at + 2 + length > size) {
            fprintf(stderr, "%s: no query of 12 to %d octets at %ld\n", path, MAX_QUERY, at);
            exit(1);
        }
        query_at[query_count++] = at;
    }
    if (!query_count) {
        fprintf(stderr, "%s: no query\n", path);
        exit(1);
    }
}

static int connect_to(const char *address, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *server;
    int error = getaddrinfo(address, port, &hints, &server);
    if (error) {
        fprintf(stderr, "%s: %s\n", address, gai_strerror(error));
        exit(1);
    }
    int fd = socket(server->ai_family, SOCK_DGRAM, 0), size = BUFFER;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (fd < 0 || connect(fd, server->ai_addr, server->ai_addrlen))
        fail("connect");
    freeaddrinfo(server);
    return fd;
}

// Sends the next queries in `free_slots`, at most BATCH of them.
static void send_queries(struct channel *channel, const int *free_slots, int count, uint64_t at)
{
    for (int i = 0; i < count; i++) {
        struct slot *slot = &channel->slots[free_slots[i]];
        const uint8_t *query = file + query_at[next_query];
        next_query = next_query + 1 == query_count ? 0 : next_query + 1;
        int length = query[0] << 8 | query[1];
        uint16_t id = free_slots[i] | slot->turn << 10;
        memcpy(queries[i], query + 2, length);
        queries[i][0] = id >> 8;
        queries[i][1] = id;
        query_parts[i].iov_len = length;
        slot->sent_at = at;
    }
    for (int done = 0; done < count;) {
        int n = sendmmsg(channel->fd, outgoing + done, count - done, 0);
        if (n > 0)
            done += n;
        else if (errno != EAGAIN && errno != ECONNREFUSED && errno != ENOBUFS)
            fail("sendmmsg");
    }
    sent += count;
}

// Counts what has come in and puts a new query in the place of each answer.
static void take_answers(struct channel *channel)
{
    int n = recvmmsg(channel->fd, incoming, BATCH, MSG_DONTWAIT, NULL);
    if (n <= 0)
        return;
    int free_slots[BATCH], free_count = 0;
    uint64_t at = now();
    for (int i = 0; i < n; i++) {
        const uint8_t *answer = answers[i];
        int id = answer[0] << 8 | answer[1], index = id & (MAX_SLOTS - 1);
        struct slot *slot = &channel->slots[index];
        if (incoming[i].msg_len < 12 || index >= window || id >> 10 != slot->turn)
            continue;
        histogram[bin_of(at - slot->sent_at)]++;
        rcodes[answer[3] & 15]++;
        with_answer += (answer[6] | answer[7]) != 0;
        octets += incoming[i].msg_len;
        slot->turn = (slot->turn + 1) & 63;
        free_slots[free_count++] = index;
    }
    received += free_count;
    if (free_count)
        send_queries(channel, free_slots, free_count, at);
}

static void give_up_lost(struct channel *channel, uint64_t at)
{
    int free_slots[BATCH], free_count = 0;
    for (int index = 0; index < window; index++) {
        struct slot *slot = &channel->slots[index];
        if (at - slot->sent_at <= GIVEN_UP_AFTER)
            continue;
        slot->turn = (slot->turn + 1) & 63;
        free_slots[free_count++] = index;
        lost++;
        if (free_count == BATCH) {
            send_queries(channel, free_slots, free_count, at);
            free_count = 0;
        }
    }
    if (free_count)
        send_queries(channel, free_slots, free_count, at);
}

static void fill_window(struct channel *channel, uint64_t at)
{
    int free_slots[BATCH];
    for (int first = 0; first < window; first += BATCH) {
        int count = window - first < BATCH ? window - first : BATCH;
        for (int i = 0; i < count; i++)
            free_slots[i] = first + i;
        send_queries(channel, free_slots, count, at);
    }
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: loadgen ADDRESS PORT QUERYFILE SOCKETS WINDOW SECONDS\n");
        return 2;
    }
    read_queries(argv[3]);
    int sockets = atoi(argv[4]);
    window = atoi(argv[5]) / sockets;
    if (sockets < 1 || window < 1 || window > MAX_SLOTS) {
        fprintf(stderr, "from 1 to %d queries in flight on each socket, please\n", MAX_SLOTS);
        return 2;
    }
    for (int i = 0; i < BATCH; i++) {
        answer_parts[i] = (struct iovec){answers[i], MAX_ANSWER};
        query_parts[i].iov_base = queries[i];
        incoming[i].msg_hdr = (struct msghdr){.msg_iov = &answer_parts[i], .msg_iovlen = 1};
        outgoing[i].msg_hdr = (struct msghdr){.msg_iov = &query_parts[i], .msg_iovlen = 1};
    }
    struct channel *channels = calloc(sockets, sizeof *channels);
    for (int i = 0; i < sockets; i++)
        channels[i].fd = connect_to(argv[1], argv[2]);

    uint64_t start = now(), end = start + (uint64_t)(atof(argv[6]) * SECOND), looked = start, at = start;
    for (int i = 0; i < sockets; i++)
        fill_window(&channels[i], start);
    while (at < end) {
        for (int i = 0; i < sockets; i++)
            take_answers(&channels[i]);
        at = now();
        if (at - looked > LOOK_FOR_LOST_EVERY) {
            looked = at;
            for (int i = 0; i < sockets; i++)
                give_up_lost(&channels[i], at);
        }
    }
    printf("{\"qps\": %.0f, \"sent\": %lu, \"received\": %lu, \"lost\": %lu, \"with_answer\": %lu, \"noerror\": %lu, "
           "\"servfail\": %lu, \"nxdomain\": %lu, \"refused\": %lu, \"octets\": %.1f, "
           "\"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f}\n",
           received / ((at - start) / (double)SECOND), sent, received, lost, with_answer, rcodes[0], rcodes[2], rcodes[3],
           rcodes[5], received ? octets / (double)received : 0, percentile(.5), percentile(.9), percentile(.99),
           percentile(.999));
}
