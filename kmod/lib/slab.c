// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for very many small objects of varying sizes. kmalloc() would round most of them up by a
 * third.
 *
 * There is a cache for every multiple of 8 bytes. SLUB merges caches that are alike, with each
 * other and with the kernel's own.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/slab.h>

#include "lib/slab.h"

#define STEP 8
#define CACHES ((VR_SLAB_MOST - VR_SLAB_LEAST) / STEP + 1)

static struct kmem_cache *slab_caches[CACHES];

static struct kmem_cache *cache_of(size_t size)
{
	if (size <= VR_SLAB_LEAST)
		return slab_caches[0];
	return slab_caches[DIV_ROUND_UP(size - VR_SLAB_LEAST, STEP)];
}

/**
 * vr_slab_alloc() - allocates an object
 * @size: bytes, at most VR_SLAB_MOST
 * @gfp: GFP_*
 *
 * Return: uninitialized memory, or NULL.
 */
void *vr_slab_alloc(size_t size, gfp_t gfp)
{
	if (WARN_ON_ONCE(size > VR_SLAB_MOST))
		return NULL;
	return kmem_cache_alloc(cache_of(size), gfp);
}

/**
 * vr_slab_free() - frees an object
 * @object: from vr_slab_alloc()
 * @size: the size that was given to vr_slab_alloc()
 */
void vr_slab_free(void *object, size_t size)
{
	kmem_cache_free(cache_of(size), object);
}

/** vr_slab_exit() - destroys the caches; all objects have been freed */
void vr_slab_exit(void)
{
	unsigned int i;

	for (i = 0; i < CACHES; i++)
		kmem_cache_destroy(slab_caches[i]);
}

int __init vr_slab_init(void)
{
	unsigned int i, size;
	char name[16];

	for (i = 0; i < CACHES; i++) {
		size = VR_SLAB_LEAST + i * STEP;
		snprintf(name, sizeof(name), "vr-%u", size);
		slab_caches[i] = kmem_cache_create(name, size, 0, 0, NULL);
		if (!slab_caches[i]) {
			vr_slab_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
