// What the parts of the engine share: the tables once opened, and who does what.
//
// Python opens the tables (open.c) into memory of its own and keeps them mapped; from then on nothing here allocates.
// Everything read from a table is checked against its size: what does not fit is a FAULT, and the responder answers.
#ifndef GSLB_ENGINE_H
#define GSLB_ENGINE_H

#include "layout.h"

#include <stdbool.h>

static inline unsigned u16(const uint8_t *at)
{
    return at[0] << 8 | at[1];
}

static inline void put_u16(uint8_t *at, unsigned value)
{
    at[0] = value >> 8;
    at[1] = value;
}

#define EXPORTED __attribute__((visibility("default")))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

enum { INTERFACE = 3 }; // counted up when anything that Python knows of changes

// What becomes of a packet, if not a reply of so many octets.
enum { DROP = -1, FORWARD = -2, FAULT = -3 };

struct layer { // a zone image
    const uint64_t *slots;
    const struct entry *entries;
    const uint32_t *rows, *shared;
    const uint8_t *bodies, *names;
    uint64_t slot_mask, entry_count, row_words, shared_count, bodies_size, names_size;
    uint64_t *counts;
    uint64_t counter_count;
    uint32_t depth, apex_length;
};

struct zone { // its layers, newest first
    const struct layer *layers[MOST_LAYERS];
    uint64_t layer_count;
};

struct places { // a place image
    const char *digest;
    const uint32_t *index4, *starts4, *fine_starts4, *fine_ends4;
    const uint16_t *classes4, *classes6, *fine_classes4, *fine_classes6;
    const uint64_t *starts6;
    const struct wide *fine_starts6, *fine_ends6;
    uint64_t main4, main6, fine4, fine6;
};

struct arena {
    const uint8_t *octets; // NULL: no arena has this number
    uint64_t size;
    uint64_t *checked; // a bit for every eight octets: the blob whose payload starts there was found whole
};

struct span { // the rows of one layer among all rows
    uint64_t first, count;
};

struct view { // one generation, as one process sees it
    const struct zone *const *zones;
    const struct span *spans; // MOST_LAYERS for each zone
    const struct places *const *places;
    const struct arena *arenas;
    const uint64_t *rows; // a reference each
    uint32_t *zone_slots, *places_slots; // hashes of numbers + 1, made by gslb_open_view
    uint64_t zone_count, places_count, arena_count, row_count;
    uint64_t zone_mask, places_mask; // slots - 1, a power of two; more than twice the counts
    uint64_t first_arena;
    uint64_t most_labels; // of an apex
    uint64_t published; // 0: nothing yet, and silence is better than a wrong word
};

// name.c: the question's name, and where it stands
enum { HEADER = 12, LONGEST_NAME = 255, LONGEST_LABEL = 63, MOST_LABELS = 127 };

struct name {
    uint8_t octets[LONGEST_NAME + 1]; // in lower case
    uint8_t starts[MOST_LABELS + 1];  // of each label, the root's last
    unsigned labels, length;
};

struct place { // rows that answer a name, and whose they are
    const struct zone *zone;
    const struct layer *layer;
    const struct span *span;
    const struct rows *rows;
};

uint32_t crc32_of(uint32_t start, const uint8_t *octets, size_t length);
bool read_name(const uint8_t *packet, size_t size, struct name *name);
int find_place(const struct view *view, const struct name *name, struct place *place); // 1 found, 0 not ours, FAULT
const struct target *find_target(const struct place *place, unsigned type);

// query.c: the OPT record
enum { OPT_SIZE = 11, SMALLEST = 512, LARGEST = 1232, LARGEST_STREAMED = 65535, LONGEST_OPT = OPT_SIZE + 24 + 6 };
enum { TYPE_OPT = 41, CLASS_IN = 1, CLASS_CH = 3 };

enum soundness { SOUND, NOT_OURS, UNSOUND }; // not ours: sound, but for the responder (NSID, keepalive)

struct subnet { // EDNS Client Subnet (RFC 7871, section 6); `bits` 0: not to be located
    bool there;
    uint8_t family, bits; // 4 or 6; cut to 24 or 56
    uint64_t upper;       // the cut address: 32 bits of IPv4, the upper 64 of IPv6
};

struct opt { // the reply's OPT record
    uint8_t octets[LONGEST_OPT + 3];
    unsigned length, scope_at; // where the scope stands in it
    struct subnet subnet;
};

enum soundness read_opt(const uint8_t *packet, size_t size, size_t at, bool stream, struct opt *opt);
void begin_opt(struct opt *opt, const uint8_t *record); // the reply's, without options, to a query's
unsigned payload_of(const uint8_t *record);             // as large as we take it
void add_option(struct opt *opt, unsigned code, unsigned value);

// places.c: a client's class
const struct places *find_places(const struct view *view, const char *digest);
bool class_of_prefix4(const struct places *places, uint32_t address, unsigned *class, unsigned *width);
bool class_of_prefix6(const struct places *places, uint64_t upper, unsigned *class, unsigned *width);
bool class_of_sender4(const struct places *places, uint32_t address, unsigned *class);
bool class_of_sender6(const struct places *places, struct wide address, unsigned *class);

// warm.c
struct received {
    const uint8_t *packet;
    size_t size;
};

void warm(const struct view *view, const struct received *received, int count);

// plan.c: a body for a client
struct client {
    const uint8_t *address; // the sender's
    unsigned length;        // 4 or 16
    uint64_t draw;
};

struct picked {
    const struct body *body;
    unsigned scope;
};

int pick(const struct view *view, uint64_t reference, const struct subnet *subnet, const struct client *client,
         struct picked *picked); // 1, or FORWARD, or FAULT
const struct body *body_at(const uint8_t *octets, uint64_t size, uint64_t at); // NULL where there is none

// answer.c
enum { LEAST_CAPACITY = 4096 }; // of the memory a packet stands in: any reply over UDP fits

// The packet becomes its reply where it stands, or stays as it is. Over a stream a reply may be as long as a message
// can be. Returns the reply's length, DROP, FORWARD or FAULT.
int answer_in_place(const struct view *view, uint8_t *packet, size_t size, const struct client *client, bool stream,
                    size_t capacity);

// refusal.c: the same for a packet with a header and QR=0 that no table answers
int refuse(uint8_t *packet, size_t size, bool stream);

// exports.c
struct asked { // one of many: where its packet stands among all, and who asks
    uint32_t at, size;
    uint8_t sender[16];
    uint32_t sender_length, stream;
    uint64_t draw;
};

// draws.c
struct draws {
    uint64_t state[4];
};

uint64_t next_draw(struct draws *draws);

#endif
