// SPDX-License-Identifier: GPL-2.0
/*
 * Network ACLs decide which packets may be routed into and out of the subnets of a network.
 * An ACL is a list of security groups without connection state. It is evaluated where a packet
 * is routed, whatever hypervisors the packet comes from and goes to.
 */
#include "lib/genid.h"
#include "objects/network.h"
#include "policy/acl.h"
#include "policy/policy.h"
#include "policy/recorder.h"
#include "policy/ruleset.h"
#include "policy/sg.h"

static int check_stateless(struct vr_net *vn, const struct vr_sg *sg,
			   const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const struct vr_ruleset *ruleset = vr_deref(vn, sg->ruleset);
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		if (!ruleset->rules[i]->spec.stateless)
			return vr_nl_err(extack, attr, -EINVAL,
					 "rule %u of security group \"%s\" is not stateless, as those of an ACL must be",
					 i + 1, vr_name(&sg->obj));
	return 0;
}

/**
 * vr_acl_parse() - reads the ACL of a network
 * @vn: the namespace
 * @list: result, with room for VROUTER_SG_MAX groups
 * @count: number of groups in @list; neither changes if the request has no ACL
 * @info: the request
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_acl_parse(struct vr_net *vn, struct vr_sg **list, unsigned int *count,
		 struct genl_info *info)
{
	unsigned int i;
	int err;

	err = vr_sg_parse_list(vn, VROUTER_A_NETWORK_ACL, "an ACL", list, count, info);
	for (i = 0; !err && i < *count; i++)
		err = check_stateless(vn, list[i], vr_nl_nth(info, VROUTER_A_NETWORK_ACL, i),
				      info->extack);
	return err;
}

/**
 * vr_acl_make() - allocates an ACL
 * @list: its groups
 * @count: number of groups in @list
 *
 * Context: may sleep.
 * Return: the ACL, NULL for one without groups, or an ERR_PTR().
 */
struct vr_acl *vr_acl_make(struct vr_sg *const *list, unsigned int count)
{
	struct vr_acl *acl;

	if (!count)
		return NULL;
	acl = kzalloc(struct_size(acl, sg, count), VR_GFP_ACCOUNT);
	if (!acl)
		return ERR_PTR(-ENOMEM);
	acl->count = count;
	memcpy(acl->sg, list, flex_array_size(acl, sg, count));
	return acl;
}

/* A group counts the networks with the group in their ACL, so that it is not deleted. */
static void acl_refer(const struct vr_acl *acl, int by)
{
	unsigned int i;

	for (i = 0; acl && i < acl->count; i++)
		acl->sg[i]->network_refs += by;
}

/**
 * vr_acl_set() - replaces the ACL of a network
 * @network: the network
 * @acl: from vr_acl_make(), or NULL; the network takes ownership
 *
 * Context: vn->lock.
 */
void vr_acl_set(struct vr_network *network, struct vr_acl *acl)
{
	struct vr_acl *old = vr_deref(network->vn, network->acl);

	acl_refer(acl, 1);
	acl_refer(old, -1);
	rcu_assign_pointer(network->acl, acl);
	vr_genid_bump(network->vn, &network->obj);
	if (old)
		kfree_rcu(old, rcu);
}

/** vr_acl_fill() - writes the ACL of a network; Context: vn->lock */
int vr_acl_fill(struct sk_buff *msg, const struct vr_network *network)
{
	const struct vr_acl *acl = vr_deref(network->vn, network->acl);

	return acl ? vr_sg_fill_list(msg, VROUTER_A_NETWORK_ACL, acl->sg, acl->count) : 0;
}

/** vr_acl_has() - checks whether a group is in the ACL of a network; Context: vn->lock */
bool vr_acl_has(const struct vr_network *network, const struct vr_sg *sg)
{
	const struct vr_acl *acl = vr_deref(network->vn, network->acl);
	unsigned int i;

	for (i = 0; acl && i < acl->count; i++)
		if (acl->sg[i] == sg)
			return true;
	return false;
}

static enum vr_drop acl_decide(struct vr_pkt *pkt, const struct vr_rule *rule)
{
	if (rule && rule->spec.action == VROUTER_RULE_ACTION_ALLOW)
		return VR_DROP_NONE;
	pkt->rule = rule;
	if (!rule || rule->spec.action == VROUTER_RULE_ACTION_DENY)
		return VR_DROP_ACL_DENY;
	return VR_DROP_ACL_REJECT;
}

/**
 * vr_acl_judge() - checks whether a packet may leave or enter a subnet of its network
 * @pkt: parsed data of the packet; its network has an ACL
 * @direction: enum vrouter_direction, as seen from the subnet
 *
 * Packets that the router originates always pass. A decision that an ACL takes part in is not
 * cached: the rules of the ACL judge and count each packet.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_acl_judge(struct vr_pkt *pkt, u32 direction)
{
	const struct vr_acl *acl = rcu_dereference(pkt->network->acl);
	struct vr_match match __uninitialized;
	struct vr_rule *rule;

	if (!acl || pkt->originated)
		return VR_DROP_NONE;
	if (pkt->recorder)
		pkt->recorder->never = true;
	vr_match_begin(&match, pkt, pkt->network);
	match.recorder = NULL;
	vr_policy_tuple(pkt, &match.tuple);
	rule = vr_policy_find(pkt, acl->sg, acl->count, direction, &match);
	if (!rule && vr_match_gave_up(&match))
		return VR_DROP_RULE_LIMIT;
	vr_trace_acl(pkt, direction, rule, &match);
	if (rule)
		vr_policy_count(pkt, rule, &match);
	return acl_decide(pkt, rule);
}
