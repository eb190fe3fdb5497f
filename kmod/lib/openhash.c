// SPDX-License-Identifier: GPL-2.0
/*
 * A hash table of small keys that takes little more than these.
 *
 * A linked table, such as linux/rhashtable.h, spends 24 to 30 bytes an entry on the link,
 * the bucket and the allocation: a million addresses of 8 bytes are better kept in the table
 * itself. An entry is in the first slot that was free from where its hash points to
 * (D. Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L).
 *
 * Packets look while requests write. A slot's key is written once, before its value, and a
 * slot that was given up is only used again for the same key: so whoever finds a key finds
 * what belongs to it. When the slots run out, those which count are copied to another table,
 * and the old one goes after its readers.
 *
 * Writers have a lock, which is the owner's matter, and so is rcu_barrier() at the end.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lib/gfp.h"
#include "lib/openhash.h"

/* The least that is allocated. */
#define LEAST 64

/* Which lock writers have, only they know. */
static struct vr_openhash_table *openhash_table_of(const struct vr_openhash *hash)
{
	return rcu_dereference_protected(hash->table, true);
}

/* Slots that may be in use: with more, keys that are not there take long to look for. */
static u32 limit(u32 slots)
{
	return slots / 16 * 11 + slots % 16 * 11 / 16;
}

/* A power of two, as kmalloc() would make it, and above a page whole pages. */
static size_t table_size(u32 slots, unsigned int words)
{
	size_t size = sizeof(struct vr_openhash_table) + slots * vr_openhash_stride(words);

	if (size > PAGE_SIZE)
		return PAGE_ALIGN(size);
	return max_t(size_t, roundup_pow_of_two(size), LEAST);
}

/* With so many entries, a table has room for a quarter more. */
static struct vr_openhash_table *make_table(u32 entries, unsigned int words, gfp_t gfp)
{
	struct vr_openhash_table *table;
	size_t size;

	if (entries > U32_MAX / 2)
		return NULL;
	size = table_size(entries + entries / 5 * 4 + 1, words);
	/* Whole pages, as kmalloc() would make a power of two of them. */
	table = size > PAGE_SIZE ? __vmalloc(size, gfp | __GFP_ZERO) : kzalloc(size, gfp);
	if (table)
		table->count = (size - sizeof(*table)) / vr_openhash_stride(words);
	return table;
}

static bool is_live(const struct vr_openhash_slot *slot)
{
	return slot->value && slot->value != VR_OPENHASH_DEAD;
}

/* Into a table that has room; perhaps into a slot that was given up. */
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

/* Not by kvfree_rcu(), which may wait for seconds: of large tables that is much memory. */
static void replace_table(struct vr_openhash *hash, struct vr_openhash_table *table)
{
	struct vr_openhash_table *old = openhash_table_of(hash);

	rcu_assign_pointer(hash->table, table);
	if (old)
		call_rcu(&old->rcu, free_table);
}

/* Another table, for so many entries. */
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
 * @words: of a key
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
 * @key: which is not there
 * @words: of a key
 * @value: what it leads to, neither 0 nor VR_OPENHASH_DEAD
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
 * vr_openhash_write() - lets a key lead to something else
 * @hash: the table
 * @key: which is there
 * @words: of a key
 * @value: see vr_openhash_insert(). Who finds it sees what the caller wrote before, too
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
 * vr_openhash_remove() - takes an entry away
 * @hash: the table
 * @key: which is there
 * @words: of a key
 *
 * Without memory for a smaller table it keeps the one that it has.
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
 * vr_openhash_next() - goes through all entries
 * @hash: the table, which does not change meanwhile
 * @words: of a key
 * @index: where to go on, 0 at first
 *
 * Context: the writer's lock, or none when there are no readers or writers any more.
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

/** vr_openhash_memory() - bytes that a table takes; Context: the writer's lock */
size_t vr_openhash_memory(const struct vr_openhash *hash, unsigned int words)
{
	const struct vr_openhash_table *table = openhash_table_of(hash);

	return table ? table_size(table->count, words) : 0;
}

/** vr_openhash_free() - frees a table that has neither readers nor writers any more */
void vr_openhash_free(struct vr_openhash *hash)
{
	kvfree(openhash_table_of(hash));
}
