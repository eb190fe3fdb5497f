// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps the elements of a set in order: IPv4 before IPv6, then by address, prefix length,
 * protocol and port.
 *
 * A set does not keep its elements sorted, which would take more memory than the elements
 * themselves. A dump walks all elements, collects the keys that come next (a window) and sorts
 * only these. This limits the memory of a dump that is not read on, and the time that the lock
 * is held.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sort.h>

#include "policy/set_dump.h"

/* Size of a window in keys: at least ROOM, or 1/PARTS of a large set. */
#define ROOM 16384
#define PARTS 16

/* Number of keys from which the end of the window is estimated. */
#define SAMPLE 4096

/**
 * struct vr_set_dump - window of the keys that come next in a dump
 * @v6: family of the keys
 * @more: there are keys after the window
 * @room: capacity of @keys
 * @count: number of entries in @keys
 * @keys: sorted keys; the last port of a range is not needed, since first ports are unique
 */
struct vr_set_dump {
	bool v6;
	bool more;
	u32 room;
	u32 count;
	struct vr_store_key keys[];
};

/**
 * struct search - collects the keys of a window
 * @order: the window
 * @after: the key that the window follows, or NULL
 * @total: number of elements
 * @seen: number of elements visited so far
 * @sampled: the end of the window was estimated, unless all keys would fit
 * @end: the highest key that the window may contain, if @order->more
 */
struct search {
	struct vr_set_dump *order;
	const struct vr_store_key *after;
	u32 total;
	u32 seen;
	bool sampled;
	struct vr_store_key end;
};

static u32 rest_of(const struct vr_store_key *key)
{
	return (u32)key->len << 24 | (u32)key->proto << 16 | key->port;
}

static int set_dump_compare(const void *a, const void *b)
{
	const struct vr_store_key *x = a, *y = b;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(x->v6.s6_addr32); i++)
		if (x->v6.s6_addr32[i] != y->v6.s6_addr32[i])
			return ntohl(x->v6.s6_addr32[i]) < ntohl(y->v6.s6_addr32[i]) ? -1 : 1;
	if (rest_of(x) == rest_of(y))
		return 0;
	return rest_of(x) < rest_of(y) ? -1 : 1;
}

/* Keeps only the first @count keys; from then on, keys after them are ignored. */
static void cut(struct search *search, u32 count)
{
	struct vr_set_dump *order = search->order;

	sort(order->keys, order->count, sizeof(*order->keys), set_dump_compare, NULL);
	order->count = count;
	order->more = true;
	search->end = order->keys[count - 1];
}

/* The first keys in a hash table are a random sample, by which the end is estimated. */
static void guess_end(struct search *search)
{
	struct vr_set_dump *order = search->order;
	u64 expected = div_u64((u64)order->count * search->total, search->seen);

	search->sampled = true;
	if (expected > order->room)
		cut(search, max_t(u32, 1, div64_u64((u64)order->count * (order->room / 4 * 3),
						    expected)));
}

static void set_dump_collect(const struct vr_element *element, void *data)
{
	struct search *search = data;
	struct vr_set_dump *order = search->order;

	search->seen++;
	if ((search->after && set_dump_compare(&element->key, search->after) <= 0) ||
	    (order->more && set_dump_compare(&element->key, &search->end) > 0))
		return;
	if (order->count == order->room)
		cut(search, order->room / 2);
	else if (order->count == SAMPLE && !search->sampled)
		guess_end(search);
	if (order->more && set_dump_compare(&element->key, &search->end) > 0)
		return;
	order->keys[order->count++] = element->key;
}

static struct vr_set_dump *make_window(const struct vr_set_store *store, bool v6,
				       const struct vr_store_key *after)
{
	u32 room = max_t(u32, ROOM, store->count / PARTS);
	struct search search = { .after = after, .total = store->count };
	struct vr_set_dump *order;

	if (store->count < room)
		room = store->count;
	order = kvmalloc(struct_size(order, keys, room), VR_GFP_ACCOUNT);
	if (!order)
		return NULL;
	order->v6 = v6;
	order->more = false;
	order->room = room;
	order->count = 0;
	search.order = order;
	vr_store_walk(store, v6, set_dump_collect, &search);
	sort(order->keys, order->count, sizeof(*order->keys), set_dump_compare, NULL);
	return order;
}

/* Index of the first key after another one. */
static u32 behind(const struct vr_set_dump *order, const struct vr_store_key *after)
{
	u32 from = 0, to = after ? order->count : 0, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (set_dump_compare(&order->keys[middle], after) > 0)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

/* Finds the first element of a window after a key. Skips deleted and expired elements. */
static bool find_in(const struct vr_set_dump *order, const struct vr_set_store *store,
		    const struct vr_store_key *after, struct vr_element *element)
{
	u32 i;

	for (i = behind(order, after); i < order->count; i++)
		if (vr_store_at(store, order->v6, &order->keys[i], element) &&
		    !vr_element_expired(element))
			return true;
	return false;
}

/**
 * vr_set_dump_next() - finds the element that follows another one in a dump
 * @order: window of the dump, NULL at first; the caller frees it by kvfree()
 * @store: store of the set
 * @v6: family of @after
 * @after: key of an element that exists or existed, or NULL for the first element
 * @element: result
 *
 * Context: vn->lock. Sleeps.
 * Return: 1, 0 if there is none, or -ENOMEM.
 */
int vr_set_dump_next(struct vr_set_dump **order, const struct vr_set_store *store,
		     bool v6, const struct vr_store_key *after,
		     struct vr_element *element)
{
	struct vr_set_dump *window = after ? *order : NULL;
	struct vr_store_key last;

	for (;;) {
		if (!window || window->v6 != v6) {
			kvfree(*order);
			*order = window = make_window(store, v6, after);
			if (!window)
				return -ENOMEM;
		}
		if (find_in(window, store, after, element))
			return 1;
		if (!window->more && v6)
			return 0;
		if (window->more) {
			last = window->keys[window->count - 1];
			after = after && set_dump_compare(after, &last) > 0 ? after : &last;
		} else {
			v6 = true;
			after = NULL;
		}
		window = NULL;
	}
}
