// SPDX-License-Identifier: GPL-2.0-or-later
// The objects, each in its own file, and the common code of their commands.
#pragma once

#include <vector>

#include <fmt/format.h>

#include <vrouter/vrouter.hpp>

#include "context.hpp"
#include "grammar.hpp"
#include "printer.hpp"

namespace ctl {

const Object& network_object();
const Object& tunnel_object();
const Object& vif_object();
const Object& nexthop_object();
const Object& route_object();
const Object& fdb_object();
const Object& neighbour_object();
const Object& label_object();
const Object& set_object();
const Object& sg_object();
const Object& rule_object();
const Object& policer_object();
const Object& trace_object();
const Object& flow_object();
const Object& drops_object();
const Object& monitor_object();
const Object& limits_object();
const Object& info_object();
const Object& check_object();

/// One object as "show" and "monitor" print it.
void print_fields(Printer& out, const vrouter::NetworkInfo& network);
void print_fields(Printer& out, const vrouter::TunnelInfo& tunnel);
void print_fields(Printer& out, const vrouter::VifInfo& vif);
void print_fields(Printer& out, const vrouter::NexthopInfo& nexthop);
void print_fields(Printer& out, const vrouter::RouteInfo& route);
void print_fields(Printer& out, const vrouter::FdbInfo& entry);
void print_fields(Printer& out, const vrouter::NeighbourInfo& neighbour);
void print_fields(Printer& out, const vrouter::LabelInfo& label);
void print_fields(Printer& out, const vrouter::SetInfo& set);
void print_fields(Printer& out, const vrouter::ElementInfo& element);
void print_fields(Printer& out, const vrouter::SgInfo& sg);
void print_fields(Printer& out, const vrouter::RuleInfo& rule);
void print_fields(Printer& out, const vrouter::PolicerInfo& policer);
void print_fields(Printer& out, const vrouter::DropEvent& drop);
void print_fields(Printer& out, const vrouter::FlowInfo& flow);
void print_fields(Printer& out, const vrouter::Limits& limits);

/// The fields of routes, fdb entries and neighbours besides their keys.
template <class Info> void print_entry_state(Printer& out, const Info& info) {
    out.reference("vif", info.vif);
    if (info.origin != vrouter::Origin::static_ || out.style().json)
        out.field("origin", info.origin);
    out.json("active", info.active);
    if (!info.active)
        out.text("inactive");
    if (out.style().json || out.style().stats)
        print_used(out, info.used);
}
void print_used(Printer& out, const std::optional<std::chrono::milliseconds>& used);

template <class Info> void print_list(Context& context, const std::vector<Info>& list) {
    auto& out = context.out();
    out.begin_list();
    for (const auto& info : list) {
        out.begin();
        print_fields(out, info);
        out.end();
    }
    out.end_list();
}

template <class Info> void print_one(Context& context, const Info& info) {
    print_list(context, std::vector<Info>{info});
}

/// `set OLD name NEW`: looks up the id, which the kernel needs for a rename.
template <class Proxy, class Arguments>
void find_renamed(Context& context, Proxy (vrouter::Client::*proxy)() noexcept, Verb verb,
                  Arguments& arguments) {
    if (!arguments.new_name)
        return;
    if (verb != verb_set)
        throw misuse("two names are given", "to rename: rename OLD NEW");
    arguments.id = must((context.client().*proxy)().get(*arguments.name)).id;
    arguments.name = std::move(arguments.new_name);
}

/// `rename OLD NEW`.
template <class Proxy, class Ref>
void rename(Proxy proxy, const Ref& ref, const std::optional<std::string>& name) {
    must(proxy.change({.id = must(proxy.get(ref)).id, .name = name}));
}

/// Makes or changes an object, or entries of a network.
template <class Proxy, class... What>
void write(Proxy proxy, Verb verb, bool strict, const What&... what) {
    if (verb == verb_set)
        must(proxy.change(what...));
    else if (verb == verb_replace)
        must(proxy.replace(what...));
    else if (strict)
        must(proxy.add_exclusive(what...));
    else
        must(proxy.add(what...));
}

} // namespace ctl
