// SPDX-License-Identifier: GPL-2.0
/*
 * The elements of sets: packets look them up, requests change them under the lock.
 *
 * A set may have millions of elements, and most of them are just a prefix. Therefore an element
 * is not an object of its own. The hash table has its key and a word with the flags and, in the
 * upper bits, a pointer to the optional extension. In sets with port ranges the key has no
 * ports, and the word points to the ranges, each of which has a word with flags and extension.
 */
#include <linux/inetdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

#include "lib/ranges.h"
#include "policy/set_store.h"

/* Frees stores after an RCU grace period; that may take long. */
static struct workqueue_struct *workqueue;

/* Number of 32-bit words in keys of IPv4 and IPv6. */
#define WORDS4 2
#define WORDS6 5

static_assert(sizeof(struct vr_store_key) == WORDS6 * sizeof(u32));
static_assert(offsetof(struct vr_store_key, v4) + WORDS4 * sizeof(u32) ==
	      sizeof(struct vr_store_key));
static_assert(ARCH_KMALLOC_MINALIGN > VR_ELEMENT_KEPT);

static bool has_ranges(const struct vr_set_store *store)
{
	return store->type == VROUTER_SET_TYPE_NET_PROTO_PORTS;
}

static __always_inline const u32 *store_words_of(bool v6, const struct vr_store_key *key)
{
	return v6 ? (const u32 *)key : (const u32 *)&key->v4;
}

static __always_inline unsigned int word_count(bool v6)
{
	return v6 ? WORDS6 : WORDS4;
}

static unsigned long value_of(const struct vr_element *element)
{
	return (unsigned long)element->ext | (element->flags & VR_ELEMENT_KEPT);
}

static inline void read_value(const struct vr_set_store *store, unsigned long value,
			      struct vr_element *element)
{
	element->ext = (void *)(value & ~VR_ELEMENT_KEPT);
	element->flags = (value & VR_ELEMENT_KEPT) |
			 (store->counters ? VR_ELEMENT_COUNTS : 0);
}

/* Key under which the ranges of an element's prefix and protocol are stored. */
static struct vr_store_key ranges_key(const struct vr_store_key *key)
{
	struct vr_store_key all = *key;

	all.port = 0;
	return all;
}

/* Finds the ranges of an element's prefix and protocol, or NULL. Context: vn->lock. */
static struct vr_ranges *find_ranges(const struct vr_set_store *store, bool v6,
				     const struct vr_store_key *key)
{
	struct vr_store_key all = ranges_key(key);

	return (void *)vr_openhash_find(&store->family[v6].hash, store_words_of(v6, &all),
					word_count(v6));
}

static void read_range(const struct vr_set_store *store, const struct vr_range *range,
		       struct vr_element *element)
{
	element->key.port = range->first;
	element->port_end = range->last;
	read_value(store, range->value, element);
}

/* Finds a range of a prefix and protocol that overlaps ports @key->port to @port_end. */
static bool range_at(const struct vr_set_store *store, bool v6,
		     const struct vr_store_key *key, u16 port_end, struct vr_element *element)
{
	const struct vr_ranges *ranges = find_ranges(store, v6, key);
	const struct vr_range *range;

	range = ranges ? vr_ranges_find(ranges, key->port, port_end) : NULL;
	if (!range)
		return false;
	element->key = *key;
	element->v6 = v6;
	read_range(store, range, element);
	return true;
}

/**
 * vr_store_at() - finds an element, staged or not, by its key
 * @store: store of the set
 * @v6: family of @key
 * @key: key of the element; the last port of a range does not matter
 * @element: result
 *
 * Context: vn->lock.
 * Return: true if there is one.
 */
bool vr_store_at(const struct vr_set_store *store, bool v6, const struct vr_store_key *key,
		 struct vr_element *element)
{
	unsigned long value;

	if (has_ranges(store))
		return range_at(store, v6, key, key->port, element) &&
		       element->key.port == key->port;
	value = vr_openhash_find(&store->family[v6].hash, store_words_of(v6, key), word_count(v6));
	if (!value)
		return false;
	element->key = *key;
	element->port_end = key->port;
	element->v6 = v6;
	read_value(store, value, element);
	return true;
}

/**
 * vr_store_find() - finds an element, staged or not, by its key and last port
 * @store: store of the set
 * @v6: family of @key
 * @key: key of the element
 * @port_end: last port of the element
 * @element: result
 *
 * Context: vn->lock.
 * Return: true if there is one.
 */
bool vr_store_find(const struct vr_set_store *store, bool v6,
		   const struct vr_store_key *key, u16 port_end,
		   struct vr_element *element)
{
	return vr_store_at(store, v6, key, element) && element->port_end == port_end;
}

/**
 * vr_store_overlap() - finds an element that shares ports with a new one
 * @store: store of the set
 * @element: the new element, not in the store yet
 * @other: result
 *
 * Context: vn->lock.
 * Return: true if there is one.
 */
bool vr_store_overlap(const struct vr_set_store *store, const struct vr_element *element,
		      struct vr_element *other)
{
	return has_ranges(store) &&
	       range_at(store, element->v6, &element->key, element->port_end, other);
}

/* Visits all ranges of one entry of the hash table. */
static void walk_ranges(const struct vr_set_store *store, const struct vr_ranges *ranges,
			struct vr_element *element,
			void (*visit)(const struct vr_element *element, void *data), void *data)
{
	const struct vr_range *range = NULL;

	while ((range = vr_ranges_next(ranges, range))) {
		read_range(store, range, element);
		visit(element, data);
		cond_resched();
	}
}

/**
 * vr_store_walk() - visits all elements of a family, in no particular order
 * @store: store of the set
 * @v6: the family is IPv6
 * @visit: callback; must not change the store
 * @data: passed to @visit
 *
 * Context: vn->lock, or no readers and writers are left. Sleeps.
 */
void vr_store_walk(const struct vr_set_store *store, bool v6,
		   void (*visit)(const struct vr_element *element, void *data), void *data)
{
	const struct vr_openhash *hash = &store->family[v6].hash;
	struct vr_element element = { .v6 = v6 };
	const struct vr_openhash_slot *slot;
	u32 index = 0;

	while ((slot = vr_openhash_next(hash, word_count(v6), &index))) {
		memcpy((u32 *)store_words_of(v6, &element.key), slot->key,
		       word_count(v6) * sizeof(u32));
		if (has_ranges(store)) {
			walk_ranges(store, (void *)slot->value, &element, visit, data);
		} else {
			element.port_end = element.key.port;
			read_value(store, slot->value, &element);
			visit(&element, data);
		}
		cond_resched();
	}
}

/* Removes a range. The last one of a prefix and protocol also removes their entry. */
static void remove_range(struct vr_set_store *store, const struct vr_element *element,
			 struct vr_ranges *ranges)
{
	struct vr_store_family *family = &store->family[element->v6];
	struct vr_store_key all = ranges_key(&element->key);
	struct vr_range *range;

	range = vr_ranges_find(ranges, element->key.port, element->key.port);
	if (range) {
		vr_ranges_remove(ranges, range);
		store->bytes -= sizeof(*range);
	}
	if (ranges->count)
		return;
	vr_openhash_remove(&family->hash, store_words_of(element->v6, &all),
			   word_count(element->v6));
	store->bytes -= sizeof(*ranges);
	kfree_rcu(ranges, rcu);
}

static struct vr_ranges *get_ranges(struct vr_set_store *store, const struct vr_element *element)
{
	struct vr_openhash *hash = &store->family[element->v6].hash;
	struct vr_ranges *ranges = find_ranges(store, element->v6, &element->key);
	struct vr_store_key all = ranges_key(&element->key);

	if (ranges)
		return ranges;
	ranges = kzalloc(sizeof(*ranges), VR_GFP_ACCOUNT);
	if (!ranges)
		return NULL;
	if (!vr_openhash_insert(hash, store_words_of(element->v6, &all), word_count(element->v6),
				(unsigned long)ranges)) {
		store->bytes += sizeof(*ranges);
		return ranges;
	}
	kfree(ranges);
	return NULL;
}

static int insert_range(struct vr_set_store *store, const struct vr_element *element)
{
	struct vr_ranges *ranges = get_ranges(store, element);
	int err;

	if (!ranges)
		return -ENOMEM;
	err = vr_ranges_insert(ranges, element->key.port, element->port_end, value_of(element));
	if (err)
		remove_range(store, element, ranges);
	else
		store->bytes += sizeof(struct vr_range);
	return err;
}

/* A length is in use from before its first element is visible until after its last one is gone. */
static void count_len(struct vr_set_store *store, const struct vr_element *element, int by)
{
	struct vr_store_family *family = &store->family[element->v6];
	u8 len = element->key.len;

	if (!family->counts[len]) {
		WRITE_ONCE(family->len_count, family->len_count + 1);
		set_bit(len, family->lens);
	}
	family->counts[len] += by;
	if (!family->counts[len]) {
		clear_bit(len, family->lens);
		WRITE_ONCE(family->len_count, family->len_count - 1);
	}
}

/**
 * vr_store_insert() - adds an element
 * @store: store of the set
 * @element: key and flags; the store has no such element and none that overlaps
 *
 * Context: vn->lock. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int vr_store_insert(struct vr_set_store *store, const struct vr_element *element)
{
	struct vr_openhash *hash = &store->family[element->v6].hash;
	int err;

	if (has_ranges(store))
		err = insert_range(store, element);
	else
		err = vr_openhash_insert(hash, store_words_of(element->v6, &element->key),
					 word_count(element->v6), value_of(element));
	if (err)
		return err;
	count_len(store, element, 1);
	store->count++;
	return 0;
}

/**
 * vr_store_write() - stores the flags and the extension pointer of an element
 * @store: store of the set
 * @element: an element of the store
 *
 * Context: vn->lock.
 */
void vr_store_write(struct vr_set_store *store, const struct vr_element *element)
{
	struct vr_openhash *hash = &store->family[element->v6].hash;
	const struct vr_ranges *ranges;
	struct vr_range *range;

	if (!has_ranges(store)) {
		vr_openhash_write(hash, store_words_of(element->v6, &element->key),
				  word_count(element->v6), value_of(element));
		return;
	}
	ranges = find_ranges(store, element->v6, &element->key);
	range = vr_ranges_find(ranges, element->key.port, element->key.port);
	/* Pairs with match_proto(). */
	smp_store_release(&range->value, value_of(element));
}

static size_t comment_size(const char *comment)
{
	return comment ? strlen(comment) + 1 : 0;
}

/**
 * vr_store_remove() - removes an element
 * @store: store of the set
 * @element: an element of the store
 *
 * The caller frees its extension by vr_element_free(), once all cached decisions that depend on
 * the element are invalid.
 *
 * Context: vn->lock. Sleeps.
 */
void vr_store_remove(struct vr_set_store *store, const struct vr_element *element)
{
	struct vr_openhash *hash = &store->family[element->v6].hash;
	struct vr_element_ext *ext = element->ext;

	/* ext->expires keeps its value: expired elements stay expired for concurrent packets. */
	if (vr_element_expires(element))
		rb_erase_cached(&ext->expiry, &store->expiry);
	if (ext)
		store->bytes -= sizeof(*ext) + comment_size(ext->comment);
	if (has_ranges(store))
		remove_range(store, element,
			     find_ranges(store, element->v6, &element->key));
	else
		vr_openhash_remove(hash, store_words_of(element->v6, &element->key),
				   word_count(element->v6));
	count_len(store, element, -1);
	store->count--;
}

/**
 * vr_element_free() - frees the extension of an element after a grace period
 * @element: an element that was removed
 */
void vr_element_free(const struct vr_element *element)
{
	if (!element->ext)
		return;
	kfree(element->ext->comment);
	kfree_rcu(element->ext, rcu);
}

/**
 * vr_element_extend() - gives an element an extension, unless it has one
 * @store: store of the set
 * @element: an element; updated
 *
 * Context: vn->lock.
 * Return: 0 or -ENOMEM.
 */
int vr_element_extend(struct vr_set_store *store, struct vr_element *element)
{
	struct vr_element_ext *ext = element->ext;

	if (ext)
		return 0;
	ext = kzalloc(sizeof(*ext), VR_GFP_ACCOUNT);
	if (!ext)
		return -ENOMEM;
	ext->key = element->key;
	ext->v6 = element->v6;
	store->bytes += sizeof(*ext);
	element->ext = ext;
	vr_store_write(store, element);
	return 0;
}

/**
 * vr_element_comment() - sets or removes the comment of an element
 * @store: store of the set
 * @element: an element; must have an extension if @comment is not NULL
 * @comment: the comment, which the element takes over, or NULL
 *
 * Context: vn->lock, which is enough since packets do not read comments.
 */
void vr_element_comment(struct vr_set_store *store, struct vr_element *element, char *comment)
{
	struct vr_element_ext *ext = element->ext;

	if (!ext)
		return;
	store->bytes += comment_size(comment);
	store->bytes -= comment_size(ext->comment);
	kfree(ext->comment);
	ext->comment = comment;
}

static bool expires_before(struct rb_node *a, const struct rb_node *b)
{
	return time_before(rb_entry(a, struct vr_element_ext, expiry)->expires,
			   rb_entry(b, struct vr_element_ext, expiry)->expires);
}

/**
 * vr_element_live() - sets the timeout of an element, from now on
 * @store: store of the set
 * @element: an element; must have an extension unless @seconds is 0
 * @seconds: timeout in seconds, 0 for none
 *
 * Context: vn->lock.
 */
void vr_element_live(struct vr_set_store *store, struct vr_element *element, u32 seconds)
{
	struct vr_element_ext *ext = element->ext;
	unsigned long until = (jiffies + seconds * HZ) ? : 1;

	if (vr_element_expires(element))
		rb_erase_cached(&ext->expiry, &store->expiry);
	if (ext)
		WRITE_ONCE(ext->expires, seconds ? until : 0);
	if (seconds)
		rb_add_cached(&ext->expiry, &store->expiry, expires_before);
}

/**
 * vr_store_expired() - finds an element that has expired
 * @store: store of the set
 * @element: result
 *
 * Context: vn->lock.
 * Return: true if there is one.
 */
bool vr_store_expired(const struct vr_set_store *store, struct vr_element *element)
{
	struct rb_node *node = rb_first_cached(&store->expiry);
	const struct vr_element_ext *ext;

	if (!node)
		return false;
	ext = rb_entry(node, struct vr_element_ext, expiry);
	return time_after_eq(jiffies, ext->expires) &&
	       vr_store_at(store, ext->v6, &ext->key, element);
}

/* For IPv4, the bytes before the address are not part of the lookup and stay as they are. */
static void store_make_key(struct vr_store_key *key, bool v6, const union vr_ip *addr, u8 len)
{
	key->port = 0;
	key->proto = 0;
	key->len = len;
	if (v6)
		ipv6_addr_prefix(&key->v6, &addr->v6, len);
	else
		key->v4 = addr->v4 & inet_make_mask(len);
}

/* Reads the value that a lookup found. Returns whether packets see the element. */
static inline bool visible(const struct vr_set_store *store, unsigned long value,
			   struct vr_element *element)
{
	if (!(value & VR_ELEMENT_LIVE))
		return false;
	read_value(store, value, element);
	return !vr_element_expired(element);
}

static noinline unsigned long get6(const struct vr_set_store *store,
				   const struct vr_store_key *key)
{
	return vr_openhash_get(&store->family[1].hash, store_words_of(true, key), WORDS6);
}

static __always_inline unsigned long store_get(const struct vr_set_store *store, bool v6,
					       const struct vr_store_key *key)
{
	if (v6)
		return get6(store, key);
	return vr_openhash_get(&store->family[0].hash, store_words_of(false, key), WORDS4);
}

/* Looks up the ranges of a protocol. A packet without ports matches only a range of all ports. */
static unsigned long match_proto(const struct vr_set_store *store,
				 const struct vr_tuple *tuple, struct vr_element *element,
				 u8 proto)
{
	const struct vr_ranges *ranges;
	struct vr_range *range;

	element->key.proto = proto;
	element->key.port = 0;
	ranges = (void *)store_get(store, tuple->v6, &element->key);
	range = ranges ? vr_ranges_find(ranges, tuple->dport, tuple->dport) : NULL;
	if (!range || (!tuple->has_ports && (range->first || range->last != VR_PORT_MAX)))
		return 0;
	element->key.port = range->first;
	element->port_end = range->last;
	/* Pairs with vr_store_write(). */
	return smp_load_acquire(&range->value);
}

static noinline bool match_ranges(const struct vr_set_store *store,
				  const struct vr_tuple *tuple, struct vr_element *element)
{
	return visible(store, match_proto(store, tuple, element, tuple->proto), element) ||
	       visible(store, match_proto(store, tuple, element, 0), element);
}

static inline bool match_len(const struct vr_set_store *store, const struct vr_tuple *tuple,
			     const union vr_ip *addr, u8 len, struct vr_element *element)
{
	store_make_key(&element->key, tuple->v6, addr, len);
	if (has_ranges(store))
		return match_ranges(store, tuple, element);
	if (store->type == VROUTER_SET_TYPE_NET_PORT) {
		if (!tuple->has_ports)
			return false;
		element->key.proto = tuple->proto;
		element->key.port = tuple->dport;
	}
	element->port_end = element->key.port;
	return visible(store, store_get(store, tuple->v6, &element->key), element);
}

/**
 * vr_store_match() - finds the element that decides about a packet
 * @store: store of the set
 * @tuple: fields of the packet; the source port does not matter
 * @addr: source or destination address of the packet
 * @element: result, perhaps with VR_ELEMENT_NOMATCH; without flags if there is none
 *
 * The longest prefix decides. Within a prefix, ranges of the packet's protocol take precedence
 * over ranges of all protocols.
 *
 * Context: RCU read lock.
 * Return: true if there is one.
 */
bool vr_store_match(const struct vr_set_store *store, const struct vr_tuple *tuple,
		    const union vr_ip *addr, struct vr_element *element)
{
	const unsigned long *lens = store->family[tuple->v6].lens;
	unsigned int word = tuple->v6 ? BITS_TO_LONGS(VR_STORE_LENS) : BITS_TO_LONGS(33);
	unsigned long bits;
	unsigned int len;

	element->v6 = tuple->v6;
	while (word--) {
		for (bits = READ_ONCE(lens[word]); bits; bits &= ~BIT(len % BITS_PER_LONG)) {
			len = word * BITS_PER_LONG + __fls(bits);
			if (match_len(store, tuple, addr, len, element))
				return true;
		}
	}
	element->flags = 0;
	return false;
}

/** vr_store_alloc() - allocates an empty store for a set type; NULL without memory */
struct vr_set_store *vr_store_alloc(u32 type)
{
	struct vr_set_store *store = kzalloc(sizeof(*store), VR_GFP_ACCOUNT);

	if (!store)
		return NULL;
	store->type = type;
	store->expiry = RB_ROOT_CACHED;
	return store;
}

static void free_element(const struct vr_element *element, void *data)
{
	if (element->ext)
		kfree(element->ext->comment);
	kfree(element->ext);
}

static void free_family(struct vr_set_store *store, bool v6)
{
	struct vr_openhash *hash = &store->family[v6].hash;
	const struct vr_openhash_slot *slot;
	u32 index = 0;

	vr_store_walk(store, v6, free_element, NULL);
	while (has_ranges(store) && (slot = vr_openhash_next(hash, word_count(v6), &index)))
		vr_ranges_free((void *)slot->value);
	vr_openhash_free(hash);
}

static void free_work(struct work_struct *work)
{
	struct vr_set_store *store = container_of(to_rcu_work(work), struct vr_set_store, work);

	free_family(store, false);
	free_family(store, true);
	kfree(store);
}

/**
 * vr_store_free() - frees a store with all its elements, after a grace period
 * @store: the store, which is no longer published
 */
void vr_store_free(struct vr_set_store *store)
{
	INIT_RCU_WORK(&store->work, free_work);
	queue_rcu_work(workqueue, &store->work);
}

/** vr_store_memory() - memory of a store in bytes; Context: vn->lock */
u64 vr_store_memory(const struct vr_set_store *store)
{
	return sizeof(*store) + store->bytes +
	       vr_openhash_memory(&store->family[0].hash, WORDS4) +
	       vr_openhash_memory(&store->family[1].hash, WORDS6);
}

int __init vr_set_stores_init(void)
{
	workqueue = alloc_workqueue("vrouter_sets", WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void vr_set_stores_exit(void)
{
	/* Stores that wait for a grace period are not in the workqueue yet. */
	rcu_barrier();
	destroy_workqueue(workqueue);
}
