// SPDX-License-Identifier: GPL-2.0
/* What tells every stage whether its packet is one of a trace. See run.c. */
#include <linux/cache.h>

#include "core/dryrun.h"

/* How long the code of the stages stays patched for traces after one. */
#define PATCHED HZ

DEFINE_STATIC_KEY_DEFERRED_FALSE(vr_tracing, PATCHED);
DEFINE_PER_CPU(struct vr_trace *, vr_trace_here);

/* Set before there are traces. */
const struct vr_trace_ops *vr_trace_ops __ro_after_init;
