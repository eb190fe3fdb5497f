/* SPDX-License-Identifier: GPL-2.0 */
/* An open-addressing hash table for small keys. See openhash.c. */
#ifndef _VROUTER_OPENHASH_H
#define _VROUTER_OPENHASH_H

#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/types.h>

#include "lib/keyhash.h"

/* The value of a dead slot. No entry has this value, nor 0, the value of a free slot. */
#define VR_OPENHASH_DEAD (~0UL)

/**
 * struct vr_openhash_slot - an entry, or room for one
 * @value: the value of the key, or 0 in a free slot, or VR_OPENHASH_DEAD in a dead one
 * @key: written before the first @value, and never again
 */
struct vr_openhash_slot {
	unsigned long value;
	u32 key[];
};

/**
 * struct vr_openhash_table - all entries
 * @rcu: to free it
 * @count: number of slots
 * @used: number of slots that are not free, under the writer's lock; always less than @count
 * @slots: struct vr_openhash_slot
 */
struct vr_openhash_table {
	struct rcu_head rcu;
	u32 count;
	u32 used;
	unsigned long slots[] __aligned(32);	/* so that none is in two cache lines */
};

/**
 * struct vr_openhash - a hash table; all zeros is an empty one
 * @table: NULL if there are no entries
 * @live: number of entries; under the writer's lock
 *
 * The number of words of a key is not stored here but passed to each call, so that lookups are
 * compiled for that number.
 */
struct vr_openhash {
	struct vr_openhash_table __rcu *table;
	u32 live;
};

/** vr_openhash_stride() - the size of a slot in bytes, padding included */
static __always_inline size_t vr_openhash_stride(unsigned int words)
{
	return ALIGN(sizeof(struct vr_openhash_slot) + words * sizeof(u32), sizeof(long));
}

static __always_inline struct vr_openhash_slot *
vr_openhash_slot(const struct vr_openhash_table *table, u32 index, unsigned int words)
{
	return (void *)table->slots + index * vr_openhash_stride(words);
}

/*
 * The slot where the search for a key begins. vr_key_hash() is linear in the last word, so
 * consecutive keys would fill runs of slots; the multiplication spreads them.
 */
static __always_inline u32 vr_openhash_first(const struct vr_openhash_table *table,
					     const u32 *key, unsigned int words)
{
	u32 hash = vr_key_hash(key, words);

	hash = (hash ^ hash >> 15) * GOLDEN_RATIO_32;
	return reciprocal_scale(hash, table->count);
}

/* The slot of a key, or the free slot where it would go; and the slot's value. */
static __always_inline struct vr_openhash_slot *
vr_openhash_search(const struct vr_openhash_table *table, const u32 *key, unsigned int words,
		   unsigned long *value)
{
	u32 index = vr_openhash_first(table, key, words);
	struct vr_openhash_slot *slot;

	for (;; index = index + 1 < table->count ? index + 1 : 0) {
		slot = vr_openhash_slot(table, index, words);
		/* Pairs with vr_openhash_write(). */
		*value = smp_load_acquire(&slot->value);
		if (!*value)
			return slot;
		if (!memcmp(slot->key, key, words * sizeof(*key)))
			return slot;
	}
}

static __always_inline unsigned long vr_openhash_look(const struct vr_openhash_table *table,
						      const u32 *key, unsigned int words)
{
	unsigned long value;

	if (!table)
		return 0;
	vr_openhash_search(table, key, words, &value);
	return value == VR_OPENHASH_DEAD ? 0 : value;
}

/**
 * vr_openhash_get() - looks up the value of a key
 * @hash: the table
 * @key: the key
 * @words: number of words of a key
 *
 * Context: RCU read lock.
 * Return: the value, or 0.
 */
static __always_inline unsigned long vr_openhash_get(const struct vr_openhash *hash,
						     const u32 *key, unsigned int words)
{
	return vr_openhash_look(rcu_dereference(hash->table), key, words);
}

unsigned long vr_openhash_find(const struct vr_openhash *hash, const u32 *key,
			       unsigned int words);
int vr_openhash_insert(struct vr_openhash *hash, const u32 *key, unsigned int words,
		       unsigned long value);
void vr_openhash_write(struct vr_openhash *hash, const u32 *key, unsigned int words,
		       unsigned long value);
void vr_openhash_remove(struct vr_openhash *hash, const u32 *key, unsigned int words);
const struct vr_openhash_slot *vr_openhash_next(const struct vr_openhash *hash,
						unsigned int words, u32 *index);
size_t vr_openhash_memory(const struct vr_openhash *hash, unsigned int words);
void vr_openhash_free(struct vr_openhash *hash);

#endif /* _VROUTER_OPENHASH_H */
