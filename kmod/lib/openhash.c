// SPDX-License-Identifier: GPL-2.0
/*
 * An open-addressing hash table for small keys, with little memory beside the keys.
 *
 * A linked table, such as linux/rhashtable.h, spends 24 to 30 bytes per entry on the link,
 * the bucket and the allocation. A million addresses of 8 bytes are better stored in the table
 * itself. An entry is in the first slot that was free from the one that its hash selects
 * (linear probing: D. Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L).
 *
 * Packets read while netlink requests write. A slot's key is written once, before its value, and
 * the slot of a removed entry, a dead slot, is reused only for the same key. A reader that finds
 * a key therefore finds its value. When the slots run out, the live ones are copied to another
 * table, and the old one is freed after an RCU grace period.
 *
 * Example: a table with 6 slots. The hashes of A and B select slot 4, those of C and D slot 5.
 *
 *	insert A, B, C	- - - - A B, then C - - - A B: C wraps around to slot 0
 *	remove B	C - - - A x: slot 5 is dead, but keeps B's key
 *	look up C	slot 5 has another key, slot 0 is C's
 *	insert D	C D - - A x: slots 5 and 0 have other keys, slot 1 is free
 *	insert E	4 slots are in use, dead ones included, which is the limit of 6 slots
 *			(11/16). A, C and D are copied to another table, without the dead slot,
 *			and E is added there.
 *
 * A table is sized for 1.8 slots per entry, rounded up to a power of two in bytes, or to whole
 * pages above one page. With keys of two words on a 64-bit machine, a slot has 16 bytes and the
 * header of a table 32:
 *
 *	insert entry	allocates	slots	entries up to the limit
 *	1		64 bytes	2	1
 *	2		128 bytes	6	4
 *	5		256 bytes	14	9
 *	10		512 bytes	30	20
 *
 * The owner of a table provides the writers' lock, and calls rcu_barrier() at the end.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lib/gfp.h"
#include "lib/openhash.h"

/* The minimum size of a table in bytes. */
#define LEAST 64

/* The writers' lock is the owner's: lockdep cannot check it here. */
static struct vr_openhash_table *openhash_table_of(const struct vr_openhash *hash)
{
	return rcu_dereference_protected(hash->table, true);
}

/* The maximum number of slots in use: with more, looking up an absent key takes too long. */
static u32 limit(u32 slots)
{
	return slots / 16 * 11 + slots % 16 * 11 / 16;
}

/* A power of two, as kmalloc() would round it up to; whole pages if that is more than a page. */
static size_t table_size(u32 slots, unsigned int words)
{
	size_t size = sizeof(struct vr_openhash_table) + slots * vr_openhash_stride(words);

	if (size > PAGE_SIZE)
		return PAGE_ALIGN(size);
	return max_t(size_t, roundup_pow_of_two(size), LEAST);
}

/* Allocates a table for a number of entries, with room for a quarter more. */
static struct vr_openhash_table *make_table(u32 entries, unsigned int words, gfp_t gfp)
{
	struct vr_openhash_table *table;
	size_t size;

	if (entries > U32_MAX / 2)
		return NULL;
	size = table_size(entries + entries / 5 * 4 + 1, words);
	/* Not kmalloc(), which would round the pages up to a power of two. */
	table = size > PAGE_SIZE ? __vmalloc(size, gfp | __GFP_ZERO) : kzalloc(size, gfp);
	if (table)
		table->count = (size - sizeof(*table)) / vr_openhash_stride(words);
	return table;
}

static bool is_live(const struct vr_openhash_slot *slot)
{
	return slot->value && slot->value != VR_OPENHASH_DEAD;
}

/* Adds to a table that has room; a dead slot of the same key is reused. */
static void openhash_add(struct vr_openhash_table *table, const u32 *key, unsigned int words,
			 unsigned long value)
{
	struct vr_openhash_slot *slot;
	unsigned long before;

	slot = vr_openhash_search(table, key, words, &before);
	if (!before) {
		memcpy(slot->key, key, words * sizeof(*key));
		table->used++;
	}
	/* Pairs with vr_openhash_search(). */
	smp_store_release(&slot->value, value);
}

static void free_table(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct vr_openhash_table, rcu));
}

/* Not by kvfree_rcu(), which may hold on to the memory of a large table for seconds. */
static void replace_table(struct vr_openhash *hash, struct vr_openhash_table *table)
{
	struct vr_openhash_table *old = openhash_table_of(hash);

	rcu_assign_pointer(hash->table, table);
	if (old)
		call_rcu(&old->rcu, free_table);
}

/* Copies the live entries to a new table for @entries entries. */
static int rehash(struct vr_openhash *hash, unsigned int words, u32 entries, gfp_t gfp)
{
	struct vr_openhash_table *table = make_table(entries, words, gfp);
	const struct vr_openhash_slot *slot;
	u32 index = 0;

	if (!table)
		return -ENOMEM;
	while ((slot = vr_openhash_next(hash, words, &index))) {
		openhash_add(table, slot->key, words, slot->value);
		cond_resched();
	}
	replace_table(hash, table);
	return 0;
}

/**
 * vr_openhash_find() - vr_openhash_get() for the writer
 * @hash: the table
 * @key: the key
 * @words: number of words of a key
 *
 * Context: the writer's lock.
 * Return: the value, or 0.
 */
unsigned long vr_openhash_find(const struct vr_openhash *hash, const u32 *key,
			       unsigned int words)
{
	return vr_openhash_look(openhash_table_of(hash), key, words);
}

/**
 * vr_openhash_insert() - adds an entry
 * @hash: the table
 * @key: a key that the table does not have
 * @words: number of words of a key
 * @value: its value, neither 0 nor VR_OPENHASH_DEAD
 *
 * Context: the writer's lock. May sleep.
 * Return: 0 or -ENOMEM.
 */
int vr_openhash_insert(struct vr_openhash *hash, const u32 *key, unsigned int words,
		       unsigned long value)
{
	struct vr_openhash_table *table = openhash_table_of(hash);
	int err = 0;

	if (!table || table->used >= limit(table->count))
		err = rehash(hash, words, hash->live + 1, VR_GFP_ACCOUNT);
	if (err)
		return err;
	openhash_add(openhash_table_of(hash), key, words, value);
	hash->live++;
	return 0;
}

/**
 * vr_openhash_write() - replaces the value of a key
 * @hash: the table
 * @key: a key that the table has
 * @words: number of words of a key
 * @value: see vr_openhash_insert(). A reader that finds it also sees what the caller wrote
 *	before this call
 *
 * Context: the writer's lock.
 */
void vr_openhash_write(struct vr_openhash *hash, const u32 *key, unsigned int words,
		       unsigned long value)
{
	struct vr_openhash_slot *slot;
	unsigned long before;

	slot = vr_openhash_search(openhash_table_of(hash), key, words, &before);
	if (WARN_ON_ONCE(!before))
		return;
	/* Pairs with vr_openhash_search(). */
	smp_store_release(&slot->value, value);
}

/**
 * vr_openhash_remove() - removes an entry
 * @hash: the table
 * @key: a key that the table has
 * @words: number of words of a key
 *
 * If there is no memory for a smaller table, the present one stays.
 *
 * Context: the writer's lock. May sleep.
 */
void vr_openhash_remove(struct vr_openhash *hash, const u32 *key, unsigned int words)
{
	vr_openhash_write(hash, key, words, VR_OPENHASH_DEAD);
	hash->live--;
	if (!hash->live)
		replace_table(hash, NULL);
	else if (hash->live < openhash_table_of(hash)->count / 8)
		rehash(hash, words, hash->live, VR_GFP_ACCOUNT | __GFP_NOWARN);
}

/**
 * vr_openhash_next() - iterates over all entries
 * @hash: the table, which must not change meanwhile
 * @words: number of words of a key
 * @index: the position, updated; 0 at first
 *
 * Context: the writer's lock, or none once there are no readers and writers.
 * Return: the next entry, or NULL.
 */
const struct vr_openhash_slot *vr_openhash_next(const struct vr_openhash *hash,
						unsigned int words, u32 *index)
{
	const struct vr_openhash_table *table = openhash_table_of(hash);
	const struct vr_openhash_slot *slot;

	while (table && *index < table->count) {
		slot = vr_openhash_slot(table, (*index)++, words);
		if (is_live(slot))
			return slot;
	}
	return NULL;
}

/** vr_openhash_memory() - size of a table in bytes; Context: the writer's lock */
size_t vr_openhash_memory(const struct vr_openhash *hash, unsigned int words)
{
	const struct vr_openhash_table *table = openhash_table_of(hash);

	return table ? table_size(table->count, words) : 0;
}

/** vr_openhash_free() - frees a table that no longer has readers or writers */
void vr_openhash_free(struct vr_openhash *hash)
{
	kvfree(openhash_table_of(hash));
}
