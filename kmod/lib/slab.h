/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for very many small objects. See slab.c. */
#ifndef _VROUTER_SLAB_H
#define _VROUTER_SLAB_H

#include <linux/types.h>

/* The smallest and the largest size in bytes; smaller objects are rounded up. */
#define VR_SLAB_LEAST 64
#define VR_SLAB_MOST 272

void *vr_slab_alloc(size_t size, gfp_t gfp);
void vr_slab_free(void *object, size_t size);
int vr_slab_init(void);
void vr_slab_exit(void);

#endif /* _VROUTER_SLAB_H */
