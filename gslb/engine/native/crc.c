// The CRC-32 of zlib and Ethernet, eight octets a step: what names are found by and blobs are checked with.
#include "engine.h"

#include <string.h>

static uint32_t table[8][256];

__attribute__((constructor)) static void fill(void)
{
    for (uint32_t octet = 0; octet < 256; octet++) {
        uint32_t crc = octet;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        table[0][octet] = crc;
    }
    for (uint32_t octet = 0; octet < 256; octet++)
        for (int step = 1; step < 8; step++)
            table[step][octet] = table[step - 1][octet] >> 8 ^ table[0][table[step - 1][octet] & 255];
}

uint32_t crc32_of(uint32_t start, const uint8_t *octets, size_t length)
{
    uint32_t crc = ~start;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, octets, 8);
        word ^= crc;
        crc = table[7][word & 255] ^ table[6][word >> 8 & 255] ^ table[5][word >> 16 & 255] ^ table[4][word >> 24 & 255] ^
              table[3][word >> 32 & 255] ^ table[2][word >> 40 & 255] ^ table[1][word >> 48 & 255] ^ table[0][word >> 56];
        octets += 8;
        length -= 8;
    }
    while (length--)
        crc = crc >> 8 ^ table[0][(crc ^ *octets++) & 255];
    return ~crc;
}
