// Packets that are no query we could look up, answered by a code alone. gslb/engine/refusal.py says the same in Python.
#include "engine.h"

#include <string.h>

enum { FORMERR = 1, NOTIMP = 4, REFUSED = 5 };
enum { NOTIFY = 4, UPDATE = 5 }; // opcodes
enum { TKEY = 249, TSIG = 250, IXFR = 251, AXFR = 252, MAILB = 253, MAILA = 254 };

// QR, and of the query its opcode, RD and CD; the counts, all but that of questions, are 0.
static int without_question(uint8_t *packet, unsigned rcode, bool question)
{
    packet[2] = 0x80 | (packet[2] & 0x79);
    packet[3] = (packet[3] & 0x10) | rcode;
    memset(packet + 4, 0, 8);
    packet[5] = question;
    return HEADER;
}

static int with_question(uint8_t *packet, unsigned rcode, size_t stop, const struct opt *opt)
{
    without_question(packet, rcode, true);
    if (opt) {
        packet[11] = 1;
        memcpy(packet + stop, opt->octets, opt->length);
        stop += opt->length;
    }
    return stop;
}

// The code for a sound question that is not for us to answer; FORWARD: there is none.
static int code_for(unsigned type, unsigned class)
{
    switch (type) {
    case 0:
    case TYPE_OPT:
    case TKEY:
    case TSIG:
        return FORMERR;
    case MAILB:
    case MAILA:
        return NOTIMP;
    case IXFR:
    case AXFR:
        return FORWARD;
    default:
        return class == CLASS_IN || class == CLASS_CH ? FORWARD : REFUSED;
    }
}

// Whether an OPT record of the root begins at `at`, as far as the packet goes.
static bool begins_opt(const uint8_t *packet, size_t size, size_t at)
{
    static const uint8_t root[] = {0, 0, TYPE_OPT};
    return !memcmp(packet + at, root, size - at < sizeof root ? size - at : sizeof root);
}

int refuse(uint8_t *packet, size_t size, bool stream)
{
    unsigned opcode = packet[2] >> 3 & 15;
    if (opcode)
        return opcode == NOTIFY || opcode == UPDATE ? FORWARD : without_question(packet, NOTIMP, false);
    struct name name;
    if (u16(packet + 4) != 1 || !read_name(packet, size, &name))
        return without_question(packet, FORMERR, false);
    size_t stop = HEADER + name.length + 4;
    if (size < stop)
        return without_question(packet, FORMERR, false);
    if (u16(packet + 6) || u16(packet + 8) || packet[2] & 2)
        return with_question(packet, FORMERR, stop, NULL);
    unsigned additionals = u16(packet + 10);
    struct opt opt, *has_opt = NULL;
    if (additionals) {
        if (additionals > 1 || !begins_opt(packet, size, stop))
            return FORWARD;
        const uint8_t *record = packet + stop;
        if (size < stop + OPT_SIZE || size < stop + OPT_SIZE + u16(record + 9))
            return with_question(packet, FORMERR, stop, NULL);
        begin_opt(&opt, record);
        has_opt = &opt;
        if (size > stop + OPT_SIZE + u16(record + 9))
            return with_question(packet, FORMERR, stop, has_opt);
        if (record[6]) {       // EDNS version
            opt.octets[5] = 1; // BADVERS is 16: 1 in OPT, 0 in the header
            return with_question(packet, 0, stop, has_opt);
        }
        enum soundness found = read_opt(packet, size, stop, stream, &opt);
        if (found == UNSOUND)
            begin_opt(&opt, record); // what was echoed before goes
        if (found != SOUND)
            return found == UNSOUND ? with_question(packet, FORMERR, stop, has_opt) : FORWARD;
    } else if (size > stop) {
        return with_question(packet, FORMERR, stop, NULL);
    }
    int code = code_for(u16(packet + stop - 4), u16(packet + stop - 2));
    return code < 0 ? code : with_question(packet, code, stop, has_opt);
}
