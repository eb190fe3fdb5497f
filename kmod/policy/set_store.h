/* SPDX-License-Identifier: GPL-2.0 */
/* What a set holds, and how packets look into it. */
#ifndef _VROUTER_SET_STORE_H
#define _VROUTER_SET_STORE_H

#include <linux/bitmap.h>
#include <linux/jiffies.h>
#include <linux/rbtree.h>

#include "core/packet.h"
#include "core/vrouter.h"
#include "lib/openhash.h"
#include "policy/classify.h"

/* Prefix lengths of an IPv6 address: 0 to 128. */
#define VR_CONTENT_LENS 129

/* The last port that there is. */
#define VR_PORT_MAX 0xffff

/**
 * struct vr_store_key - what elements are told apart by, besides the end of a range
 * @v6: address of IPv6, without bits behind @len
 * @v4: address of IPv4, the same, and the bytes before it are zero
 * @port: port, or first one of a range; of ICMP, type and code
 * @proto: IP protocol, 0 for all
 * @len: prefix length
 *
 * Without holes, and so that what counts for IPv4 are the last eight bytes: it is
 * hashed and compared as memory.
 */
struct vr_store_key {
	union {
		struct in6_addr v6;
		struct {
			__be32 zero[3];
			__be32 v4;
		};
	};
	u16 port;
	u8 proto;
	u8 len;
};

/* Flags of an element. Those that are kept with it; they fit below a pointer. */
#define VR_ELEMENT_LIVE		BIT(0)	/* packets see it */
#define VR_ELEMENT_EXISTS	BIT(1)	/* for requests; only staged unless LIVE */
#define VR_ELEMENT_NOMATCH	BIT(2)	/* an exception of shorter prefixes */
#define VR_ELEMENT_KEPT		GENMASK(2, 0)
/* And what is the same for all of a set. */
#define VR_ELEMENT_COUNTS	BIT(3)	/* has counters */

/**
 * struct vr_element_ext - what few elements have
 * @expiry: in the content's tree of what expires, unless @expires is 0
 * @rcu: to free it
 * @key: of the element that it belongs to
 * @v6: family of @key
 * @expires: jiffies when it ceases to be, 0 for never
 * @comment: of the user, or NULL
 * @packets: that it decided about
 * @bytes: of these
 */
struct vr_element_ext {
	union {
		struct rb_node expiry;
		struct rcu_head rcu;
	};
	struct vr_store_key key;
	bool v6;
	unsigned long expires;
	char *comment;
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct vr_element - an element of a set, as it was found
 * @key: what it is
 * @port_end: last port of a range; otherwise that of @key
 * @v6: its family
 * @flags: VR_ELEMENT_*; 0 when nothing was found
 * @ext: more about it, or NULL; once there, it stays
 *
 * A set keeps no such objects but packs what is in them, see set_store.c: this is a copy.
 */
struct vr_element {
	struct vr_store_key key;
	u16 port_end;
	bool v6;
	u8 flags;
	struct vr_element_ext *ext;
};

/**
 * struct vr_store_family - the elements of an address family
 * @hash: by key, see set_store.c
 * @lens: prefix lengths that there are, so that no others are looked up
 * @len_count: how many lengths there are
 * @counts: how many elements have a length
 */
struct vr_store_family {
	struct vr_openhash hash;
	DECLARE_BITMAP(lens, VR_CONTENT_LENS);
	u32 len_count;
	u32 counts[VR_CONTENT_LENS];
};

/**
 * struct vr_set_store - what a set holds; swapped as a whole
 * @type: enum vrouter_set_type
 * @timeout: seconds that elements live which do not say it, 0 for ever
 * @counters: elements count what they decide about; set before the first one
 * @max: limit of @count
 * @count: elements there are, staged ones too
 * @bytes: memory of what they have, without the hashes
 * @family: IPv4 and IPv6
 * @expiry: struct vr_element_ext that expire, first one first
 * @work: frees it all
 *
 * A packet's address is looked up once for each prefix length that there is, longest
 * first, in a hash: what that costs does not depend on the number of elements.
 */
struct vr_set_store {
	u32 type;
	u32 timeout;
	bool counters;
	u32 max;
	u32 count;
	u64 bytes;
	struct vr_store_family family[2];
	struct rb_root_cached expiry;
	struct rcu_work work;
};

struct vr_set_store *vr_store_alloc(u32 type);
void vr_store_free(struct vr_set_store *store);
u64 vr_store_memory(const struct vr_set_store *store);

bool vr_store_at(const struct vr_set_store *store, bool v6, const struct vr_store_key *key,
		 struct vr_element *element);
bool vr_store_find(const struct vr_set_store *store, bool v6,
		   const struct vr_store_key *key, u16 port_end,
		   struct vr_element *element);
bool vr_store_overlap(const struct vr_set_store *store, const struct vr_element *element,
		      struct vr_element *other);
void vr_store_walk(const struct vr_set_store *store, bool v6,
		   void (*visit)(const struct vr_element *element, void *data), void *data);
int vr_store_insert(struct vr_set_store *store, const struct vr_element *element);
void vr_store_write(struct vr_set_store *store, const struct vr_element *element);
void vr_store_remove(struct vr_set_store *store, const struct vr_element *element);
bool vr_store_expired(const struct vr_set_store *store, struct vr_element *element);
bool vr_store_match(const struct vr_set_store *store, const struct vr_tuple *tuple,
		    const union vr_ip *addr, struct vr_element *element);

int vr_element_extend(struct vr_set_store *store, struct vr_element *element);
void vr_element_comment(struct vr_set_store *store, struct vr_element *element,
			char *comment);
void vr_element_live(struct vr_set_store *store, struct vr_element *element, u32 seconds);
void vr_element_free(const struct vr_element *element);
int vr_element_put(struct sk_buff *msg, int attr, const struct vr_element *element);

/**
 * vr_element_expires() - jiffies when an element ceases to be, 0 for never
 * @element: that was found
 *
 * Context: RCU read lock or vn->lock, since it was found.
 */
static inline unsigned long vr_element_expires(const struct vr_element *element)
{
	return element->ext ? READ_ONCE(element->ext->expires) : 0;
}

/** vr_element_expired() - is the time of an element over? See vr_element_expires(). */
static inline bool vr_element_expired(const struct vr_element *element)
{
	unsigned long expires = vr_element_expires(element);

	return expires && time_after_eq(jiffies, expires);
}

/** vr_element_counters() - where an element counts what it decides about, or NULL */
static inline struct vr_element_ext *vr_element_counters(const struct vr_element *element)
{
	return element->flags & VR_ELEMENT_COUNTS ? element->ext : NULL;
}

/** vr_element_count() - counts what an element with counters decided about */
static inline void vr_element_count(struct vr_element_ext *counters, u64 packets, u64 bytes)
{
	atomic64_add(packets, &counters->packets);
	atomic64_add(bytes, &counters->bytes);
}

int vr_set_stores_init(void);
void vr_set_stores_exit(void);

#endif /* _VROUTER_SET_STORE_H */
