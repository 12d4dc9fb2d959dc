// A fast generator of 64 random bits: xoshiro256++ of Blackman and Vigna, which needs no secrecy here, only even shares.
#include "engine.h"

static uint64_t rotated(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

uint64_t next_draw(struct draws *draws)
{
    uint64_t *state = draws->state, drawn = rotated(state[0] + state[3], 23) + state[0], shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 45);
    return drawn;
}
