/* SPDX-License-Identifier: GPL-2.0 */
/* The elements of a set, and their lookup by packets. */
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
#define VR_STORE_LENS 129

/* The highest port number. */
#define VR_PORT_MAX 0xffff

/**
 * struct vr_store_key - key of an element, without the last port of a range
 * @v6: IPv6 address; bits beyond @len are zero
 * @zero: the bytes before @v4, which are zero
 * @v4: IPv4 address; bits beyond @len are zero
 * @port: port, or first port of a range; type and code for ICMP
 * @proto: IP protocol, 0 for all
 * @len: prefix length
 *
 * The key is hashed and compared as memory, so it has no padding. For IPv4 the last eight
 * bytes are enough.
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

/* Flags of an element. The stored ones fit into the low bits of a pointer. */
#define VR_ELEMENT_LIVE		BIT(0)	/* visible to packets */
#define VR_ELEMENT_EXISTS	BIT(1)	/* visible to requests; only staged unless LIVE */
#define VR_ELEMENT_NOMATCH	BIT(2)	/* an exception to a shorter prefix */
#define VR_ELEMENT_KEPT		GENMASK(2, 0)
/* The same for all elements of a set, so not stored with each. */
#define VR_ELEMENT_COUNTS	BIT(3)	/* has counters */

/**
 * struct vr_element_ext - extension of an element: timeout, comment and counters
 * @expiry: in vr_set_store.expiry, unless @expires is 0
 * @rcu: to free the extension
 * @key: key of the element
 * @v6: family of @key
 * @expires: jiffies when the element expires, 0 for never
 * @comment: the user's comment, or NULL
 * @packets: packets that the element decided about
 * @bytes: bytes of these packets
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
 * struct vr_element - an element of a set, as a lookup returns it
 * @key: key of the element
 * @port_end: last port of a range; otherwise the port of @key
 * @v6: family of @key
 * @flags: VR_ELEMENT_*; 0 if no element was found
 * @ext: extension, or NULL; once allocated, it stays
 *
 * This is a copy: a set stores its elements in packed form, see set_store.c.
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
 * @hash: the elements by key, see set_store.c
 * @lens: bitmap of the prefix lengths in use; lookups try no others
 * @len_count: number of prefix lengths in use
 * @counts: number of elements for each prefix length
 */
struct vr_store_family {
	struct vr_openhash hash;
	DECLARE_BITMAP(lens, VR_STORE_LENS);
	u32 len_count;
	u32 counts[VR_STORE_LENS];
};

/**
 * struct vr_set_store - elements and settings of a set; swapped as a whole
 * @type: enum vrouter_set_type
 * @timeout: default timeout of elements in seconds, 0 for none
 * @counters: elements have counters; set before the first element is added
 * @max: limit of @count
 * @count: number of elements, staged ones included
 * @bytes: memory for extensions, comments and ranges, without the hash tables
 * @family: the elements of IPv4 and of IPv6
 * @expiry: struct vr_element_ext of the elements with a timeout, the next to expire first
 * @work: frees the store
 *
 * A packet's address is looked up in a hash table once for each prefix length in use, longest
 * first. The cost does not depend on the number of elements.
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
 * vr_element_expires() - jiffies when an element expires, 0 for never
 * @element: result of a lookup
 *
 * Context: RCU read lock or vn->lock, held since the lookup.
 */
static inline unsigned long vr_element_expires(const struct vr_element *element)
{
	return element->ext ? READ_ONCE(element->ext->expires) : 0;
}

/** vr_element_expired() - checks whether an element has expired. See vr_element_expires(). */
static inline bool vr_element_expired(const struct vr_element *element)
{
	unsigned long expires = vr_element_expires(element);

	return expires && time_after_eq(jiffies, expires);
}

/** vr_element_counters() - the extension with the counters of an element, or NULL */
static inline struct vr_element_ext *vr_element_counters(const struct vr_element *element)
{
	return element->flags & VR_ELEMENT_COUNTS ? element->ext : NULL;
}

/** vr_element_count() - counts packets that an element decided about */
static inline void vr_element_count(struct vr_element_ext *counters, u64 packets, u64 bytes)
{
	atomic64_add(packets, &counters->packets);
	atomic64_add(bytes, &counters->bytes);
}

int vr_set_stores_init(void);
void vr_set_stores_exit(void);

#endif /* _VROUTER_SET_STORE_H */
