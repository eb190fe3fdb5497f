// SPDX-License-Identifier: GPL-2.0-or-later
#include "elements.hpp"

#include "printable.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Kind {
    using Spec = ElementSpec;
    static ElementKey key_of(const ElementSpec& element) { return element.key; }
};

using Part = std::span<const ElementSpec>;

std::vector<ElementKey> keys_of(Part part) {
    std::vector<ElementKey> keys;
    for (const auto& element : part)
        keys.push_back(element.key);
    return keys;
}

Result<void> send_part(Elements proxy, const SetRef& set, ElementVerb verb, Part part) {
    switch (verb) {
    case ElementVerb::add:
        return proxy.add(set, part);
    case ElementVerb::add_exclusive:
        return proxy.add_exclusive(set, part);
    case ElementVerb::replace:
        return proxy.replace(set, part);
    case ElementVerb::del:
        break;
    }
    auto keys = keys_of(part);
    return proxy.del(set, std::span<const ElementKey>(keys));
}

void print_key(Printer& out, const ElementKey& key) {
    Value prefix(key.prefix);
    out.text(Value(key.to_string()).colored(prefix.color()));
    out.json("address", ElementKey{.prefix = key.prefix}.to_string());
    if (key.proto)
        out.json("proto", key.proto->to_string());
    if (key.port)
        out.json("port", *key.port);
    if (key.port && key.port_end && *key.port_end != *key.port)
        out.json("port_end", *key.port_end);
}

void print_timeout(Printer& out, const ElementInfo& element) {
    if (!element.expires)
        return;
    auto seconds = *element.spec().timeout;
    out.json("timeout", seconds);
    out.json("expires", static_cast<std::uint64_t>(element.expires->count()));
    out.text(fmt::format("timeout {}s", seconds));
}

void print_state(Printer& out, const ElementInfo& element) {
    if (element.comment) {
        out.json("comment", *element.comment);
        out.text("comment " + quote(printable(*element.comment)));
    }
    if (!out.style().json && !out.style().stats)
        return;
    out.field("packets", element.packets);
    out.field("bytes", element.bytes);
}

void print_nomatch(Printer& out, const ElementInfo& element) {
    out.json("nomatch", element.nomatch);
    if (element.nomatch)
        out.text("nomatch");
}

/// Text omits the set: it is the same in each line, and files of elements do not have it.
void print_in_set(Printer& out, const SetInfo& set, const ElementInfo& element) {
    if (out.style().json)
        out.reference("set", element.set);
    print_key(out, element.key);
    print_nomatch(out, element);
    print_timeout(out, element);
    if (set.timeout && !element.expires)
        out.text("timeout 0s");
    print_state(out, element);
}

} // namespace

void send_elements(Context& context, const SetRef& set, ElementVerb verb,
                   const ElementEntries& elements) {
    auto proxy = context.client().elements();
    Part all(elements.specs);
    for (std::size_t done = 0; done < all.size(); done += bulk_max) {
        auto result =
            send_part(proxy, set, verb, all.subspan(done, std::min(bulk_max, all.size() - done)));
        if (result)
            continue;
        auto error = std::move(result).error();
        if (error.index)
            *error.index += done;
        if (done && error.hint.empty())
            error.hint = fmt::format("the {} elements before took effect", done);
        must_all<Kind>(error, elements);
    }
}

void load_elements(Context& context, const SetRef& set, const ElementEntries& elements) {
    must_all<Kind>(context.client().elements().assign(set, elements.specs), elements);
}

void print_elements(Context& context, const SetInfo& set,
                    const std::vector<ElementInfo>& elements) {
    auto& out = context.out();
    out.begin_list();
    for (const auto& element : elements) {
        out.begin();
        print_in_set(out, set, element);
        out.end();
    }
    out.end_list();
}

void print_fields(Printer& out, const ElementInfo& element) {
    print_key(out, element.key);
    out.reference("set", element.set);
    print_nomatch(out, element);
    print_timeout(out, element);
    print_state(out, element);
}

} // namespace ctl
