// The tables as they lie in memory: what gslb/image/layout.py describes, as C types. That file is the definition.
#ifndef GSLB_LAYOUT_H
#define GSLB_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the tables are little-endian: on this machine the pure engine answers"
#endif

enum { LAYOUT_VERSION = 2 };

struct zone_header {
    char magic[8];
    uint32_t version, shared, entries, slots, rows, counters, depth, apex;
    uint64_t slots_at, entries_at, rows_at, bodies_at, shared_at, names_at, labels_at, labels_length, length;
    uint8_t unused[16];
};

struct entry {
    uint32_t name, here, below, length;
};

#define GONE UINT32_C(0xFFFFFFFF) // an entry's here and below: there is no such name any more
enum { MOST_LAYERS = 4 };

struct target {
    uint32_t reference, counter;
};

enum { FORWARDED, STATIC, ROW, SHARED }; // a reference's top two bits
enum { KIND_SHIFT = 30, VALUE_MASK = (1 << KIND_SHIFT) - 1 };

struct rows { // then for each listed type: type, target
    struct target other;
    uint32_t count;
};

struct body {
    uint16_t flags;
    uint8_t trim, unused;
    uint8_t counts[6]; // as in a header
    uint16_t core, length;
    uint8_t name_length, unused_too;
    uint32_t ordinal;
    uint8_t wire[];
};

enum { TRIM_GLUE = 1 };

struct places_header {
    char magic[8];
    uint32_t version, zero;
    char digest[64];
    uint32_t main4, main6, fine4, fine6;
    uint64_t index4_at, starts4_at, classes4_at, starts6_at, classes6_at;
    uint64_t fine_starts4_at, fine_ends4_at, fine_classes4_at, fine_starts6_at, fine_ends6_at, fine_classes6_at;
    uint64_t length;
    uint8_t unused[64];
};

enum { FIRST_SHIFT = 16, FIRSTS = 1 << 16 };

struct wide { // an IPv6 address in a table
    uint64_t high, low;
};

struct plan_header {
    uint32_t length, scoping, root, zero;
};

enum { BY_CLASS = 1, BY_PREFIX = 2, LOCATE_RESOLVER = 4 }; // scoping

struct node {
    uint32_t kind, count;
};

enum { NODE_CONSTANT, NODE_DRAW, NODE_BUCKET, NODE_BY_CLASS };
enum { DIGEST_LENGTH = 64, BUCKETS = 65536 };

enum { ARENA_HEADER = 64, ARENA_SHIFT = 40, CRC_START = 1 };
#define OFFSET_MASK ((UINT64_C(1) << ARENA_SHIFT) - 1)

struct blob { // stands before its payload
    uint32_t length, crc;
};

_Static_assert(sizeof(struct zone_header) == 128, "zone header");
_Static_assert(offsetof(struct zone_header, slots_at) == 40, "zone header");
_Static_assert(sizeof(struct entry) == 16 && sizeof(struct target) == 8 && sizeof(struct rows) == 12, "rows");
_Static_assert(sizeof(struct body) == 20 && offsetof(struct body, wire) == 20, "body");
_Static_assert(offsetof(struct body, core) == 10 && offsetof(struct body, ordinal) == 16, "body");
_Static_assert(sizeof(struct places_header) == 256 && offsetof(struct places_header, index4_at) == 96, "places header");
_Static_assert(sizeof(struct plan_header) == 16 && sizeof(struct node) == 8 && sizeof(struct blob) == 8, "plan");

#endif
