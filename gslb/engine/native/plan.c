// A plan executed where it lies: class, bucket, draw, then the body.
#include "engine.h"

#include <string.h>

struct plan { // a blob
    const uint8_t *octets;
    uint64_t size;
};

struct asker { // what a plan may want to know of a client
    unsigned family, bits, class, width;
    uint64_t upper;
};

static unsigned cap(unsigned family)
{
    return family == 4 ? 24 : 56;
}

static bool is_whole(const struct arena *arena, uint64_t at, struct blob blob)
{
    uint64_t bit = UINT64_C(1) << (at / 8 % 64), *word = arena->checked + at / 8 / 64;
    if (LIKELY(*word & bit))
        return true;
    if (crc32_of(CRC_START, arena->octets + at, blob.length) != blob.crc)
        return false;
    *word |= bit;
    return true;
}

static bool find_blob(const struct view *view, uint64_t reference, struct plan *plan)
{
    uint64_t number = (reference >> ARENA_SHIFT) - view->first_arena, at = reference & OFFSET_MASK;
    if (number >= view->arena_count || !view->arenas[number].octets)
        return false;
    const struct arena *arena = view->arenas + number;
    if (at % 8 || at < ARENA_HEADER + sizeof(struct blob) || at > arena->size)
        return false;
    struct blob blob;
    memcpy(&blob, arena->octets + at - sizeof blob, sizeof blob);
    if (blob.length > arena->size - at || !is_whole(arena, at, blob))
        return false;
    *plan = (struct plan){arena->octets + at, blob.length};
    return true;
}

// `count` items of `size` octets at an offset of the plan; NULL where they do not lie in it.
static const void *items(const struct plan *plan, uint64_t at, uint64_t count, unsigned size)
{
    return at % size || at > plan->size || count > (plan->size - at) / size ? NULL : plan->octets + at;
}

static const struct node *node_at(const struct plan *plan, uint64_t at)
{
    return at % 8 ? NULL : items(plan, at, 1, sizeof(struct node));
}

const struct body *body_at(const uint8_t *octets, uint64_t size, uint64_t at)
{
    if (at % 4 || size < sizeof(struct body) || at > size - sizeof(struct body))
        return NULL;
    const struct body *body = (const struct body *)(octets + at);
    return body->length > size - at - sizeof(struct body) || body->core > body->length ? NULL : body;
}

// The first whose cumulative weight passes the draw's share of all; NULL for weights that are none.
static const struct body *drawn(const struct plan *plan, uint64_t at, uint32_t count, uint64_t draw)
{
    const uint64_t *cumulative = items(plan, at, count, 8);
    const uint32_t *bodies = items(plan, at + UINT64_C(8) * count, count, 4);
    if (!count || !cumulative || !bodies)
        return NULL;
    uint64_t share = (unsigned __int128)draw * cumulative[count - 1] >> 64;
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (share < cumulative[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low < count ? body_at(plan->octets, plan->size, bodies[low]) : NULL;
}

// Multiply, fold, multiply: client_bucket in gslb/image/selectors.py.
static unsigned bucket_of(const struct asker *asker)
{
    unsigned bits = asker->bits ? asker->bits : cap(asker->family);
    uint64_t prefix = asker->upper >> ((asker->family == 4 ? 32 : 64) - bits);
    uint64_t mixed = (prefix ^ ((uint64_t)bits << 57)) * UINT64_C(0x9E3779B97F4A7C15);
    mixed ^= mixed >> 32;
    return mixed * UINT64_C(0xD6E8FEB86659FD93) >> 48;
}

// The subnet, if it says anything and the plan wants it, else the sender; false where no class is found for it.
static bool locate(const struct subnet *subnet, const struct client *client, bool resolver, const struct places *places,
                   struct asker *asker)
{
    if (subnet && subnet->bits && !resolver) {
        asker->family = subnet->family;
        asker->bits = subnet->bits;
        asker->upper = subnet->upper;
        if (!places)
            return true;
        if (subnet->family == 4)
            return class_of_prefix4(places, subnet->upper, &asker->class, &asker->width);
        return class_of_prefix6(places, subnet->upper, &asker->class, &asker->width);
    }
    struct wide address;
    memcpy(&address, client->address, client->length == 4 ? 4 : 16);
    if (client->length == 4) {
        asker->family = 4;
        asker->upper = __builtin_bswap32((uint32_t)address.high);
        return !places || class_of_sender4(places, asker->upper, &asker->class);
    }
    address = (struct wide){__builtin_bswap64(address.high), __builtin_bswap64(address.low)};
    asker->family = 6;
    asker->upper = address.high;
    return !places || class_of_sender6(places, address, &asker->class);
}

// Never 0 where clients differ: some resolvers take that to hold for the other family too. A negative answer is for
// everybody (RFC 7871, section 7.2.1).
static unsigned scope_of(unsigned scoping, const struct subnet *subnet, unsigned width, const struct body *body)
{
    if (!subnet || !subnet->bits || scoping & LOCATE_RESOLVER || !(body->counts[0] | body->counts[1]))
        return 0;
    unsigned by_class = !(scoping & BY_CLASS) ? 0 : width ? width : 1;
    unsigned by_prefix = scoping & BY_PREFIX ? subnet->bits : 0;
    return by_class > by_prefix ? by_class : by_prefix;
}

int pick(const struct view *view, uint64_t reference, const struct subnet *subnet, const struct client *client,
         struct picked *picked)
{
    struct plan plan;
    if (!find_blob(view, reference, &plan) || plan.size < sizeof(struct plan_header))
        return FAULT;
    const struct plan_header *header = (const struct plan_header *)plan.octets;
    const struct node *node = node_at(&plan, header->root);
    bool located = header->scoping & (BY_CLASS | BY_PREFIX);
    struct asker asker = {0};
    const char *digest = NULL;
    const uint32_t *parts = NULL;
    if (node && node->kind == NODE_BY_CLASS) {
        digest = items(&plan, header->root + sizeof *node, DIGEST_LENGTH, 1);
        parts = items(&plan, header->root + sizeof *node + DIGEST_LENGTH, node->count, 4);
        if (!digest || !parts)
            return FAULT;
    }
    if (located) {
        const struct places *places = digest && *digest ? find_places(view, digest) : NULL;
        if ((digest && *digest && !places) || !locate(subnet, client, header->scoping & LOCATE_RESOLVER, places, &asker))
            return FAULT;
        if (asker.width > asker.bits)
            return FORWARD; // the client's prefix holds several classes
    }
    uint64_t at = header->root;
    if (parts) {
        if (asker.class >= node->count)
            return FAULT;
        at = parts[asker.class];
        node = node_at(&plan, at);
    }
    if (node && node->kind == NODE_BUCKET) {
        const uint32_t *table_at = items(&plan, at + sizeof *node, UINT64_C(1) + node->count, 4);
        const uint16_t *table = table_at ? items(&plan, *table_at, BUCKETS, 2) : NULL;
        if (!table)
            return FAULT;
        unsigned part = table[located ? bucket_of(&asker) : 0];
        if (part >= node->count)
            return FAULT;
        at = table_at[1 + part];
        node = node_at(&plan, at);
    }
    if (node && node->kind == NODE_CONSTANT)
        picked->body = body_at(plan.octets, plan.size, node->count);
    else if (node && node->kind == NODE_DRAW)
        picked->body = drawn(&plan, at + sizeof *node, node->count, client->draw);
    else
        return FAULT;
    if (!picked->body)
        return FAULT;
    picked->scope = scope_of(header->scoping, subnet, asker.width, picked->body);
    return 1;
}
