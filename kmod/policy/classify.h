/* SPDX-License-Identifier: GPL-2.0 */
/* Packet fields that rules match, and the classifier that finds matching rules. See classify.c. */
#ifndef _VROUTER_CLASSIFY_H
#define _VROUTER_CLASSIFY_H

#include "core/packet.h"
#include "core/vrouter.h"

/**
 * struct vr_tuple - the fields of a packet that rules match
 * @v6: the addresses are IPv6
 * @has_ports: @sport and @dport are valid
 * @proto: IP protocol
 * @sport: source port; 0 for ICMP
 * @dport: destination port; type * 256 + code for ICMP
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

/** struct vr_ports - a range of ports; @all matches every port and packets without ports */
struct vr_ports {
	bool all;
	u16 first;
	u16 last;
};

/**
 * struct vr_pattern - the match of a rule; a packet must match every member
 * @v4: matches IPv4
 * @v6: matches IPv6
 * @proto: IP protocol, 0 for all
 * @sport: source ports
 * @dport: destination ports, or ICMP types and codes
 * @src: prefix of the source address; family 0 for any
 * @dst: prefix of the destination address; family 0 for any
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
