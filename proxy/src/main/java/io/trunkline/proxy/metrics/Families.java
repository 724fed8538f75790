package io.trunkline.proxy.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.trunkline.pool.TimeBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The metrics of one scrape in the making: each is a family of values apart by their labels. What
/// has the same labels is added up.
final class Families {
  private final List<MetricSnapshot> snapshots = new ArrayList<>();

  /// Values of one metric.
  static final class Values {
    private final Map<Labels, Double> values = new TreeMap<>();

    /// @param labels names and values in turn
    Values add(double value, String... labels) {
      values.merge(Labels.of(labels), value, Double::sum);
      return this;
    }
  }

  void gauge(String name, String help, Values values) {
    GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
    values.values.forEach((labels, value) ->
        family.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
    snapshots.add(family.build());
  }

  void counter(String name, String help, Values values) {
    CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
    values.values.forEach((labels, value) ->
        family.dataPoint(CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
    snapshots.add(family.build());
  }

  void histogram(String name, String help, TimeBuckets.Copy times) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < TimeBuckets.COUNT; i++) {
      buckets.bucket(TimeBuckets.boundSeconds(i), times.count(i));
    }
    snapshots.add(
        HistogramSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(
                HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets.build())
                    .sum(times.sumNanos() / 1e9)
                    .build())
            .build());
  }

  MetricSnapshots all() {
    return new MetricSnapshots(snapshots);
  }
}
