// SPDX-License-Identifier: GPL-2.0
/* Sets: named collections of addresses, prefixes and ports of any size, which rules match. */
#include "lib/genid.h"
#include "policy/set.h"
#include "policy/sg.h"

#define DEFAULT_MAX 1048576

/* Settings of a set that a request can change. */
struct settings {
	struct vr_name_key key;
	u32 type;
	u32 timeout;
	bool counters;
	u32 max;
};

/** vr_set_type_name() - name of a set type */
const char *vr_set_type_name(u32 type)
{
	static const char *const names[] = {
		[VROUTER_SET_TYPE_NET] = "net",
		[VROUTER_SET_TYPE_NET_PORT] = "net,port",
		[VROUTER_SET_TYPE_NET_PROTO_PORTS] = "net,proto,port-range",
	};

	return names[type];
}

static struct vr_set_store *set_store_of(const struct vr_set *set)
{
	return vr_deref(set->vn, set->store);
}

/** vr_set_touched() - marks a set as changed after its elements changed; Context: vn->lock */
void vr_set_touched(struct vr_set *set)
{
	set->obj.generation = set->vn->generation;
}

static void set_default_settings(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->key.kind = VR_KIND_SET;
	s->type = VROUTER_SET_TYPE_NET;
	s->max = DEFAULT_MAX;
}

static void set_settings_of(const struct vr_set *set, struct settings *s)
{
	const struct vr_set_store *store = set_store_of(set);

	memset(s, 0, sizeof(*s));
	s->key = set->obj.key;
	s->type = store->type;
	s->timeout = store->timeout;
	s->counters = store->counters;
	s->max = store->max;
}

static const char *set_difference(const struct settings *a, const struct settings *b)
{
	if (memcmp(&a->key, &b->key, sizeof(a->key)))
		return "name";
	if (a->type != b->type)
		return "type";
	if (a->timeout != b->timeout)
		return "timeout";
	if (a->counters != b->counters)
		return "choice of counters";
	if (a->max != b->max)
		return "limit of elements";
	return NULL;
}

static int set_parse_timeout(struct settings *s, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_SET_TIMEOUT];

	if (!attr)
		return 0;
	s->timeout = nla_get_u32(attr);
	if (s->timeout > VROUTER_TIMEOUT_MAX)
		return vr_nl_err(info->extack, attr, -ERANGE,
				 "a timeout of %u seconds is too long: 1 to %u, or 0 for none",
				 s->timeout, VROUTER_TIMEOUT_MAX);
	return 0;
}

/* Reads a request. Settings without an attribute stay as they are. */
static int set_parse(struct settings *s, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	int err = 0;

	if (attrs[VROUTER_A_SET_NAME])
		err = vr_object_name(attrs[VROUTER_A_SET_NAME], &s->key, info->extack);
	if (!err)
		err = set_parse_timeout(s, info);
	if (!err)
		err = vr_nl_flag(attrs[VROUTER_A_SET_COUNTERS], &s->counters, info->extack);
	if (attrs[VROUTER_A_SET_TYPE])
		s->type = nla_get_u32(attrs[VROUTER_A_SET_TYPE]);
	if (attrs[VROUTER_A_SET_MAX_ELEMENTS])
		s->max = nla_get_u32(attrs[VROUTER_A_SET_MAX_ELEMENTS]);
	return err;
}

static void set_settings(struct vr_set_store *store, const struct settings *s)
{
	store->timeout = s->timeout;
	store->max = s->max;
	store->counters = s->counters;
}

static int set_create(struct vr_net *vn, const struct settings *s, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_SET_ID];
	struct vr_set_store *store = vr_store_alloc(s->type);
	struct vr_set *set = kzalloc(sizeof(*set), VR_GFP_ACCOUNT);
	int err = -ENOMEM;

	if (!set || !store)
		goto free;
	set_settings(store, s);
	RCU_INIT_POINTER(set->store, store);
	set->vn = vn;
	set->obj.id = id ? nla_get_u32(id) : 0;
	set->obj.key = s->key;
	err = vr_object_insert(vn, VR_KIND_SET, &set->obj, info->extack);
	if (err)
		goto free;
	vr_object_changed(vn, &set->obj, info);
	return 0;

free:
	if (store)
		vr_store_free(store);
	kfree(set);
	return err;
}

/* The format of elements depends on type and counters, so these never change. */
static int refuse_change(const struct vr_set *set, const struct settings *now,
			 const struct settings *s, struct genl_info *info)
{
	if (s->type != now->type)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_SET_TYPE], -EOPNOTSUPP,
				 "set \"%s\" is of type %s for good: delete and add it, or swap",
				 vr_name(&set->obj), vr_set_type_name(now->type));
	if (s->counters != now->counters)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_SET_COUNTERS], -EOPNOTSUPP,
				 "set \"%s\" has %scounters for good: delete and add it, or swap",
				 vr_name(&set->obj), now->counters ? "" : "no ");
	return 0;
}

static int set_update(struct vr_set *set, const struct settings *s, enum vr_nl_mode mode,
		      struct genl_info *info)
{
	const char *differs;
	struct settings now;
	int err;

	set_settings_of(set, &now);
	differs = set_difference(&now, s);
	if (!differs)
		return 0;
	if (mode == VR_NL_ADD)
		return vr_nl_err(info->extack, vr_object_attr(VR_KIND_SET, info), -EEXIST,
				 "set \"%s\" exists with another %s", vr_name(&set->obj), differs);
	err = refuse_change(set, &now, s, info);
	if (!err)
		err = vr_object_rename(set->vn, &set->obj, &s->key, info->extack);
	if (err)
		return err;
	set_settings(set_store_of(set), s);
	vr_object_changed(set->vn, &set->obj, info);
	return 0;
}

/*
 * Initializes the settings with those that a request keeps. The name always stays. Type and
 * counters cannot change; a request to add a set compares them instead.
 */
static void set_keep(const struct vr_set *set, enum vr_nl_mode mode, struct settings *s)
{
	struct settings now;

	set_settings_of(set, &now);
	if (!vr_nl_mode_whole(mode)) {
		*s = now;
		return;
	}
	s->key = now.key;
	if (mode == VR_NL_ADD)
		return;
	s->type = now.type;
	s->counters = now.counters;
}

static int set_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_SET, info, mode);
	struct settings s;
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	set_default_settings(&s);
	if (obj)
		set_keep(vr_to_set(obj), mode, &s);
	err = set_parse(&s, info);
	if (err)
		return err;
	return obj ? set_update(vr_to_set(obj), &s, mode, info) : set_create(vn, &s, info);
}

static int set_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	mutex_lock(&vn->lock);
	err = set_write_locked(vn, mode, info);
	mutex_unlock(&vn->lock);
	return err;
}

int vrouter_nl_set_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : set_write(mode, info);
}

int vrouter_nl_set_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return set_write(VR_NL_SET, info);
}

static void free_store(struct vr_net *vn, struct vr_set_store *store)
{
	vn->counts[VR_KIND_ELEMENT] -= store->count;
	vr_store_free(store);
}

/* Frees a set that was removed from all tables. Context: vn->lock. */
static void set_destroy(struct vr_set *set)
{
	free_store(set->vn, set_store_of(set));
	kfree_rcu(set, rcu);
}

static int set_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_SET, info, VR_NL_DEL);

	char user[96];

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (vr_to_set(obj)->refs) {
		vr_sg_user(vn, vr_to_set(obj), NULL, user, sizeof(user));
		return vr_nl_err(info->extack, vr_object_attr(VR_KIND_SET, info), -EBUSY,
				 "set \"%s\" is used by %s", vr_name(obj), user);
	}
	vr_object_remove(vn, obj, info);
	set_destroy(vr_to_set(obj));
	/* Listeners know that its elements are deleted with it; dumps in progress must be told. */
	vr_nl_changed(vn, VR_KIND_ELEMENT);
	return 0;
}

int vrouter_nl_set_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_nl_do(info, set_del_locked);
}

/**
 * vr_set_empty() - removes all elements of a set; for packets, all at the same time
 * @set: the set
 * @info: the request
 *
 * Listeners get one notification of the set, none of its elements.
 *
 * Context: vn->lock.
 * Return: 0 or -ENOMEM.
 */
int vr_set_empty(struct vr_set *set, struct genl_info *info)
{
	struct vr_set_store *old = set_store_of(set), *store;
	struct settings s;

	if (!old->count)
		return 0;
	store = vr_store_alloc(old->type);
	if (!store)
		return -ENOMEM;
	set_settings_of(set, &s);
	set_settings(store, &s);
	rcu_assign_pointer(set->store, store);
	vr_genid_bump(set->vn, &set->obj);
	free_store(set->vn, old);
	vr_nl_changed(set->vn, VR_KIND_ELEMENT);
	vr_object_changed(set->vn, &set->obj, info);
	return 0;
}

/* A packet that looks up both sets finds each store exactly once. */
static void swap_stores(struct vr_set *a, struct vr_set *b)
{
	struct vr_set_store *store = set_store_of(a);

	write_seqlock_bh(&a->vn->swaps);
	rcu_assign_pointer(a->store, set_store_of(b));
	rcu_assign_pointer(b->store, store);
	write_sequnlock_bh(&a->vn->swaps);
}

static struct vr_object *find_other(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj;

	obj = vr_object_ref(vn, VR_KIND_SET, info->attrs[VROUTER_A_SET_WITH_ID],
			    info->attrs[VROUTER_A_SET_WITH_NAME], info->extack);
	if (obj)
		return obj;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_SET_WITH_NAME);
	return ERR_PTR(vr_nl_err(info->extack, NULL, -EINVAL, "the set to swap with is missing"));
}

static int swap_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *a = vr_object_wanted(vn, VR_KIND_SET, info, VR_NL_DEL), *b;
	u32 type, with;

	if (IS_ERR(a))
		return PTR_ERR(a);
	b = find_other(vn, info);
	if (IS_ERR(b))
		return PTR_ERR(b);
	if (a == b)
		return 0;
	type = set_store_of(vr_to_set(a))->type;
	with = set_store_of(vr_to_set(b))->type;
	if (type != with)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_SET_WITH_ID] ?
				 : info->attrs[VROUTER_A_SET_WITH_NAME], -EINVAL,
				 "set \"%s\" is of type %s and \"%s\" of type %s", vr_name(a),
				 vr_set_type_name(type), vr_name(b), vr_set_type_name(with));
	swap_stores(vr_to_set(a), vr_to_set(b));
	vr_nl_changed(vn, VR_KIND_ELEMENT);
	vr_object_changed(vn, a, info);
	vr_object_changed(vn, b, info);
	return 0;
}

int vrouter_nl_set_swap_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_nl_do(info, swap_locked);
}

int vrouter_nl_set_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_SET, info);
}

static int set_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_object_dump(VR_KIND_SET, skb, cb, NULL, NULL);
}

int vrouter_nl_set_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, set_dump_locked);
}

static int set_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_set_store *store = set_store_of(vr_to_set(obj));

	if (nla_put_u32(msg, VROUTER_A_SET_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_SET_NAME, vr_name(obj)) ||
	    nla_put_u32(msg, VROUTER_A_SET_TYPE, store->type) ||
	    nla_put_u32(msg, VROUTER_A_SET_TIMEOUT, store->timeout) ||
	    nla_put_u8(msg, VROUTER_A_SET_COUNTERS, store->counters) ||
	    nla_put_u32(msg, VROUTER_A_SET_MAX_ELEMENTS, store->max) ||
	    nla_put_u32(msg, VROUTER_A_SET_ELEMENTS, store->count) ||
	    nla_put_u64_64bit(msg, VROUTER_A_SET_MEMORY, vr_store_memory(store),
			      VROUTER_A_SET_PAD) ||
	    nla_put_u32(msg, VROUTER_A_SET_REFS, vr_to_set(obj)->refs) ||
	    nla_put_u32(msg, VROUTER_A_SET_GENERATION, obj->generation))
		return -EMSGSIZE;
	return 0;
}

const struct vr_object_ops vr_set_ops = {
	.kind = VR_KIND_SET,
	.noun = "set",
	.id_attr = VROUTER_A_SET_ID,
	.name_attr = VROUTER_A_SET_NAME,
	.get_cmd = VROUTER_CMD_SET_GET,
	.new_cmd = VROUTER_CMD_SET_NEW_NTF,
	.del_cmd = VROUTER_CMD_SET_DEL_NTF,
	.fill = set_fill,
};

/* Frees every set, after the rules that use them. Context: vn->lock. */
void vr_sets_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_SET], id, obj) {
		vr_object_remove(vn, obj, NULL);
		set_destroy(vr_to_set(obj));
	}
}
