// Work on a sequence with several threads, results in the order of the sequence: the one place where mien starts worker threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/channel.h"

namespace mien {

/// Runs sink(work(item, worker)) for every item of source, sink in order on the calling thread, source on a thread of its own, work on `threads` threads.
/// At most `ahead` items are inside at once, so memory does not grow with the sequence. threads <= 1: everything on the calling thread, item by item: this is
/// what the run means, and the threaded form gives the same calls of sink. The first failure in the order of the sequence ends the run and is rethrown.
/// `stop` is asked between items; when it answers true, items not yet taken are left and the function returns false.
template <class Item, class Result>
bool map_in_order(int threads, std::size_t ahead, const std::function<std::optional<Item>()>& source, const std::function<Result(Item&&, int)>& work,
                  const std::function<void(Result&&)>& sink, const std::function<bool()>& stop) {
    if (threads <= 1) {
        while (!stop()) {
            std::optional<Item> item = source();
            if (!item) return true;
            sink(work(std::move(*item), 0));
        }
        return false;
    }

    struct Ticket {
        std::int64_t number = 0;
        Item item;
    };
    struct Done {
        std::optional<Result> result;
        std::exception_ptr failure;
    };
    std::mutex mutex;
    std::condition_variable ready, room;
    std::map<std::int64_t, Done> done;
    std::int64_t next = 0, total = -1;  // total: how many items the source gave, once it has ended
    std::size_t inside = 0;
    bool abandoned = false;
    Channel<Ticket> tickets(ahead);

    const auto deliver = [&](std::int64_t number, Done value) {
        const std::lock_guard lock(mutex);
        done.emplace(number, std::move(value));
        ready.notify_one();
    };
    std::jthread feeder([&] {
        std::int64_t number = 0;
        std::exception_ptr failure;
        try {
            while (true) {
                {
                    std::unique_lock lock(mutex);
                    room.wait(lock, [&] { return inside < ahead || abandoned; });
                    if (abandoned) break;
                    ++inside;
                }
                std::optional<Item> item = source();
                if (!item || !tickets.put({number, std::move(*item)})) break;
                ++number;
            }
        } catch (...) {
            failure = std::current_exception();
        }
        tickets.close();
        if (failure) deliver(number++, {std::nullopt, failure});
        const std::lock_guard lock(mutex);
        total = number;
        ready.notify_one();
    });
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < threads; ++worker)
        workers.emplace_back([&, worker] {
            while (std::optional<Ticket> ticket = tickets.take()) {
                Done value;
                try {
                    value.result.emplace(work(std::move(ticket->item), worker));
                } catch (...) {
                    value.failure = std::current_exception();
                }
                deliver(ticket->number, std::move(value));
            }
        });

    // Whatever ends the loop below, the threads must see it before this frame goes away.
    const auto abandon = [&] {
        {
            const std::lock_guard lock(mutex);
            abandoned = true;
            room.notify_all();
        }
        tickets.close();
        while (tickets.take()) {
        }
    };
    try {
        while (true) {
            if (stop()) {
                abandon();
                return false;
            }
            Done value;
            {
                std::unique_lock lock(mutex);
                // A short wait, so that stop() is asked even while a slow network runs.
                if (!ready.wait_for(lock, std::chrono::milliseconds(100), [&] { return done.contains(next) || next == total; })) continue;
                if (next == total) return true;
                value = std::move(done.extract(next).mapped());
                ++next;
                --inside;
                room.notify_one();
            }
            if (value.failure) std::rethrow_exception(value.failure);
            sink(std::move(*value.result));
        }
    } catch (...) {
        abandon();
        throw;
    }
}

}  // namespace mien
