// SPDX-License-Identifier: GPL-2.0
/*
 * GRO of packets to a tunnel's UDP port, in the NIC's NAPI: packets that merge there pass the
 * outer layers once. gro.c is for packets that do not merge there.
 */
#include <net/gro.h>

#include "underlay/udp.h"

/* Number of bytes that a vr_udp_shim_fn may read. */
#define SHIM_MIN 8

/*
 * The first bytes determine the length of a shim: only if they are equal, the other packet
 * certainly has @len bytes of shim.
 */
static bool same_shim(const u8 *a, const u8 *b, unsigned int len)
{
	return !memcmp(a, b, min_t(unsigned int, len, SHIM_MIN)) && !memcmp(a, b, len);
}

/* Only packets with the same shim are of the same flow: clears same_flow of the others. */
static void udp_gro_compare(struct list_head *head, const u8 *shim, unsigned int offset,
			    unsigned int len)
{
	struct sk_buff *held;

	list_for_each_entry(held, head, list)
		if (NAPI_GRO_CB(held)->same_flow && !same_shim(held->data + offset, shim, len))
			NAPI_GRO_CB(held)->same_flow = 0;
}

/**
 * vr_udp_gro_receive() - finds a packet to merge another one with
 * @head: packets that wait in GRO
 * @skb: the packet, its GRO offset behind the outer UDP header
 * @read: reads the encapsulation's header
 *
 * As gro_receive of a UDP tunnel socket, see net/ipv4/udp_offload.c. Packets that @read does
 * not recognize are not merged here.
 *
 * Context: softirq; RCU read lock.
 * Return: a waiting packet that must go on now, or NULL.
 */
struct sk_buff *vr_udp_gro_receive(struct list_head *head, struct sk_buff *skb,
				   vr_udp_shim_fn *read)
{
	unsigned int offset = skb_gro_offset(skb), len;
	struct packet_offload *inner;
	struct sk_buff *done = NULL;
	const u8 *shim;
	__be16 proto;

	shim = skb_gro_header(skb, offset + SHIM_MIN, offset);
	len = shim ? read(shim, &proto) : 0;
	if (len > SHIM_MIN)
		shim = skb_gro_header(skb, offset + len, offset);
	inner = len && shim ? gro_find_receive_by_type(proto) : NULL;
	if (!inner) {
		skb_gro_flush_final(skb, NULL, 1);
		return NULL;
	}
	udp_gro_compare(head, shim, offset, len);
	skb_gro_pull(skb, len);
	skb_gro_postpull_rcsum(skb, shim, len);
	done = call_gro_receive(inner->callbacks.gro_receive, head, skb);
	skb_gro_flush_final(skb, done, 0);
	return done;
}

/**
 * vr_udp_gro_complete() - completes the inner headers of a packet after merging
 * @skb: the packet
 * @offset: of the encapsulation's header
 * @read: reads the encapsulation's header
 *
 * As gro_complete of a UDP tunnel socket. The callers complete the outer headers.
 *
 * Context: softirq; RCU read lock.
 * Return: 0, or a negative errno if vr_udp_gro_receive() would not merge such packets.
 */
int vr_udp_gro_complete(struct sk_buff *skb, int offset, vr_udp_shim_fn *read)
{
	struct packet_offload *inner;
	__be16 proto;
	unsigned int len = read(skb->data + offset, &proto);

	inner = len ? gro_find_complete_by_type(proto) : NULL;
	return inner ? inner->callbacks.gro_complete(skb, offset + len) : -ENOENT;
}
