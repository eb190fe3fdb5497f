// SPDX-License-Identifier: GPL-2.0
/*
 * The order in which the elements of a set are dumped: IPv4 before IPv6, then by address,
 * prefix length, protocol and port.
 *
 * A set does not keep its elements in order, as that would take more than the elements do.
 * A dump finds the keys that come next, a window of them, by going through all, and sorts
 * these alone: who dumps without reading on has no more than that, and the lock is held for
 * no longer.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sort.h>

#include "policy/set_dump.h"

/* Keys that a window has room for at least, and what part of a large set. */
#define ROOM 16384
#define PARTS 16

/* So many keys tell about where the window ends. */
#define SAMPLE 4096

/**
 * struct vr_set_dump - the keys that come next
 * @v6: their family
 * @more: there are others behind them
 * @room: for keys
 * @count: of keys
 * @keys: without the end of ranges, which nothing shares
 */
struct vr_set_dump {
	bool v6;
	bool more;
	u32 room;
	u32 count;
	struct vr_store_key keys[];
};

/**
 * struct search - for the keys of a window
 * @order: the window
 * @after: what they come after, or NULL
 * @total: elements that there are
 * @seen: of these
 * @sampled: the end of the window was guessed, unless all would fit
 * @end: the last key that the window may have, if there is more behind it
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

/* Leaves the first keys, and lets none in that comes behind them. */
static void cut(struct search *search, u32 count)
{
	struct vr_set_dump *order = search->order;

	sort(order->keys, order->count, sizeof(*order->keys), set_dump_compare, NULL);
	order->count = count;
	order->more = true;
	search->end = order->keys[count - 1];
}

/* The first keys in a hash are any: how they lie tells of all. */
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

/* The first key that is behind another. */
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

/* The first element of a window behind a key; what is gone or has expired is left out. */
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
 * vr_set_dump_next() - the element that follows another in a dump
 * @order: what the dump keeps, NULL at first; to be freed by kvfree()
 * @store: of the set
 * @v6: family of @after
 * @after: key of an element that is or was there, or NULL for the first element
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
