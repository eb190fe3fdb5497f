// SPDX-License-Identifier: GPL-2.0
#include "underlay/encap.h"

static const struct vr_encap_ops *const encaps[] = {
	&vr_encap_vxlan,
	&vr_encap_geneve,
	&vr_encap_gre,
	&vr_encap_mplsogre,
	&vr_encap_mplsoudp,
};

/** vr_encap_by_type() - the encapsulation of an enum vrouter_tunnel_type, or NULL */
const struct vr_encap_ops *vr_encap_by_type(u32 type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(encaps); i++)
		if (encaps[i]->type == type)
			return encaps[i];
	return NULL;
}
