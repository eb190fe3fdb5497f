// SPDX-License-Identifier: GPL-2.0
/* Tells every stage whether its packet is one of a dry run. See dryrun/run.c. */
#include <linux/cache.h>

#include "core/dryrun.h"

/* How long the static key stays enabled after a dry run. */
#define PATCHED HZ

DEFINE_STATIC_KEY_DEFERRED_FALSE(vr_tracing, PATCHED);
DEFINE_PER_CPU(struct vr_trace *, vr_trace_here);

/* Set before the first dry run. */
const struct vr_trace_ops *vr_trace_ops __ro_after_init;
