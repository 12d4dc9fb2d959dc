/* Plain names of a zone as they are kept while it is read: what gslb/zone/plain.py says, compiled. */
#ifndef GSLB_PLAIN_H
#define GSLB_PLAIN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
#define NONE UINT32_MAX
#define MOST UINT32_C(0xF0000000) /* octets of all names, or of all records */
#define MAX_TTL INT64_C(0x7FFFFFFF)
#define AHEAD 16 /* names that memory is told of before they are looked at */
#define MANY 64 /* records of a name: one with more is for others to look through */

typedef struct {
    uint32_t at, crc, first, last; /* where its wire stands; its records, a chain in the order written */
    uint32_t count;
    uint8_t length, gone;
} Name;

typedef struct {
    uint32_t next, at, line, length;
} Record;

typedef struct {
    uint8_t apex[256]; /* as wire, the root's label with it */
    int apex_length, apex_labels;
    Name *names;
    uint32_t count, room;
    uint32_t *slots; /* name + 1; 0: free */
    uint32_t mask;
    uint8_t *octets; /* of names, below the apex */
    uint32_t octets_size, octets_room;
    Record *records;
    uint32_t records_count, records_room;
    uint8_t *data; /* of records: type, class, TTL, length, data */
    uint32_t data_size, data_room;
    uint32_t *contents; /* of each name that is not gone; then content offsets, and content */
    uint32_t *offsets;
    uint32_t contents_count;
    uint8_t *content;
    uint32_t content_size, content_room;
    uint64_t live, live_octets;
    uint32_t depth;
} Plain;

/* names.c */
uint32_t crc_on(uint32_t crc, const uint8_t *at, size_t length);
int reserve(void **items, uint32_t used, uint32_t *room, size_t more, size_t size);
int grow(Plain *plain, uint32_t mask);
uint32_t name_of(Plain *plain, const uint8_t *wire, size_t length);
int put(Plain *plain, uint32_t number, const uint8_t *data, uint32_t length, uint32_t line);
API int64_t gslb_plain_find(const Plain *plain, const uint8_t *wire, int length);
API int gslb_plain_add(Plain *plain, const uint8_t *wire, int length);

#endif
