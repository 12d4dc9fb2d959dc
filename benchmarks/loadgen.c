// UDP load for a name server on loopback.
//
//   loadgen [-x] [-s] [-c] [-r RATE] ADDRESS PORT QUERYFILE SOCKETS WINDOW SECONDS
//
//   -x       the name of every query in random case (0x20)
//   -s       the first label of every query made of random letters and digits
//   -c       the last eight octets of every query random: a client cookie that is new each time
//   -r RATE  open loop: so many queries a second whatever comes back; latency counts from when a query was due
//
// Without -r the loop is closed: WINDOW queries in flight, spread over SOCKETS connected sockets, and each answer sends the
// next query. Queries are sent in the order of the file, over and over. After SECONDS nothing more is sent, and what is
// not answered within another second is lost. Prints one line of JSON.
//
// A query in flight is a slot of its socket. The message id carries the slot (twelve bits) and the slot's turn (four
// bits), so an answer that comes after its query was given up is told apart from the answer to the next query there.
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <unistd.h>

enum { BATCH = 64, MAX_ANSWER = 4096, SLOT_BITS = 12, MAX_SLOTS = 1 << SLOT_BITS, BUFFER = 4 << 20 };
static const uint64_t GIVEN_UP_AFTER = SECOND, LOOK_FOR_LOST_EVERY = SECOND / 10;

struct slot {
    uint64_t sent_at;           // ns; 0: free
    uint8_t turn;               // modulo 16
};
struct channel {
    int fd, next;               // next: where the search for a free slot goes on, in an open loop
    struct slot slots[MAX_SLOTS];
};

static int window;              // slots in use on each socket
static int refill = 1;          // each answer sends the next query

static uint8_t answers[BATCH][MAX_ANSWER], queries[BATCH][MAX_QUERY];
static struct iovec answer_parts[BATCH], query_parts[BATCH];
static struct mmsghdr incoming[BATCH], outgoing[BATCH];
static uint64_t sent, lost, in_flight;

static int connect_to(const char *address, const char *port)
{
    struct addrinfo *server = server_at(address, port, SOCK_DGRAM);
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
        uint16_t id = free_slots[i] | slot->turn << SLOT_BITS;
        query_parts[i].iov_len = take_query(queries[i]);
        queries[i][0] = id >> 8;
        queries[i][1] = id;
        slot->sent_at = at;
    }
    for (int done = 0; done < count;) {
        int n = sendmmsg(channel->fd, outgoing + done, count - done, 0);
        if (n > 0)
            done += n;
        else if (errno != EAGAIN && errno != ECONNREFUSED && errno != ENOBUFS && errno != EINTR)
            fail("sendmmsg");
    }
    sent += count;
    in_flight += count;
}

static void set_free(struct slot *slot)
{
    slot->turn = (slot->turn + 1) & (0xFFFF >> SLOT_BITS);
    slot->sent_at = 0;
    in_flight--;
}

// Counts what has come in and, in a closed loop, puts a new query in the place of each answer.
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
        if (incoming[i].msg_len < HEADER || index >= window || !slot->sent_at || id >> SLOT_BITS != slot->turn)
            continue;
        count_answer(answer, incoming[i].msg_len, slot->sent_at, at);
        set_free(slot);
        free_slots[free_count++] = index;
    }
    if (free_count && refill)
        send_queries(channel, free_slots, free_count, at);
}

static void give_up_lost(struct channel *channel, uint64_t at)
{
    int free_slots[BATCH], free_count = 0;
    for (int index = 0; index < window; index++) {
        struct slot *slot = &channel->slots[index];
        if (!slot->sent_at || slot->sent_at + GIVEN_UP_AFTER >= at)
            continue;
        set_free(slot);
        lost++;
        free_slots[free_count++] = index;
        if (free_count == BATCH || index == window - 1) {
            if (refill)
                send_queries(channel, free_slots, free_count, at);
            free_count = 0;
        }
    }
    if (free_count && refill)
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

// Sends what is due by now, a batch at a time; `due_at` is when the first of them was due. A query for which no slot is
// free is lost: so many are waiting for an answer already.
static void send_due(struct channel *channel, int count, uint64_t due_at)
{
    int free_slots[BATCH], free_count = 0;
    for (int looked = 0; free_count < count && looked < window; looked++) {
        if (!channel->slots[channel->next].sent_at)
            free_slots[free_count++] = channel->next;
        channel->next = channel->next + 1 == window ? 0 : channel->next + 1;
    }
    if (free_count)
        send_queries(channel, free_slots, free_count, due_at);
    sent += count - free_count;
    lost += count - free_count;
}

static void run(struct channel *channels, int sockets, uint64_t length, double rate)
{
    uint64_t at = started, end = started + length, looked = at, due = 0;
    if (refill)
        for (int i = 0; i < sockets; i++)
            fill_window(&channels[i], at);
    for (int turn = 0; at < end; at = now()) {
        for (int i = 0; i < sockets; i++) {
            take_answers(&channels[i]);
            if (refill)
                continue;
            uint64_t wanted = (now() - started) * (rate / SECOND);
            if (wanted > due) {
                int count = wanted - due < BATCH ? wanted - due : BATCH;
                send_due(&channels[turn], count, started + (uint64_t)(due * (SECOND / rate)));
                turn = turn + 1 == sockets ? 0 : turn + 1;
                due += count;
            }
        }
        if (at - looked > LOOK_FOR_LOST_EVERY) {
            looked = at;
            for (int i = 0; i < sockets; i++)
                give_up_lost(&channels[i], at);
        }
    }
}

int main(int argc, char **argv)
{
    double rate = 0;
    for (int option; (option = getopt(argc, argv, "xscr:")) != -1;) {
        random_case |= option == 'x';
        random_label |= option == 's';
        random_cookie |= option == 'c';
        if (option == 'r')
            rate = atof(optarg);
        if (option == '?')
            return 2;
    }
    if (argc - optind != 6) {
        fprintf(stderr, "usage: loadgen [-x] [-s] [-c] [-r RATE] ADDRESS PORT QUERYFILE SOCKETS WINDOW SECONDS\n");
        return 2;
    }
    argv += optind;
    read_queries(argv[2]);
    int sockets = atoi(argv[3]);
    refill = !rate;
    window = sockets < 1 ? 0 : refill ? atoi(argv[4]) / sockets : MAX_SLOTS;
    if (sockets < 1 || window < 1 || window > MAX_SLOTS) {
        fprintf(stderr, "from 1 to %d queries in flight on each socket, please\n", MAX_SLOTS);
        return 2;
    }
    uint64_t length = nanoseconds(argv[5]);
    for (int i = 0; i < BATCH; i++) {
        answer_parts[i] = (struct iovec){answers[i], MAX_ANSWER};
        query_parts[i].iov_base = queries[i];
        incoming[i].msg_hdr = (struct msghdr){.msg_iov = &answer_parts[i], .msg_iovlen = 1};
        outgoing[i].msg_hdr = (struct msghdr){.msg_iov = &query_parts[i], .msg_iovlen = 1};
    }
    struct channel *channels = calloc(sockets, sizeof *channels);
    for (int i = 0; i < sockets; i++)
        channels[i].fd = connect_to(argv[0], argv[1]);

    started = now();
    run(channels, sockets, length, rate);
    uint64_t stopped = now(), answered = received;
    for (refill = 0; in_flight && now() < stopped + GIVEN_UP_AFTER;)
        for (int i = 0; i < sockets; i++)
            take_answers(&channels[i]);
    print_figures((stopped - started) / (double)SECOND, answered, sent, lost + in_flight);
}
