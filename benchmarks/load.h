// What both load generators share: queries from a file, what is made anew in each of them, a histogram of latencies.
//
// A file of queries holds DNS messages in TCP framing: two octets of length, then the message.
#ifndef LOAD_H
#define LOAD_H
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    MAX_QUERY = 600,
    STEPS = 32,                 // steps of the histogram in each power of two: 3 % wide
    BINS = 64 * STEPS,
    HEADER = 12,
    COOKIE = 8,                 // octets of a client cookie, RFC 7873 section 4
    MAX_SECONDS = 600,
    TENTHS = MAX_SECONDS * 10,
};
static const uint64_t SECOND = 1000000000;

static uint8_t *file;
static uint32_t *query_at, query_count, next_query;     // query_at: offset of each framed query in the file
static int random_case, random_label, random_cookie;    // what each query gets anew

static uint64_t started, received, octets, with_answer, rcodes[16], histogram[BINS], longest;
static uint32_t tenths[TENTHS];                         // answers in each tenth of a second

static inline uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static inline void fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline uint64_t chance(void)
{
    static uint64_t state = 0x9E3779B97F4A7C15;         // the same queries in every run
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static inline int bin_of(uint64_t ns)
{
    if (ns < STEPS)
        return ns;
    int power = 63 - __builtin_clzll(ns);
    return (power - 4) * STEPS + ((ns >> (power - 5)) & (STEPS - 1));
}

static inline double microseconds_of(int bin)
{
    if (bin < STEPS)
        return bin / 1e3;
    int power = bin / STEPS + 4;
    return ((1ull << power) | ((uint64_t)(bin % STEPS) << (power - 5))) / 1e3;
}

static inline double percentile(double share)
{
    uint64_t below = 0;
    for (int bin = 0; bin < BINS; bin++) {
        below += histogram[bin];
        if (below && below >= share * received)
            return microseconds_of(bin);
    }
    return 0;
}

static inline void read_queries(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail(path);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    file = malloc(size + 1);
    query_at = malloc((size / 2 + 1) * sizeof *query_at);
    if (fread(file, 1, size, f) != (size_t)size)
        fail(path);
    fclose(f);
    for (long at = 0, length; at + 2 <= size; at += 2 + length) {
        length = file[at] << 8 | file[at + 1];
        if (length < HEADER + 5 || length > MAX_QUERY || at + 2 + length > size) {
            fprintf(stderr, "%s: no query of %d to %d octets at %ld\n", path, HEADER + 5, MAX_QUERY, at);
            exit(1);
        }
        query_at[query_count++] = at;
    }
    if (!query_count) {
        fprintf(stderr, "%s: no query\n", path);
        exit(1);
    }
}

// Puts the next query at `to`, with what is to be new in it; returns its length. The id is the caller's to write.
static inline int take_query(uint8_t *to)
{
    const uint8_t *query = file + query_at[next_query];
    next_query = next_query + 1 == query_count ? 0 : next_query + 1;
    int length = query[0] << 8 | query[1];
    memcpy(to, query + 2, length);
    if (random_label) {
        uint64_t bits = chance();
        int label = to[HEADER];
        for (int i = 1; i <= label; i++, bits = bits >> 5 | bits << 59)
            to[HEADER + i] = "abcdefghijklmnopqrstuvwxyz012345"[bits & 31];
    }
    if (random_case) {
        uint64_t bits = chance();
        for (int at = HEADER; to[at]; at += 1 + to[at])
            for (int i = 1; i <= to[at]; i++, bits = bits >> 1 | bits << 63)
                if ((to[at + i] | 0x20) >= 'a' && (to[at + i] | 0x20) <= 'z')
                    to[at + i] ^= (bits & 1) << 5;
    }
    if (random_cookie) {                                // the query's last option
        uint64_t bits = chance();
        memcpy(to + length - COOKIE, &bits, COOKIE);
    }
    return length;
}

static inline void count_answer(const uint8_t *answer, int length, uint64_t sent_at, uint64_t at)
{
    uint64_t took = at > sent_at ? at - sent_at : 0;
    histogram[bin_of(took)]++;
    if (took > longest)
        longest = took;
    rcodes[answer[3] & 15]++;
    with_answer += (answer[6] | answer[7]) != 0;
    octets += length;
    received++;
    uint64_t tenth = (at - started) / (SECOND / 10);
    if (tenth < TENTHS)
        tenths[tenth]++;
}

// `seconds`: how long queries were sent; `answered`: answers until then.
static inline void print_figures(double seconds, uint64_t answered, uint64_t sent, uint64_t lost)
{
    printf("{\"qps\": %.0f, \"sent\": %lu, \"received\": %lu, \"lost\": %lu, \"with_answer\": %lu, \"noerror\": %lu, "
           "\"servfail\": %lu, \"nxdomain\": %lu, \"refused\": %lu, \"octets\": %.1f, \"started\": %.6f, "
           "\"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, \"tenths\": [",
           answered / seconds, sent, received, lost, with_answer, rcodes[0], rcodes[2], rcodes[3], rcodes[5],
           received ? octets / (double)received : 0, started / (double)SECOND, percentile(.5), percentile(.9),
           percentile(.99), percentile(.999), longest / 1e3);
    for (int i = 0; i < (int)(seconds * 10) && i < TENTHS; i++)
        printf(i ? ", %u" : "%u", tenths[i]);
    printf("]}\n");
}

static inline struct addrinfo *server_at(const char *address, const char *port, int kind)
{
    struct addrinfo hints = {.ai_socktype = kind, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *server;
    int error = getaddrinfo(address, port, &hints, &server);
    if (error || (strncmp(address, "127.", 4) && strcmp(address, "::1"))) {
        fprintf(stderr, "%s: %s\n", address, error ? gai_strerror(error) : "only loopback is loaded");
        exit(1);
    }
    return server;
}

static inline uint64_t nanoseconds(const char *seconds)
{
    double wanted = atof(seconds);
    if (wanted <= 0 || wanted > MAX_SECONDS) {
        fprintf(stderr, "more than 0 and up to %d seconds, please\n", MAX_SECONDS);
        exit(2);
    }
    return wanted * SECOND;
}
#endif
