// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink requests for the rules of security groups. A request first makes the complete list of
 * the future rules, whatever it changes, and then a ruleset from the list. Finally it publishes
 * the new ruleset in place of the old one.
 *
 * A request holds vn->rules_lock from start to end, so that no other request changes rules. It
 * holds vn->lock, which others wait for, only to read the request and to publish the ruleset,
 * not to make it. Modules of helpers are loaded before either lock is taken.
 */
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "core/limits.h"
#include "core/parse.h"
#include "core/table.h"
#include "lib/genid.h"
#include "lib/proto.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "policy/acl.h"
#include "policy/set.h"
#include "policy/sg.h"
#include "policy/track.h"

static const struct vr_table_ops rule_table_ops;

#define PRIORITY_MAX 65535

/* Keys by which lines of a list are found: specification and comment, or the former alone. */
enum { BY_ALL, BY_SPEC, BY_MAX };

/**
 * struct line - a rule that may be in the list
 * @rule: the rule
 * @listed: the rule is in the list
 * @next: for each key, the number of the next line with the same hash plus one, or 0
 */
struct line {
	struct vr_rule *rule;
	bool listed;
	u32 next[BY_MAX];
};

/**
 * struct edit - the future rules of a group
 * @req: the request
 * @sg: the group
 * @whole: the request replaces all rules; only those that it names stay
 * @now: the current rules
 * @helpers: helpers that the request names
 * @lines: the rules of @now, then the new ones
 * @line_count: number of entries in @lines
 * @room: capacity of @lines
 * @first: for each key and hash, the first line, in the format of line.next
 * @mask: mask of the hashes
 * @seed: seed of the hashes
 * @count: number of lines that are listed
 * @said: place of the next line to be listed; only increases
 * @rules: the rules that are listed, in the order of evaluation
 * @referred: the new rules hold references to their peers
 * @new: ruleset made from @rules
 */
struct edit {
	struct vr_table_req req;
	struct vr_sg *sg;
	bool whole;
	const struct vr_ruleset *now;
	struct list_head helpers;
	struct line *lines;
	u32 line_count;
	u32 room;
	u32 *first[BY_MAX];
	u32 mask;
	u32 seed;
	u32 count;
	u32 said;
	struct vr_rule **rules;
	bool referred;
	struct vr_ruleset *new;
};

#define E(name) VROUTER_A_RULE_ENTRY_##name

static int rule_parse_ports(struct vr_table_req *req, const struct nlattr *first,
			    const struct nlattr *last, u16 first_attr, struct vr_ports *ports)
{
	if (!first && last)
		return vr_table_missing(req, first_attr, "first port");
	ports->all = !first;
	if (!first)
		return 0;
	ports->first = nla_get_u16(first);
	ports->last = last ? nla_get_u16(last) : ports->first;
	if (ports->last < ports->first)
		return vr_table_err(req, last, -ERANGE, "a range cannot end at %u and begin at %u",
				    ports->last, ports->first);
	return 0;
}

/* ICMP type and code are stored as the destination port. */
static int parse_icmp(struct vr_table_req *req, struct nlattr **tb, struct vr_pattern *pattern)
{
	const struct nlattr *type = tb[E(ICMP_TYPE)], *code = tb[E(ICMP_CODE)];

	if (!type && code)
		return vr_table_missing(req, E(ICMP_TYPE), "ICMP type");
	if (!type)
		return 0;
	if (!vr_proto_is_icmp(pattern->proto))
		return vr_table_err(req, type, -EINVAL,
				    "only ICMP and ICMPv6 have types and codes");
	pattern->dport.all = false;
	pattern->dport.first = nla_get_u8(type) << 8 | (code ? nla_get_u8(code) : 0);
	pattern->dport.last = nla_get_u8(type) << 8 | (code ? nla_get_u8(code) : 0xff);
	return 0;
}

static int rule_parse_proto(struct vr_table_req *req, struct nlattr **tb,
			    struct vr_pattern *pattern)
{
	const struct nlattr *port = tb[E(SPORT)] ? : tb[E(DPORT)];
	int err;

	pattern->proto = tb[E(PROTO)] ? nla_get_u8(tb[E(PROTO)]) : 0;
	err = rule_parse_ports(req, tb[E(SPORT)], tb[E(SPORT_END)], E(SPORT), &pattern->sport);
	if (!err)
		err = rule_parse_ports(req, tb[E(DPORT)], tb[E(DPORT_END)], E(DPORT),
				       &pattern->dport);
	if (err)
		return err;
	if (port && !vr_proto_has_ports(pattern->proto))
		return vr_table_err(req, port, -EINVAL,
				    "a rule with ports needs a protocol that has them, such as TCP");
	return parse_icmp(req, tb, pattern);
}

static int rule_parse_prefix(struct vr_table_req *req, struct nlattr **tb, struct vr_prefix *prefix)
{
	const struct nlattr *address = tb[VROUTER_A_PEER_ADDRESS], *len = tb[VROUTER_A_PEER_LEN];
	int err;

	if (!address && len)
		return vr_table_err(req, len, -EINVAL, "a prefix length needs an address");
	if (!address)
		return 0;
	err = vr_nl_addr(address, &prefix->addr, req->extack);
	if (!err)
		err = vr_nl_prefix_len(len, &prefix->addr, &prefix->len, req->extack);
	if (!err)
		err = vr_nl_check_host_bits(address, prefix, req->extack);
	return err ? vr_table_err(req, NULL, err, "%s", req->extack->_msg) : 0;
}

static int parse_refs(struct vr_table_req *req, struct nlattr **tb, struct vr_peer *peer)
{
	struct vr_object *set, *sg;

	set = vr_object_ref(req->vn, VR_KIND_SET, tb[VROUTER_A_PEER_SET_ID],
			    tb[VROUTER_A_PEER_SET_NAME], req->extack);
	if (IS_ERR(set))
		return vr_table_err(req, NULL, PTR_ERR(set), "%s", req->extack->_msg);
	sg = vr_object_ref(req->vn, VR_KIND_SG, tb[VROUTER_A_PEER_SG_ID],
			   tb[VROUTER_A_PEER_SG_NAME], req->extack);
	if (IS_ERR(sg))
		return vr_table_err(req, NULL, PTR_ERR(sg), "%s", req->extack->_msg);
	peer->set = set ? vr_to_set(set) : NULL;
	peer->sg = sg ? vr_to_sg(sg) : NULL;
	return 0;
}

static int parse_peer(struct vr_table_req *req, const struct nlattr *nest,
		      struct vr_prefix *prefix, struct vr_peer *peer)
{
	struct nlattr *tb[VROUTER_A_PEER_MAX + 1];
	int err;

	if (!nest || !nla_len(nest))
		return 0;
	err = nla_parse_nested(tb, VROUTER_A_PEER_MAX, nest, vrouter_peer_nl_policy,
			       req->extack);
	if (err)
		return err;
	err = rule_parse_prefix(req, tb, prefix);
	if (!err)
		err = parse_refs(req, tb, peer);
	if (err)
		return err;
	if (!!prefix->addr.family + !!peer->set + !!peer->sg > 1)
		return vr_table_err(req, nest, -EINVAL,
				    "a peer is a prefix, a set or a security group, and only one");
	return 0;
}

/* Rules match the protocol after all extension headers: no IPv6 packet matches one of these. */
static int rule_check_extension(struct vr_table_req *req, const struct nlattr *proto,
				const struct vr_pattern *pattern)
{
	if (!pattern->v6 || !vr_is_extension(pattern->proto))
		return 0;
	return vr_table_err(req, proto, -EINVAL,
			    "protocol %u is an extension header in IPv6, and rules are about what follows it: a rule about it needs family IPv4",
			    pattern->proto);
}

/* No packet that the router accepts has such a source or destination address. */
static bool rule_is_nowhere(const struct vr_prefix *prefix, bool source)
{
	const struct in6_addr *addr = &prefix->addr.v6;

	if (prefix->addr.family != AF_INET6)
		return false;
	if (prefix->len == 128 && ipv6_addr_loopback(addr))
		return true;
	if (source)
		return prefix->len >= 8 && ipv6_addr_is_multicast(addr);
	return prefix->len >= 16 && ipv6_addr_is_multicast(addr) &&
	       IPV6_ADDR_MC_SCOPE(addr) <= 1;
}

static int rule_check_prefixes(struct vr_table_req *req, struct nlattr **tb,
			       const struct vr_pattern *pattern)
{
	bool source = rule_is_nowhere(&pattern->src, true);

	if (!source && !rule_is_nowhere(&pattern->dst, false))
		return 0;
	return vr_table_err(req, tb[source ? E(FROM) : E(TO)], -EINVAL,
			    "no packet of a VM is %s %pI6c/%u: such addresses don't leave a host",
			    source ? "from" : "to",
			    source ? &pattern->src.addr.v6 : &pattern->dst.addr.v6,
			    source ? pattern->src.len : pattern->dst.len);
}

/* A packet without ports matches no element of a set of type net,port. */
static int rule_check_set(struct vr_table_req *req, const struct nlattr *peer,
			  const struct vr_set *set, u8 proto)
{
	if (!set || !proto || vr_proto_has_ports(proto) || vr_proto_is_icmp(proto) ||
	    vr_deref(req->vn, set->store)->type != VROUTER_SET_TYPE_NET_PORT)
		return 0;
	return vr_table_err(req, peer, -EINVAL,
			    "protocol %u has no ports, and set \"%s\" is of type %s", proto,
			    vr_name(&set->obj), vr_set_type_name(VROUTER_SET_TYPE_NET_PORT));
}

/* Refuses a rule that can never match. */
static int rule_check_sense(struct vr_table_req *req, struct nlattr **tb,
			    const struct vr_rule_spec *spec)
{
	int err = rule_check_prefixes(req, tb, &spec->pattern);

	if (!err)
		err = rule_check_set(req, tb[E(FROM)], spec->src.set, spec->pattern.proto);
	if (!err)
		err = rule_check_set(req, tb[E(TO)], spec->dst.set, spec->pattern.proto);
	return err;
}

/* Derives the families of a rule from all its parts that have one; they must agree. */
static int settle_family(struct vr_table_req *req, struct nlattr **tb,
			 struct vr_rule_spec *spec)
{
	struct vr_pattern *pattern = &spec->pattern;
	const u32 families[] = {
		spec->family, pattern->src.addr.family, pattern->dst.addr.family,
		pattern->proto == IPPROTO_ICMP ? AF_INET : 0,
		pattern->proto == IPPROTO_ICMPV6 ? AF_INET6 : 0,
	};
	bool v4 = false, v6 = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		v4 |= families[i] == AF_INET;
		v6 |= families[i] == AF_INET6;
	}
	if (v4 && v6)
		return vr_table_err(req, NULL, -EINVAL,
				    "the family, the protocol and the prefixes of a rule must be of one family");
	pattern->v4 = !v6;
	pattern->v6 = !v4;
	return rule_check_extension(req, tb[E(PROTO)], pattern);
}

static int rule_parse_family(struct vr_table_req *req, const struct nlattr *attr, u32 *family)
{
	*family = attr ? nla_get_u32(attr) : 0;
	if (!attr || *family == AF_INET || *family == AF_INET6)
		return 0;
	return vr_table_err(req, attr, -EAFNOSUPPORT,
			    "family %u is neither IPv4 (%u) nor IPv6 (%u)", *family, AF_INET,
			    AF_INET6);
}

static int parse_numbers(struct vr_table_req *req, struct nlattr **tb,
			 struct vr_rule_spec *spec)
{
	if (!tb[E(DIRECTION)])
		return vr_table_missing(req, E(DIRECTION), "direction of the rule");
	if (!tb[E(ACTION)])
		return vr_table_missing(req, E(ACTION), "action of the rule");
	spec->direction = nla_get_u32(tb[E(DIRECTION)]);
	spec->action = nla_get_u32(tb[E(ACTION)]);
	spec->priority = tb[E(PRIORITY)] ? nla_get_u32(tb[E(PRIORITY)]) :
					   VROUTER_PRIORITY_DEFAULT;
	if (spec->priority > PRIORITY_MAX)
		return vr_table_err(req, tb[E(PRIORITY)], -ERANGE,
				    "priority %u is out of range: 0 to %u", spec->priority,
				    PRIORITY_MAX);
	if (vr_nl_flag(tb[E(STATELESS)], &spec->stateless, req->extack))
		return vr_table_err(req, NULL, -ERANGE, "%s", req->extack->_msg);
	return rule_parse_family(req, tb[E(FAMILY)], &spec->family);
}

/* A helper follows a connection, so the rule must allow one, of a protocol with ports. */
static int parse_helper(struct vr_table_req *req, const struct nlattr *attr,
			struct vr_rule_spec *spec)
{
	if (!attr)
		return 0;
	if (spec->stateless || spec->action != VROUTER_RULE_ACTION_ALLOW)
		return vr_table_err(req, attr, -EINVAL,
				    "a helper is for connections: the rule must allow, and not be stateless");
	if (!vr_proto_has_ports(spec->pattern.proto))
		return vr_table_err(req, attr, -EINVAL,
				    "a rule with a helper needs a protocol that has ports, such as TCP");
	if (!*(const char *)nla_data(attr))
		return vr_table_err(req, attr, -EINVAL, "the name of the helper is empty");
	if (nla_strscpy(spec->helper, attr, sizeof(spec->helper)) < 0)
		return vr_table_err(req, attr, -ENAMETOOLONG,
				    "no helper has a name of more than %u bytes",
				    VR_HELPER_NAME_MAX - 1);
	return 0;
}

/* Parses a rule, without side effects. */
static int rule_parse(struct vr_table_req *req, struct nlattr **tb, struct vr_rule_spec *spec)
{
	struct vr_pattern *pattern = &spec->pattern;
	int err;

	memset(spec, 0, sizeof(*spec));
	if (tb[E(INDEX)])
		return vr_table_err(req, tb[E(INDEX)], -EINVAL,
				    "the place of a rule follows from its priority");
	err = parse_numbers(req, tb, spec);
	if (err)
		return err;
	err = rule_parse_proto(req, tb, pattern);
	if (err)
		return err;
	err = parse_peer(req, tb[E(FROM)], &pattern->src, &spec->src);
	if (err)
		return err;
	err = parse_peer(req, tb[E(TO)], &pattern->dst, &spec->dst);
	if (err)
		return err;
	err = parse_helper(req, tb[E(HELPER)], spec);
	if (err)
		return err;
	err = settle_family(req, tb, spec);
	return err ? err : rule_check_sense(req, tb, spec);
}

static int check_comment(struct vr_table_req *req, const struct nlattr *attr)
{
	size_t len = attr ? strnlen(nla_data(attr), nla_len(attr)) : 0;

	if (len <= VROUTER_COMMENT_MAX)
		return 0;
	return vr_table_err(req, attr, -ENAMETOOLONG, "the comment has %zu bytes, more than %u",
			    len, VROUTER_COMMENT_MAX);
}

static const char *text(const struct nlattr *comment)
{
	return comment ? nla_data(comment) : "";
}

static bool rule_same(const struct vr_rule *rule, const struct vr_rule_spec *spec,
		      const struct nlattr *comment)
{
	return !memcmp(&rule->spec, spec, sizeof(*spec)) &&
	       !strcmp(rule->comment ? rule->comment : "", text(comment));
}

static u32 rule_hash(const struct edit *edit, unsigned int by, const struct vr_rule_spec *spec,
		     const char *comment)
{
	u32 hash = jhash(spec, sizeof(*spec), edit->seed);

	return (by == BY_SPEC ? hash : jhash(comment, strlen(comment), hash)) & edit->mask;
}

/*
 * Finds the first listed rule with a specification. Lines at the start of the chain that are no
 * longer listed are unlinked, so that they are skipped only once.
 */
static struct line *rule_find_spec(struct edit *edit, const struct vr_rule_spec *spec)
{
	u32 *at = &edit->first[BY_SPEC][rule_hash(edit, BY_SPEC, spec, NULL)], number;
	struct line *line;

	while (*at && !edit->lines[*at - 1].listed)
		*at = edit->lines[*at - 1].next[BY_SPEC];
	for (number = *at; number; number = line->next[BY_SPEC]) {
		line = &edit->lines[number - 1];
		if (line->listed && !memcmp(&line->rule->spec, spec, sizeof(*spec)))
			return line;
	}
	return NULL;
}

static struct line *rule_find(struct edit *edit, const struct vr_rule_spec *spec,
			      const struct nlattr *comment)
{
	u32 number = edit->first[BY_ALL][rule_hash(edit, BY_ALL, spec, text(comment))];

	for (; number; number = edit->lines[number - 1].next[BY_ALL])
		if (rule_same(edit->lines[number - 1].rule, spec, comment))
			return &edit->lines[number - 1];
	return NULL;
}

/* Adds a line to the index, before all lines with the same hash. */
static void rule_index_line(struct edit *edit, u32 number, unsigned int by)
{
	struct line *line = &edit->lines[number];
	const struct vr_rule *rule = line->rule;
	u32 *first = &edit->first[by][rule_hash(edit, by, &rule->spec, rule->comment ? : "")];

	line->next[by] = *first;
	*first = number + 1;
}

static void free_rule(struct vr_rule *rule)
{
	vr_helper_put(&rule->helper);
	kfree(rule->comment);
	kfree(rule);
}

static void free_rule_rcu(struct rcu_head *rcu)
{
	free_rule(container_of(rcu, struct vr_rule, rcu));
}

/** vr_rule_hold() - gets a reference to a rule, unless it is being freed; Context: RCU read lock */
bool vr_rule_hold(struct vr_rule *rule)
{
	return refcount_inc_not_zero(&rule->refs);
}

/**
 * vr_rule_release() - drops a reference to a rule; the last one frees it after a grace period
 * @rule: the rule; packets may still read it
 *
 * rule->sg is valid only until the end of the grace period after the rule was removed from its
 * group.
 *
 * Context: any.
 */
void vr_rule_release(struct vr_rule *rule)
{
	if (refcount_dec_and_test(&rule->refs))
		call_rcu(&rule->rcu, free_rule_rcu);
}

static struct vr_rule *make_rule(const struct vr_rule_spec *spec, const struct nlattr *comment)
{
	struct vr_rule *rule = kzalloc(sizeof(*rule), VR_GFP_ACCOUNT);

	if (!rule)
		return NULL;
	rule->spec = *spec;
	rule->peer[0] = VR_PEER_NONE;
	rule->peer[1] = VR_PEER_NONE;
	rule->place = VR_PLACE_NONE;
	refcount_set(&rule->refs, 1);
	if (!*text(comment))
		return rule;
	rule->comment = nla_strdup(comment, VR_GFP_ACCOUNT);
	if (rule->comment)
		return rule;
	kfree(rule);
	return NULL;
}

static const char *proto_name(u8 proto)
{
	if (proto == IPPROTO_TCP)
		return "TCP";
	return proto == IPPROTO_UDP ? "UDP" : "this protocol";
}

static const char *families(const struct vr_pattern *pattern)
{
	if (pattern->v4 && pattern->v6)
		return "both IPv4 and IPv6";
	return pattern->v4 ? "IPv4" : "IPv6";
}

/* Gives a new rule the helper that it names. */
static int find_helper(struct edit *edit, struct vr_rule *rule, const struct nlattr *attr)
{
	const struct vr_rule_spec *spec = &rule->spec;

	if (!*spec->helper ||
	    vr_helper_get(&rule->helper, &edit->helpers, spec->helper, &spec->pattern))
		return 0;
	return vr_table_err(&edit->req, attr, -ENOENT,
			    "the host has no helper \"%s\" for %s over %s: is its module there?",
			    spec->helper, proto_name(spec->pattern.proto),
			    families(&spec->pattern));
}

/* All lines are added here, so this check catches errors in the computation of the room. */
static struct line *rule_add_line(struct edit *edit, struct vr_rule *rule, bool listed)
{
	struct line *line;

	if (WARN_ON_ONCE(edit->line_count == edit->room))
		return NULL;
	line = &edit->lines[edit->line_count++];
	line->rule = rule;
	line->listed = listed;
	return line;
}

static int rule_add_new(struct edit *edit, const struct vr_rule_spec *spec, struct nlattr **tb,
			struct line **line)
{
	struct vr_rule *rule = make_rule(spec, tb[E(COMMENT)]);
	int err;

	if (!rule)
		return -ENOMEM;
	rule->sg = edit->sg;
	err = find_helper(edit, rule, tb[E(HELPER)]);
	if (!err) {
		*line = rule_add_line(edit, rule, false);
		err = *line ? 0 : -ENOSPC;
	}
	if (err)
		free_rule(rule);
	else
		rule_index_line(edit, edit->line_count - 1, BY_ALL);
	return err;
}

/* Adds a rule to the list, after all rules of its priority. Nothing else adds rules. */
static int rule_list(struct edit *edit, struct line *line, const struct vr_rule_spec *spec,
		     struct nlattr **tb)
{
	int err;

	if (edit->count == VROUTER_RULES_MAX)
		return vr_table_err(&edit->req, edit->req.nest, -ENOSPC,
				    "security group \"%s\" is at its limit of %u rules",
				    vr_name(&edit->sg->obj), VROUTER_RULES_MAX);
	err = line ? 0 : rule_add_new(edit, spec, tb, &line);
	if (err)
		return err;
	line->listed = true;
	line->rule->place = edit->said++;
	edit->count++;
	return 0;
}

/* An ACL judges packets, not connections. */
static int check_acl(struct edit *edit, const struct vr_rule_spec *spec,
		     const struct nlattr *stateless)
{
	const struct vr_sg *sg = edit->sg;

	if (spec->stateless || !sg->network_refs)
		return 0;
	return vr_table_err(&edit->req, stateless ? : edit->req.nest, -EINVAL,
			    "security group \"%s\" is the ACL of network \"%s\": only stateless rules are possible",
			    vr_name(&sg->obj), vr_name(vr_object_user(sg->vn, VR_KIND_NETWORK,
								      &sg->obj)));
}

static int add_entry(struct edit *edit, struct nlattr **tb)
{
	const struct nlattr *comment = tb[E(COMMENT)];
	struct vr_table_req *req = &edit->req;
	struct vr_rule_spec spec;
	struct line *line;
	int err;

	err = rule_parse(req, tb, &spec);
	if (!err)
		err = check_comment(req, comment);
	if (!err)
		err = check_acl(edit, &spec, tb[E(STATELESS)]);
	if (err)
		return err;
	/* A rule that exists already stays, with its counters. */
	line = rule_find(edit, &spec, comment);
	if (!line || !line->listed)
		return rule_list(edit, line, &spec, tb);
	return req->mode != VR_NL_EXCL ? 0 :
	       vr_table_err(req, req->nest, -EEXIST, "security group \"%s\" has the rule",
			    vr_name(&edit->sg->obj));
}

static int rule_take_out(struct edit *edit, struct line *line)
{
	if (!line || !line->listed)
		return vr_table_err(&edit->req, edit->req.nest, -ENOENT,
				    "security group \"%s\" has no such rule",
				    vr_name(&edit->sg->obj));
	line->listed = false;
	line->rule->place = VR_PLACE_NONE;
	edit->count--;
	return 0;
}

/* An index is the one before the request, whatever the request has deleted already. */
static struct line *at_index(const struct edit *edit, u32 index)
{
	return index && index <= edit->now->count ? &edit->lines[index - 1] : NULL;
}

static bool has_other_than_index(struct nlattr **tb)
{
	unsigned int i;

	for (i = 1; i <= VROUTER_A_RULE_ENTRY_MAX; i++)
		if (i != E(INDEX) && tb[i])
			return true;
	return false;
}

/* The comment must match only if the request has one. */
static struct line *find_to_delete(struct edit *edit, const struct vr_rule_spec *spec,
				   const struct nlattr *comment)
{
	return comment ? rule_find(edit, spec, comment) : rule_find_spec(edit, spec);
}

static int del_entry(struct edit *edit, struct nlattr **tb)
{
	struct vr_rule_spec spec;
	int err;

	if (tb[E(INDEX)] && has_other_than_index(tb))
		return vr_table_err(&edit->req, tb[E(INDEX)], -EINVAL,
				    "a rule is named by its index or by its attributes, not by both");
	if (tb[E(INDEX)])
		return rule_take_out(edit, at_index(edit, nla_get_u32(tb[E(INDEX)])));
	err = rule_parse(&edit->req, tb, &spec);
	return err ? err : rule_take_out(edit, find_to_delete(edit, &spec, tb[E(COMMENT)]));
}

static int parse_nest(struct vr_table_req *req, struct nlattr **tb)
{
	const char *msg;
	int err;

	err = nla_parse_nested(tb, VROUTER_A_RULE_ENTRY_MAX, req->nest,
			       vrouter_rule_entry_nl_policy, req->extack);
	msg = req->extack->_msg;
	if (err && req->bulk && msg)
		vr_table_err(req, NULL, err, "%s", msg);
	if (!err && (tb[E(PACKETS)] || tb[E(BYTES)]))
		err = vr_table_err(req, tb[E(PACKETS)] ? : tb[E(BYTES)], -EINVAL,
				   "only replies have this attribute of a rule");
	return err;
}

static int edit_entries(struct edit *edit, struct nlattr **tb,
			int (*each)(struct edit *edit, struct nlattr **tb))
{
	struct vr_table_req *req = &edit->req;
	struct nlattr *attr;
	int err = 0, rem;

	nlmsg_for_each_attr(attr, req->info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VROUTER_A_RULE_ENTRY)
			continue;
		req->nest = attr;
		err = parse_nest(req, tb);
		if (!err)
			err = each(edit, tb);
		if (err)
			break;
		req->index++;
	}
	return err;
}

static u32 rule_count_entries(const struct genl_info *info)
{
	struct nlattr *attr;
	u32 count = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == VROUTER_A_RULE_ENTRY)
			count++;
	return count;
}

static int find_sg(struct edit *edit)
{
	struct vr_table_req *req = &edit->req;
	struct nlattr **attrs = req->info->attrs;
	struct vr_object *obj;

	obj = vr_object_ref(req->vn, VR_KIND_SG, attrs[VROUTER_A_RULE_SG_ID],
			    attrs[VROUTER_A_RULE_SG_NAME], req->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!obj) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, VROUTER_A_RULE_SG_ID);
		return vr_nl_err(req->extack, NULL, -EINVAL, "the security group is missing");
	}
	req->owner = obj;
	edit->sg = vr_to_sg(obj);
	edit->now = vr_deref(req->vn, edit->sg->ruleset);
	return 0;
}

static int rule_alloc_lines(struct edit *edit)
{
	u32 more = min_t(u32, rule_count_entries(edit->req.info), VROUTER_RULES_MAX);
	u32 hashes;

	edit->room = edit->now->count + more;
	hashes = roundup_pow_of_two(edit->room + 1);
	edit->mask = hashes - 1;
	edit->seed = get_random_u32();
	edit->lines = kvcalloc(edit->room, sizeof(*edit->lines), VR_GFP_ACCOUNT);
	edit->first[BY_ALL] = kvcalloc(hashes, sizeof(u32), VR_GFP_ACCOUNT);
	edit->first[BY_SPEC] = kvcalloc(hashes, sizeof(u32), VR_GFP_ACCOUNT);
	if (!edit->lines || !edit->first[BY_ALL] || !edit->first[BY_SPEC])
		return -ENOMEM;
	return 0;
}

/* Starts with the current rules, listed unless the request replaces all. */
static int rule_begin(struct edit *edit)
{
	int err = find_sg(edit);
	u32 i;

	if (!err)
		err = rule_alloc_lines(edit);
	if (err)
		return err;
	for (i = 0; i < edit->now->count; i++) {
		edit->now->rules[i]->place = edit->whole ? VR_PLACE_NONE : i;
		rule_add_line(edit, edit->now->rules[i], !edit->whole);
	}
	edit->count = edit->whole ? 0 : edit->now->count;
	edit->said = edit->count;
	/* Index the first rule last, since each line is added before others of its hash. */
	while (i--) {
		rule_index_line(edit, i, BY_ALL);
		if (edit->req.mode == VR_NL_DEL)
			rule_index_line(edit, i, BY_SPEC);
	}
	return 0;
}

static void rule_refer(const struct vr_sg *sg, const struct vr_peer *peer, int by)
{
	if (peer->set)
		peer->set->refs += by;
	if (peer->sg && peer->sg != sg)
		peer->sg->rule_refs += by;
}

static void refer_to_peers(const struct vr_sg *sg, const struct vr_rule *rule, int by)
{
	rule_refer(sg, &rule->spec.src, by);
	rule_refer(sg, &rule->spec.dst, by);
}

static void rule_notify(struct vr_sg *sg, struct vr_rule *rule, bool exists,
			struct genl_info *info)
{
	static const struct vr_table_view view = { .active = true };

	vr_table_notify(&rule_table_ops, sg->vn, &sg->obj, rule, &view, exists, info);
}

/* Releases the rules that are not listed. */
static void drop_rules(struct vr_sg *sg, const struct vr_ruleset *old)
{
	struct vr_rule *rule;
	u32 i;

	for (i = 0; i < old->count; i++) {
		rule = old->rules[i];
		if (rule->place != VR_PLACE_NONE)
			continue;
		refer_to_peers(sg, rule, -1);
		vr_rule_release(rule);
	}
}

/* Notifies listeners of each rule; of a new list, only that the group has changed. */
static void tell(struct edit *edit)
{
	struct genl_info *info = edit->req.info;
	u32 i;

	edit->sg->obj.generation = edit->sg->vn->generation;
	if (edit->whole) {
		vr_nl_changed(edit->sg->vn, VR_KIND_RULE);
		vr_object_changed(edit->sg->vn, &edit->sg->obj, info);
		return;
	}
	for (i = 0; i < edit->now->count; i++)
		if (edit->now->rules[i]->place == VR_PLACE_NONE)
			rule_notify(edit->sg, edit->now->rules[i], false, info);
	for (i = edit->now->count; i < edit->line_count; i++)
		rule_notify(edit->sg, edit->lines[i].rule, true, info);
	edit->sg->obj.generation = edit->sg->vn->generation;
}

static bool changes(const struct edit *edit)
{
	return edit->count != edit->now->count ||
	       memcmp(edit->rules, edit->now->rules, edit->count * sizeof(*edit->rules));
}

/* Rules with connection state need a conntrack zone in all networks of the group's vifs. */
static int check_zones(struct edit *edit, const struct vr_ruleset *new)
{
	const struct vr_network *network;

	if (!new->stateful || edit->now->stateful)
		return 0;
	network = vr_track_lacking(edit->sg);
	if (!network)
		return 0;
	return vr_nl_err(edit->req.extack, NULL, -ENOSPC,
			 "network \"%s\", where a vif has the group, has no zone for connections: only stateless rules are possible",
			 vr_name(&network->obj));
}

/* The group may have become an ACL while the ruleset was prepared. */
static int rule_check_still_acl(struct edit *edit)
{
	if (!edit->new->stateful || !edit->sg->network_refs)
		return 0;
	return vr_nl_err(edit->req.extack, NULL, -EINVAL,
			 "security group \"%s\" is the ACL of network \"%s\": only stateless rules are possible",
			 vr_name(&edit->sg->obj),
			 vr_name(vr_object_user(edit->sg->vn, VR_KIND_NETWORK, &edit->sg->obj)));
}

/* A ruleset over the limit is accepted only if it has fewer steps than the current one. */
static int rule_check_steps(struct edit *edit)
{
	u32 steps = vr_ruleset_steps(edit->new);

	if (steps <= VR_SG_STEPS_MAX || steps < vr_ruleset_steps(edit->now))
		return 0;
	return vr_nl_err(edit->req.extack, NULL, -E2BIG,
			 "the rules of security group \"%s\" could cost a packet %u steps, more than %u: name fewer sets, or sets with fewer prefix lengths",
			 vr_name(&edit->sg->obj), steps, VR_SG_STEPS_MAX);
}

static int rule_compare_places(const void *a, const void *b)
{
	const struct vr_rule *x = *(const struct vr_rule *const *)a;
	const struct vr_rule *y = *(const struct vr_rule *const *)b;

	if (x->spec.priority != y->spec.priority)
		return x->spec.priority < y->spec.priority ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int rule_sort_list(struct edit *edit)
{
	u32 i, n = 0;

	edit->rules = kvmalloc_array(edit->count, sizeof(*edit->rules), VR_GFP_ACCOUNT);
	if (!edit->rules && edit->count)
		return -ENOMEM;
	for (i = 0; i < edit->line_count; i++)
		if (edit->lines[i].listed)
			edit->rules[n++] = edit->lines[i].rule;
	sort(edit->rules, n, sizeof(*edit->rules), rule_compare_places, NULL);
	for (i = 0; i < n; i++)
		edit->rules[i]->place = i;
	return 0;
}

/* Peers of a group by side (source, destination) and number. */
struct peers {
	const void *of[2][VR_PEERS_MAX];
};

static const void *rule_peer_at(const struct vr_rule *rule, unsigned int side)
{
	const struct vr_peer *peer = side ? &rule->spec.dst : &rule->spec.src;

	return peer->set ? (const void *)peer->set : peer->sg;
}

/* A number is used for one side only: a set may match the source but not the destination. */
static void rule_recall_peers(struct peers *peers, const struct vr_rule *rule)
{
	unsigned int side;

	for (side = 0; side < 2; side++)
		if (rule->peer[side] != VR_PEER_NONE)
			peers->of[side][rule->peer[side]] = rule_peer_at(rule, side);
}

static u16 rule_number_peer(struct peers *peers, const void *peer, unsigned int side)
{
	u16 i, unused = VR_PEER_NONE;

	for (i = 0; i < VR_PEERS_MAX; i++) {
		if (peers->of[side][i] == peer)
			return i;
		if (unused == VR_PEER_NONE && !peers->of[0][i] && !peers->of[1][i])
			unused = i;
	}
	if (unused != VR_PEER_NONE)
		peers->of[side][unused] = peer;
	return unused;
}

static bool rule_number_peers(struct peers *peers, struct vr_rule *rule)
{
	unsigned int side;

	for (side = 0; side < 2; side++) {
		if (!rule_peer_at(rule, side))
			continue;
		rule->peer[side] = rule_number_peer(peers, rule_peer_at(rule, side), side);
		if (rule->peer[side] == VR_PEER_NONE)
			return false;
	}
	return true;
}

/* Numbers the peers of new rules, with numbers that the rules that stay do not use. */
static int rule_number_all(struct edit *edit)
{
	struct peers *peers = kvzalloc(sizeof(*peers), GFP_KERNEL);
	bool enough = true;
	u32 i;

	if (!peers)
		return -ENOMEM;
	for (i = 0; i < edit->now->count; i++)
		if (edit->lines[i].listed)
			rule_recall_peers(peers, edit->lines[i].rule);
	for (; enough && i < edit->line_count; i++)
		enough = rule_number_peers(peers, edit->lines[i].rule);
	kvfree(peers);
	if (enough)
		return 0;
	return vr_nl_err(edit->req.extack, NULL, -E2BIG,
			 "the rules of security group \"%s\" may name %u sets and groups, and no more",
			 vr_name(&edit->sg->obj), VR_PEERS_MAX);
}

/* First step, under vn->lock: reads the request, and takes references to peers. */
static int rule_read(struct edit *edit, int (*each)(struct edit *edit, struct nlattr **tb))
{
	struct nlattr **tb;
	int err = rule_begin(edit);
	u32 i;

	if (err)
		return err;
	tb = kcalloc(VROUTER_A_RULE_ENTRY_MAX + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return -ENOMEM;
	err = edit_entries(edit, tb, each);
	kfree(tb);
	if (err)
		return err;
	for (i = edit->now->count; i < edit->line_count; i++)
		refer_to_peers(edit->sg, edit->lines[i].rule, 1);
	edit->referred = true;
	return 0;
}

/* Second step, without vn->lock: makes the ruleset. */
static int rule_prepare(struct edit *edit)
{
	int err = rule_sort_list(edit);

	if (err || !changes(edit))
		return err;
	err = rule_number_all(edit);
	if (err)
		return err;
	edit->new = vr_ruleset_make(edit->now, edit->rules, edit->count);
	return edit->new ? 0 : -ENOMEM;
}

/* Last step, under vn->lock again: publishes the ruleset. */
static int commit(struct edit *edit)
{
	struct vr_ruleset *new = edit->new, *old = vr_deref(edit->req.vn, edit->sg->ruleset);
	struct vr_net *vn = edit->req.vn;
	u32 i;
	int err;

	err = rule_check_still_acl(edit);
	if (!err)
		err = check_zones(edit, new);
	if (!err)
		err = rule_check_steps(edit);
	if (!err && new->count > old->count)
		err = vr_limits_check(vn, VR_KIND_RULE, new->count - old->count, edit->req.extack);
	if (err)
		return err;
	rcu_assign_pointer(edit->sg->ruleset, new);
	for (i = 0; i < new->count; i++)
		WRITE_ONCE(new->rules[i]->index, i + 1);
	vr_genid_bump(vn, &edit->sg->obj);
	vn->counts[VR_KIND_RULE] += new->count - old->count;
	tell(edit);
	drop_rules(edit->sg, old);
	vr_ruleset_free(old);
	/* The group owns the new rules now, and the old ones may be freed at any time. */
	edit->new = NULL;
	edit->now = NULL;
	edit->line_count = 0;
	return 0;
}

static void discard(struct edit *edit)
{
	u32 i;

	for (i = edit->now ? edit->now->count : 0; i < edit->line_count; i++) {
		if (edit->referred)
			refer_to_peers(edit->sg, edit->lines[i].rule, -1);
		free_rule(edit->lines[i].rule);
	}
}

static int rule_carry_out(struct edit *edit, int (*each)(struct edit *edit, struct nlattr **tb))
{
	struct mutex *lock = &edit->req.vn->lock;
	int err;

	mutex_lock(lock);
	err = rule_read(edit, each);
	mutex_unlock(lock);
	if (!err)
		err = rule_prepare(edit);
	mutex_lock(lock);
	if (!err && edit->new)
		err = commit(edit);
	discard(edit);
	mutex_unlock(lock);
	return err;
}

/* Loads helpers that the request may need. Errors are reported when the rules are read. */
static void rule_load_helpers(struct edit *edit)
{
	struct nlattr **tb, *attr;
	int rem;

	tb = kcalloc(VROUTER_A_RULE_ENTRY_MAX + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return;
	nlmsg_for_each_attr(attr, edit->req.info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == VROUTER_A_RULE_ENTRY &&
		    !nla_parse_nested(tb, VROUTER_A_RULE_ENTRY_MAX, attr,
				      vrouter_rule_entry_nl_policy, NULL) &&
		    tb[E(HELPER)] && tb[E(PROTO)])
			vr_helper_load(&edit->helpers, tb[E(HELPER)], nla_get_u8(tb[E(PROTO)]));
	kfree(tb);
}

static int edit_rules(struct genl_info *info, enum vr_nl_mode mode, bool whole,
		      int (*each)(struct edit *edit, struct nlattr **tb))
{
	struct edit edit = {
		.req = {
			.vn = vr_net(genl_info_net(info)),
			.mode = mode,
			.info = info,
			.extack = info->extack,
			.bulk = rule_count_entries(info) > 1,
		},
		.whole = whole,
		.helpers = LIST_HEAD_INIT(edit.helpers),
	};
	int err;

	if (each == add_entry)
		rule_load_helpers(&edit);
	mutex_lock(&edit.req.vn->rules_lock);
	err = rule_carry_out(&edit, each);
	mutex_unlock(&edit.req.vn->rules_lock);
	if (edit.new)
		vr_ruleset_free(edit.new);
	vr_helpers_release(&edit.helpers);
	kvfree(edit.rules);
	kvfree(edit.first[BY_SPEC]);
	kvfree(edit.first[BY_ALL]);
	kvfree(edit.lines);
	return err;
}

static int rule_refuse_missing(struct genl_info *info)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_RULE_ENTRY);
	return vr_nl_err(info->extack, NULL, -EINVAL, "an entry is missing");
}

int vrouter_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);
	bool whole = !err && (mode == VR_NL_PUT || mode == VR_NL_REPLACE);

	if (err)
		return err;
	if (!whole && !info->attrs[VROUTER_A_RULE_ENTRY])
		return rule_refuse_missing(info);
	return edit_rules(info, mode, whole, add_entry);
}

int vrouter_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *entry = info->attrs[VROUTER_A_RULE_ENTRY];
	bool all = info->attrs[VROUTER_A_RULE_ALL];

	if (all && entry)
		return vr_nl_err(info->extack, entry, -EINVAL,
				 "delete all, or entries, but not both");
	if (!all && !entry)
		return rule_refuse_missing(info);
	return edit_rules(info, VR_NL_DEL, all, del_entry);
}

/** vr_rules_release() - releases the rules of a group that is deleted; Context: vn->lock */
void vr_rules_release(struct vr_sg *sg)
{
	struct vr_ruleset *ruleset = vr_deref(sg->vn, sg->ruleset);
	u32 i;

	if (!ruleset)
		return;
	sg->vn->counts[VR_KIND_RULE] -= ruleset->count;
	for (i = 0; i < ruleset->count; i++)
		ruleset->rules[i]->place = VR_PLACE_NONE;
	drop_rules(sg, ruleset);
	RCU_INIT_POINTER(sg->ruleset, NULL);
	vr_ruleset_free(ruleset);
}

static const struct vr_ruleset *ruleset_of(const struct vr_object *owner)
{
	return vr_deref(vr_to_sg(owner)->vn, vr_to_sg(owner)->ruleset);
}

/* A dump continues after an index; NLM_F_DUMP_INTR reports changes in between. */
static void *rule_next(struct vr_table_req *req, struct vr_object *owner, const void *key)
{
	const struct vr_ruleset *ruleset = ruleset_of(owner);
	u32 at = 0;

	if (key)
		memcpy(&at, key, sizeof(at));
	return at < ruleset->count ? ruleset->rules[at] : NULL;
}

/* Index that a get request names. */
struct place {
	u32 index;
};

static int parse_place(struct vr_table_req *req, struct nlattr **tb, void *data)
{
	struct place *place = data;

	if (!tb[E(INDEX)])
		return vr_table_missing(req, E(INDEX), "index of the rule");
	place->index = nla_get_u32(tb[E(INDEX)]);
	return 0;
}

static void *find_place(struct vr_table_req *req, const void *data)
{
	const struct place *place = data;
	u32 at = place->index - 1;

	return place->index ? rule_next(req, req->owner, &at) : NULL;
}

static void rule_write_key(const void *item, void *key)
{
	const struct vr_rule *rule = item;

	memcpy(key, &rule->index, sizeof(rule->index));
}

static bool rule_view(struct vr_net *vn, void *item, unsigned int index,
		      struct vr_table_view *view)
{
	view->active = true;
	return !index;
}

static bool rule_matches(const struct vr_table_req *req, void *item,
			 const struct vr_table_view *view)
{
	return true;
}

static int rule_fill_ports(struct sk_buff *msg, const struct vr_ports *ports, u16 first, u16 last)
{
	if (ports->all)
		return 0;
	if (nla_put_u16(msg, first, ports->first))
		return -EMSGSIZE;
	return ports->last == ports->first ? 0 : nla_put_u16(msg, last, ports->last);
}

static int fill_icmp(struct sk_buff *msg, const struct vr_ports *ports)
{
	if (ports->all)
		return 0;
	if (nla_put_u8(msg, E(ICMP_TYPE), ports->first >> 8))
		return -EMSGSIZE;
	return ports->first != ports->last ? 0 :
	       nla_put_u8(msg, E(ICMP_CODE), ports->first & 0xff);
}

static int fill_proto(struct sk_buff *msg, const struct vr_pattern *pattern)
{
	if (pattern->proto && nla_put_u8(msg, E(PROTO), pattern->proto))
		return -EMSGSIZE;
	if (vr_proto_is_icmp(pattern->proto))
		return fill_icmp(msg, &pattern->dport);
	if (rule_fill_ports(msg, &pattern->sport, E(SPORT), E(SPORT_END)))
		return -EMSGSIZE;
	return rule_fill_ports(msg, &pattern->dport, E(DPORT), E(DPORT_END));
}

static int fill_ref(struct sk_buff *msg, const struct vr_object *obj, u16 id, u16 name)
{
	if (nla_put_u32(msg, id, obj->id))
		return -EMSGSIZE;
	return nla_put_string(msg, name, vr_name(obj));
}

static int fill_peer(struct sk_buff *msg, u16 attr, const struct vr_prefix *prefix,
		     const struct vr_peer *peer)
{
	struct nlattr *nest;
	int err = 0;

	if (!prefix->addr.family && !peer->set && !peer->sg)
		return 0;
	nest = nla_nest_start(msg, attr);
	if (!nest)
		return -EMSGSIZE;
	if (peer->set)
		err = fill_ref(msg, &peer->set->obj, VROUTER_A_PEER_SET_ID,
			       VROUTER_A_PEER_SET_NAME);
	else if (peer->sg)
		err = fill_ref(msg, &peer->sg->obj, VROUTER_A_PEER_SG_ID,
			       VROUTER_A_PEER_SG_NAME);
	else if (vr_nl_put_addr(msg, VROUTER_A_PEER_ADDRESS, &prefix->addr) ||
		 nla_put_u8(msg, VROUTER_A_PEER_LEN, prefix->len))
		err = -EMSGSIZE;
	nla_nest_end(msg, nest);
	return err;
}

static int fill_spec(struct sk_buff *msg, const struct vr_rule_spec *spec)
{
	const struct vr_pattern *pattern = &spec->pattern;

	if (nla_put_u32(msg, E(DIRECTION), spec->direction) ||
	    nla_put_u32(msg, E(PRIORITY), spec->priority) ||
	    (spec->family && nla_put_u32(msg, E(FAMILY), spec->family)) ||
	    fill_proto(msg, pattern) ||
	    fill_peer(msg, E(FROM), &pattern->src, &spec->src) ||
	    fill_peer(msg, E(TO), &pattern->dst, &spec->dst) ||
	    nla_put_u32(msg, E(ACTION), spec->action) ||
	    nla_put_u8(msg, E(STATELESS), spec->stateless) ||
	    (*spec->helper && nla_put_string(msg, E(HELPER), spec->helper)))
		return -EMSGSIZE;
	return 0;
}

static int rule_fill_rule(struct sk_buff *msg, const struct vr_rule *rule)
{
	if (nla_put_u32(msg, E(INDEX), rule->index) || fill_spec(msg, &rule->spec))
		return -EMSGSIZE;
	return rule->comment ? nla_put_string(msg, E(COMMENT), rule->comment) : 0;
}

/**
 * vr_rule_put() - writes a rule, without its counters
 * @msg: reply
 * @attr: attribute type of the nest
 * @rule: the rule
 *
 * Context: vn->lock.
 * Return: 0 or -EMSGSIZE.
 */
int vr_rule_put(struct sk_buff *msg, int attr, const struct vr_rule *rule)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest || rule_fill_rule(msg, rule))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int rule_fill(struct sk_buff *msg, struct vr_net *vn, void *item,
		     const struct vr_table_view *view)
{
	const struct vr_rule *rule = item;

	if (rule_fill_rule(msg, rule) ||
	    nla_put_u64_64bit(msg, E(PACKETS), atomic64_read(&rule->packets), E(PAD)) ||
	    nla_put_u64_64bit(msg, E(BYTES), atomic64_read(&rule->bytes), E(PAD)))
		return -EMSGSIZE;
	return 0;
}

static const struct vr_table_ops rule_table_ops = {
	.kind = VR_KIND_RULE,
	.owner = VR_KIND_SG,
	.owner_id = VROUTER_A_RULE_SG_ID,
	.owner_name = VROUTER_A_RULE_SG_NAME,
	.entry = VROUTER_A_RULE_ENTRY,
	.get_cmd = VROUTER_CMD_RULE_GET,
	.new_cmd = VROUTER_CMD_RULE_NEW_NTF,
	.del_cmd = VROUTER_CMD_RULE_DEL_NTF,
	.policy = vrouter_rule_entry_nl_policy,
	.maxattr = VROUTER_A_RULE_ENTRY_MAX,
	.reply_only = E(PACKETS),
	.change_size = sizeof(struct place),
	.parse = parse_place,
	.find = find_place,
	.next = rule_next,
	.key = rule_write_key,
	.view = rule_view,
	.matches = rule_matches,
	.fill = rule_fill,
};

int vrouter_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_table_get(&rule_table_ops, info, NULL);
}

int vrouter_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_table_dump(&rule_table_ops, skb, cb);
}
