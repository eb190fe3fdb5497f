// SPDX-License-Identifier: GPL-2.0
// The token buckets of the kernel module, compiled for a program, by a clock that the tests set:
// how exact they are, what a burst is, and that they give no more than they hold.
#include <array>
#include <atomic>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "check.hpp"

#include "../../kmod/lib/rate.c"

#include "../../kmod/lib/meter.c"

namespace {

constexpr u64 second = NSEC_PER_SEC, hour = 3600 * second, year = 365 * 24 * hour;
/// Some time after the machine was started.
constexpr u64 start = 5 * hour;

constexpr vr_meter_conf bits(u64 rate, u64 burst = 0) {
    return {rate, burst, 0, 0, VROUTER_POLICER_LEVEL_L2, 0};
}
constexpr vr_meter_conf pps(u64 rate, u64 burst = 0) {
    return {0, 0, rate, burst, VROUTER_POLICER_LEVEL_L2, 0};
}

vr_meter meter_of(const vr_meter_conf& conf, u64 now = start) {
    vr_meter meter{};
    vr_meter_init(&meter, &conf, now);
    return meter;
}

/// Takes packets while there is room for them; how many there was.
u64 drain(vr_meter& meter, u64 now, u64 bytes) {
    u64 count = 0;
    while (vr_meter_take(&meter, now, 1, bytes))
        count++;
    return count;
}

/// The seen number differs by less than so many parts in a thousand.
void check_near(double seen, double wanted, double parts, Where where = Where::current()) {
    if (seen < wanted * (1 - parts / 1000) || seen > wanted * (1 + parts / 1000))
        fail_at(fmt::format("{} is not {} within {} parts in 1000", seen, wanted, parts), where);
}

/// What passes of twice the rate in some time, from an empty bucket on, in packets; \p together of
/// them are offered at once, as segments of one.
double passed(vr_meter& meter, double offered, double seconds, u32 size, u32 together) {
    u64 count = 0;
    double gap = together / offered * second;
    auto chunks = static_cast<u64>(seconds * offered / together);
    for (u64 i = 1; i <= chunks; i++)
        if (vr_meter_take(&meter, start + static_cast<u64>(static_cast<double>(i) * gap), together,
                          u64{together} * size))
            count += together;
    return static_cast<double>(count);
}

constexpr u64 rates[] = {1'000,          10'000'000,      80'000'000,       1'000'000'000,
                         10'000'000'000, 100'000'000'000, 1'000'000'000'000};
constexpr u32 frames[] = {64, 512, 1400};

/// So many takes are enough to see one part in a thousand, and few enough to wait for.
constexpr double takes = 200'000;

/// Ten seconds, and at slow rates as long as a thousand packets take.
void rate_in_ten_seconds(void**) {
    for (u64 rate : rates)
        for (u32 size : frames) {
            auto meter = meter_of(bits(rate, 1'000'000));
            vr_meter_take(&meter, start, 0, 1'000'000);
            double each = static_cast<double>(rate) / 8 / size;
            double seconds = std::max(10.0, 1000 / each);
            auto together = static_cast<u32>(std::max(1.0, 2 * each * seconds / takes));
            meter.bytes.depth = std::max<u64>(meter.bytes.depth, u64{4} * together * size);
            check_near(passed(meter, 2 * each, seconds, size, together), each * seconds, 10);
        }
}

/// Packets one by one, where the clock hardly advances from one to the next.
void rate_of_single_packets(void**) {
    for (u64 rate : rates)
        for (u32 size : frames) {
            auto meter = meter_of(bits(rate, 1'000'000));
            vr_meter_take(&meter, start, 0, 1'000'000);
            double each = static_cast<double>(rate) / 8 / size;
            check_near(passed(meter, 2 * each, takes / each / 2, size, 1), takes / 2, 10);
        }
}

void packet_rates(void**) {
    for (u64 rate : {u64{1}, u64{2000}, u64{1'000'000}, u64{1'000'000'000}}) {
        auto meter = meter_of(pps(rate, 10'000));
        vr_meter_take(&meter, start, 10'000, 0);
        auto each = static_cast<double>(rate);
        double seconds = std::max(10.0, 1000 / each);
        auto together = static_cast<u32>(std::max(1.0, 2 * each * seconds / takes));
        meter.packets.depth = std::max<u64>(meter.packets.depth, u64{4} * together);
        check_near(passed(meter, 2 * each, seconds, 100, together), each * seconds, 10);
    }
}

/// Years later it is as exact.
void rate_after_years(void**) {
    for (u64 rate : rates) {
        vr_meter_conf conf = bits(rate, 1'000'000);
        auto meter = meter_of(conf, 50 * year);
        vr_meter_take(&meter, 50 * year, 0, 1'000'000);
        u64 later = 50 * year + 8 * 1'000'000 * second / rate / 2;
        check_near(static_cast<double>(drain(meter, later, 100)), 5000, 10);
    }
}

void bursts(void**) {
    for (u64 rate : rates)
        for (u32 size : frames) {
            auto meter = meter_of(bits(rate, 100'000));
            check_number(drain(meter, start, size), 100'000 / size);
            // After a pause there is exactly as much again, and no more after a long one.
            for (u64 pause : {hour, 30 * 24 * hour, 10 * year})
                check_number(drain(meter, start + hour + pause, size), 100'000 / size);
        }
    auto meter = meter_of(pps(2000, 77));
    check_number(drain(meter, start, 64), 77);
    check_number(drain(meter, start + hour, 64), 77);
}

/// All tokens can be taken, to the last.
void whole_burst(void**) {
    auto meter = meter_of(bits(1000, 3000));
    check(vr_meter_take(&meter, start, 1, 2999));
    check(!vr_meter_take(&meter, start, 1, 2));
    check(vr_meter_take(&meter, start, 1, 1));
    check(!vr_meter_take(&meter, start, 1, 1));
    // 125 bytes a second.
    check(!vr_meter_take(&meter, start + second, 1, 126));
    check(vr_meter_take(&meter, start + second, 1, 125));
}

void default_bursts(void**) {
    check_number(meter_of(bits(1000)).bytes.depth, 131'072);
    check_number(meter_of(bits(4'000'000)).bytes.depth, 131'072);
    check_number(meter_of(bits(20'000'000)).bytes.depth, 625'000);
    check_number(meter_of(bits(80'000'000)).bytes.depth, 2'500'000);
    check_number(meter_of(bits(1'000'000'000'000)).bytes.depth, 31'250'000'000);
    check_number(meter_of(pps(1)).packets.depth, 64);
    check_number(meter_of(pps(256)).packets.depth, 64);
    check_number(meter_of(pps(1'000'000)).packets.depth, 250'000);
}

/// The largest and the smallest of everything.
void extremes(void**) {
    for (u64 rate : {u64{1000}, u64{1'000'000'000'000}})
        for (u64 burst : {u64{1}, u64{1} << 32})
            for (u64 now : {u64{0}, second, 100 * year}) {
                auto meter = meter_of(bits(rate, burst), now);
                check(vr_meter_take(&meter, now, 1, burst));
                check(!vr_meter_take(&meter, now, 1, 1));
                u64 fill = burst * 8 * (second / 1000) / (rate / 1000);
                fill += fill / 1'000'000 + 1;
                check(vr_meter_take(&meter, now + fill, 1, burst));
                check(!vr_meter_take(&meter, now + fill, 1, 1));
            }
}

/// A packet that is larger than the burst passes a full bucket, and the rate is kept after it.
void oversized(void**) {
    auto meter = meter_of(bits(8'000'000, 1500)); // a byte in a microsecond
    check(vr_meter_take(&meter, start, 45, 64'000));
    check(!vr_meter_take(&meter, start, 1, 1));
    // 62,500 bytes of debt, then a full bucket.
    check(!vr_meter_take(&meter, start + 62'500'000, 1, 1));
    check(vr_meter_take(&meter, start + 62'501'000, 1, 1));
    check(!vr_meter_take(&meter, start + 63'999'000, 45, 64'000));
    check(vr_meter_take(&meter, start + 64'001'000, 45, 64'000));

    // For ever, and at the rate.
    meter = meter_of(bits(80'000'000, 1500));
    check_near(passed(meter, 2 * 1e7 / 64'000, 100, 64'000, 1), 1e9 / 64'000, 10);
    meter = meter_of(pps(1000, 10));
    check(vr_meter_take(&meter, start, 45, 64'000));
    check(!vr_meter_take(&meter, start + 44'000'000, 45, 64'000));
    check(vr_meter_take(&meter, start + 45'000'001, 45, 64'000));
}

/// What one bucket refuses costs nothing in the other.
void two_buckets(void**) {
    vr_meter_conf conf = bits(1000, 10'000);
    conf.packet_rate = 1;
    conf.packet_burst = 5;
    auto meter = meter_of(conf);
    check_number(drain(meter, start, 100), 5);
    for (int i = 0; i < 100; i++)
        check(!vr_meter_take(&meter, start, 1, 100));
    check_number(static_cast<u64>(vr_rate_left(
                     &meter.bytes.rate, vr_meter_tokens(&meter.bytes, start), meter.bytes.depth)),
                 9500);
    meter = meter_of(conf);
    check_number(drain(meter, start, 5000), 2);
    for (int i = 0; i < 100; i++)
        check(!vr_meter_take(&meter, start, 1, 5000));
    check_number(
        static_cast<u64>(vr_rate_left(&meter.packets.rate, vr_meter_tokens(&meter.packets, start),
                                      meter.packets.depth)),
        3);
    // Without limits all passes.
    meter = meter_of(bits(0));
    for (int i = 0; i < 100'000; i++)
        check(vr_meter_take(&meter, start, 1000, 1'000'000'000));
}

/// Senders that come at any time have shares as they offer, and all of the rate together.
void shared(void**) {
    std::mt19937 random(1);
    for (u64 part : {1, 2}) {
        auto meter = meter_of(bits(10'000'000, 20'000));
        drain(meter, start, 1);
        std::array<double, 2> got{};
        for (u64 i = 0; i < 100'000; i++) {
            u64 who = random() % (part + 1) == 0;
            if (vr_meter_take(&meter, start + i * 100'000 + random() % 100'000, 1, 500))
                got[who]++;
        }
        check_near(got[0] + got[1], 10 * 1'250'000 / 500, 10);
        check_near(got[0], got[1] * static_cast<double>(part), 50);
    }
}

/// Threads that take at once, with clocks that are a little apart, never get more than there is.
void concurrent(void**) {
    constexpr u64 rate = 8'000'000'000, burst = 1'000'000; // a byte in a nanosecond
    vr_meter_conf conf = bits(rate, burst);
    conf.packet_rate = 1'000'000'000;
    conf.packet_burst = 100'000;
    auto meter = meter_of(conf);
    std::atomic<u64> clock = start, bytes = 0, packets = 0;
    auto take_many = [&](u64 seed) {
        for (int i = 0; i < 200'000; i++) {
            seed = seed * 6364136223846793005 + 1442695040888963407;
            u64 size = 64 + (seed >> 40) % 9000, now = clock.fetch_add(seed >> 59) + (seed >> 59);
            u32 count = 1 + (seed >> 33) % 4;
            if (vr_meter_take(&meter, now, count, size)) {
                bytes += size;
                packets += count;
            }
        }
    };
    std::array<std::thread, 4> threads;
    for (u64 i = 0; i < threads.size(); i++)
        threads[i] = std::thread(take_many, i + 1);
    for (auto& thread : threads)
        thread.join();
    u64 elapsed = clock - start;
    check(bytes <= burst + elapsed);
    check(packets <= 100'000 + elapsed);
    // And not much less, since more was offered.
    check_near(static_cast<double>(bytes), static_cast<double>(burst + elapsed), 10);
}

void clock_that_stands(void**) {
    auto meter = meter_of(bits(1'000'000'000, 10'000));
    check_number(drain(meter, start, 100), 100);
    for (int i = 0; i < 100'000; i++)
        check(!vr_meter_take(&meter, start, 1, 100));
}

void clock_that_steps(void**) {
    for (u64 rate : rates) {
        auto meter = meter_of(bits(rate, 10'000));
        // Forward, however far, is one burst.
        for (u64 step : {hour, year, 50 * year}) {
            check(drain(meter, start + step, 100) <= 100);
            check_number(drain(meter, start + step, 100), 0);
        }
    }
    for (u64 rate : {u64{1000}, u64{10'000'000}, u64{100'000'000'000}}) {
        auto meter = meter_of(bits(rate, 10'000));
        drain(meter, start, 100);
        // Back, there is nothing until the time has come again.
        for (u64 step : {u64{1}, u64{1000}, second})
            check_number(drain(meter, start - step, 100), 0);
        // Between two processors it goes to and fro.
        u64 count = 0;
        for (u64 i = 0; i < 1000; i++) {
            count += drain(meter, start + second, 100);
            count += drain(meter, start + second - i * 1000, 100);
        }
        check_number(count, rate == 1000 ? 1 : 100);
    }
}

/// The clock of the fastest bucket wraps every 4.7 years: one that was not used for any time is
/// full.
void idle_for_years(void**) {
    for (u64 rate : rates)
        for (u64 i = 1; i < 200; i++) {
            auto meter = meter_of(bits(rate, 10'000));
            drain(meter, start, 100);
            check_number(drain(meter, start + i * year / 10, 100), 100);
        }
}

/// A change keeps what was taken, so that there is no burst in it.
void changes(void**) {
    auto meter = meter_of(bits(1'000'000, 10'000));
    auto change = [&](const vr_meter_conf& conf, u64 now) {
        auto next = meter_of(conf, now);
        vr_meter_continue(&next, &meter, now);
        meter = next;
    };
    drain(meter, start, 100);
    for (u64 rate : {1000, 1'000'000'000, 5000, 80'000'000}) {
        change(bits(rate, 10'000), start);
        check_number(drain(meter, start, 1), 0);
    }
    // What is left is so many bytes, at any rate, and in a larger bucket.
    meter = meter_of(bits(1'000'000, 10'000));
    vr_meter_take(&meter, start, 1, 4000);
    change(bits(1'000'000'000, 50'000), start);
    check_number(drain(meter, start, 100), 60);
    // A smaller one holds less.
    meter = meter_of(bits(1'000'000, 10'000));
    change(bits(1'000'000, 500), start);
    check_number(drain(meter, start, 100), 5);
    // A debt is one of bytes too: it does not last as long as it would have at a slow rate.
    meter = meter_of(bits(1000, 1000));
    vr_meter_take(&meter, start, 45, 64'000);
    change(bits(8'000'000, 1000), start);
    check_number(drain(meter, start + 62'000'000, 1), 0);
    check_number(drain(meter, start + 70'000'000, 100), 10);
    // What was not limited begins with a full bucket.
    meter = meter_of(bits(0));
    change(bits(1000, 1000), start);
    check_number(drain(meter, start, 100), 10);
    // The other bucket is its own.
    vr_meter_conf both = bits(1000, 1000);
    both.packet_rate = 1;
    both.packet_burst = 3;
    change(both, start);
    check_number(drain(meter, start, 0), 3);
}

void costs(void**) {
    vr_meter_conf conf = bits(1000);
    auto cost = [&](u32 packets, u32 bytes) {
        auto meter = meter_of(conf);
        return vr_meter_bytes(&meter, packets, bytes);
    };
    check_number(cost(1, 64), 64);
    check_number(cost(45, 67'000), 67'000);
    conf.overhead = 24;
    check_number(cost(1, 64), 88);
    check_number(cost(45, 67'000), 67'000 + 45 * 24);
    conf.level = VROUTER_POLICER_LEVEL_L3;
    check_number(cost(1, 64), 74);
    check_number(cost(45, 67'000), 67'000 + 45 * 10);
    conf.overhead = -64;
    check_number(cost(1, 1514), 1436);
    check_number(cost(1, 60), 0);
    check_number(cost(45, 60), 0);
    conf.overhead = 256;
    check_number(cost(65'535, 0xffff'ffff), 0xffff'ffff + u64{65'535} * 242);
}

/// The bucket of the flood rate, whose tokens are nanoseconds.
void nanoseconds(void**) {
    vr_rate rate{};
    u64 gap = second / 200, depth = 20 * gap, count = 0;
    while (vr_rate_take(&rate, start, gap, depth))
        count++;
    check_number(count, 20);
    check(!vr_rate_take(&rate, start + gap - 1, gap, depth));
    check(vr_rate_take(&rate, start + gap, gap, depth));
    vr_rate_return(&rate, gap);
    check(vr_rate_take(&rate, start + gap, gap, depth));
    check(!vr_rate_take(&rate, start + gap, gap, depth));
    // A GSO packet for everyone costs what it is, even if that is more than a bucket.
    check(vr_rate_take(&rate, start + hour, 50 * gap, depth));
    check(!vr_rate_take(&rate, start + hour + 31 * gap - 1, gap, depth));
    check(vr_rate_take(&rate, start + hour + 31 * gap, gap, depth));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(rate_in_ten_seconds),
        cmocka_unit_test(rate_of_single_packets),
        cmocka_unit_test(packet_rates),
        cmocka_unit_test(rate_after_years),
        cmocka_unit_test(bursts),
        cmocka_unit_test(whole_burst),
        cmocka_unit_test(default_bursts),
        cmocka_unit_test(extremes),
        cmocka_unit_test(oversized),
        cmocka_unit_test(two_buckets),
        cmocka_unit_test(shared),
        cmocka_unit_test(concurrent),
        cmocka_unit_test(clock_that_stands),
        cmocka_unit_test(clock_that_steps),
        cmocka_unit_test(idle_for_years),
        cmocka_unit_test(changes),
        cmocka_unit_test(costs),
        cmocka_unit_test(nanoseconds),
    };
    return run_group(tests, "meter");
}
