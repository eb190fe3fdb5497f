// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support.hpp"

#include <algorithm>

#include <linux/genetlink.h>
#include <linux/netlink.h>

namespace vrouter::detail {

namespace {

/// The value of the first attribute of either type in a nest.
std::optional<std::uint32_t> number_in(Bytes attributes, std::uint16_t type, std::uint16_t other) {
    std::optional<std::uint32_t> number;
    walk(attributes, [&](const nlattr& attr) {
        auto here = mnl_attr_get_type(&attr);
        std::uint32_t value = 0;
        if (!number && (here == type || here == other) && decode(payload_of(attr), value))
            number = value;
    });
    return number;
}

std::string_view take_part(std::string_view& rest) {
    auto end = rest.find('.');
    auto part = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return part;
}

/// The numbers of the attributes on a path; none when there is no such path.
std::optional<std::vector<std::uint16_t>> find_path(const AttributeSet* set,
                                                    std::string_view rest) {
    std::vector<std::uint16_t> path;
    while (!rest.empty() && set) {
        auto attributes = set->attributes.subspan(1);
        auto found = std::ranges::find(attributes, take_part(rest), &Attribute::name);
        if (found == attributes.end())
            return std::nullopt;
        path.push_back(static_cast<std::uint16_t>(found - attributes.begin() + 1));
        set = found->nested;
    }
    return rest.empty() ? std::optional(std::move(path)) : std::nullopt;
}

} // namespace

void Policies::take(Bytes attributes) {
    walk(attributes, [&](const nlattr& attr) {
        auto type = mnl_attr_get_type(&attr);
        if (type != CTRL_ATTR_OP_POLICY && type != CTRL_ATTR_POLICY)
            return;
        walk(payload_of(attr), [&](const nlattr& nest) {
            if (type == CTRL_ATTR_POLICY)
                take_policy(mnl_attr_get_type(&nest), payload_of(nest));
            else
                take_operation(static_cast<std::uint8_t>(mnl_attr_get_type(&nest)),
                               payload_of(nest));
        });
    });
}

void Policies::take_operation(std::uint8_t command, Bytes attributes) {
    if (auto index = number_in(attributes, CTRL_ATTR_POLICY_DO, CTRL_ATTR_POLICY_DUMP))
        operations_[command] = *index;
}

void Policies::take_policy(Index index, Bytes attributes) {
    walk(attributes, [&](const nlattr& attr) {
        constexpr std::uint16_t nested = NL_POLICY_TYPE_ATTR_POLICY_IDX;
        policies_[index][mnl_attr_get_type(&attr)] = number_in(payload_of(attr), nested, nested);
    });
}

bool Policies::has(std::uint8_t command, const std::vector<std::uint16_t>& path) const noexcept {
    auto operation = operations_.find(command);
    if (operation == operations_.end())
        return false;
    std::optional<Index> index = operation->second;
    for (auto type : path) {
        auto policy = index ? policies_.find(*index) : policies_.end();
        if (policy == policies_.end())
            return false;
        auto attribute = policy->second.find(type);
        if (attribute == policy->second.end())
            return false;
        index = attribute->second;
    }
    return true;
}

Subject find_subject(std::string_view name) {
    Subject subject;
    auto rest = name;
    auto first = take_part(rest);
    for (unsigned command = 1; command <= 0xff; command++) {
        auto* operation = find_operation(static_cast<std::uint8_t>(command));
        if (!operation)
            break;
        bool is_operation = operation->name == name;
        auto path = operation->set->name == first && !rest.empty() ? find_path(operation->set, rest)
                                                                   : std::nullopt;
        if (!is_operation && !path)
            continue;
        subject.commands.push_back(static_cast<std::uint8_t>(command));
        if (path)
            subject.path = std::move(*path);
    }
    return subject;
}

} // namespace vrouter::detail
