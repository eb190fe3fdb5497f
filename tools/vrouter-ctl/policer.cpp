// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "quantities.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : PolicerSpec {
    std::optional<std::string> new_name;
    std::optional<PolicerRef> renamed{}; ///< For rename.
    bool strict = false;
};
using To = Take<Arguments>;

/// Sets a member with one of the functions for quantities.
template <auto member, auto read> void take(Arguments& arguments, const Word& word) {
    if (arguments.*member)
        word.refuse("this is given twice");
    arguments.*member = read(word);
}

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::policer),
    name_entry<Arguments, &Arguments::name>(Offer::policer),
    id_entry<Arguments, &Arguments::id>(),
    renamed_entry<Arguments, &Arguments::renamed>(Offer::policer),
    new_name_entry<Arguments>(),
    {{.name = "rate",
      .value = "RATE",
      .help =
          "bits a second, 1kbit to 1tbit, with the units of tc(8): bit, kbit, mbit, gbit, tbit, "
          "or bps, kbps, mbps, gbps, tbps for bytes; 0, the default, is any number",
      .verbs = verbs_write},
     take<&Arguments::rate, read_rate>},
    {{.name = "burst",
      .value = "SIZE",
      .help =
          "bytes at once, to 4gb, with the units of tc(8): k or kb is 1024 bytes, m or mb, g or "
          "gb; 0, the default, is what the rate gives in 250 ms, and at least 128k",
      .verbs = verbs_write},
     take<&Arguments::burst, read_size>},
    {{.name = "pps",
      .value = "NUMBER",
      .help = "packets a second, 1 to 1000m, where k is 1000 and m a million; 0, the default, is "
              "any number",
      .verbs = verbs_write},
     take<&Arguments::packet_rate, read_count>},
    {{.name = "packet-burst",
      .value = "NUMBER",
      .help = "packets at once; 0, the default, is what pps gives in 250 ms, and at least 64",
      .verbs = verbs_write},
     take<&Arguments::packet_burst, read_count>},
    {{.name = "level",
      .value = "l2|l3",
      .help = "which bytes of a packet count: from the Ethernet header on (the default), or from "
              "the IP header on",
      .verbs = verbs_write},
     To::value<&Arguments::level>},
    {{.name = "overhead",
      .value = "BYTES",
      .help = "bytes that are added to each packet, -64 to 256; 24 with l2 counts what Ethernet "
              "puts around a frame; default 0",
      .verbs = verbs_write},
     To::value<&Arguments::overhead>},
    strict_entry<Arguments>(),
};

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(policer_object(), table, verb, words);
    if (verb == verb_rename)
        return rename(context.client().policers(), *arguments.renamed, arguments.new_name);
    find_renamed(context, &Client::policers, verb, arguments);
    auto policers = [&] { return context.client().policers(); };
    bool named = arguments.id || arguments.name;
    if (verb == verb_show && !named)
        print_list(context, must(policers().list()));
    else if (verb == verb_show)
        print_one(context, must(policers().get(ref_of(arguments.id, arguments.name))));
    else if (verb == verb_del)
        must(policers().del(ref_of(arguments.id, arguments.name)));
    else
        write(policers(), verb, arguments.strict, static_cast<PolicerSpec&>(arguments));
}

/// A number in JSON; in text, as it is typed, but 0, the default, only with details.
void print_limit(Printer& out, std::string_view name, std::string_view keyword, std::uint64_t value,
                 std::string (*print)(std::uint64_t)) {
    out.json(name, value);
    if (!out.style().json && (value || out.style().details))
        out.field(name, value ? print(value) : "0", keyword);
}

void print_counts(Printer& out, const PolicerInfo& policer) {
    if (!out.style().json && !out.style().stats)
        return;
    out.newline();
    out.field("conform_packets", policer.conform_packets);
    out.field("conform_bytes", policer.conform_bytes);
    out.field("exceed_packets", policer.exceed_packets);
    out.field("exceed_bytes", policer.exceed_bytes);
}

} // namespace

void print_fields(Printer& out, const PolicerInfo& policer) {
    out.json("id", policer.id);
    out.label("name", Value(policer.name).colored(color_name));
    if (!out.style().json)
        out.field("id", policer.id);
    print_limit(out, "rate", "rate", policer.rate, print_rate);
    print_limit(out, "burst", "burst", policer.burst, print_size);
    print_limit(out, "packet_rate", "pps", policer.packet_rate, print_count);
    print_limit(out, "packet_burst", "packet-burst", policer.packet_burst, print_count);
    out.unless("level", policer.level, PolicerLevel::l2);
    out.unless("overhead", policer.overhead, 0);
    out.detail("refs", policer.refs);
    out.detail("generation", policer.generation);
    print_counts(out, policer);
}

const Object& policer_object() {
    static const Object object{
        .name = "policer",
        .aliases = {},
        .help = "a limit of what vifs send or receive; those that name the same one share it",
        .commands = {{verb_add, "make a policer; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it, unless a vif uses it"},
                     {verb_show, "print one policer or all"},
                     {verb_rename, "give a policer another name"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "policer add gold rate 10mbit burst 64k pps 20k\n"
                    "vif set vm1 policer gold egress-policer none\n"
                    "-s policer show gold",
        .synonyms =
            {
                {"bandwidth", "rate"},
                {"bw", "rate"},
                {"limit", "rate"},
                {"ceil", "rate"},
                {"bps", "rate"},
                {"size", "burst"},
                {"buffer", "burst"},
                {"packet-rate", "pps"},
                {"mpu", "overhead"},
            },
    };
    return object;
}

} // namespace ctl
