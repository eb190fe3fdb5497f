/* SPDX-License-Identifier: GPL-2.0 */
/* What rules look at, and which of many fit a packet. See classify.c. */
#ifndef _VROUTER_CLASSIFY_H
#define _VROUTER_CLASSIFY_H

#include "core/packet.h"
#include "core/vrouter.h"

/**
 * struct vr_tuple - what rules look at
 * @v6: family of the addresses
 * @has_ports: @sport and @dport mean something
 * @proto: IP protocol
 * @sport: source port; of ICMP, 0
 * @dport: destination port; of ICMP, type times 256 plus code
 * @src: source address
 * @dst: destination address
 */
struct vr_tuple {
	bool v6;
	bool has_ports;
	u8 proto;
	u16 sport;
	u16 dport;
	union vr_ip src;
	union vr_ip dst;
};

/** struct vr_ports - a range of ports; all of them, and what has none, when @all */
struct vr_ports {
	bool all;
	u16 first;
	u16 last;
};

/**
 * struct vr_pattern - what a rule says of a packet, of which all must be so
 * @v4: it may be IPv4
 * @v6: it may be IPv6
 * @proto: IP protocol, 0 for all
 * @sport: source port
 * @dport: destination port, or type and code of ICMP
 * @src: prefix that it comes from; family 0 for any
 * @dst: prefix that it goes to; the same
 */
struct vr_pattern {
	bool v4;
	bool v6;
	u8 proto;
	struct vr_ports sport;
	struct vr_ports dport;
	struct vr_prefix src;
	struct vr_prefix dst;
};

struct vr_classifier;

struct vr_classifier *vr_classifier_make(const struct vr_pattern *const *patterns,
					 unsigned int count, bool v6);
unsigned int vr_classifier_most(const struct vr_classifier *classifier,
				const unsigned long *mask);
void vr_classifier_free(struct vr_classifier *classifier);

#endif /* _VROUTER_CLASSIFY_H */
