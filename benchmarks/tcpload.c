// TCP load for a name server on loopback: connections that are used again and again, with several queries in flight on each.
//
//   tcpload [-x] [-s] [-c] [-n QUERIES] ADDRESS PORT QUERYFILE CONNECTIONS PIPELINED SECONDS
//
//   -n QUERIES  open a connection anew after so many answers (0, the default: never)
//
// The other options are loadgen's. Each answer sends the next query on its connection. A connection that the server closes
// is opened again; what was in flight on it is lost. Prints one line of JSON.
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MAX_PIPELINED = 256, INPUT = 1 << 16, OUTPUT = MAX_PIPELINED * (MAX_QUERY + 2), EVENTS = 256 };

struct stream {
    int fd;
    uint64_t asked, in_flight;
    uint64_t sent_at[MAX_PIPELINED];    // by id modulo MAX_PIPELINED: answers may come out of order
    uint8_t busy[MAX_PIPELINED];
    size_t have, queued;                // octets waiting in `input`, and in `output`
    uint8_t input[INPUT], output[OUTPUT];
};

static struct addrinfo *server;
static int pipelined, poller;
static uint64_t sent, lost, reopened, turn_over;
static int refill = 1;

static void open_stream(struct stream *stream)
{
    int one = 1;
    stream->fd = socket(server->ai_family, SOCK_STREAM, 0);
    if (stream->fd < 0 || connect(stream->fd, server->ai_addr, server->ai_addrlen))
        fail("connect");
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(stream->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = stream};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, stream->fd, &event))
        fail("epoll_ctl");
    stream->asked = stream->in_flight = stream->have = stream->queued = 0;
    memset(stream->busy, 0, sizeof stream->busy);
}

static void flush(struct stream *stream)
{
    size_t done = 0;
    while (done < stream->queued) {
        ssize_t n = send(stream->fd, stream->output + done, stream->queued - done, MSG_NOSIGNAL);
        if (n <= 0)
            break;                      // the rest goes after the next answers; a closed stream is seen when it is read
        done += n;
    }
    memmove(stream->output, stream->output + done, stream->queued - done);
    stream->queued -= done;
}

static void ask(struct stream *stream, uint64_t at)
{
    while (stream->in_flight < (uint64_t)pipelined && !(turn_over && stream->asked >= turn_over)) {
        uint8_t *to = stream->output + stream->queued;
        int id = stream->asked % MAX_PIPELINED;
        if (stream->busy[id] || stream->queued + MAX_QUERY + 2 > OUTPUT)
            break;
        int length = take_query(to + 2);
        to[0] = length >> 8;
        to[1] = length;
        to[2] = 0;
        to[3] = id;
        stream->sent_at[id] = at;
        stream->busy[id] = 1;
        stream->queued += length + 2;
        stream->asked++;
        stream->in_flight++;
        sent++;
    }
    flush(stream);
}

static void open_again(struct stream *stream)
{
    lost += stream->in_flight;
    close(stream->fd);
    open_stream(stream);
    reopened++;
    if (refill)
        ask(stream, now());
}

static void read_answers(struct stream *stream)
{
    ssize_t n = recv(stream->fd, stream->input + stream->have, INPUT - stream->have, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        open_again(stream);
        return;
    }
    stream->have += n;
    uint64_t at = now();
    size_t from = 0;
    while (stream->have - from >= 2 + HEADER) {
        uint8_t *answer = stream->input + from + 2;
        size_t length = answer[-2] << 8 | answer[-1];
        if (stream->have - from < 2 + length)
            break;
        int id = answer[1];
        if (stream->busy[id]) {
            stream->busy[id] = 0;
            stream->in_flight--;
            count_answer(answer, length, stream->sent_at[id], at);
        }
        from += 2 + length;
    }
    memmove(stream->input, stream->input + from, stream->have - from);
    stream->have -= from;
    if (!refill)
        return;
    if (turn_over && stream->asked >= turn_over && !stream->in_flight)
        open_again(stream);
    else
        ask(stream, at);
}

static void poll_until(uint64_t end, uint64_t *in_flight, struct stream **streams, int count)
{
    struct epoll_event events[EVENTS];
    for (uint64_t at = now(); at < end; at = now()) {
        int n = epoll_wait(poller, events, EVENTS, 10);
        for (int i = 0; i < n; i++)
            read_answers(events[i].data.ptr);
        if (!in_flight)
            continue;
        *in_flight = 0;
        for (int i = 0; i < count; i++)
            *in_flight += streams[i]->in_flight;
        if (!*in_flight)
            return;
    }
}

int main(int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "xscn:")) != -1;) {
        random_case |= option == 'x';
        random_label |= option == 's';
        random_cookie |= option == 'c';
        if (option == 'n')
            turn_over = atoi(optarg);
        if (option == '?')
            return 2;
    }
    if (argc - optind != 6) {
        fprintf(stderr,
                "usage: tcpload [-x] [-s] [-c] [-n QUERIES] ADDRESS PORT QUERYFILE CONNECTIONS PIPELINED SECONDS\n");
        return 2;
    }
    argv += optind;
    read_queries(argv[2]);
    int count = atoi(argv[3]);
    pipelined = atoi(argv[4]);
    if (count < 1 || count > 4096 || pipelined < 1 || pipelined > MAX_PIPELINED) {
        fprintf(stderr, "from 1 to 4096 connections and from 1 to %d queries on each, please\n", MAX_PIPELINED);
        return 2;
    }
    uint64_t length = nanoseconds(argv[5]), in_flight = 1;
    server = server_at(argv[0], argv[1], SOCK_STREAM);
    poller = epoll_create1(0);
    struct stream **streams = calloc(count, sizeof *streams);
    for (int i = 0; i < count; i++) {
        streams[i] = calloc(1, sizeof **streams);
        open_stream(streams[i]);
    }
    started = now();
    for (int i = 0; i < count; i++)
        ask(streams[i], started);
    poll_until(started + length, NULL, streams, count);
    uint64_t stopped = now(), answered = received;
    refill = 0;
    poll_until(stopped + SECOND, &in_flight, streams, count);
    for (int i = 0; i < count; i++)
        lost += streams[i]->in_flight;
    print_figures((stopped - started) / (double)SECOND, answered, sent, lost);
}
