// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Many requests sent together, without waiting for each answer.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <vrouter/export.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

/// A list of requests for Client::run(), which sends them pipelined and gives a result for each.
///
/// Requests are independent: a refused one does not stop or undo the others. They take effect in
/// the order of the list. Changes that must be all or nothing go into one bulk request.
///
/// \code
/// vrouter::Batch batch;
/// batch.push(vrouter::requests::add(network));
/// batch.push(vrouter::requests::add("blue", routes));
/// auto results = client.run(batch);
/// \endcode
class VROUTER_API Batch {
public:
    /// Append a request; returns its index in the results.
    std::size_t push(Request request) {
        requests_.push_back(std::move(request));
        return requests_.size() - 1;
    }

    std::size_t size() const noexcept { return requests_.size(); }
    bool empty() const noexcept { return requests_.empty(); }
    void clear() noexcept { requests_.clear(); }
    std::span<const Request> requests() const noexcept { return requests_; }

private:
    std::vector<Request> requests_;
};

} // namespace vrouter
