// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

using Arguments = FlowFilter;
using To = Take<Arguments>;

constexpr unsigned verbs_all = verb_show | verb_count | verb_flush;

const Entry<Arguments> table[] = {
    {{.name = "network",
      .value = "NAME|ID",
      .help = "that they come into or leave by",
      .verbs = verbs_all,
      .offer = Offer::network},
     To::value<&Arguments::network>},
    {{.name = "vif",
      .value = "NAME|ID",
      .help = "that they come from or go to",
      .verbs = verbs_all,
      .offer = Offer::vif},
     To::value<&Arguments::vif>},
    {{.name = "address",
      .value = "ADDRESS[/LEN]",
      .help = "with an end of this address or prefix",
      .verbs = verbs_all},
     To::value<&Arguments::address>},
    {{.name = "port", .value = "NUMBER", .help = "with an end of this port", .verbs = verbs_all},
     To::value<&Arguments::port>},
    {{.name = "proto",
      .value = "tcp|udp|PROTOCOL",
      .help = "of this IP protocol",
      .verbs = verbs_all},
     To::value<&Arguments::proto>},
    {{.name = "state",
      .value = "unreplied|established|untracked",
      .help = "whose connection has no answer yet, or has one, or that need no connection state",
      .verbs = verbs_all},
     To::value<&Arguments::state>},
};

/// Formats "10.0.0.1:80" or "[fd00::1]:80".
std::string endpoint(const IpAddress& address, std::uint16_t port) {
    bool v6 = address.family() == Family::v6;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.to_string(), v6 ? "]" : "", port);
}

std::string seconds(std::chrono::milliseconds time) {
    return fmt::format("{:.3f}s", static_cast<double>(time.count()) / 1000);
}

void print_tuple(Printer& out, const FlowInfo& flow) {
    out.label("proto", to_string(flow.proto));
    if (!out.style().json) {
        out.text(endpoint(flow.src, flow.sport));
        out.text(">");
        out.text(endpoint(flow.dst, flow.dport));
        return;
    }
    out.field("src", flow.src);
    out.field("sport", flow.sport);
    out.field("dst", flow.dst);
    out.field("dport", flow.dport);
}

void print_target(Printer& out, const FlowInfo& flow) {
    out.reference("out_network", flow.out_network);
    out.reference("out_vif", flow.out_vif);
    out.reference("out_tunnel", flow.out_tunnel);
    out.field("out_remote", flow.out_remote);
    out.field("nexthop", flow.nexthop);
}

void print_counts(Printer& out, const FlowInfo& flow) {
    if (out.style().json) {
        out.field("packets", flow.packets);
        out.field("bytes", flow.bytes);
        out.field("age", static_cast<std::uint64_t>(flow.age.count()));
        out.field("idle", static_cast<std::uint64_t>(flow.idle.count()));
    } else if (out.style().stats || flow.end) {
        out.newline();
        out.field("packets", flow.packets);
        out.field("bytes", flow.bytes);
        out.field("age", seconds(flow.age));
        out.field("idle", seconds(flow.idle));
    }
}

void print(Context& context, const FlowCounts& counts) {
    auto& out = context.out();
    out.begin();
    out.label("count", counts.count);
    if (out.style().json || out.style().stats) {
        out.field("hits", counts.hits);
        out.field("misses", counts.misses);
        out.field("created", counts.created);
        out.field("evicted", counts.evicted);
        out.field("refused", counts.refused);
    }
    out.end();
}

void run(Context& context, Verb verb, Words& words) {
    auto filter = read_arguments<Arguments>(flow_object(), table, verb, words);
    auto flows = context.client().flows();
    if (verb == verb_show)
        print_list(context, must(flows.list(filter)));
    else if (verb == verb_count)
        print(context, must(flows.count(filter)));
    else
        must(flows.flush(filter));
}

} // namespace

void print_fields(Printer& out, const FlowInfo& flow) {
    print_tuple(out, flow);
    out.reference("network", flow.network);
    out.reference("vif", flow.vif);
    out.reference("tunnel", flow.tunnel);
    out.field("remote", flow.remote);
    out.field("state", flow.state);
    print_target(out, flow);
    out.reference("sg", flow.sg);
    out.field("rule", flow.rule);
    if (out.style().json || out.style().details) {
        out.field("src_mac", flow.src_mac);
        out.field("dst_mac", flow.dst_mac);
    }
    out.field("end", flow.end);
    print_counts(out, flow);
}

const Object& flow_object() {
    static const Object object{
        .name = "flow",
        .aliases = {},
        .help = "what was decided about packets and is kept for those that follow them",
        .commands = {{verb_show, "print flows, those that fit all that is given"},
                     {verb_count, "print how many there are; with -s, what happened to all"},
                     {verb_flush,
                      "forget them, so that their next packets are decided about anew"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "-s flow show network blue address 10.0.0.0/24 port 443\n"
                    "flow count vif vm1 state unreplied\n"
                    "flow flush network blue",
        .synonyms =
            {
                {"src", "address"},
                {"dst", "address"},
                {"from", "address"},
                {"to", "address"},
                {"sport", "port"},
                {"dport", "port"},
                {"dev", "vif"},
            },
    };
    return object;
}

} // namespace ctl
