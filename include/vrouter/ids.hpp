// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Ids that cannot be mixed up, and references to objects by id or by name.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vrouter {

/// A number of 32 bits that names an object of one kind. Ids of objects count from 1; 0 means
/// "none" where an attribute's description says so.
template <class Tag> class Id {
public:
    constexpr Id() noexcept = default;
    constexpr explicit Id(std::uint32_t value) noexcept : value_(value) {}

    constexpr std::uint32_t value() const noexcept { return value_; }

    friend constexpr bool operator==(Id, Id) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(Id a, Id b) noexcept {
        return a.value_ <=> b.value_;
    }

private:
    std::uint32_t value_ = 0;
};

using NetworkId = Id<struct NetworkTag>; ///< Id of a network.
using TunnelId = Id<struct TunnelTag>;   ///< Id of a tunnel.
using VifId = Id<struct VifTag>;         ///< Id of a vif.
using NexthopId = Id<struct NexthopTag>; ///< Id of a next hop; next hops have no names.
using LabelId = Id<struct LabelTag>;     ///< An MPLS label that this end assigned, 16 to 1048575.
using SetId = Id<struct SetTag>;         ///< Id of a set.
using SgId = Id<struct SgTag>;           ///< Id of a security group.
using PolicerId = Id<struct PolicerTag>; ///< Id of a policer.
using IfIndex = Id<struct DeviceTag>;    ///< Interface index of a netdev.

/// A reference to another object in a reply: its id and its name. The name is empty when the object
/// is gone and only the reference is left, as in a next hop to a vif whose device is gone.
template <class IdT> struct Named {
    IdT id;
    std::string name;

    friend bool operator==(const Named&, const Named&) = default;
    friend auto operator<=>(const Named&, const Named&) = default;
};

/// Names an object in a request: by id, by name, or by both, which must then agree.
///
/// Converts implicitly from each of them, as in `client.networks().get("blue")` and
/// `client.networks().get(NetworkId(7))`.
template <class IdT> class Ref {
public:
    Ref(IdT id) : id_(id) {}
    Ref(std::string name) : name_(std::move(name)) {}
    Ref(std::string_view name) : name_(name) {}
    Ref(const char* name) : name_(name) {}
    Ref(IdT id, std::string name) : id_(id), name_(std::move(name)) {}
    /// From a reply.
    Ref(const Named<IdT>& named) : id_(named.id) {
        if (!named.name.empty())
            name_ = named.name;
    }

    const std::optional<IdT>& id() const noexcept { return id_; }
    const std::optional<std::string>& name() const noexcept { return name_; }

    /// The name where there is one, else the id in decimal.
    std::string to_string() const { return name_ ? *name_ : std::to_string(id_->value()); }

    /// Equal in form: the same id and the same name given.
    friend bool operator==(const Ref&, const Ref&) = default;

private:
    std::optional<IdT> id_;
    std::optional<std::string> name_;
};

using NetworkRef = Ref<NetworkId>; ///< A network by id or name.
using TunnelRef = Ref<TunnelId>;   ///< A tunnel by id or name.
using VifRef = Ref<VifId>;         ///< A vif by id or name.
using SetRef = Ref<SetId>;         ///< A set by id or name.
using SgRef = Ref<SgId>;           ///< A security group by id or name.
using PolicerRef = Ref<PolicerId>; ///< A policer by id or name.
using DeviceRef = Ref<IfIndex>;    ///< A netdev by interface index or name.

/// The id in decimal.
template <class Tag> std::string to_string(Id<Tag> id) {
    return std::to_string(id.value());
}

} // namespace vrouter

/// Lets ids be keys of unordered containers.
template <class Tag> struct std::hash<vrouter::Id<Tag>> {
    std::size_t operator()(vrouter::Id<Tag> id) const noexcept {
        return std::hash<std::uint32_t>()(id.value());
    }
};
