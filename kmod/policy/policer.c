// SPDX-License-Identifier: GPL-2.0
/*
 * Policers drop packets that exceed a rate. All vifs that use a policer share its buckets, so
 * a limit may be for a single vif or for all vifs of a tenant on this hypervisor.
 */
#include <linux/ktime.h>
#include <linux/u64_stats_sync.h>

#include "core/object.h"
#include "objects/vif.h"
#include "policy/policer.h"

#define RATE_MIN 1000ULL
#define RATE_MAX 1000000000000ULL
#define PACKET_RATE_MAX 1000000000ULL
#define BURST_MAX 0x100000000ULL
#define OVERHEAD_MIN (-64)
#define OVERHEAD_MAX 256

/* Packets that conform or exceed on one CPU; bytes as the policer's level and overhead say. */
struct counts {
	u64_stats_t packets;
	u64_stats_t bytes;
};

struct vr_policer_counts {
	struct counts conform;
	struct counts exceed;
	struct u64_stats_sync syncp;
};

static void policer_count(struct vr_policer_counts __percpu *counts, bool conforms, u32 packets,
			  u64 bytes)
{
	struct vr_policer_counts *here = this_cpu_ptr(counts);
	struct counts *which = conforms ? &here->conform : &here->exceed;

	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&which->packets, packets);
	u64_stats_add(&which->bytes, bytes);
	u64_stats_update_end(&here->syncp);
}

/**
 * vr_policer_allows() - charges a packet to a policer
 * @policer: the policer
 * @pkt: the packet; a GSO packet is charged as its segments, all or none
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: true if the packet conforms. Otherwise nothing was charged.
 */
bool vr_policer_allows(const struct vr_policer *policer, const struct vr_pkt *pkt)
{
	struct vr_meter *meter = &rcu_dereference(policer->conf)->meter;
	u64 bytes = vr_meter_bytes(meter, pkt->packets, pkt->bytes);
	bool conforms;

	if (vr_trace_on()) {
		conforms = vr_meter_has(meter, ktime_get_ns(), pkt->packets, bytes);
		vr_trace_policer(policer, conforms);
		return conforms;
	}
	conforms = vr_meter_take(meter, ktime_get_ns(), pkt->packets, bytes);
	policer_count(policer->counts, conforms, pkt->packets, bytes);
	return conforms;
}

/**
 * vr_policer_overdrawn() - checks whether a GSO packet must be charged segment by segment
 * @policer: the policer
 * @pkt: the packet
 *
 * A packet that costs more than a bucket holds leaves the bucket in debt. If only one vif uses
 * the bucket, that does no harm. If vifs share it, the debt of one vif would cause packets of
 * the others to be dropped.
 *
 * Context: RCU read lock.
 */
bool vr_policer_overdrawn(const struct vr_policer *policer, const struct vr_pkt *pkt)
{
	const struct vr_meter *meter = &rcu_dereference(policer->conf)->meter;

	return READ_ONCE(policer->refs) > 1 && pkt->packets > 1 &&
	       vr_meter_overdrawn(meter, pkt->packets,
				  vr_meter_bytes(meter, pkt->packets, pkt->bytes));
}

/* Settings of a policer that a request can change. */
struct settings {
	struct vr_name_key key;
	struct vr_meter_conf conf;
};

static void policer_default_settings(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->conf.level = VROUTER_POLICER_LEVEL_L2;
}

static void policer_settings_of(const struct vr_policer *policer, struct settings *s)
{
	s->key = policer->obj.key;
	s->conf = vr_deref(policer->vn, policer->conf)->settings;
}

static const char *policer_difference(const struct settings *a, const struct settings *b)
{
	if (memcmp(&a->key, &b->key, sizeof(a->key)))
		return "name";
	if (a->conf.rate != b->conf.rate)
		return "rate";
	if (a->conf.burst != b->conf.burst)
		return "burst";
	if (a->conf.packet_rate != b->conf.packet_rate)
		return "packet rate";
	if (a->conf.packet_burst != b->conf.packet_burst)
		return "packet burst";
	if (a->conf.level != b->conf.level)
		return "level";
	if (a->conf.overhead != b->conf.overhead)
		return "overhead";
	return NULL;
}

/* Reads a limit, for which 0 has a special meaning. Without the attribute, @value stays. */
static int parse_limit(const struct nlattr *attr, u64 *value, u64 min, u64 max,
		       const char *what, const char *zero, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	*value = nla_get_u64(attr);
	if (!*value || (*value >= min && *value <= max))
		return 0;
	return vr_nl_err(extack, attr, -ERANGE,
			 "%s of %llu is out of range: %llu to %llu, or 0 for %s", what, *value,
			 min, max, zero);
}

static int parse_overhead(struct vr_meter_conf *conf, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_POLICER_OVERHEAD];

	if (!attr)
		return 0;
	conf->overhead = nla_get_s32(attr);
	if (conf->overhead >= OVERHEAD_MIN && conf->overhead <= OVERHEAD_MAX)
		return 0;
	return vr_nl_err(info->extack, attr, -ERANGE,
			 "an overhead of %d bytes is out of range: %d to %d", conf->overhead,
			 OVERHEAD_MIN, OVERHEAD_MAX);
}

static int parse_conf(struct vr_meter_conf *conf, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = parse_limit(attrs[VROUTER_A_POLICER_RATE], &conf->rate, RATE_MIN, RATE_MAX,
			  "a rate", "any number of bits a second", info->extack);
	if (err)
		return err;
	err = parse_limit(attrs[VROUTER_A_POLICER_BURST], &conf->burst, 1, BURST_MAX,
			  "a burst", "the default", info->extack);
	if (err)
		return err;
	err = parse_limit(attrs[VROUTER_A_POLICER_PACKET_RATE], &conf->packet_rate, 1,
			  PACKET_RATE_MAX, "a packet rate",
			  "any number of packets a second", info->extack);
	if (err)
		return err;
	err = parse_limit(attrs[VROUTER_A_POLICER_PACKET_BURST], &conf->packet_burst, 1,
			  BURST_MAX, "a packet burst", "the default", info->extack);
	if (err)
		return err;
	if (attrs[VROUTER_A_POLICER_LEVEL])
		conf->level = nla_get_u32(attrs[VROUTER_A_POLICER_LEVEL]);
	return parse_overhead(conf, info);
}

static int policer_parse(struct settings *s, struct genl_info *info)
{
	struct nlattr *name = info->attrs[VROUTER_A_POLICER_NAME];
	int err = name ? vr_object_name(name, &s->key, info->extack) : 0;

	return err ? err : parse_conf(&s->conf, info);
}

static struct vr_policer_conf *policer_make_conf(const struct vr_meter_conf *settings)
{
	struct vr_policer_conf *conf = kzalloc(sizeof(*conf), VR_GFP_ACCOUNT);

	if (!conf)
		return NULL;
	conf->settings = *settings;
	vr_meter_init(&conf->meter, settings, ktime_get_ns());
	return conf;
}

static void policer_free_rcu(struct rcu_head *rcu)
{
	struct vr_policer *policer = container_of(rcu, struct vr_policer, rcu);

	free_percpu(policer->counts);
	kfree(rcu_dereference_raw(policer->conf));
	kfree(policer);
}

static int policer_create(struct vr_net *vn, const struct settings *s, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_POLICER_ID];
	struct vr_policer *policer = kzalloc(sizeof(*policer), VR_GFP_ACCOUNT);
	int err = -ENOMEM;

	if (!policer)
		return err;
	policer->vn = vn;
	policer->obj.key = s->key;
	policer->obj.id = id ? nla_get_u32(id) : 0;
	policer->counts = __netdev_alloc_pcpu_stats(struct vr_policer_counts, VR_GFP_ACCOUNT);
	RCU_INIT_POINTER(policer->conf, policer_make_conf(&s->conf));
	if (policer->counts && rcu_access_pointer(policer->conf))
		err = vr_object_insert(vn, VR_KIND_POLICER, &policer->obj, info->extack);
	if (err)
		call_rcu(&policer->rcu, policer_free_rcu);
	else
		vr_object_changed(vn, &policer->obj, info);
	return err;
}

/* The buckets keep their fill levels, so that a change does not grant another burst. */
static int policer_apply(struct vr_policer *policer, const struct settings *s,
			 struct netlink_ext_ack *extack)
{
	struct vr_policer_conf *old = vr_deref(policer->vn, policer->conf);
	struct vr_policer_conf *conf = policer_make_conf(&s->conf);
	int err;

	if (!conf)
		return -ENOMEM;
	err = vr_object_rename(policer->vn, &policer->obj, &s->key, extack);
	if (err) {
		kfree(conf);
		return err;
	}
	vr_meter_continue(&conf->meter, &old->meter, ktime_get_ns());
	rcu_assign_pointer(policer->conf, conf);
	kfree_rcu(old, rcu);
	return 0;
}

static int policer_update(struct vr_policer *policer, const struct settings *s,
			  enum vr_nl_mode mode, struct genl_info *info)
{
	struct settings now;
	const char *differs;
	int err;

	policer_settings_of(policer, &now);
	differs = policer_difference(&now, s);
	if (!differs)
		return 0;
	if (mode == VR_NL_ADD)
		return vr_nl_err(info->extack, vr_object_attr(VR_KIND_POLICER, info), -EEXIST,
				 "policer \"%s\" exists with another %s",
				 vr_name(&policer->obj), differs);
	err = policer_apply(policer, s, info->extack);
	if (!err)
		vr_object_changed(policer->vn, &policer->obj, info);
	return err;
}

static int policer_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_POLICER, info, mode);
	struct settings s;
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	policer_default_settings(&s);
	s.key.kind = VR_KIND_POLICER;
	if (obj && !vr_nl_mode_whole(mode))
		policer_settings_of(vr_to_policer(obj), &s);
	/* If the request has the id alone, the policer keeps its name. */
	if (obj)
		s.key = obj->key;
	err = policer_parse(&s, info);
	if (err)
		return err;
	return obj ? policer_update(vr_to_policer(obj), &s, mode, info) : policer_create(vn, &s,
											 info);
}

static int policer_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	mutex_lock(&vn->lock);
	err = policer_write_locked(vn, mode, info);
	mutex_unlock(&vn->lock);
	return err;
}

int vrouter_nl_policer_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : policer_write(mode, info);
}

int vrouter_nl_policer_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return policer_write(VR_NL_SET, info);
}

static void policer_remove(struct vr_policer *policer, struct genl_info *info)
{
	vr_object_remove(policer->vn, &policer->obj, info);
	call_rcu(&policer->rcu, policer_free_rcu);
}

static int policer_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_POLICER, info, VR_NL_DEL);

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (vr_to_policer(obj)->refs)
		return vr_object_refuse_used(obj, vr_object_user(vn, VR_KIND_VIF, obj), "used by",
					     vr_object_attr(VR_KIND_POLICER, info), info->extack);
	policer_remove(vr_to_policer(obj), info);
	return 0;
}

int vrouter_nl_policer_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_nl_do(info, policer_del_locked);
}

int vrouter_nl_policer_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_POLICER, info);
}

static int policer_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_object_dump(VR_KIND_POLICER, skb, cb, NULL, NULL);
}

int vrouter_nl_policer_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, policer_dump_locked);
}

struct sums {
	u64 conform_packets, conform_bytes, exceed_packets, exceed_bytes;
};

static void policer_sum_cpu(struct sums *sums, const struct vr_policer_counts *counts)
{
	struct sums cpu;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&counts->syncp);
		cpu.conform_packets = u64_stats_read(&counts->conform.packets);
		cpu.conform_bytes = u64_stats_read(&counts->conform.bytes);
		cpu.exceed_packets = u64_stats_read(&counts->exceed.packets);
		cpu.exceed_bytes = u64_stats_read(&counts->exceed.bytes);
	} while (u64_stats_fetch_retry(&counts->syncp, start));
	sums->conform_packets += cpu.conform_packets;
	sums->conform_bytes += cpu.conform_bytes;
	sums->exceed_packets += cpu.exceed_packets;
	sums->exceed_bytes += cpu.exceed_bytes;
}

static int policer_put(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put_u64_64bit(msg, attr, value, VROUTER_A_POLICER_PAD);
}

static int policer_fill_counts(struct sk_buff *msg, const struct vr_policer_counts __percpu *counts)
{
	struct sums sums = {};
	int cpu;

	for_each_possible_cpu(cpu)
		policer_sum_cpu(&sums, per_cpu_ptr(counts, cpu));
	if (policer_put(msg, VROUTER_A_POLICER_CONFORM_PACKETS, sums.conform_packets) ||
	    policer_put(msg, VROUTER_A_POLICER_CONFORM_BYTES, sums.conform_bytes) ||
	    policer_put(msg, VROUTER_A_POLICER_EXCEED_PACKETS, sums.exceed_packets) ||
	    policer_put(msg, VROUTER_A_POLICER_EXCEED_BYTES, sums.exceed_bytes))
		return -EMSGSIZE;
	return 0;
}

static int policer_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_policer *policer = vr_to_policer(obj);
	const struct vr_meter_conf *conf = &vr_deref(policer->vn, policer->conf)->settings;

	if (nla_put_u32(msg, VROUTER_A_POLICER_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_POLICER_NAME, vr_name(obj)) ||
	    policer_put(msg, VROUTER_A_POLICER_RATE, conf->rate) ||
	    policer_put(msg, VROUTER_A_POLICER_BURST, conf->burst) ||
	    policer_put(msg, VROUTER_A_POLICER_PACKET_RATE, conf->packet_rate) ||
	    policer_put(msg, VROUTER_A_POLICER_PACKET_BURST, conf->packet_burst) ||
	    nla_put_u32(msg, VROUTER_A_POLICER_LEVEL, conf->level) ||
	    nla_put_s32(msg, VROUTER_A_POLICER_OVERHEAD, conf->overhead) ||
	    policer_fill_counts(msg, policer->counts) ||
	    nla_put_u32(msg, VROUTER_A_POLICER_REFS, policer->refs) ||
	    nla_put_u32(msg, VROUTER_A_POLICER_GENERATION, obj->generation))
		return -EMSGSIZE;
	return 0;
}

const struct vr_object_ops vr_policer_ops = {
	.kind = VR_KIND_POLICER,
	.noun = "policer",
	.id_attr = VROUTER_A_POLICER_ID,
	.name_attr = VROUTER_A_POLICER_NAME,
	.get_cmd = VROUTER_CMD_POLICER_GET,
	.new_cmd = VROUTER_CMD_POLICER_NEW_NTF,
	.del_cmd = VROUTER_CMD_POLICER_DEL_NTF,
	.fill = policer_fill,
};

/* Frees every policer, after the vifs that used them. Context: vn->lock. */
void vr_policers_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_POLICER], id, obj)
		policer_remove(vr_to_policer(obj), NULL);
}
