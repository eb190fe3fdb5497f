// SPDX-License-Identifier: LGPL-2.1-or-later
// Holds the library's tables against the netlink specification itself.
//
// The specification is read line by line, which is enough for its form: lists of maps, each begun
// by a "-" on a line of its own, two more spaces of indentation at each level.
#include <algorithm>
#include <fstream>
#include <map>

#include "attributes.hpp"
#include "samples.hpp"

using namespace unit;
using vrouter::detail::AttributeSet;

namespace {

struct YamlAttribute {
    std::string name, nested;
    bool multi = false;
};
struct YamlSet {
    std::string name;
    std::vector<YamlAttribute> attributes;
};
struct YamlOperation {
    std::string name, set;
};
struct YamlEnum {
    std::string name;
    std::uint32_t start = 0;
    std::vector<std::string> entries;
};
struct Yaml {
    std::vector<YamlSet> sets;
    std::vector<YamlOperation> operations;
    std::vector<YamlEnum> enums;
};

const Yaml& specification() {
    static const Yaml yaml = [] {
        Yaml result;
        std::ifstream file(VROUTER_YAML);
        std::string line, section;
        bool is_enum = false;
        while (std::getline(file, line)) {
            auto indent = line.find_first_not_of(' ');
            auto colon = line.find(':');
            if (indent == line.npos || colon == line.npos)
                continue;
            auto key = line.substr(indent, colon - indent);
            auto value = colon + 2 < line.size() ? line.substr(colon + 2) : "";
            std::erase(value, '"');
            if (indent == 0)
                section = key;
            else if (section == "definitions" && indent == 4 && key == "type")
                is_enum = value == "enum";
            else if (section == "definitions" && indent == 4 && key == "name" && is_enum)
                result.enums.push_back({value, 0, {}});
            else if (section == "definitions" && indent == 4 && key == "value-start")
                result.enums.back().start = static_cast<std::uint32_t>(std::stoul(value));
            else if (section == "definitions" && indent == 8 && key == "name")
                result.enums.back().entries.push_back(value);
            else if (section == "attribute-sets" && indent == 4 && key == "name")
                result.sets.push_back({value, {}});
            else if (section == "attribute-sets" && indent == 8 && key == "name")
                result.sets.back().attributes.push_back({value, "", false});
            else if (section == "attribute-sets" && indent == 8 && key == "nested-attributes")
                result.sets.back().attributes.back().nested = value;
            else if (section == "attribute-sets" && indent == 8 && key == "multi-attr")
                result.sets.back().attributes.back().multi = value == "true";
            else if (section == "operations" && indent == 6 && key == "name")
                result.operations.push_back({value, ""});
            else if (section == "operations" && indent == 6 && key == "attribute-set")
                result.operations.back().set = value;
        }
        return result;
    }();
    return yaml;
}

void sets(void**) {
    using namespace vrouter::detail;
    const AttributeSet* known[] = {&stats_set,       &prefix_set,       &network_set,
                                   &tunnel_set,      &vif_set,          &member_set,
                                   &nexthop_set,     &route_entry_set,  &route_set,
                                   &fdb_entry_set,   &fdb_set,          &neighbour_entry_set,
                                   &neighbour_set,   &drop_set,         &info_set,
                                   &label_set,       &set_set,          &element_entry_set,
                                   &element_set,     &policer_set,      &sg_ref_set,
                                   &sg_set,          &peer_set,         &rule_entry_set,
                                   &rule_set,        &frags_set,        &drop_event_set,
                                   &trace_set,       &trace_packet_set, &trace_match_set,
                                   &trace_stage_set, &trace_result_set, &flow_set,
                                   &limits_set};
    check_number(specification().sets.size(), std::size(known));
    for (const auto& wanted : specification().sets) {
        auto set = std::ranges::find(known, wanted.name, [](auto* s) { return s->name; });
        check(set != std::end(known));
        check_number((*set)->attributes.size(), wanted.attributes.size() + 1);
        for (std::size_t i = 0; i < wanted.attributes.size(); i++) {
            auto* attribute = (*set)->find(static_cast<std::uint16_t>(i + 1));
            check_text(attribute->name, wanted.attributes[i].name);
            check_text(attribute->nested ? attribute->nested->name : "",
                       wanted.attributes[i].nested);
            check(attribute->multi == wanted.attributes[i].multi);
        }
        check(!(*set)->find(0));
        check(!(*set)->find(static_cast<std::uint16_t>(wanted.attributes.size() + 1)));
    }
}

void operations(void**) {
    std::map<std::string, std::string> set_of;
    const auto& wanted = specification().operations;
    check(wanted.size() > 40);
    for (const auto& operation : wanted)
        set_of[operation.name] = operation.set;
    for (std::size_t i = 0; i < wanted.size(); i++) {
        auto* operation = vrouter::detail::find_operation(static_cast<std::uint8_t>(i + 1));
        check(operation != nullptr);
        check_text(operation->name, wanted[i].name);
        // A notification has the attributes of the operation that gets its object.
        auto name = wanted[i].name;
        if (auto end = name.find("-new-ntf"); end != name.npos)
            name = name.substr(0, end) + "-get";
        if (auto end = name.find("-del-ntf"); end != name.npos)
            name = name.substr(0, end) + "-get";
        check_text(operation->set->name, set_of[name]);
    }
    check(!vrouter::detail::find_operation(0));
    check(!vrouter::detail::find_operation(static_cast<std::uint8_t>(wanted.size() + 1)));
}

template <class E> void check_names(const char* name) {
    auto wanted = std::ranges::find(specification().enums, name, &YamlEnum::name);
    check(wanted != specification().enums.end());
    for (std::size_t i = 0; i < wanted->entries.size(); i++)
        check_text(to_string(static_cast<E>(wanted->start + i)), wanted->entries[i]);
    auto beyond = wanted->start + wanted->entries.size();
    check_text(to_string(static_cast<E>(beyond)), std::to_string(beyond));
}

/// The same of one whose names are read, too.
template <class E> void check_enum(const char* name) {
    check_names<E>(name);
    auto wanted = std::ranges::find(specification().enums, name, &YamlEnum::name);
    for (std::size_t i = 0; i < wanted->entries.size(); i++)
        check(from_string<E>(wanted->entries[i]) == static_cast<E>(wanted->start + i));
}

/// Types of sets have names with commas for people, and are known by those of the specification
/// too.
void set_types(void**) {
    auto wanted = std::ranges::find(specification().enums, "set-type", &YamlEnum::name);
    check(wanted != specification().enums.end());
    const char* names[] = {"net", "net,port", "net,proto,port-range"};
    check_number(wanted->entries.size(), std::size(names));
    for (std::size_t i = 0; i < std::size(names); i++) {
        auto value = static_cast<SetType>(wanted->start + i);
        check_text(to_string(value), names[i]);
        check(from_string<SetType>(names[i]) == value);
        check(from_string<SetType>(wanted->entries[i]) == value);
    }
    check_text(to_string(static_cast<SetType>(4)), "4");
    check(!from_string<SetType>("4") && !from_string<SetType>("hash:net"));
}

void enums(void**) {
    check_number(specification().enums.size(), 19);
    check_enum<Policy>("policy");
    check_enum<UnknownUnicast>("unknown-unicast");
    check_enum<RaMode>("ra-mode");
    check_enum<TunnelType>("tunnel-type");
    check_enum<NexthopType>("nexthop-type");
    check_enum<Payload>("payload");
    check_enum<RejectCode>("reject-code");
    check_enum<EcmpHash>("ecmp-hash");
    check_enum<Origin>("origin");
    check_enum<Learning>("learning");
    check_enum<Direction>("direction");
    check_enum<RuleAction>("rule-action");
    check_enum<PolicerLevel>("policer-level");
    check_names<TraceVerdict>("trace-verdict");
    check_names<TraceKind>("trace-stage");
    check_names<TraceState>("trace-state");
    check_enum<FlowState>("flow-state");
    check_enum<FlowEnd>("flow-end");
}

void constants(void**) {
    check_number(bulk_max, VROUTER_BULK_MAX);
    check_number(timeout_max, VROUTER_TIMEOUT_MAX);
    check_number(comment_max, VROUTER_COMMENT_MAX);
    check_number(sgs_max, VROUTER_SG_MAX);
    check_number(rules_max, VROUTER_RULES_MAX);
    check_number(priority_default, VROUTER_PRIORITY_DEFAULT);
    check_number(drop_bytes_max, VROUTER_DROP_BYTES_MAX);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(sets),      cmocka_unit_test(operations), cmocka_unit_test(enums),
        cmocka_unit_test(set_types), cmocka_unit_test(constants),
    };
    return run_group(tests, "spec");
}
