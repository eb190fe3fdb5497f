// SPDX-License-Identifier: GPL-2.0
/*
 * Sends a frame many times through a device and waits until all have come out at another
 * one, for tests/bench.
 *
 *	source [-b BATCH] [-g HEADERS:SIZE] [-f FIRST] [-t TIMES]
 *	       [-v OFFSET:BYTES:MIN:NUMBER[:SUM[:STEP]]]... [-a OFFSET:BYTES:SUM:FILE]
 *	       [-w DEVICE] DEVICE COUNT|TIMEms <FRAME
 *
 * -v makes a field count, from MIN on, through NUMBER values, packet for packet and by STEP
 * (1), and keeps the checksum at offset SUM right; -f is the number of the first packet, and -t how
 * often each is sent (1). -a makes a field take the values that follow one another in a file. -g makes
 * each frame stand for TCP segments of so many bytes, behind so many bytes of headers. The other
 * device, -w, is in the network namespace of the /proc/net/dev that is file descriptor 3. Prints how
 * many packets came out there, and the nanoseconds meanwhile; without -w, how many were sent, for as
 * many milliseconds as said. -b is how many the kernel gets at once (1). It begins when its input
 * ends, so that several can together.
 *
 * No pktgen: that sends UDP over Ethernet alone. This sends what was encapsulated, and
 * large packets, so that the other end of a tunnel costs nothing.
 */

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MAX_FIELDS	4
#define MAX_BATCH	256
#define MAX_FRAME	65535
#define MAX_VALUES	(1 << 20)	/* bytes of a file */
#define COUNTERS	3		/* file descriptor of the sink's /proc/net/dev */
#define PATIENCE	1000000000L	/* ns to wait for the last packets */

struct field {
	size_t offset, bytes;
	uint32_t min, number;
	size_t sum;			/* offset of its checksum; 0: it has none */
	uint32_t step;
	unsigned char *values;		/* so many, if they do not count */
};

static struct field fields[MAX_FIELDS];
static unsigned int n_fields;
static struct virtio_net_hdr gso;
static bool large;
static unsigned char frame[MAX_FRAME];
static size_t frame_len;
static unsigned int batch = 1;
static uint32_t times = 1;		/* that each packet is sent */
static struct mmsghdr messages[MAX_BATCH];
static struct iovec copies[MAX_BATCH];	/* of the frame, one for each message */

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void read_field(const char *text)
{
	struct field *f = &fields[n_fields];

	if (n_fields++ == MAX_FIELDS)
		errx(2, "too many fields");
	f->step = 1;
	if (sscanf(text, "%zu:%zu:%u:%u:%zu:%u", &f->offset, &f->bytes, &f->min, &f->number,
		   &f->sum, &f->step) < 4 ||
	    (f->bytes != 2 && f->bytes != 4) || !f->number)
		errx(2, "-v %s", text);
}

static void read_values(const char *text)
{
	struct field *f = &fields[n_fields];
	FILE *file;
	int name = 0;

	if (n_fields++ == MAX_FIELDS)
		errx(2, "too many fields");
	if (sscanf(text, "%zu:%zu:%zu:%n", &f->offset, &f->bytes, &f->sum, &name) != 3 ||
	    !name || !f->bytes || f->bytes % 2)
		errx(2, "-a %s", text);
	f->values = malloc(MAX_VALUES);
	file = fopen(text + name, "r");
	if (!f->values || !file)
		err(2, "%s", text + name);
	f->number = fread(f->values, f->bytes, MAX_VALUES / f->bytes, file);
	fclose(file);
	if (!f->number)
		errx(2, "%s has no values", text + name);
}

/* The TCP header is 20 bytes and the last of the headers. */
static void read_gso(const char *text)
{
	unsigned int headers, size;

	if (sscanf(text, "%u:%u", &headers, &size) != 2)
		errx(2, "-g %s", text);
	large = true;
	gso.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	gso.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	gso.hdr_len = headers;
	gso.gso_size = size;
	gso.csum_start = headers - 20;
	gso.csum_offset = 16;
}

static void read_frame(void)
{
	ssize_t n;

	while ((n = read(STDIN_FILENO, frame + frame_len, sizeof(frame) - frame_len)) > 0)
		frame_len += n;
	if (frame_len < ETH_HLEN)
		errx(2, "no frame");
	for (unsigned int i = 0; i < n_fields; i++)
		if (fields[i].offset + fields[i].bytes > frame_len ||
		    fields[i].sum + 2 > frame_len)
			errx(2, "a field is not in the frame");
}

/* RFC 1624, for 16 bits that are next to each other in the frame. */
static void put_half(size_t offset, uint16_t value, size_t sum)
{
	uint16_t old, check;
	uint32_t t;

	value = htons(value);
	memcpy(&old, frame + offset, 2);
	memcpy(frame + offset, &value, 2);
	if (!sum)
		return;
	memcpy(&check, frame + sum, 2);
	t = (uint16_t)~check + (uint32_t)(uint16_t)~old + value;
	t = (t & 0xffff) + (t >> 16);
	check = ~(t + (t >> 16));
	/* the same to a checksum, but UDP takes 0 for none */
	check = check ? check : 0xffff;
	memcpy(frame + sum, &check, 2);
}

static void set_number(const struct field *f, uint32_t i)
{
	uint32_t value = f->min + (uint64_t)i * f->step % f->number;

	if (f->bytes == 4)
		put_half(f->offset, value >> 16, f->sum);
	put_half(f->offset + f->bytes - 2, value, f->sum);
}

static void set_value(const struct field *f, uint32_t i)
{
	const unsigned char *value = f->values + i % f->number * f->bytes;

	for (size_t n = 0; n < f->bytes; n += 2)
		put_half(f->offset + n, value[n] << 8 | value[n + 1], f->sum);
}

static void set_fields(uint32_t i)
{
	for (unsigned int n = 0; n < n_fields; n++) {
		if (fields[n].values)
			set_value(&fields[n], i);
		else
			set_number(&fields[n], i);
	}
}

static int open_device(const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd, one = 1;

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = if_nametoindex(name);
	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) ||
	    (large && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one))))
		err(1, "%s", name);
	return fd;
}

static void send_frame(int fd)
{
	struct iovec v[2] = {
		{ .iov_base = &gso, .iov_len = sizeof(gso) },
		{ .iov_base = frame, .iov_len = frame_len },
	};

	if (writev(fd, large ? v : v + 1, large ? 2 : 1) < 0)
		err(1, "packet");
}

static void prepare_batch(void)
{
	size_t size = (frame_len + 63) / 64 * 64;
	unsigned char *memory = calloc(batch, size);

	if (!memory)
		err(1, "memory");
	for (unsigned int i = 0; i < batch; i++) {
		copies[i].iov_base = memory + i * size;
		copies[i].iov_len = frame_len;
		messages[i].msg_hdr.msg_iov = &copies[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
}

/* Sends the packet that is the i-th, and some that follow, of which the first has a number. */
static void send_batch(int fd, uint32_t first, uint32_t i, unsigned int count)
{
	unsigned int done;
	int n;

	for (unsigned int k = 0; k < count; k++) {
		set_fields(first + (i + k) / times);
		memcpy(copies[k].iov_base, frame, frame_len);
	}
	for (done = 0; done < count; done += n) {
		n = sendmmsg(fd, messages + done, count - done, 0);
		if (n < 0)
			err(1, "packet");
	}
}

static void send_some(int fd, uint32_t first, uint32_t i, uint32_t count)
{
	if (batch > 1) {
		send_batch(fd, first, i, count);
		return;
	}
	set_fields(first + i / times);
	send_frame(fd);
}

/* Returns how many there were. */
static unsigned long send_for(int fd, uint32_t first, long time)
{
	unsigned long sent = 0;
	long end = now() + time;

	do {
		send_some(fd, first, sent, batch);
		sent += batch;
	} while (now() < end);
	return sent;
}

static unsigned long send_count(int fd, uint32_t first, uint32_t count)
{
	uint32_t some;

	for (uint32_t i = 0; i < count; i += some) {
		some = count - i < batch ? count - i : batch;
		send_some(fd, first, i, some);
	}
	return count;
}

/* "1250", or "1000ms". */
static unsigned long send_as_told(int fd, uint32_t first, const char *text)
{
	char *unit;
	unsigned long number = strtoul(text, &unit, 0);

	return strcmp(unit, "ms") ? send_count(fd, first, number * times) :
				    send_for(fd, first, number * 1000000);
}

/* The packets that a device has received. */
static unsigned long received(const char *device)
{
	char text[4096], *line;
	unsigned long packets;
	ssize_t n;

	n = pread(COUNTERS, text, sizeof(text) - 1, 0);
	if (n < 0)
		err(1, "counters");
	text[n] = '\0';
	line = strstr(text, device);
	if (!line || sscanf(line + strlen(device), ": %*u %lu", &packets) != 1)
		errx(1, "no counters of %s", device);
	return packets;
}

/* Whatever is still in a queue of the processor goes on when others run. */
static unsigned long wait_for(const char *device, unsigned long packets)
{
	long end = now() + PATIENCE;
	unsigned long seen;

	while ((seen = received(device)) < packets && now() < end)
		sched_yield();
	return seen;
}

int main(int argc, char **argv)
{
	unsigned long before = 0, packets;
	const char *sink = NULL;
	uint32_t first = 0;
	long start;
	int o, fd;

	while ((o = getopt(argc, argv, "a:b:f:g:t:v:w:")) != -1) {
		switch (o) {
		case 'a': read_values(optarg); break;
		case 'b': batch = strtoul(optarg, NULL, 0); break;
		case 'f': first = strtoul(optarg, NULL, 0); break;
		case 'g': read_gso(optarg); break;
		case 't': times = strtoul(optarg, NULL, 0); break;
		case 'v': read_field(optarg); break;
		case 'w': sink = optarg; break;
		default: return 2;
		}
	}
	if (argc - optind != 2 || !times || !batch || batch > MAX_BATCH || (large && batch > 1))
		errx(2, "what device, and how many?");
	read_frame();
	prepare_batch();
	fd = open_device(argv[optind]);
	if (sink)
		before = received(sink);
	start = now();
	packets = send_as_told(fd, first, argv[optind + 1]);
	if (sink)
		packets = wait_for(sink, before + packets) - before;
	printf("%lu %ld\n", packets, now() - start);
	return 0;
}
