// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"

namespace ctl {

namespace {

void print(Context& context, const vrouter::Info& info) {
    auto& out = context.out();
    out.begin_list();
    out.begin();
    out.field("version", info.version, "module");
    out.field("source", info.source);
    out.field("library_version", vrouter::version(), "library");
    out.newline();
    out.field("networks", info.networks);
    out.field("tunnels", info.tunnels);
    out.field("vifs", info.vifs);
    out.field("nexthops", info.nexthops);
    out.field("routes", info.routes);
    out.field("fdb", info.fdb);
    out.field("neighbours", info.neighbours);
    out.field("labels", info.labels);
    out.field("sets", info.sets);
    out.field("elements", info.elements);
    out.field("policers", info.policers);
    out.field("sgs", info.sgs);
    out.field("rules", info.rules);
    out.detail("generation", info.generation);
    out.end();
    out.end_list();
}

void run(Context& context, Verb verb, Words& words) {
    Reader reader(info_object(), verb, words);
    reader.next();
    reader.finish();
    print(context, must(context.client().info()));
}

} // namespace

const Object& info_object() {
    static const Object object{
        .name = "info",
        .aliases = {},
        .help = "the module's version and the number of objects in the namespace",
        .commands = {{verb_show, "print it"}},
        .keywords = {},
        .run = run,
    };
    return object;
}

} // namespace ctl
