"""For each alert: series at one-minute steps in which it fires and resolves, in Prometheus's notation.

`'0x30 1x30'` is the value 0 for 31 minutes, then 1 for 31 minutes; `'0+5x10'` rises by 5 a minute.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """Minutes at which the alert fires, and at which it does not: before (`quiet`, perhaps in spite of something
    harmless) and after."""

    alert: str
    series: dict[str, str]
    quiet: int
    firing: int
    resolved: int


GB = 10**9
SCENARIOS = (
    Scenario("SokhanTargetDown", {'up{job="synth", instance="synth:9000"}': "1x10 0x10 1x20"}, 12, 18, 30),
    Scenario("SokhanPartDown", {'sokhan_part_up{part="trainer", instance="a"}': "1x10 0x10 1x20"}, 12, 18, 30),
    Scenario("SokhanStoreDown", {'sokhan_part_up{part="store", instance="a"}': "1x10 0x10 1x20"}, 11, 18, 30),
    Scenario("SokhanStoreFailing", {'sokhan_store_errors_total{job="trainer"}': "0x10 0+30x20 600x40"}, 10, 25, 60),
    Scenario("SokhanBusDown", {'sokhan_bus_connected{job="synth"}': "1x10 0x10 1x20"}, 11, 18, 30),
    Scenario("SokhanRestarts", {'process_start_time_seconds{job="synth"}': "1x10 2x2 3x2 4x60"}, 14, 20, 60),
    Scenario("SokhanStreamsLost", {'sokhan_bus_streams_lost_total{job="gateway"}': "0x10 3x60"}, 9, 15, 60),
    Scenario(
        "SokhanVersionsDiffer",
        {
            'sokhan_build_info{service="gateway", version="1.0.0"}': "1x100",
            'sokhan_build_info{service="trainer", version="0.9.0"}': "1x60 _x40",
        },
        20, 45, 80,
    ),
    Scenario("SokhanQueueOld", {'sokhan_job_queue_age_seconds{kind="download"}': "0x5 0+60x40 0x30"}, 20, 40, 60),
    Scenario(
        "SokhanTrainingQueueOld",  # behind a run it may wait; without any it may not
        {
            'sokhan_job_queue_age_seconds{kind="training"}': "0+60x120 0x30",
            'sokhan_jobs{kind="training", state="running"}': "1x60 0x60 1x30",
        },
        60, 80, 140,
    ),
    Scenario(
        "SokhanJobsFailing",  # one failure of three is no alert
        {
            'sokhan_jobs_finished_total{kind="download", state="failed"}': "0x10 1x20 1+1x10 11x60",
            'sokhan_jobs_finished_total{kind="download", state="completed"}': "0x10 2x100",
        },
        25, 45, 100,
    ),
    Scenario(
        "SokhanLeaseLosses",
        {
            'sokhan_job_lease_losses_total{kind="training"}': "0x100",
            'sokhan_jobs_recovered_total{kind="training"}': "0x10 1x20 2+1x5 7x60",
        },
        25, 40, 95,
    ),
    Scenario("SokhanDeadLetters", {'sokhan_dead_letters_total{subject="cmd.scan.run"}': "0x10 1x80"}, 9, 20, 80),
    Scenario(
        "SokhanBucketUnavailable",
        {'sokhan_objects_reachable{job="scanner"}': "1x10 0x30 1x20"}, 15, 30, 50,
    ),
    Scenario(
        "SokhanBucketBehind",  # work is no alert: it comes and goes
        {'sokhan_objects_waiting_seconds{job="scanner"}': "0+60x50 30x1 0+60x200 0x60"}, 160, 240, 300,
    ),
    Scenario(
        "SokhanDiskLow",
        {"sokhan_disk_bytes": f"{100 * GB}x90", "sokhan_disk_free_bytes": f"{20 * GB}x20 {5 * GB}x30 {20 * GB}x40"},
        25, 40, 70,
    ),
    Scenario(
        "SokhanDiskFull",
        {"sokhan_disk_bytes": f"{100 * GB}x90", "sokhan_disk_free_bytes": f"{5 * GB}x20 {GB}x30 {20 * GB}x40"},
        15, 40, 70,
    ),
    Scenario(
        "SokhanDiskFullTomorrow",  # 1 GB an hour of 20 GB
        {
            "sokhan_disk_bytes": f"{100 * GB}x1500",
            "sokhan_disk_free_bytes": f"{20 * GB}x200 {20 * GB}-{GB // 60}x400 {20 * GB}x800",
        },
        100, 560, 1300,
    ),
    Scenario(
        "SokhanGpuMemoryFull",
        {'sokhan_gpu_memory_bytes{gpu="g"}': "100x90", 'sokhan_gpu_memory_used_bytes{gpu="g"}': "50x10 99x40 50x40"},
        20, 40, 80,
    ),
    Scenario(
        "SokhanEventLoopSlow",
        {
            'sokhan_event_loop_lag_seconds_bucket{job="synth", le="1"}': "0+120x20 2400x40 2400+120x60",
            'sokhan_event_loop_lag_seconds_bucket{job="synth", le="2.5"}': "0+120x120",
            'sokhan_event_loop_lag_seconds_bucket{job="synth", le="+Inf"}': "0+120x120",
        },
        20, 50, 100,
    ),
    Scenario(
        "SokhanHttpErrors",
        {
            'sokhan_http_requests_total{status="200"}': "0+60x120",
            'sokhan_http_requests_total{status="503"}': "0+1x20 20+20x40 820+1x60",
        },
        20, 50, 100,
    ),
    Scenario(
        "SokhanFirstAudioSlow",
        {
            'sokhan_speech_first_audio_duration_seconds_bucket{le="1"}': "0+10x20 200x40 200+10x60",
            'sokhan_speech_first_audio_duration_seconds_bucket{le="5"}': "0+10x120",
            'sokhan_speech_first_audio_duration_seconds_bucket{le="+Inf"}': "0+10x120",
        },
        20, 50, 100,
    ),
    Scenario(  # the tests' clock begins at 0
        "SokhanCertificateExpires",
        {'sokhan_certificate_expiry_timestamp_seconds{host="h"}': f"{40 * 86400}x60 {10 * 86400}x120 {90 * 86400}x60"},
        50, 170, 220,
    ),
)  # fmt: skip
